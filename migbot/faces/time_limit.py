"""A limit on how long something may take; where the system has no timer there is none."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from migbot.errors import MigbotError


class _Late(BaseException):
    """Not an Exception: nothing on the way may take it for its own failure."""


@contextmanager
def at_most(seconds: float, what: str) -> Iterator[None]:
    """Raise MigbotError where the body takes longer. It must be one that may stop anywhere."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def late(number: int, frame: FrameType | None) -> None:
        raise _Late

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except _Late:
        raise MigbotError(f"{what} took longer than {seconds:g} seconds") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
