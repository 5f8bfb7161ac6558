"""Which files the migrations have written: none of them is where anybody would miss them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

Written = Mapping[str, tuple[int, int]]
"""Each file of a folder, with its size and when it was last written."""

MOST = 5
"""Files that a note names."""


def files_of(folder: Path) -> Written:
    """The files below a folder as they are now."""
    return dict(_files(folder))


def _files(folder: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)  # noqa: PTH118  (a third of the time)
            try:
                seen = os.lstat(path)
            except OSError:
                continue  # it is gone already
            yield os.path.relpath(path, folder), (seen.st_size, seen.st_mtime_ns)


def written(before: Written, after: Written) -> frozenset[str]:
    """The files which are new, other than they were, or gone."""
    return frozenset(path for path in {*before, *after} if before.get(path) != after.get(path))


def written_notes(paths: Iterable[str]) -> Iterator[str]:
    """A note that names the files that were written."""
    found = sorted(paths)
    if found:
        more = f" and {len(found) - MOST} more" if len(found) > MOST else ""
        yield (
            f"Files were written beside the database, in a copy that is gone: "
            f"{', '.join(found[:MOST])}{more}."
        )
