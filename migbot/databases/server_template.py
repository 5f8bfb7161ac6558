"""A fresh data directory, built once for each kind of server and kept as one file in the cache."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from migbot.databases.server_account import Account
from migbot.databases.server_folder import Folder
from migbot.databases.server_process import no_room
from migbot.errors import MigbotError


def cache_folder() -> Path:
    """Where templates are kept: the user's cache, as the XDG base directories say."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "migbot"


def templates(cache: Path) -> list[Path]:
    """The templates in the cache."""
    return sorted(cache.glob("*.zip"))


def key(name: str, version: str, program: Path, made: tuple[str, ...]) -> str:
    """The template's name: another program, or another way to make it, is another template.

    The program's path is resolved, since two spellings of it must not give two templates; its
    size and time tell an update that keeps the version.
    """
    program = program.resolve()
    facts = program.stat()
    told = "\0".join((str(program), str(facts.st_size), str(facts.st_mtime_ns), *made))
    return f"{name}-{version}-{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def fill(
    data: Path, folder: Folder, kept: Path, build: Callable[[], None], begin: Path | None = None
) -> None:
    """Make `data` in the server's folder: from the file `kept`, else by `build`, and keep that.

    `begin` is a file with the data of a server of the same name (`kept` without its suffix), which
    goes before all. A cache that cannot be read or written costs time only. Raises MigbotError
    for a full disk.
    """
    if begin and _unpacked(begin, data, folder.account, kept.stem):
        return
    try:
        if not _unpacked(kept, data, folder.account):
            build()
            _own(data, folder.account)
            with contextlib.suppress(OSError):
                pack(data, kept)
    except OSError as error:
        raise MigbotError(
            f"The data of a throw-away server cannot be written: {error.strerror}.",
            no_room(folder),
        ) from None


def _unpacked(kept: Path, data: Path, account: Account | None, name: str = "") -> bool:
    """Whether the kept file was there, whole and called `name`; a damaged one is taken for none."""
    try:
        with _ONE_BY_ONE, zipfile.ZipFile(kept) as archive:
            if archive.comment.decode("ascii", "replace") != name:
                return False
            data.mkdir(mode=0o700)
            for member in archive.infolist():
                _write(archive, member, f"{data}/{member.filename}")
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError):
        shutil.rmtree(data, ignore_errors=True)
        return False  # where the disk is full, building it says so
    _own(data, account)
    return True


_ONE_BY_ONE = Lock()
"""Two threads that unpack beside one another take three times as long as one after the other."""


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: str) -> None:
    """One member with the modes that servers ask for; extract() takes twice as long."""
    if member.is_dir():
        os.mkdir(path, mode=0o700)  # noqa: PTH102  (a Path for each of 1,000 takes its time)
        return
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(archive.read(member))


def _own(data: Path, account: Account | None) -> None:
    if not account:
        return
    for folder, _, files in os.walk(data):
        for path in (folder, *(os.path.join(folder, file) for file in files)):  # noqa: PTH118
            os.chown(path, account.uid, account.gid, follow_symlinks=False)


def pack(data: Path, kept: Path, name: str = "") -> None:
    """Write the archive beside its place and move it there whole: several may do so at once.

    `name` is written into it: `fill` begins with data of that name only. Raises OSError.
    """
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=kept.parent, prefix=".template-", delete=False) as file:
        try:
            _archive(data, file.name, name)
            os.fsync(file.fileno())
            Path(file.name).replace(kept)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def _archive(data: Path, into: str, name: str) -> None:
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.comment = name.encode("ascii")
        for path in sorted(data.rglob("*")):  # a folder sorts before what is in it
            archive.write(path, path.relative_to(data))
