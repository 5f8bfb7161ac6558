"""Runs one process that may do anything: bounded in time and output, gone with all it started."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from migbot.core.value import Value

MARK = "MIGBOT_ROUND_TRIP"
"""The variable that marks every process of a run: one that left the group is found by it."""

MOST_ANSWER = 256 * 1024 * 1024
"""Bytes of answer; the largest real history (437 revisions, 300 tables) needs some 30 MB."""

TAIL = 8 * 1024
"""Bytes of output that are kept: the end of a traceback."""


def _never() -> bool:
    return False


class Limits(Value):
    """How long a round trip may take: all of it, and without a word. Seconds.

    `called_off` is asked meanwhile: whether nobody waits for it any more.
    """

    total: float = 900.0
    silence: float = 60.0
    called_off: Callable[[], bool] = _never


class Ended(Value):
    """How a process ended: in words, what it answered, and the end of what it printed."""

    how: str
    answer: bytes
    tail: str


class Child(Value):
    """A process that waits for its request; `number` is the descriptor that it shall answer on."""

    process: subprocess.Popen[bytes]
    answer: IO[bytes]
    number: int
    mark: str


def start(command: Sequence[str], environ: Mapping[str, str], directory: Path) -> Child:
    """Start `command`, which is to be asked or ended. Raises OSError where that cannot be."""
    reader, writer = os.pipe()
    answer = os.fdopen(reader, "rb", buffering=0)
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=directory,
            env=dict(environ),
            pass_fds=(writer,),
            start_new_session=True,
        )
    except BaseException:
        answer.close()
        raise
    finally:
        os.close(writer)
    return Child(process, answer, writer, environ.get(MARK, ""))


def ask(child: Child, request: bytes, limits: Limits) -> Ended:
    """Hand over the request on stdin and listen until the process ends or must be ended.

    Everything in its group is killed after it. Standard output and error are read to keep them
    from filling a pipe, and their end is kept.
    """
    assert child.process.stdin is not None
    assert child.process.stdout is not None
    try:
        with contextlib.suppress(BrokenPipeError):  # it has ended, and its output says why
            child.process.stdin.write(request)
            child.process.stdin.close()
        return _listen(child.process, child.answer, child.process.stdout, limits)
    finally:
        end(child)


def end(child: Child) -> None:
    """Kill the process and everything in its group."""
    _end(child.process, child.mark)
    child.answer.close()
    for pipe in (child.process.stdin, child.process.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


def _listen(
    process: subprocess.Popen[bytes], answer: IO[bytes], printed: IO[bytes], limits: Limits
) -> Ended:
    """Read both ends until the answer is over, or a limit is."""
    heard = bytearray()
    tail = bytearray()
    begun = word = time.monotonic()
    stopped = ""
    with selectors.DefaultSelector() as selector:
        for file in (answer, printed):
            os.set_blocking(file.fileno(), False)
            selector.register(file, selectors.EVENT_READ)
        while not stopped:
            ready = selector.select(0.5)
            if not ready and process.poll() is not None:
                break  # it has ended, and what it left behind holds the pipes open
            for key, _ in ready:
                chunk = os.read(key.fd, 1 << 16)
                if not chunk:
                    selector.unregister(key.fileobj)
                elif key.fd == answer.fileno():
                    heard += chunk
                    word = time.monotonic()
                else:
                    tail = (tail + chunk)[-TAIL:]
            if answer not in {key.fileobj for key in selector.get_map().values()}:
                break
            stopped = _limit(limits, begun, word, len(heard))
    how = f"was stopped: {stopped}" if stopped else _exit(process)
    return Ended(how, bytes(heard), tail.decode("utf-8", "replace"))


def _limit(limits: Limits, begun: float, word: float, size: int) -> str:
    now = time.monotonic()
    if limits.called_off():
        return "it was called off"
    if now - begun > limits.total:
        return f"the time of {limits.total:.0f} s was over"
    if now - word > limits.silence:
        return f"no step ended in {limits.silence:.0f} s"
    return "it answered without end" if size > MOST_ANSWER else ""


def _exit(process: subprocess.Popen[bytes]) -> str:
    """How it ended by itself; one that has closed its answer and stays is ended by us."""
    try:
        code = process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return "closed its answer and did not end"
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"


def _end(process: subprocess.Popen[bytes], mark: str) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for left in _marked(mark):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(left, signal.SIGKILL)


def _marked(mark: str) -> list[int]:
    """Processes that carry the mark of this run in their environment (where /proc tells)."""
    if not mark or not sys.platform.startswith("linux"):
        return []
    wanted = f"{MARK}={mark}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found
