"""Where other programs are sent: a path inside of the repository and a line, or nowhere.

A report may come from a stranger's run. A path that climbs out, or that holds what cannot be seen,
would make GitHub refuse all annotations of a call, so such a path is no place at all.
"""

from __future__ import annotations

import re
from functools import lru_cache

from migbot.core.value import Value
from migbot.render.neutral import plain

LAST_LINE = 10_000_000
"""No migration has more lines; a number above it is a slip or a trick."""

_CROOKED = frozenset({"", ".", ".."})
_DRIVE = re.compile(r"[A-Za-z]:")


class Place(Value):
    """A file of the repository, and a line of it from 1; `path` is "" where there is none."""

    path: str = ""
    line: int = 0


NOWHERE = Place()


def place(path: str, line: int = 0) -> Place:
    """The place as programs may be told it; `NOWHERE` for a path that leads out or hides."""
    if not _is_inside(path):
        return NOWHERE
    return Place(path, line if 1 <= line <= LAST_LINE else 1)


def named_place(text: str) -> Place:
    """The place that `FILE.py` or `FILE.py:LINE` names, as an unreadable migration is named."""
    found = re.fullmatch(r"(.+\.py)(?::([0-9]{1,8}))?", text)
    return place(found[1], int(found[2] or 1)) if found else NOWHERE


@lru_cache(maxsize=64)  # what is said of one file stands together
def _is_inside(path: str) -> bool:
    """Whether `path` is relative, goes straight down, and shows all its characters."""
    parts = path.replace("\\", "/").split("/")
    return _CROOKED.isdisjoint(parts) and not _DRIVE.match(path) and plain(path) == path
