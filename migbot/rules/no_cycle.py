"""MB104: no migration comes before itself."""

from __future__ import annotations

from collections.abc import Iterator

from migbot.core.check import Remark, rule
from migbot.core.graph import Ids, RevisionGraph
from migbot.core.history import Change
from migbot.core.model import Severity
from migbot.core.settings import Settings
from migbot.core.wording import listed, shown

MOST = 20
"""Cycles that are told one by one."""


@rule("MB104", structural=True)
def no_cycle(change: Change, settings: Settings) -> Iterator[Remark]:
    """Migrations that wait for one another: every Alembic command stops with an error."""
    found = list(_cycles(change.after.graph))
    old = {frozenset(members) for members in _cycles(change.before.graph)} if found else ()
    for members in found:
        before = frozenset(members) in old and not change.on_base
        yield _remark(change, members, before)


def _cycles(graph: RevisionGraph) -> Iterator[Ids]:
    """One cycle after the other, none sharing a revision with another."""
    for _ in range(MOST):
        if not graph.cycle:
            return
        yield graph.cycle
        graph = RevisionGraph(each for each in graph.revisions if each.id not in graph.cycle)


def _remark(change: Change, members: Ids, before: bool) -> Remark:
    graph, touched = change.after.graph, {each.id for each in change.touched}
    steps = list(zip(members, (*members[1:], members[0]), strict=True))
    depends = [name for name, needed in steps if needed not in graph.by_id[name].parents]
    variable = "depends_on" if depends else "down_revision"
    suspect = next((name for name in members if name in touched), members[0])
    if len(members) == 1:
        text = f"{shown(members[0])} names itself in {variable}"
    else:
        text = f"{listed(members, most=10)} wait for one another in a circle"
        text += f", through depends_on of {listed(depends)}" if depends else ""
    return Remark(
        text + (" (they did before this change)" if before else ""),
        f"Point {variable} of one of them at a revision that came before.",
        graph.by_id[suspect],
        at="depends_on" if suspect in depends else "down_revision",
        severity=Severity.WARNING if before else None,
    )
