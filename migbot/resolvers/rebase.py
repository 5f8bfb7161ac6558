"""Rebase heads: the first revisions of a branch get the other head as parent, nothing is added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from migbot.core.environment import Environment
from migbot.core.graph import Ids, RevisionGraph
from migbot.core.grown import grown
from migbot.core.history import History
from migbot.core.plan import Edit, Plan
from migbot.core.rewrite import repoint
from migbot.errors import MigbotError
from migbot.resolvers._commands import alembic, upgrade
from migbot.resolvers.outcome import demand_one_head, outcome

Moves = Mapping[str, Ids]
"""The new parents of each revision that gets others."""


def rebase(
    history: History, heads: tuple[str, ...], settled: frozenset[str], *, reason: str = ""
) -> Plan:
    """A plan that puts `heads` one on the other by rewriting `down_revision`.

    `settled` are the revisions that must not be re-pointed, as databases may have run them: the
    head that is one of them stays, the others are put on it in order of their ids; without one
    the first stays. Within a branch everything keeps its shape: only parents outside of it are
    replaced, `depends_on` and labels stay. `Plan.first` undoes the moved revisions on a database
    that ran them. Raises MigbotError where a published revision would have to move, and where a
    file cannot be rewritten.
    """
    graph = history.graph
    stays, *others = in_line(heads, settled)
    moves = moved(graph, stays, others, settled)
    edits = tuple(_edit(history, name, moves[name]) for name in sorted(moves))
    after = outcome(graph, edits)
    own = frozenset[str]().union(*(_own(graph, head, stays) for head in others))
    plan = Plan(
        "rebase",
        reason,
        edits,
        first=tuple(_undo(graph, own, history.environment)),
        then=(upgrade(history.environment, len(after.heads)),),
    )
    return demand_one_head(graph, heads, plan, after)


def in_line(heads: Iterable[str], settled: frozenset[str]) -> Ids:
    """The heads in the order in which they will stand on one another, the one that stays first."""
    return tuple(sorted(heads, key=lambda each: (each not in settled, each)))


def moved(
    graph: RevisionGraph, stays: str, others: Iterable[str], settled: frozenset[str]
) -> Moves:
    """The new parents that put each of `others` on `stays`, then on the one before it.

    Raises MigbotError where that would move a revision that is one of `settled`, or that one of
    them is built on.
    """
    moves: dict[str, Ids] = {}
    for head in others:
        own = _own(graph, head, stays)
        for name in sorted(graph.descendants(own) & settled):
            raise MigbotError(
                f"{name} is published and would have to move onto {stays}: databases that ran it "
                f"would skip what comes before it.",
                "migbot resolve --strategy merge",
            )
        step = {name: _parents(graph, name, own, stays) for name in own}
        moves |= {name: new for name, new in step.items() if new != graph.by_id[name].parents}
        graph = _with_parents(graph, moves)
        stays = head
    return moves


def _own(graph: RevisionGraph, head: str, onto: str) -> frozenset[str]:
    return graph.ancestors([head]) - graph.ancestors([onto])


def _parents(graph: RevisionGraph, name: str, own: frozenset[str], onto: str) -> Ids:
    """Parents within the branch stay; those outside are below `onto`, which the roots stand on."""
    return tuple(each for each in graph.by_id[name].parents if each in own) or (onto,)


def _with_parents(graph: RevisionGraph, moves: Moves) -> RevisionGraph:
    moving = (each for each in graph.revisions if each.id in moves)
    return grown(graph, [each._replace(parents=moves[each.id]) for each in moving])


def _edit(history: History, name: str, parents: Ids) -> Edit:
    path = history.graph.by_id[name].path
    was = history.source(path)
    return Edit(path, repoint(path, was, parents), was, name, parents)


def _undo(graph: RevisionGraph, own: frozenset[str], environment: Environment) -> Iterator[str]:
    """The commands that take a database back below `own`.

    `alembic downgrade P` reverts all that is built on P, so the lowest of the old parents are
    enough; `ID@base` reverts a branch that had no parent. Never `-1`: at a fork it is ambiguous.
    """
    roots = [graph.by_id[name] for name in sorted(own) if not {*graph.by_id[name].parents} & own]
    yield from (alembic(environment, "downgrade", f"{x.id}@base") for x in roots if not x.parents)
    below = {each.parents[0] for each in roots if each.parents}
    for name in sorted(below):
        if not (graph.ancestors([name]) - {name}) & below:
            yield alembic(environment, "downgrade", name)
