"""What was read before, kept by blob id in the git folder; a hint that may vanish any time."""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path

from migbot.core.files import Entry
from migbot.core.model import Claims, Revision, Unreadable
from migbot.core.parse import read_revision

# Raised whenever parse.py reads the same bytes differently. Python's own version is a part of the
# name because what it accepts as syntax is a part of what was read.
FORMAT = 2

Reader = Callable[[str, bytes], Revision | Unreadable]
"""What reads one file: path and content in, a Revision or why there is none out."""

MOST_ENTRIES = 20_000


class BlobMemory:
    """Revisions by blob id, as lines behind a checksum in `folder`.

    The key is the name of the content, so an entry cannot be out of date. A file that is
    missing, torn, altered or from another migbot counts as empty; one that cannot be written is
    done without. Nothing in it is ever executed. What was read in another way has another `kind`
    of memory: what `scan_revision` says must not be taken for what `read_revision` would.
    """

    def __init__(
        self, folder: Path, kind: str = "revisions", reader: Reader = read_revision
    ) -> None:
        self.read = reader
        name = f"{kind}-{FORMAT}-py{sys.version_info.major}{sys.version_info.minor}"
        self.path = folder / name
        self._fresh: dict[str, str] = {}

    @cached_property
    def _known(self) -> dict[str, str]:
        return _load(self.path)

    def recall(self, entry: Entry) -> Revision | None:
        """See `core.history.Memory`."""
        kept = self._known.get(entry.id) if entry.id else None
        return _revision(entry.path, kept) if kept else None

    def keep(self, entry: Entry, revision: Revision) -> None:
        """See `core.history.Memory`; it is on disk after `save`."""
        line = _line(revision)
        if entry.id and _is_kept_whole(revision, line):
            self._fresh[entry.id] = line

    def save(self) -> None:
        """Write what is new, in one rename; a reader sees the old file or the new one."""
        if not self._fresh:
            return
        merged = {**_load(self.path), **self._fresh}
        kept = dict(list(merged.items())[-MOST_ENTRIES:])
        lines = (f"{id}{_FIELD}{line}" for id, line in kept.items())
        with suppress(OSError):
            _write(self.path, "\n".join(lines).encode("utf-8", "surrogatepass"))


def _load(path: Path) -> dict[str, str]:
    try:
        checksum, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        return {}
    if not body or checksum != _checksum(body):
        return {}
    return dict(line.split(_FIELD, 1) for line in body.decode("utf-8", "surrogatepass").split("\n"))


def _checksum(body: bytes) -> bytes:
    return b"%08x" % zlib.crc32(body)  # against accidents: who can write here can compute any


def _write(path: Path, body: bytes) -> None:
    import tempfile  # loads much, and a hook mostly has nothing to write

    path.parent.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_checksum(body) + b"\n" + body)
        Path(name).replace(path)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise


# What separates is what no migration has in an id, a label or a message. A format of our own, as a
# hook spends more time on loading `json` than on a thousand of these lines.
_FIELD, _ITEM, _NONE = "\x1f", "\x1e", "\x1d"


def _line(each: Revision) -> str:
    claimed, revises = each.claims
    return _FIELD.join(
        (
            each.id,
            _ITEM.join(each.parents),
            _ITEM.join(each.depends_on),
            _ITEM.join(each.labels),
            each.message,
            _NONE if claimed is None else claimed,
            _NONE if revises is None else _ITEM.join(revises),
            _ITEM.join(sorted(each.unresolved)),
            _ITEM.join(each.lines),
            _ITEM.join(map(str, each.lines.values())),
        )
    )


def _revision(path: str, line: str) -> Revision:
    id, *lists, message, claimed, revises, unresolved, names, numbers = line.split(_FIELD)
    parents, depends_on, labels = map(_items, lists)
    said = None if revises == _NONE else _items(revises)
    return Revision(
        id,
        path,
        parents,
        depends_on,
        labels,
        message,
        Claims(None if claimed == _NONE else claimed, said),
        frozenset(_items(unresolved)),
        _lines(names, numbers),
    )


@cache
def _lines(names: str, numbers: str) -> Mapping[str, int]:
    """The same for most: a template puts every variable on the same line."""
    return dict(zip(_items(names), map(int, _items(numbers)), strict=True))


def _items(text: str) -> tuple[str, ...]:
    return tuple(text.split(_ITEM)) if text else ()


def _is_kept_whole(revision: Revision, line: str) -> bool:
    """Whether the line gives the same revision back: a message may hold what separates."""
    try:
        return "\n" not in line and _revision(revision.path, line) == revision
    except ValueError:
        return False
