"""What a report comes to, worked out again from what was found, and never better than it says.

A report may come from a stranger's run. Where several facts meet, the worst of them counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, filterfalse

from migbot.core.forecast import Clash
from migbot.core.model import Finding, Severity
from migbot.core.report import CONFLICTS, EnvironmentReport, Report, Unknown, Verdict, verdict_of
from migbot.core.trip import verdict_of_trips
from migbot.core.trips import RoundTrip

NEUTRAL = "neutral"
"""The base is forked and the change has not made that worse: its author has nothing to mend."""

NONE = "none"
"""No round trip was made, and none is told of."""

_WORST_FIRST = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS)
_FORK = "MB101"


def worst(*verdicts: Verdict) -> Verdict:
    """The one that counts: a failure that was seen outweighs what could not be."""
    return min(verdicts, key=_WORST_FIRST.index)


def graph_word(report: Report) -> str:
    """What the static half comes to: a verdict, or `neutral`."""
    found = verdict_of(report.findings, report.unknown)
    if any(each.clash is Clash.NEEDS for each in report.forecast):
        found = Verdict.FAIL
    trips = trip_word(report)
    told = found if trips == NONE else worst(found, Verdict(trips))
    if worst(told, report.verdict) is not told:
        found = report.verdict  # the report knows of something worse than it tells
    forked = found is Verdict.PASS and bool(forked_before(report))
    return NEUTRAL if forked else str(found)


def trip_word(report: Report) -> str:
    """What the round trips come to: a verdict, or `none` where there are none."""
    if not report.round_trips:
        return NONE
    missing = [Verdict.UNKNOWN] if unproved(report) else []
    return str(worst(*map(of_trip, report.round_trips), *missing))


def of_trip(trip: RoundTrip) -> Verdict:
    """A round trip's verdict, or a worse one where its own parts tell of it."""
    if trip.verdict is Verdict.FAIL:
        return trip.verdict
    parts = [trip.verdict, verdict_of_trips(trip.revisions)]
    parts += [Verdict.UNKNOWN] if trip.unknown else []
    return worst(*parts)


def unproved(report: Report) -> tuple[str, ...]:
    """New revisions of which no round trip tells, though there are round trips."""
    if not report.round_trips:
        return ()
    told = {each.revision for trip in report.round_trips for each in trip.revisions}
    added = chain.from_iterable(environment.added for environment in report.environments)
    return tuple(filterfalse(told.__contains__, added))


def forked_before(report: Report) -> tuple[EnvironmentReport, ...]:
    """The environments whose base had too many heads already, and has no more of them now."""
    told = {found.environment for found in report.findings if is_old_fork(found)}
    return tuple(
        each
        for each in report.environments
        if each.name in told and 1 < len(each.heads_before) >= len(each.heads)
    )


def is_old_fork(found: Finding) -> bool:
    """Whether a finding tells of a fork that is not this change's doing."""
    return found.code == _FORK and found.severity is not Severity.ERROR


def conflicts(report: Report) -> tuple[Unknown, ...]:
    """The files on which the merge itself would stop."""
    return tuple(each for each in report.unknown if each.reason == CONFLICTS)


def changes_migrations(report: Report) -> bool:
    """Whether the change has added, edited or removed a migration."""
    return any(each.added or each.edited or each.removed for each in report.environments)


def failed_trips(report: Report) -> Iterator[RoundTrip]:
    """The round trips that failed."""
    return (trip for trip in report.round_trips if of_trip(trip) is Verdict.FAIL)
