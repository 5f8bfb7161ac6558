"""The graph of a migration history, whole even where the history is broken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from migbot.core.model import Revision, Unreadable

Ids = tuple[str, ...]

MOST_PASTS = 64
"""Answers about ancestors that a graph keeps: a fork is asked for the same few by every rule."""


class RevisionGraph:
    """Revisions and what ties them: heads, bases, order, and what is wrong with them.

    Missing parents, duplicate ids and cycles are facts here, not errors. Heads are Alembic's
    (`ScriptDirectory.get_heads`): revisions that no `down_revision` names; `depends_on` does not
    count. All answers are sorted by id unless they say otherwise.
    """

    def __init__(
        self, revisions: Iterable[Revision], unreadable: Iterable[Unreadable] = ()
    ) -> None:
        self.revisions = tuple(sorted(revisions, key=lambda each: each.path))
        self.unreadable = tuple(unreadable)
        self._pasts: dict[tuple[frozenset[str], bool], frozenset[str]] = {}

    @property
    def below(self) -> RevisionGraph | None:
        """The graph that this one only adds files to, where that is known."""
        return None

    @cached_property
    def paths(self) -> frozenset[str]:
        """The files of all revisions."""
        return frozenset(each.path for each in self.revisions)

    @cached_property
    def by_id(self) -> Mapping[str, Revision]:
        """Each id's revision; of a duplicate, the one whose path sorts first."""
        return {each.id: each for each in reversed(self.revisions)}

    @cached_property
    def duplicates(self) -> Mapping[str, tuple[Revision, ...]]:
        """Ids that more than one file declares, with the files."""
        if len(self.by_id) == len(self.revisions):
            return {}
        files: dict[str, list[Revision]] = defaultdict(list)
        for each in self.revisions:
            files[each.id].append(each)
        return {name: tuple(found) for name, found in sorted(files.items()) if len(found) > 1}

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Each branch label and the id of the revision that declares it."""
        return {label: each.id for each in reversed(self.revisions) for label in each.labels}

    @cached_property
    def labelled(self) -> frozenset[str]:
        """The revisions that declare a branch label, or may: what they declare is computed."""
        return frozenset(
            name
            for name, each in self.by_id.items()
            if each.labels or "branch_labels" in each.unresolved
        )

    @cached_property
    def missing(self) -> tuple[tuple[Revision, str], ...]:
        """Pairs of a revision and an id that it names as parent or dependency and no file has."""
        return tuple(
            (each, name)
            for each in self.revisions
            for name in (*each.parents, *each.depends_on)
            if name not in self.by_id and not (name in self.labels and name in each.depends_on)
        )

    @cached_property
    def heads(self) -> Ids:
        """Revisions that no other names as parent."""
        named = {parent for each in self.revisions for parent in each.parents}
        return tuple(sorted(self.by_id.keys() - named))

    @cached_property
    def bases(self) -> Ids:
        """Revisions without a parent."""
        return tuple(sorted(each.id for each in self.by_id.values() if not each.parents))

    @cached_property
    def children(self) -> Mapping[str, Ids]:
        """The revisions that name an id as parent."""
        below: dict[str, list[str]] = defaultdict(list)
        for each in self.by_id.values():
            for parent in each.parents:
                below[parent].append(each.id)
        return {name: tuple(sorted(found)) for name, found in below.items()}

    def needs(self, name: str) -> Ids:
        """What must have run before `name`: parents, then dependencies, labels resolved."""
        each = self.by_id[name]
        wanted = each.parents
        if each.depends_on:
            wanted = (*wanted, *(self.labels.get(other, other) for other in each.depends_on))
        if len(wanted) < 2:  # most have one parent, and a commit waits for a thousand of them
            return wanted if wanted and wanted[0] in self.by_id else ()
        return tuple(other for other in dict.fromkeys(wanted) if other in self.by_id)

    @cached_property
    def effective_heads(self) -> Ids:
        """Heads that no other revision depends on either (Alembic's "effective head")."""
        needed = {other for name in self.by_id for other in self.needs(name)}
        return tuple(sorted(self.by_id.keys() - needed))

    def ancestors(self, names: Iterable[str], *, depends: bool = False) -> frozenset[str]:
        """`names` and everything below them by parents, and by dependencies if `depends`."""
        asked = frozenset(names), depends
        if asked not in self._pasts:
            if len(self._pasts) == MOST_PASTS:
                self._pasts.clear()
            self._pasts[asked] = self._past(*asked)
        return self._pasts[asked]

    def _past(self, names: Iterable[str], depends: bool) -> frozenset[str]:
        return self._reach(names, self.needs if depends else self._parents)

    def descendants(self, names: Iterable[str]) -> frozenset[str]:
        """`names` and everything that was built on them by parents."""
        return self._reach(names, lambda name: self.children.get(name, ()))

    def _parents(self, name: str) -> Ids:
        return tuple(other for other in self.by_id[name].parents if other in self.by_id)

    def _reach(self, names: Iterable[str], step: Callable[[str], Ids]) -> frozenset[str]:
        seen: set[str] = set()
        waiting = [name for name in names if name in self.by_id]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting.extend(step(name))
        return frozenset(seen)

    @cached_property
    def order(self) -> Ids:
        """Every id after all that it needs, ties by id; members of a cycle are left out."""
        needed_by: dict[str, list[str]] = defaultdict(list)
        open_needs = {}
        for name in self.by_id:
            needs = self.needs(name)
            open_needs[name] = len(needs)
            for other in needs:
                needed_by[other].append(name)
        ready = sorted((name for name, count in open_needs.items() if not count), reverse=True)
        done = []
        while ready:
            name = ready.pop()
            done.append(name)
            for other in sorted(needed_by.get(name, ()), reverse=True):
                open_needs[other] -= 1
                if not open_needs[other]:
                    ready.append(other)
        return tuple(done)

    @cached_property
    def cycle(self) -> Ids:
        """The members of one cycle, each followed by what it needs; empty where there is none."""
        stuck = self.by_id.keys() - set(self.order)
        path: list[str] = []
        name = min(stuck, default="")
        while name and name not in path:
            path.append(name)
            name = min(other for other in self.needs(name) if other in stuck)
        return tuple(path[path.index(name) :]) if name else ()

    @property
    def sound(self) -> bool:
        """Whether every file was read and the graph has no duplicate, gap or cycle."""
        return not (self.unreadable or self.duplicates or self.missing or self.cycle)
