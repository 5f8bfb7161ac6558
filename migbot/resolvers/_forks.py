"""Which heads should be one: those that were named, or those that nobody meant to be apart."""

from __future__ import annotations

import shlex
from collections import defaultdict

from migbot.core.graph import Ids, RevisionGraph
from migbot.core.wording import listed
from migbot.errors import MigbotError


def named_heads(graph: RevisionGraph, names: Ids) -> Ids:
    """The heads that a person named: by id, by branch label, or by a prefix that only one has.

    Raises MigbotError for what is no head, and for fewer than two.
    """
    heads = tuple(sorted({_named(graph, name) for name in names}))
    if len(heads) < 2:
        raise MigbotError(
            f"{listed(heads)} is one head; at least two can become one.",
            f"migbot resolve {shlex.join(graph.heads)}",
        )
    return heads


def _named(graph: RevisionGraph, name: str) -> str:
    label = graph.labels.get(name)
    above = graph.descendants([label]) if label else frozenset()
    for found in ({name}, above, {head for head in graph.heads if head.startswith(name)}):
        heads = [head for head in graph.heads if head in found]
        if len(heads) == 1 and name:
            return heads[0]
    known = f"The heads are {listed(graph.heads)}: migbot heads"
    if name in graph.by_id:
        raise MigbotError(f"{name} is not a head: others are built on it.", known)
    raise MigbotError(f"{name!r} names no head.", known)


def fork(graph: RevisionGraph, expected: int) -> Ids:
    """The heads that should be one, or none where all heads are meant.

    As many heads as are expected are meant. Of more, those are a fork that share a history and
    carry the same branch labels; separate branches are joined only where somebody names them.
    Raises MigbotError where it cannot be told which heads belong together.
    """
    if len(graph.heads) <= expected:
        return ()
    lines = _lines(graph)
    forks = [line for line in lines if len(line) > 1]
    if len(forks) == 1 and len(lines) >= expected:
        return forks[0]
    heads = listed(graph.heads)
    if not forks:
        why = "they are separate branches (other labels, or no revision in common)"
    elif len(forks) > 1:
        why = f"there are {len(forks)} forks"
    else:
        why = "which of them belong together is not known"
    raise MigbotError(
        f"{len(graph.heads)} heads ({heads}) where {expected} expected, and {why}.",
        f"Name those that should be one: migbot resolve {shlex.join((forks or [graph.heads])[0])}"
        f"\nor, if all are meant, set in [tool.migbot]: expected_heads = {len(graph.heads)}",
    )


def _lines(graph: RevisionGraph) -> list[Ids]:
    """The heads in groups with the same labels and a revision in common."""
    groups: dict[frozenset[str], list[set[str]]] = defaultdict(list)
    below = {head: graph.ancestors([head]) for head in graph.heads}
    for head in graph.heads:
        named = graph.labelled & below[head]
        labels = frozenset(label for name in named for label in graph.by_id[name].labels)
        near = [group for group in groups[labels] if any(below[head] & below[x] for x in group)]
        groups[labels] = [group for group in groups[labels] if group not in near]
        groups[labels].append({head}.union(*near))
    return [tuple(sorted(group)) for found in groups.values() for group in found]
