"""A graph with files on top of another one's, told without walking the other again."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Mapping
from functools import cached_property

from migbot.core.graph import Ids, RevisionGraph
from migbot.core.model import Revision


class GrownGraph(RevisionGraph):
    """A sound graph (`below`) and revisions that nothing in it can feel; see `grown`.

    It answers as the graph of all of them does. Of hundreds of changes to one base each adds a
    revision or two to thousands, and those are walked for the base alone.
    """

    def __init__(self, below: RevisionGraph, own: Iterable[Revision]) -> None:
        super().__init__(own)
        self.own = self.revisions
        self._below = below
        every = list(below.revisions)
        for each in self.own:
            insort(every, each, key=lambda one: one.path)
        self.revisions = tuple(every)

    @property
    def below(self) -> RevisionGraph:
        """See `RevisionGraph.below`."""
        return self._below

    @cached_property
    def _of_own(self) -> RevisionGraph:
        return RevisionGraph(self.own)

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """See `RevisionGraph.labels`."""
        return self.below.labels

    @cached_property
    def labelled(self) -> frozenset[str]:
        """See `RevisionGraph.labelled`."""
        return self.below.labelled | self._of_own.labelled

    @cached_property
    def missing(self) -> tuple[tuple[Revision, str], ...]:
        """See `RevisionGraph.missing`."""
        known, labels = self.by_id, self.labels
        return tuple(
            (each, name)
            for each, name in self._of_own.missing
            if name not in known and not (name in labels and name in each.depends_on)
        )

    @cached_property
    def heads(self) -> Ids:
        """See `RevisionGraph.heads`."""
        named = {parent for each in self.own for parent in each.parents}
        candidates = {*self.below.heads, *(each.id for each in self.own)}
        return tuple(sorted(candidates - named))

    @cached_property
    def bases(self) -> Ids:
        """See `RevisionGraph.bases`."""
        return tuple(sorted((*self.below.bases, *self._of_own.bases)))

    @cached_property
    def children(self) -> Mapping[str, Ids]:
        """See `RevisionGraph.children`."""
        old, new = self.below.children, self._of_own.children
        joined = {name: tuple(sorted((*old.get(name, ()), *ids))) for name, ids in new.items()}
        return {**old, **joined}

    @cached_property
    def cycle(self) -> Ids:
        """See `RevisionGraph.cycle`: what is below is in none, and waits for nothing above."""
        return self._of_own.cycle

    def _past(self, names: Iterable[str], depends: bool) -> frozenset[str]:
        mine: set[str] = set()
        old: set[str] = set()
        waiting = [name for name in names if name in self.by_id]
        while waiting:
            name = waiting.pop()
            if name in self.below.by_id:
                old.add(name)
            elif name not in mine:
                mine.add(name)
                waiting.extend(self.needs(name) if depends else self._parents(name))
        return self.below.ancestors(old, depends=depends) | mine


def grown(graph: RevisionGraph, found: Iterable[Revision]) -> RevisionGraph:
    """The graph with `found` in it, in the place of files that had their paths."""
    new = tuple(found)
    paths = {each.path for each in new}
    below = graph.below or graph
    own = graph.own if isinstance(graph, GrownGraph) else ()
    mine = (*(each for each in own if each.path not in paths), *new)
    if _apart(below, mine):
        return GrownGraph(below, mine)
    kept = (each for each in graph.revisions if each.path not in paths)
    return RevisionGraph((*kept, *new), graph.unreadable)


def _apart(below: RevisionGraph, own: tuple[Revision, ...]) -> bool:
    """Whether nothing below can feel `own`: they replace no file, and no name means them there."""
    ids = {each.id for each in own}
    known = below.by_id.keys() | below.labels.keys()
    return (
        below.sound
        and len(ids) == len(own)
        and not ids & known
        and not any(each.labels for each in own)
        and not {each.path for each in own} & below.paths
    )
