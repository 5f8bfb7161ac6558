"""What a picture says beside a revision: head, base, labels, dependencies, and what is broken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from migbot.core.graph import RevisionGraph
from migbot.core.model import Revision
from migbot.core.value import Value


class Mark(Value):
    """The words beside one revision (foreign text in them is as it was found), and its kind."""

    words: tuple[str, ...]
    head: bool = False
    new: bool = False
    broken: bool = False


def marks(graph: RevisionGraph, new: Collection[str] = ()) -> Mapping[str, Mark]:
    """The mark of every revision of `graph`; those whose id is in `new` are new."""
    faults = _faults(graph)
    return {
        name: Mark(
            (*_roles(graph, each, new), *faults[name]),
            head=name in graph.heads,
            new=name in new,
            broken=bool(faults[name]),
        )
        for name, each in graph.by_id.items()
    }


def _roles(graph: RevisionGraph, each: Revision, new: Collection[str]) -> Iterator[str]:
    if each.id in new:
        yield "new"
    if each.id in graph.heads:
        yield "head"
    if not each.parents:
        yield "base"
    yield from (f"label {label}" for label in each.labels)
    if each.depends_on:
        yield f"depends on {', '.join(each.depends_on)}"


def _faults(graph: RevisionGraph) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for each, name in graph.missing:
        kind = "parent" if name in each.parents else "dependency"
        found[each.id].append(f"missing {kind} {name}")
    for name, files in graph.duplicates.items():
        found[name] += [f"also in {each.path}" for each in files[1:]]
    for name in graph.cycle:
        found[name].append("in a cycle")
    return found
