"""The way out of the fork that a pull request would make, as its report tells it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from migbot.core.files import Tree
from migbot.core.history import Change
from migbot.core.plan import Plan
from migbot.core.report import Report
from migbot.core.settings import Settings
from migbot.core.templates import read_template
from migbot.core.value import Port
from migbot.errors import MigbotError
from migbot.resolvers.choose import resolve

FORK = "MB101"
"""The rule that a repair answers."""


class Published(Port):
    """What databases may have run beside what the base has."""

    @property
    def certain(self) -> bool:
        """Whether that can be known whole."""

    def ids(self, change: Change) -> frozenset[str]:
        """The revisions of a change's environment."""


def planned(
    report: Report,
    found: Sequence[Change],
    after: Tree,
    settings: Settings,
    published: Published,
) -> Report:
    """The report with a plan, where the change forks a history that was not forked so before.

    `after` is the tree that the merge would leave. There is no plan where no repair is known.
    """
    told = {each.environment for each in report.findings if each.code == FORK}
    forked = [each for each in found if each.after.environment.name in told and _worse(each)]
    try:
        plans = [_plan(each, after, settings, published) for each in forked]
    except MigbotError:
        return report
    return report._replace(plan=joined(plans).report) if plans else report


def _worse(change: Change) -> bool:
    return len(change.after.graph.heads) > len(change.before.graph.heads)


def _plan(change: Change, after: Tree, settings: Settings, published: Published) -> Plan:
    return resolve(
        change.after,
        read_template(after, change.after.environment),
        base_ids=frozenset(change.before.graph.by_id),
        published=published.ids(change),
        certain=published.certain,
        strategy=settings.strategy,
    )


def joined(plans: Iterable[Plan]) -> Plan:
    """One plan of several environments' plans: they are written together or not at all."""
    every = [*plans]
    needed = [plan for plan in every if plan.edits] or every
    return Plan(
        strategy="rebase" if all(each.strategy == "rebase" for each in needed) else "merge",
        reason="; ".join(each.reason for each in needed),
        edits=tuple(edit for each in needed for edit in each.edits),
        first=tuple(line for each in needed for line in each.first),
        then=tuple(dict.fromkeys(line for each in needed for line in each.then)),
    )
