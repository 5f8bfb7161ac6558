"""Runs one command, and ends it as soon as whoever started this script is gone or says so.

Arguments: uid, gid (-1: stay who we are), the signal that ends the command, a folder to remove
when that has ended it ('' for none), the command. It runs alone under `python -I -S`: a server that
asked the kernel for a signal at its parent's death would get it when the *thread* that started it
ends, and this process has one thread.
"""

from __future__ import annotations

# All imports come before the uid changes: an interpreter in root's home is unreadable after it.
import ctypes
import os
import select
import signal
import sys

LIBC = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
PR_SET_PDEATHSIG = 1
PAUSE = 0.05
"""Seconds between two looks at the command and the owner; the end of stdin is seen at once."""
PATIENCE = 5.0
"""Seconds that the command has to obey the signal; PostgreSQL gives its own children as many."""


def main(uid: int, gid: int, end: int, folder: str, command: list[str]) -> int:
    """Run the command under this process; returns its exit code (128 + the signal's number)."""
    signal.signal(signal.SIGTERM, _leave)
    owner = os.getppid()
    child = os.fork()
    if child == 0:
        _become(uid, gid, end, command)
    status = None
    try:
        status = _watch(owner, child)
    finally:
        if status is None:
            status = _stop(child, end)
            if folder and _obeyed(status, end):
                os.spawnvp(os.P_WAIT, "rm", ["rm", "-rf", "--", folder])  # noqa: S606
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _obeyed(status: int, end: int) -> bool:
    """Whether it ended as told; one that was killed left more, which is found by its folder."""
    return not os.WIFSIGNALED(status) or os.WTERMSIG(status) == end


def _leave(*_: object) -> None:
    sys.exit(0)


def _become(uid: int, gid: int, end: int, command: list[str]) -> None:
    """Turn this process, a fork, into the command: as the user asked for, in its own session."""
    shim = os.getppid()
    try:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.umask(0o077)
        for number in (signal.SIGTERM, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        if uid >= 0:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
        if LIBC:  # after the uid: a change of user clears it
            LIBC.prctl(PR_SET_PDEATHSIG, end)
        if os.getppid() == shim:  # it may have died before the kernel was asked
            os.execv(command[0], command)  # noqa: S606
    except OSError as error:
        os.write(2, f"{command[0]}: {error.strerror}\n".encode())
    os._exit(127)


def _watch(owner: int, child: int) -> int | None:
    """The command's status where it ended by itself; None when it shall be ended.

    The owner's death closes our stdin; a fork of the owner may hold it open, so its id is asked.
    """
    while os.getppid() == owner:
        if select.select([0], [], [], PAUSE)[0]:
            return None
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
    return None


def _stop(child: int, end: int) -> int:
    """End the command's process group, by the signal and then by force; returns its status."""
    os.killpg(child, end)
    for _ in range(int(PATIENCE / 0.005)):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        select.select([], [], [], 0.005)
    os.killpg(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5:]))
