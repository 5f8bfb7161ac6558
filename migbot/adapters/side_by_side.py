"""Jobs that run beside one another, each in a thread of its own that nobody outlives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import Generic, TypeVar

T = TypeVar("T")

Job = Callable[[Callable[[], bool]], T]
"""What it is given says whether it is called off: then it ends as soon as it can."""


class _Running(Thread, Generic[T]):
    """A job that has been started.

    A guest asks the kernel to end it with the thread that has started it (prctl(2)): a job must
    start and end its own processes.
    """

    def __init__(self, job: Job[T], called_off: Callable[[], bool]) -> None:
        super().__init__(daemon=True)  # a second Ctrl-C waits for nobody
        self._job = job
        self._called_off = called_off
        self._done: list[T] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        """See threading.Thread."""
        try:
            self._done.append(self._job(self._called_off))
        except BaseException as error:
            self._error = error

    def result(self) -> T:
        """What the job returns, when it does; raises what it raises."""
        self.join()
        if self._error is not None:
            raise self._error
        return self._done[0]


@contextmanager
def beside(jobs: Sequence[Job[T]]) -> Iterator[Iterator[T]]:
    """Run `jobs` beside the block, which is given their results: each is waited for.

    Whatever the block ends with, the jobs that still run are then called off and waited for.
    """
    over = Event()
    running = [_Running(job, over.is_set) for job in jobs]
    try:
        for each in running:
            each.start()
        yield (each.result() for each in running)
    finally:
        over.set()
        for each in running:
            if each.ident is not None:
                each.join()
