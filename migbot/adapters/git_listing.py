"""What the trees of a repository have in common: how paths are listed and said by git."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable

from migbot.adapters.git_blobs import read_blobs
from migbot.adapters.git_process import Repository
from migbot.core.files import MOST_FILES, Entry, Kind
from migbot.errors import MigbotError

KINDS = {b"120000": Kind.LINK, b"160000": Kind.SUBMODULE}


class GitTree:
    """What the three have in common: see `migbot.core.files.Tree` for the promises."""

    def __init__(self, repo: Repository) -> None:
        self.repo = repo

    def entries(self, folder: str, *, deep: bool = False) -> tuple[Entry, ...]:
        """See `Tree.entries`. A folder that is itself a link or a submodule, or below one, is
        answered with the entry of that: nothing in it belongs to this tree.

        Raises MigbotError where one folder holds more than MOST_FILES.
        """
        folder = folder.rstrip("/")
        found = self._below(folder, deep)
        if len(found) > MOST_FILES:
            _demand_usual(Counter(folder_of(entry.path) for entry in found))
        return _sorted(found) if found or not folder else _sorted(self._instead_of(folder))

    def named(self, *names: str) -> tuple[Entry, ...]:
        """See `Tree.named`. Raises MigbotError where the tree is endless."""
        found = self._all(names) if names else []
        return _sorted(entry for entry in found if entry.path.rpartition("/")[2] in names)

    def read(self, entries: Iterable[Entry]) -> dict[str, bytes]:
        """See `Tree.read`. Only files have content: links, submodules and unmerged paths have none.

        Raises MigbotError where an object is missing, or all is more than LARGEST_READ.
        """
        return read_blobs(self.repo, entries)

    def _instead_of(self, folder: str) -> list[Entry]:
        above = _ancestors(folder)
        found = (entry for entry in self._at(above) if entry.path in above)
        return [entry for entry in found if entry.kind in (Kind.LINK, Kind.SUBMODULE)]

    def _below(self, folder: str, deep: bool) -> list[Entry]:
        raise NotImplementedError

    def _all(self, names: tuple[str, ...]) -> list[Entry]:
        raise NotImplementedError

    def _at(self, paths: list[str]) -> list[Entry]:
        raise NotImplementedError


def _demand_usual(sizes: Counter[str]) -> None:
    folder, size = sizes.most_common(1)[0]
    if size > MOST_FILES:
        raise MigbotError(f"The folder {folder!r} holds more than {MOST_FILES} files.")


def of_tree(record: bytes) -> Entry:
    """`MODE TYPE ID<tab>PATH`, as `git ls-tree` says it."""
    facts, _, path = record.partition(b"\t")
    mode, _, id = facts.split(b" ")
    return Entry(os.fsdecode(path), id.decode(), KINDS.get(mode, Kind.FILE))


def of_index(record: bytes) -> Entry:
    """`MODE ID STAGE<tab>PATH`, as `git ls-files -s` says it."""
    facts, _, path = record.partition(b"\t")
    mode, id, stage = facts.split(b" ")
    if stage != b"0":
        return Entry(os.fsdecode(path), "", Kind.UNMERGED)
    return Entry(os.fsdecode(path), id.decode(), KINDS.get(mode, Kind.FILE))


def of_change(facts: bytes, path: bytes) -> tuple[str, Entry | None]:
    """`:MODE MODE ID ID STATUS` and `PATH`, as `git diff-index --raw` says it: the new side."""
    _, mode, _, id, status = facts.split(b" ")
    name = os.fsdecode(path)
    if status == b"U":
        return name, Entry(name, "", Kind.UNMERGED)
    kept = status != b"D"
    return name, Entry(name, id.decode(), KINDS.get(mode, Kind.FILE)) if kept else None


def folder_of(path: str) -> str:
    """`a/b/c` -> a/b."""
    return path.rpartition("/")[0]


def _sorted(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.path))


def _ancestors(folder: str) -> list[str]:
    """`a/b/c` -> a, a/b, a/b/c."""
    parts = folder.split("/")
    return ["/".join(parts[: end + 1]) for end in range(len(parts))]


def escaped(path: str) -> str:
    """A path in which a glob pathspec finds nothing special."""
    return re.sub(r"([*?\[\]\\])", r"\\\1", path)


def with_work_tree(repo: Repository) -> Repository:
    """The repository; raises MigbotError where it is bare."""
    if repo.root is None:
        raise MigbotError(f"{repo.git_dir} is a bare repository.", "Name a commit in it: --at REF.")
    return repo
