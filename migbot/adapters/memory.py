"""What was read before, kept by blob id in the git folder; a hint that may vanish any time."""

from __future__ import annotations

import json
import os
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from migbot.core.files import Entry
from migbot.core.model import Claims, Revision, Unreadable
from migbot.core.parse import read_revision

# Raised whenever parse.py reads the same bytes differently. Python's own version is a part of the
# name because what it accepts as syntax is a part of what was read.
FORMAT = 1

Reader = Callable[[str, bytes], Revision | Unreadable]
"""What reads one file: path and content in, a Revision or why there is none out."""

MOST_ENTRIES = 20_000


class BlobMemory:
    """Revisions by blob id, as JSON behind a checksum in `folder`.

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
        self._fresh: dict[str, list[Any]] = {}

    @cached_property
    def _known(self) -> dict[str, list[Any]]:
        return _load(self.path)

    def recall(self, entry: Entry) -> Revision | None:
        """See `core.history.Memory`."""
        kept = self._known.get(entry.id) if entry.id else None
        return _revision(entry.path, kept) if kept else None

    def keep(self, entry: Entry, revision: Revision) -> None:
        """See `core.history.Memory`; it is on disk after `save`."""
        if entry.id:
            self._fresh[entry.id] = _plain(revision)

    def save(self) -> None:
        """Write what is new, in one rename; a reader sees the old file or the new one."""
        if not self._fresh:
            return
        merged = {**_load(self.path), **self._fresh}
        kept = dict(list(merged.items())[-MOST_ENTRIES:])
        with suppress(OSError):
            _write(self.path, json.dumps(kept, separators=(",", ":")).encode())


def _load(path: Path) -> dict[str, list[Any]]:
    try:
        checksum, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        return {}
    if checksum != _checksum(body):
        return {}
    known: dict[str, list[Any]] = json.loads(body)
    return known


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


def _plain(each: Revision) -> list[Any]:
    claims = [each.claims.revision, each.claims.revises]
    lists = [each.parents, each.depends_on, each.labels]
    return [each.id, *lists, each.message, *claims, each.lines, sorted(each.unresolved)]


def _revision(path: str, kept: list[Any]) -> Revision:
    name, parents, depends_on, labels, message, claimed, revises, lines, unresolved = kept
    return Revision(
        id=name,
        path=path,
        parents=tuple(parents),
        depends_on=tuple(depends_on),
        labels=tuple(labels),
        message=message,
        claims=Claims(claimed, None if revises is None else tuple(revises)),
        lines=lines,
        unresolved=frozenset(unresolved),
    )
