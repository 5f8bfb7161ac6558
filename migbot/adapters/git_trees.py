"""The trees that git keeps: a commit's, and the index."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property

from migbot.adapters.git_listing import GitTree, escaped, of_index, of_tree, with_work_tree
from migbot.adapters.git_process import Endless, Repository, endless, listing
from migbot.adapters.git_read import is_id, need
from migbot.core.files import Entry


def commit(repo: Repository, name: str) -> CommitTree:
    """The tree of a commit, named by a ref or a whole id (that of a tree will do).

    Raises MigbotError where the name leads to no commit.
    """
    return CommitTree(repo, name if is_id(name) else need(repo, name))


def index(repo: Repository) -> IndexTree:
    """What is staged, in the index that the environment names (`git commit FILE` has its own)."""
    return IndexTree(with_work_tree(repo))


class _ListedTree(GitTree):
    """A tree that git lists whole, once: each process costs more than looking through the list.

    Where that is endless, a folder of it can be listed all the same.
    """

    def __init__(self, repo: Repository) -> None:
        super().__init__(repo)
        self._found: dict[tuple[str, bool], tuple[Entry, ...]] = {}

    def entries(self, folder: str, *, deep: bool = False) -> tuple[Entry, ...]:
        """See `Tree.entries`; each question is answered once, as several ask the same."""
        if (folder, deep) not in self._found:
            self._found[folder, deep] = GitTree.entries(self, folder, deep=deep)
        return self._found[folder, deep]

    def _below(self, folder: str, deep: bool) -> list[Entry]:
        inside = os.fsencode(f"{folder}/") if folder else b""
        start = len(inside)
        whole = self._whole
        return self._parsed(
            record
            for record in (self._list(folder, deep) if whole is None else whole)
            if (path := _path(record)).startswith(inside) and (deep or b"/" not in path[start:])
        )

    def _all(self, names: tuple[str, ...]) -> list[Entry]:
        whole = self._whole
        if whole is None:
            raise endless()
        endings = tuple(os.fsencode(name) for name in names)
        return self._parsed(record for record in whole if record.endswith(endings))

    @cached_property
    def _whole(self) -> list[bytes] | None:
        try:
            return self._list("", deep=True)
        except Endless:
            return None

    def _list(self, folder: str, deep: bool) -> list[bytes]:
        raise NotImplementedError

    def _parsed(self, records: Iterable[bytes]) -> list[Entry]:
        raise NotImplementedError


class CommitTree(_ListedTree):
    """The tree of a commit (or a bare tree), by its id."""

    def __init__(self, repo: Repository, id: str) -> None:
        super().__init__(repo)
        self.id = id

    def _list(self, folder: str, deep: bool) -> list[bytes]:
        paths = [f":(top,literal){folder}/"] if folder else []
        return self._ls_tree(*["-r"] * deep, self.id, "--", *paths)

    def _at(self, paths: list[str]) -> list[Entry]:
        return self._parsed(self._ls_tree(self.id, "--", *(f":(top,literal){p}" for p in paths)))

    def _ls_tree(self, *args: str) -> list[bytes]:
        return listing(self.repo, "ls-tree", "-z", "--full-tree", *args)

    def _parsed(self, records: Iterable[bytes]) -> list[Entry]:
        return [of_tree(record) for record in records if not record.startswith(b"040000")]


class IndexTree(_ListedTree):
    """The index, whatever its format: git itself reads it."""

    def _list(self, folder: str, deep: bool) -> list[bytes]:
        slash = f"{escaped(folder)}/" if folder else ""
        return self._ls_files(f":(top,glob){slash}{'**' if deep else '*'}")

    def _at(self, paths: list[str]) -> list[Entry]:
        return self._parsed(self._ls_files(*(f":(top,literal){path}" for path in paths)))

    def _ls_files(self, *pathspecs: str) -> list[bytes]:
        return listing(self.repo, "ls-files", "-s", "-z", "--", *pathspecs)

    def _parsed(self, records: Iterable[bytes]) -> list[Entry]:
        # an unmerged path has a record for each side
        return list({entry.path: entry for entry in map(of_index, records)}.values())


def _path(record: bytes) -> bytes:
    return record[record.index(b"\t") + 1 :]
