"""A session with a server, as all that asks one sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Run = Callable[[str], Sequence[Sequence[Any]]]
"""Runs one statement and returns its rows; raises ValueError for what the server refuses."""

LONGEST = 120.0
"""Seconds for one statement on a server over the network; then it is gone for us."""


class Unreachable(ValueError):
    """A server that cannot be connected to: what was said, and the server's code if it spoke."""

    def __init__(self, said: str, code: str) -> None:
        super().__init__(f"the server cannot be reached: {said}")
        self.said = said
        self.code = code
