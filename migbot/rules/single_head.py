"""MB101: the history has no more heads than it should have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from migbot.core.check import Remark, rule
from migbot.core.graph import RevisionGraph
from migbot.core.history import Change
from migbot.core.model import Revision, Severity
from migbot.core.settings import Settings
from migbot.core.wording import counted, listed

MOST_COMPARED = 50
"""Heads that are compared in pairs; nobody means to have more, and comparing them all is slow."""

REPAIR = "migbot resolve"


@rule("MB101", structural=True)
def single_head(change: Change, settings: Settings) -> Iterator[Remark]:
    """More heads than expected, or than the base had: `alembic upgrade head` would refuse.

    Branches that a label keeps apart on the base are meant. A label that the change itself brings
    is no permission (nobody waives their own gate): `expected_heads` in the base's settings is.
    """
    after, before = change.after.graph, change.before.graph
    if after.duplicates or after.missing or after.cycle:
        return  # the graph is broken otherwise: its own rules say how, and heads would mislead
    meant = _branches(after if change.on_base else before)
    wanted = max(change.after.environment.expected_heads, len(meant))
    if len(after.heads) <= wanted:
        return
    if change.on_base:
        yield from _as_it_stands(after, meant, wanted)
    elif len(after.heads) <= len(before.heads):
        yield _forked_before(after, wanted)
    else:
        yield from _forks(change, wanted)


def _branches(graph: RevisionGraph) -> list[list[str]]:
    """The heads in groups, one for each branch that a label keeps apart from the others."""
    if len(graph.heads) > MOST_COMPARED:
        return [list(graph.heads)]
    groups: list[list[str]] = []
    for head in graph.heads:
        near = [each for each in groups if any(not _apart(graph, head, name) for name in each)]
        groups = [each for each in groups if each not in near]
        groups.append([*(name for each in near for name in each), head])
    return groups


def _apart(graph: RevisionGraph, one: str, other: str) -> bool:
    """Whether a branch label stands on one side of two heads and not below both."""
    sides = graph.ancestors([one]) ^ graph.ancestors([other])
    return not graph.labelled.isdisjoint(sides)


def _as_it_stands(graph: RevisionGraph, branches: list[list[str]], wanted: int) -> Iterator[Remark]:
    for heads in branches:
        if len(heads) > 1:
            text = f"{_counted(graph, wanted)}: {listed(heads)}; {_where(_partings(graph, heads))}"
            yield Remark(text, REPAIR, graph.by_id[max(heads)], at="down_revision")


def _forked_before(graph: RevisionGraph, wanted: int) -> Remark:
    where = _where(_partings(graph, list(graph.heads)))
    text = f"{_counted(graph, wanted)}: {listed(graph.heads)}; {where}"
    return Remark(
        f"{text}. The base was forked before this change", REPAIR, severity=Severity.WARNING
    )


def _forks(change: Change, wanted: int) -> Iterator[Remark]:
    """One remark for each set of heads that new ones stand in."""
    forks: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for head in _new_heads(change)[:MOST_COMPARED]:
        forks[tuple(sorted({head, *_rivals(change, head)}))].append(head)
    for heads, new in forks.items():
        if len(heads) > 1:
            yield _fork(change, list(heads), new, wanted)
        else:
            yield _branch_of_its_own(change, new[0], wanted)


def _new_heads(change: Change) -> list[str]:
    """The heads that the base did not have, less those that only carry one of its heads on."""
    after, before = change.after.graph, change.before.graph
    heirs: dict[str, list[str]] = defaultdict(list)
    for head in after.heads:
        for was in set(before.heads) & after.ancestors([head]):
            heirs[was].append(head)
    carried_on = {heads[0] for heads in heirs.values() if len(heads) == 1}
    return [name for name in after.heads if name not in carried_on]


def _rivals(change: Change, head: str) -> list[str]:
    """The heads that share a past with `head`, and that no label of the base keeps apart."""
    after, before = change.after.graph, change.before.graph
    past = after.ancestors([head])
    return [
        other
        for other in after.heads
        if other != head
        and past & after.ancestors([other])
        and not before.labelled & (past ^ after.ancestors([other]))
    ]


def _fork(change: Change, heads: list[str], new: list[str], wanted: int) -> Remark:
    graph, partings = change.after.graph, _partings(change.after.graph, heads)
    added, old = {each.id for each in change.added}, set(change.before.graph.by_id)
    groups = (
        ("new", [name for name in new if name in added]),
        ("on the base, and built on no more", [name for name in new if name not in added]),
        ("on the base", [name for name in heads if name not in new and name in old]),
        ("built on the base's head", [name for name in heads if name not in {*new, *old}]),
    )
    who = "; ".join(f"{listed(names)} {_is(names)} {what}" for what, names in groups if names)
    text = f"{_counted(graph, wanted)}: {who}; {_where(partings)}"
    return Remark(text, REPAIR, _root(change, new[-1], partings), at="down_revision")


def _is(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _root(change: Change, head: str, partings: list[str]) -> Revision:
    """Where the new side leaves the other: the file whose `down_revision` names the parting."""
    graph, below = change.after.graph, change.after.graph.ancestors([head])
    added = [each for each in change.added if each.id in below]
    roots = (each for each in added if set(each.parents) & set(partings))
    return next(roots, graph.by_id[head])


def _branch_of_its_own(change: Change, head: str, wanted: int) -> Remark:
    graph, below = change.after.graph, change.after.graph.ancestors([head])
    added = {each.id for each in change.added} & below
    root = graph.by_id[next((name for name in graph.order if name in added), head)]
    others = [name for name in graph.heads if name != head]
    repair = REPAIR
    if not root.parents:
        repair = f'Write down_revision = "{others[0]}"' if len(others) == 1 else "Give it a parent"
    text = f"{_counted(graph, wanted)}: {listed([head])} is new, and begins a branch of its own"
    return Remark(
        f"{text} beside {listed(others)}",
        f"{repair}; or, if it is meant: expected_heads = {len(graph.heads)} in the base's settings",
        root,
        at="down_revision",
    )


def _partings(graph: RevisionGraph, heads: list[str]) -> list[str]:
    """The last revisions that each head shares with another."""
    pasts = [graph.ancestors([name]) for name in heads[:MOST_COMPARED]]
    found: set[str] = set()
    every = frozenset().union(*pasts)
    rest = (frozenset().union(*(other for other in pasts if other is not past)) for past in pasts)
    for shared in {past & others for past, others in zip(pasts, rest, strict=True)}:
        # the last of them are heads, or have a child that is not shared: of thousands, a few
        above = {parent for name in every - shared for parent in graph.by_id[name].parents}
        last = shared & above.union(heads)
        found |= {name for name in last if shared.isdisjoint(graph.children.get(name, ()))}
    return sorted(found)


def _where(partings: list[str]) -> str:
    return f"they part at {listed(partings)}" if partings else "they share no revision"


def _counted(graph: RevisionGraph, wanted: int) -> str:
    heads = counted(len(graph.heads), "head")
    return f"{heads} where {wanted} {'is' if wanted == 1 else 'are'} expected"
