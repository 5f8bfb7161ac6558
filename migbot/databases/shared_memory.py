"""The System V segment that a PostgreSQL killed with SIGKILL leaves behind, and its removal."""

from __future__ import annotations

import contextlib
import ctypes
from pathlib import Path

SEGMENTS = Path("/proc/sysvipc/shm")
_IPC_RMID = 0


def forget(folder: Path) -> None:
    """Remove the segment that `folder`'s postmaster.pid names, if its maker is dead.

    The file's first line is the postmaster's id, its seventh "key id" of the segment. It is gone
    after an orderly end. Ids are given again: the system's list must name the same maker for it,
    the same user, and nobody may be attached.
    """
    with contextlib.suppress(OSError, ValueError, IndexError):
        file = next(folder.glob("*/postmaster.pid"), folder / "postmaster.pid")
        lines = file.read_text().split("\n")
        maker, segment = int(lines[0]), int(lines[6].split()[1])
        if (segment, maker, 0, file.stat().st_uid) in _listed():
            ctypes.CDLL(None).shmctl(segment, _IPC_RMID, None)


def _listed() -> set[tuple[int, int, int, int]]:
    """Each segment's id, maker, number of attached processes, and user (proc(5))."""
    rows = [line.split() for line in SEGMENTS.read_text().splitlines()[1:]]
    return {(int(row[1]), int(row[4]), int(row[6]), int(row[7])) for row in rows}
