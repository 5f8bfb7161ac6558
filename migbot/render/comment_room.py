"""How much evidence a comment has room for: what GitHub takes, and what is left out first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from migbot.core.value import Value

LARGEST = 60_000
"""Bytes. GitHub takes 65,536 characters and refuses a longer comment, which would then be lost."""


class Room(Value):
    """How much evidence there is room for: findings of a list, rows of a table, failures in full,
    and whether with their SQL and with pictures of the history."""

    findings: int
    rows: int
    failures: int
    sql: bool
    graph: bool


LADDER = (
    Room(200, 200, 20, sql=True, graph=True),
    Room(200, 200, 20, sql=False, graph=True),
    Room(200, 200, 20, sql=False, graph=False),
    Room(100, 40, 10, sql=False, graph=False),
    Room(40, 0, 3, sql=False, graph=False),
    Room(5, 0, 0, sql=False, graph=False),
    Room(0, 0, 0, sql=False, graph=False),
)
"""Tried in order: SQL goes first, then the picture, then rows above 40, then all but counts."""

MOST = LADDER[0]
"""More than this is shown of nothing."""


def as_fits(lines: Iterable[str], most: int = LARGEST) -> Iterator[str]:
    """The lines until they are more than `most` bytes: no page has those after them."""
    size = 0
    for line in lines:
        yield line
        size += len(line.encode())
        if size > most:
            return
