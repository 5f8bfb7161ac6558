"""How migbot writes lists and names, and how it reads the messages of migrations."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

MISSING = frozenset({"", "empty message", "none", "no message", "message", "${message}", "..."})
"""Texts that stand where a message should be; "empty message" is what `alembic revision` writes
without `-m`, "${message}" what a template leaves that was never rendered."""

LONGEST = 60
"""Characters of a name that a message shows: an id that is a whole page must not fill a screen."""

_QUOTES = "\"'`“”„.!, "


@lru_cache(
    maxsize=8192
)  # of a history's messages a few are new, and a sweep compares with them all
def folded(message: str) -> str:
    """A message without what two people write differently: case, spaces, quotes, final stops."""
    return " ".join(message.casefold().split()).strip(_QUOTES)


def is_missing(message: str) -> bool:
    """Whether a migration has no message, or only the text that stands for having none."""
    return folded(message) in MISSING or " ".join(message.split()) in MISSING


def shown(name: str) -> str:
    """A name that fits into one line of a message: clipped, nothing unprintable."""
    seen = name[:LONGEST]
    plain = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in seen)
    return plain if len(name) <= LONGEST else f"{plain}..."


def listed(names: Iterable[str], most: int = 5) -> str:
    """Names as a sentence has them: `a`, `a and b`, `a, b and c`, `a, b, c and 4 more`."""
    every = [shown(name) for name in names]
    if len(every) > most:
        every = [*every[: most - 1], f"{len(every) - most + 1} more"]
    return " and ".join(part for part in (", ".join(every[:-1]), *every[-1:]) if part)


def counted(number: int, noun: str) -> str:
    """`1 head`, `2 heads`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
