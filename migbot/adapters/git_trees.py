"""The trees that git keeps: a commit's, and the index."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from migbot.adapters.git_blobs import read_blobs
from migbot.adapters.git_listing import (
    GitTree,
    escaped,
    of_change,
    of_index,
    of_tree,
    with_work_tree,
)
from migbot.adapters.git_process import Endless, Repository, endless, listing
from migbot.adapters.git_read import is_id, need
from migbot.core.files import Entry, Kind


def commit(repo: Repository, name: str) -> CommitTree:
    """The tree of a commit, named by a ref or a whole id (that of a tree will do).

    Raises MigbotError where the name leads to no commit.
    """
    return CommitTree(repo, name if is_id(name) else need(repo, name))


def index(repo: Repository, head: CommitTree | None = None) -> GitTree:
    """What is staged, in the index that the environment names (`git commit FILE` has its own).

    Git tells only what differs from `head`, where that is given because it is read anyway.
    """
    whole = with_work_tree(repo)
    return StagedTree(whole, head) if head else IndexTree(whole)


class _KeptTree(GitTree):
    """A tree of which each question is answered once, as several ask the same."""

    def __init__(self, repo: Repository) -> None:
        super().__init__(repo)
        self._found: dict[tuple[str, bool], tuple[Entry, ...]] = {}
        self._named: dict[tuple[str, ...], tuple[Entry, ...]] = {}

    def entries(self, folder: str, *, deep: bool = False) -> tuple[Entry, ...]:
        """See `GitTree.entries`."""
        if (folder, deep) not in self._found:
            self._found[folder, deep] = super().entries(folder, deep=deep)
        return self._found[folder, deep]

    def named(self, *names: str) -> tuple[Entry, ...]:
        """See `GitTree.named`."""
        if names not in self._named:
            self._named[names] = super().named(*names)
        return self._named[names]


class _ListedTree(_KeptTree):
    """A tree that git lists whole, once: each process costs more than looking through the list.

    Where that is endless, a folder of it can be listed all the same.
    """

    def _below(self, folder: str, deep: bool) -> list[Entry]:
        if self._whole is None:
            return self._parsed(self._list(folder, deep))
        name = os.fsencode(folder)
        if not deep:
            return self._parsed(self._folders.get(name, ()))
        inside = name + b"/" if name else b""
        return self._parsed(
            record
            for below, records in self._folders.items()
            if below == name or below.startswith(inside)
            for record in records
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

    @cached_property
    def _folders(self) -> Mapping[bytes, list[bytes]]:
        """The records of each folder: the questions are about folders, and there are several."""
        found: dict[bytes, list[bytes]] = {}
        for record in self._whole or ():
            found.setdefault(_folder(record), []).append(record)
        return found

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


class ChangedTree(_KeptTree):
    """A commit and what differs from it, which is little in a large history.

    `changed` are the paths that differ, each with what is there now, None for nothing.
    """

    def __init__(self, repo: Repository, head: CommitTree) -> None:
        super().__init__(repo)
        self.head = head

    @property
    def changed(self) -> Mapping[str, Entry | None]:
        """The paths that differ, each with what is there, None for nothing."""
        raise NotImplementedError

    def entries(self, folder: str, *, deep: bool = False) -> tuple[Entry, ...]:
        """See `GitTree.entries`. Where nothing differs, the commit's own answer stands."""
        inside = f"{folder.rstrip('/')}/" if folder else ""
        if any(_touch(f"{path}/", inside) for path in self.changed):
            return super().entries(folder, deep=deep)
        return self.head.entries(folder, deep=deep)

    def named(self, *names: str) -> tuple[Entry, ...]:
        """See `GitTree.named`."""
        if any(path.rpartition("/")[2] in names for path in self.changed):
            return super().named(*names)
        return self.head.named(*names)

    def _below(self, folder: str, deep: bool) -> list[Entry]:
        inside = f"{folder}/" if folder else ""
        start = len(inside)
        return self._with_changes(
            self.head.entries(folder, deep=deep),
            lambda path: path.startswith(inside) and (deep or "/" not in path[start:]),
        )

    def _all(self, names: tuple[str, ...]) -> list[Entry]:
        return self._with_changes(
            self.head.named(*names), lambda path: path.rpartition("/")[2] in names
        )

    def _at(self, paths: list[str]) -> list[Entry]:
        return self._with_changes(self.head._at(paths), lambda path: path in paths)

    def _with_changes(self, old: Iterable[Entry], asked: Callable[[str], bool]) -> list[Entry]:
        changed = self.changed
        kept = [each for each in old if each.path not in changed]
        if kept and not asked(kept[0].path):  # what stood in the folder's place: see `entries`
            kept = []
        return kept + [each for each in self._new if asked(each.path)]

    @cached_property
    def _new(self) -> tuple[Entry, ...]:
        return tuple(each for each in self.changed.values() if each)


class StagedTree(ChangedTree):
    """The index as a commit and what differs from it."""

    def read(self, entries: Iterable[Entry]) -> dict[str, bytes]:
        """See `Tree.read`. What differs will be asked for: it comes with the first question."""
        return read_blobs(self.repo, entries, ahead=self._new)

    @cached_property
    def changed(self) -> Mapping[str, Entry | None]:
        """See `ChangedTree.changed`."""
        flags = ("--cached", "--raw", "--no-renames", "--no-abbrev", "-z")
        told = iter(listing(self.repo, "diff-index", *flags, self.head.id, "--"))
        return dict(of_change(facts, path) for facts, path in zip(told, told, strict=True))


class MergedTree(ChangedTree):
    """What a merge into the commit `head` leaves, told by what that changes there.

    `texts` are contents by blob id that were read already.
    """

    def __init__(
        self,
        repo: Repository,
        head: CommitTree,
        changed: Mapping[str, Entry | None],
        texts: dict[str, bytes],
    ) -> None:
        super().__init__(repo, head)
        self._changed, self._texts = changed, texts

    @property
    def changed(self) -> Mapping[str, Entry | None]:
        """See `ChangedTree.changed`."""
        return self._changed

    def read(self, entries: Iterable[Entry]) -> dict[str, bytes]:
        """See `Tree.read`. What `head` has is read once for all merges into it."""
        files = [each for each in entries if each.kind is Kind.FILE]
        unread = [each for each in files if each.id not in self._texts]
        found = read_blobs(self.repo, unread) if unread else {}
        ours = (each for each in unread if each.path in found and each.path not in self._changed)
        self._texts.update({each.id: found[each.path] for each in ours})
        known = {each.path: self._texts[each.id] for each in files if each.id in self._texts}
        return {**found, **known}


def _touch(one: str, other: str) -> bool:
    """Whether one of two paths, each with a slash at its end, is the other or lies below it."""
    return one.startswith(other) or other.startswith(one)


def _folder(record: bytes) -> bytes:
    return record[record.index(b"\t") + 1 :].rpartition(b"/")[0]
