"""What files a repository has at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from migbot.core.value import Port, Value

Files = Mapping[str, bytes]
"""A folder of files at one moment: path from the repository's root (with `/`) -> content."""

LARGEST_FILE = 256 * 1024
"""Bytes; no migration in 4,390 real ones comes near it, and a bomb must not be parsed."""

MOST_FILES = 5_000
"""Entries in one folder; the largest real history has 437."""


class Kind(StrEnum):
    """What an entry of a tree is."""

    FILE = "file"
    LINK = "link"
    SUBMODULE = "submodule"
    UNMERGED = "unmerged"


class Entry(Value):
    """One path of a tree. `id` is git's blob id, the name of its content ("" where unknown).

    Bytes of a name that are not UTF-8 are kept as surrogates (`os.fsdecode`). `tracked` is False
    for a file of the work tree that git does not know yet.
    """

    path: str
    id: str
    kind: Kind = Kind.FILE
    tracked: bool = True


class Tree(Port):
    """One moment of a repository: the work tree, the index, a commit, or a merge not yet made."""

    def entries(self, folder: str, *, deep: bool = False) -> tuple[Entry, ...]:
        """The files in `folder` ("" is the root), sorted by path; `deep` also in those below it."""

    def named(self, *names: str) -> tuple[Entry, ...]:
        """Every file, at any depth, whose last path component is one of `names`, sorted."""

    def read(self, entries: Iterable[Entry]) -> dict[str, bytes]:
        """The content of `entries` by path. What is larger than `LARGEST_FILE` is left out."""


class FileTree(Value):
    """A `Tree` made of plain values."""

    files: Files

    def entries(self, folder: str, *, deep: bool = False) -> tuple[Entry, ...]:
        """See `Tree.entries`."""
        prefix = f"{folder.rstrip('/')}/" if folder else ""
        below = (path for path in self.files if path.startswith(prefix))
        return tuple(
            Entry(path, "") for path in sorted(below) if deep or "/" not in path[len(prefix) :]
        )

    def named(self, *names: str) -> tuple[Entry, ...]:
        """See `Tree.named`."""
        return tuple(
            Entry(path, "") for path in sorted(self.files) if path.rsplit("/", 1)[-1] in names
        )

    def read(self, entries: Iterable[Entry]) -> dict[str, bytes]:
        """See `Tree.read`."""
        asked = {entry.path: self.files[entry.path] for entry in entries}
        return {path: text for path, text in asked.items() if len(text) <= LARGEST_FILE}
