"""Finds the programs of MariaDB or MySQL that are installed."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from migbot.core.value import Value
from migbot.databases.server_account import Account
from migbot.databases.server_process import can_run
from migbot.errors import MigbotError

INSTALLED = (
    "/usr/sbin",  # Debian, Ubuntu; rarely on an ordinary user's PATH
    "/usr/bin",
    "/usr/libexec",  # Fedora
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/local/mysql/bin",  # MySQL's own package on macOS
    "/opt/homebrew/bin",
    "/opt/homebrew/opt/mariadb/bin",
    "/opt/homebrew/opt/mysql/bin",
)
"""Where the servers are looked for after PATH."""

PROGRAMS = ("mariadbd", "mysqld")

PACKAGES = {"mariadb": "mariadb-server-core mariadb-client-core", "mysql": "mysql-server-core-8.0"}
"""What Debian and Ubuntu call the programs alone: these packages start no service."""


class Binaries(Value):
    """The server's program, its `name` (mariadb or mysql) and its version: "10.11.19"."""

    server: Path
    name: str
    version: str


def found(wanted: str, account: Account | None) -> Binaries:
    """The server `wanted` that `account` is able to run.

    `wanted` is mariadb or mysql, '' for either, perhaps with a version ("mysql 8", "10.11"). One
    of another version is taken where the wanted is not here: the version tells. One is never a
    stand-in for the other. Raises MigbotError where there is none.
    """
    name, version = _meaning(wanted)
    fit = [each for each in _all(account) if name in ("", each.name)]
    if not fit:
        raise _nothing(name, account)
    return next((each for each in fit if f"{each.version}.".startswith(version)), fit[0])


def _meaning(wanted: str) -> tuple[str, str]:
    """The name and the beginning of the version in `wanted`, '' for what is not said."""
    name = re.search(r"mariadb|mysql", wanted.lower())
    version = re.search(r"\d[\d.]*", wanted)
    return name[0] if name else "", f"{version[0].rstrip('.')}." if version else ""


def _all(account: Account | None) -> Iterator[Binaries]:
    for path in _paths():
        told = re.search(r"Ver (\d+\.\d+\.\d+)(\S*)", can_run(path, account))
        if told:
            yield Binaries(path, "mariadb" if "MariaDB" in told[2] else "mysql", told[1])


def _paths() -> dict[Path, None]:
    """Programs that may be a server; MariaDB calls its own by MySQL's name, too."""
    folders = os.pathsep.join((os.environ.get("PATH", ""), *INSTALLED))
    programs = (shutil.which(name, path=folders) for name in PROGRAMS)
    return {Path(program).resolve(): None for program in programs if program}


def _nothing(name: str, account: Account | None) -> MigbotError:
    title = {"mariadb": "MariaDB", "mysql": "MySQL"}.get(name, "MariaDB or MySQL")
    install = f"apt-get install {PACKAGES[name or 'mariadb']}"
    if account and _paths():
        return MigbotError(
            f"{title} does not run as root, and no other user may run {next(iter(_paths()))}.",
            f"Run migbot as an ordinary user, or: {install}",
        )
    return MigbotError(f"No {title} server is installed here.", install)
