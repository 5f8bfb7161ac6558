"""A database's program as a child that does not outlive us, under the user it has to run as."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from migbot.core.value import Value
from migbot.databases.server_account import Account
from migbot.databases.server_folder import Folder
from migbot.errors import MigbotError

SHIM = Path(__file__).with_name("server_shim.py")

LIMIT = 20.0
"""Seconds to get ready. A warm start takes 0.2 s, building a MariaDB on a slow disk 6 s."""

TAIL = 8
"""Lines of the log that an error shows."""


class Program(Value):
    """A command in a server's folder, who runs it, and the signal that ends it."""

    command: tuple[str, ...]
    folder: Folder
    account: Account | None
    end: int = signal.SIGKILL

    @property
    def name(self) -> str:
        """What an error calls it."""
        return Path(self.command[0]).name


def run(program: Program) -> None:
    """Run the program to its end. Raises MigbotError with what it said where it fails."""
    with _log() as log, _shim(program, log, "") as process:
        try:
            code = process.wait(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            raise _slow(program, log) from None
        if code:
            raise _failed(program, log, code)


@contextlib.contextmanager
def running(program: Program, ready: Callable[[], bool]) -> Iterator[None]:
    """Run the program from the moment it is `ready` until the block is left.

    Its folder is removed with it, also when this process is killed. Raises MigbotError with the
    end of its log where it ends before it is ready, or is not within the limit.
    """
    with _log() as log, _shim(program, log, str(program.folder.path)) as process:
        deadline = time.monotonic() + LIMIT
        while not ready():
            if process.poll() is not None:
                raise _failed(program, log, process.returncode)
            if time.monotonic() > deadline:
                raise _slow(program, log)
            time.sleep(0.005)
        yield


def wait_for(done: Callable[[], bool], otherwise: str) -> None:
    """Wait until something is `done`; raises MigbotError, saying `otherwise`, after the limit."""
    deadline = time.monotonic() + LIMIT
    while not done():
        if time.monotonic() > deadline:
            raise MigbotError(otherwise, "The machine may be busy: run the command again.")
        time.sleep(0.005)


def can_run(path: Path, account: Account | None) -> str:
    """What `path --version` says when the account runs it; '' where it cannot."""
    who = {"user": account.uid, "group": account.gid, "extra_groups": ()} if account else {}
    try:
        done = subprocess.run(  # type: ignore[call-overload]
            [path, "--version"], capture_output=True, cwd="/", env=_environ(), timeout=LIMIT, **who
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return "" if done.returncode else str(done.stdout.decode("utf-8", "replace").strip())


@contextlib.contextmanager
def _shim(program: Program, log: IO[bytes], removed: str) -> Iterator[subprocess.Popen[bytes]]:
    """The program under its shim, which holds the folder's lock, too, and ends with the block."""
    uid, gid = program.account or (-1, -1)
    process = subprocess.Popen(
        [
            *(sys.executable, "-I", "-S", str(SHIM)),
            *(str(uid), str(gid), str(int(program.end)), removed),
            *program.command,
        ],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        cwd=program.folder.path,
        env=_environ(),
        pass_fds=(program.folder.lock,),
        start_new_session=True,  # Ctrl-C at the terminal is for us alone
    )
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environ() -> dict[str, str]:
    """Nothing of ours but the ways to programs: PGDATA, TZ or a locale would shape the server."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {"PATH": os.defpath, **kept, "LC_ALL": "C", "TZ": "UTC"}


def _log() -> IO[bytes]:
    return tempfile.TemporaryFile()


def _slow(program: Program, log: IO[bytes]) -> MigbotError:
    return MigbotError(
        f"{program.name} was not ready after {LIMIT:g} s.{_tail(log)}",
        "The machine may be busy or its disk slow: run the command again.",
    )


def _failed(program: Program, log: IO[bytes], code: int) -> MigbotError:
    said = _tail(log)
    full = "No space left on device" in said or "Disk quota exceeded" in said
    how = f"was killed by {signal.Signals(code - 128).name}" if code > 128 else f"ended with {code}"
    return MigbotError(
        f"{program.name} {how} and did not start.{said}",
        no_room(program.folder) if full else _SHUT_IN.format(program.folder.path.parent),
    )


_SHUT_IN = (
    "If AppArmor or SELinux shuts the program in, let it write to {}; "
    "else what it said is the reason."
)


def no_room(folder: Folder) -> str:
    """The hint for a disk that is full."""
    return (
        f"Make room in {folder.path.parent}, or name a folder that has some: export TMPDIR=/var/tmp"
    )


def _tail(log: IO[bytes]) -> str:
    log.seek(max(0, log.seek(0, os.SEEK_END) - 8192))
    lines = [line for line in log.read().decode("utf-8", "replace").splitlines() if line.strip()]
    return f" It said:\n{chr(10).join(lines[-TAIL:])}" if lines else ""
