"""A folder on disk as a `Tree`, links and all, with no git: what the oracle sees, read by us."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from migbot.core.files import LARGEST_FILE, Entry, Kind


def write_all(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Write every file, with the folders it needs."""
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)


@dataclass(frozen=True, slots=True)
class DiskTree:
    """The files below `root`; a link is an entry, and what lies behind it is not."""

    root: Path

    def entries(self, folder: str, *, deep: bool = False) -> tuple[Entry, ...]:
        prefix = f"{folder}/" if folder else ""
        below = [entry for entry in self._all() if entry.path.startswith(prefix)]
        return tuple(each for each in below if deep or "/" not in each.path[len(prefix) :])

    def named(self, *names: str) -> tuple[Entry, ...]:
        return tuple(each for each in self._all() if each.path.rsplit("/", 1)[-1] in names)

    def read(self, entries: Iterable[Entry]) -> dict[str, bytes]:
        files = {entry.path: self.root / entry.path for entry in entries}
        return {
            path: file.read_bytes()
            for path, file in files.items()
            if file.stat().st_size <= LARGEST_FILE
        }

    def _all(self) -> list[Entry]:
        found = []
        for folder, folders, files in os.walk(self.root):
            for name in [*files, *folders]:
                path = Path(folder, name)
                if path.is_symlink() or name in files:
                    kind = Kind.LINK if path.is_symlink() else Kind.FILE
                    found.append(Entry(path.relative_to(self.root).as_posix(), "", kind))
        return sorted(found, key=lambda each: each.path)
