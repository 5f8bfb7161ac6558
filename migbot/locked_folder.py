"""Temporary folders that their owner holds a lock on: what a killed one left can be told by it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path


def made(prefix: str, base: Path | None = None) -> tuple[Path, int]:
    """A new folder (mode 0700) in `base`, else where temporary files go, and the lock on it.

    The lock is a descriptor: it holds until that is closed, or its process is gone, killed or not.
    Another folder is made where a sweep was faster than the lock.
    """
    while True:
        path = Path(tempfile.mkdtemp(prefix=prefix, dir=base)).resolve()
        try:
            lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            continue
        try:
            ours = _locked(lock)
        except OSError:  # a file system without locks: there nobody can sweep either
            ours = True
        if ours and path.exists():
            return path, lock
        os.close(lock)


def sweep(paths: Iterable[Path], remove: Callable[[Path], None]) -> None:
    """Have those of the folders removed that nobody holds: their owner was killed before it could.

    No link is followed, and what is another user's stays.
    """
    for path in paths:
        with contextlib.suppress(OSError):  # another user's, or another sweep was faster
            lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if _locked(lock):
                    remove(path)
            finally:
                os.close(lock)


def _locked(descriptor: int) -> bool:
    """Whether the lock is ours now. Raises OSError where there are no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
