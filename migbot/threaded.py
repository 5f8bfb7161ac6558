"""A job in a thread of its own, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class Threaded(Thread, Generic[T]):
    """A job that runs from `start` on, while others go on."""

    def __init__(self, job: Callable[[], T]) -> None:
        super().__init__(daemon=True)  # a second Ctrl-C waits for nobody
        self._job = job
        self._done: list[T] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        """See threading.Thread."""
        try:
            self._done.append(self._job())
        except BaseException as error:
            self._error = error

    def result(self) -> T:
        """What the job returns, when it does; raises what it raises."""
        self.join()
        if self._error is not None:
            raise self._error
        return self._done[0]
