"""A repair that was written is proved, not hoped: the round trip of what it wrote or moved."""

from __future__ import annotations

from migbot.core.course import Trial
from migbot.core.graph import Ids
from migbot.core.history import Change
from migbot.core.plan import PlanReport
from migbot.core.report import Report, Unknown, Verdict
from migbot.core.trips import RoundTrip
from migbot.errors import MigbotError
from migbot.faces.judging import Ask
from migbot.faces.local import Local, as_it_is
from migbot.faces.proving import proved
from migbot.faces.proving_one import Progress
from migbot.workflow import changes


def with_proof(report: Report, ask: Ask, local: Local, progress: Progress) -> Report:
    """The report on a repair, with the round trips of the files as they are now.

    A repair that is proved wrong fails. One that cannot be proved is as good as it was before
    anybody tried: the reason stands in the round trip, and the verdict stays.
    """
    if report.plan is None:
        return report
    trips = _trips(report.plan, ask, local, progress)
    failed = any(trip.verdict is Verdict.FAIL for trip in trips)
    return report._replace(round_trips=trips, verdict=Verdict.FAIL if failed else report.verdict)


def _trips(plan: PlanReport, ask: Ask, local: Local, progress: Progress) -> tuple[RoundTrip, ...]:
    moments = as_it_is(local)
    found = changes(moments, local.settings, ask.selection(local), local.memory)
    trial = Trial(tuple(name for change in found for name in _moved(change, plan)))
    try:
        return proved(local, moments, found, trial, progress)
    except MigbotError as error:  # no interpreter with Alembic, files in conflict
        why = Unknown("round trip", error.message.rstrip("."), error.hint)
        return (RoundTrip("", "", "", Verdict.UNKNOWN, unknown=(why,)),)


def _moved(change: Change, plan: PlanReport) -> Ids:
    """The revisions of an environment that the repair wrote, and those that stand on them."""
    graph = change.after.graph
    moved = graph.descendants(edit.revision for edit in plan.edits)
    return tuple(name for name in graph.order if name in moved)
