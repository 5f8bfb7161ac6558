"""Jobs that run beside one another, each in a thread of its own that nobody outlives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from threading import Event
from typing import TypeVar

from migbot.threaded import Threaded

T = TypeVar("T")

Job = Callable[[Callable[[], bool]], T]
"""What it is given says whether it is called off: then it ends as soon as it can.

A guest asks the kernel to end it with the thread that has started it (prctl(2)): a job must start
and end its own processes.
"""


@contextmanager
def beside(jobs: Sequence[Job[T]]) -> Iterator[Iterator[T]]:
    """Run `jobs` beside the block, which is given their results: each is waited for.

    Whatever the block ends with, the jobs that still run are then called off and waited for.
    """
    over = Event()
    running = [Threaded(partial(job, over.is_set)) for job in jobs]
    try:
        for each in running:
            each.start()
        yield (each.result() for each in running)
    finally:
        over.set()
        for each in running:
            if each.ident is not None:
                each.join()
