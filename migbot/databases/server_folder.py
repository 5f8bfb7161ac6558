"""Where a throw-away server lies: a locked folder in memory where there is room, and no remains."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

from migbot import locked_folder
from migbot.core.value import Value
from migbot.databases import shared_memory
from migbot.databases.server_account import Account, private
from migbot.errors import MigbotError

PREFIX = "migbot-server-"

MEMORY = Path("/dev/shm")  # noqa: S108  (the file system in memory that Linux has)

ROOM = 512 * 1024 * 1024
"""Bytes that must be free in memory: a container's usual 64 MB do not hold two databases."""

LONGEST_SOCKET = 107 if sys.platform.startswith("linux") else 103
"""Bytes in the path of a socket: sun_path without its final NUL (unix(7))."""

_SOCKET = "/.s.PGSQL.5432"
"""The longest name of a socket in the folder."""


class Folder(Value):
    """A server's folder, mode 0700, the descriptor that locks it, and whose it is (None: ours).

    Every process that lives in the folder inherits the lock: while one is left, nobody sweeps it.
    """

    path: Path
    lock: int
    account: Account | None


@contextlib.contextmanager
def folder() -> Iterator[Folder]:
    """A new folder for one server, removed in the end; what killed runs left is swept first.

    Raises MigbotError where no place is fit for it.
    """
    locked_folder.sweep(_all(), _remove)
    made = _made()
    try:
        yield made
    finally:
        _remove(made.path)
        os.close(made.lock)


_ONE_BY_ONE = Lock()
"""Two threads that look for an account at once might choose the same."""


def _made() -> Folder:
    with _ONE_BY_ONE:
        account = private(_owners())
        try:
            path, lock = locked_folder.made(PREFIX, _base(account))
            if account:
                os.chown(path, account.uid, account.gid)
        except OSError as error:
            raise MigbotError(
                f"No folder for a throw-away server can be made: {error}.", _NO_PLACE
            ) from None
    return Folder(path, lock, account)


_NO_PLACE = "Let TMPDIR name a folder that has room and a short path: export TMPDIR=/var/tmp"


def _places() -> dict[Path, None]:
    return dict.fromkeys((MEMORY, Path(tempfile.gettempdir()), Path("/tmp")))  # noqa: S108


def _base(account: Account | None) -> Path:
    for place in _places():
        if place == MEMORY and not _has_room(place):
            continue
        if _is_short(place) and os.access(place, os.W_OK | os.X_OK) and _is_open(place, account):
            return place
    raise MigbotError("There is no folder in which a throw-away server could run.", _NO_PLACE)


def _has_room(place: Path) -> bool:
    try:
        free = os.statvfs(place)
    except OSError:
        return False
    return free.f_bavail * free.f_frsize >= ROOM


def _is_short(place: Path) -> bool:
    random = "x" * 8  # what mkdtemp adds
    return len(os.fsencode(f"{place}/{PREFIX}{random}{_SOCKET}")) <= LONGEST_SOCKET


def _is_open(place: Path, account: Account | None) -> bool:
    """Whether the account, which is not us, gets into the folder."""
    if not account:
        return True
    place = place.resolve()
    return all(each.stat().st_mode & 0o001 for each in (place, *place.parents))


def _all() -> list[Path]:
    return [path for place in _places() for path in place.glob(f"{PREFIX}*")]


def _owners() -> set[int]:
    """Whose servers there are; a folder may vanish while it is looked at."""
    found = set()
    for path in _all():
        with contextlib.suppress(OSError):
            found.add(path.lstat().st_uid)
    return found


def _remove(path: Path) -> None:
    """Remove the folder; a server that is just ending may still write into it."""
    shared_memory.forget(path)
    deadline = time.monotonic() + 2
    while path.exists() and time.monotonic() < deadline:
        shutil.rmtree(path, ignore_errors=True)
        time.sleep(0 if not path.exists() else 0.02)
