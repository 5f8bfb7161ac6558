"""A process of its own that starts a throw-away server and waits: to be killed, or another user."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import migbot

STARTS = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from migbot.databases.{module} import started
with started({wanted!r}, Path(sys.argv[2])) as server:
    {before}
    print(server.socket, flush=True)
    sys.stdin.read()
"""


@contextmanager
def owner(
    module: str,
    cache: Path,
    wanted: str = "",
    *,
    uid: int | None = None,
    python: str = sys.executable,
    before: str = "pass",
) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A process that has started a server, and the server's socket; ended with the block.

    `uid` is the user that it runs as, `before` what it does before it waits.
    """
    program = STARTS.format(module=module, wanted=wanted, before=before)
    process = subprocess.Popen(
        [python, "-c", program, str(Path(migbot.__file__).parents[1]), str(cache)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        env={"PATH": os.environ["PATH"], "HOME": "/nowhere"},
        **({} if uid is None else {"user": uid, "group": uid, "extra_groups": ()}),
    )
    with process:
        try:
            yield process, Path(process.stdout.readline().strip())
        finally:
            process.stdin.close()
            process.wait(timeout=30)


def within(seconds: float, true: Callable[[], object]) -> bool:
    """Whether something comes true in time; it is far more than is needed."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    return _facts(pid)[0] not in "ZX"


def parent(pid: int) -> int:
    """The process that `pid` is a child of."""
    return int(_facts(pid)[1])


def _facts(pid: int) -> list[str]:
    """A process's state and parent; dead where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return ["X", "0"]
