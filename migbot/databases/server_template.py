"""A fresh data directory, built once for each kind of server and kept as one file in the cache."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from migbot.databases import packed_data
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
    about = (str(program), str(facts.st_size), str(facts.st_mtime_ns), packed_data.FORMAT)
    told = "\0".join((*about, *made))
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
    if not packed_data.unpack(kept, data, name):
        shutil.rmtree(data, ignore_errors=True)
        return False  # where the disk is full, building it says so
    _own(data, account)
    return True


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
            packed_data.pack(data, file.name, name)
            os.fsync(file.fileno())
            Path(file.name).replace(kept)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
