"""Round trips that an untrusted run reports, beside what migbot has read for itself.

Where the code of a pull request ran, it could have written any report. So nothing but the round
trips is taken from there, as what that run says of itself, and what is missing is not a pass.
"""

from __future__ import annotations

from migbot.core.report import EnvironmentReport, Report, Unknown, Verdict, verdict_of
from migbot.core.trip import verdict_of_trips
from migbot.core.trips import RoundTrip


def with_reported_trips(own: Report, theirs: Report, *notes: str) -> Report:
    """`own` with the round trips of `theirs`, of the environments that `own` says have changed.

    The `notes` of each say whose word it is. A round trip that does not tell of every added
    revision, and one that is missing where others were reported, are unknown. Where none was
    reported at all, none is told: who wants none runs none, and a check that never comes is no
    pass.
    """
    if not theirs.round_trips:
        return own
    changed = [each for each in own.environments if each.added or each.edited]
    trips = [trip for each in changed for trip in _of(each, theirs, notes)]
    return _with(own, tuple(trips))


def without_trips(own: Report, reason: str, hint: str) -> Report:
    """`own` where the round trips should be and are not: they are unknown, and why."""
    changed = [each for each in own.environments if each.added or each.edited]
    return _with(own, tuple(_unknown(each.name, reason, hint) for each in changed))


def _of(environment: EnvironmentReport, theirs: Report, notes: tuple[str, ...]) -> list[RoundTrip]:
    found = [trip for trip in theirs.round_trips if trip.environment == environment.name]
    if not found:
        return [_unknown(environment.name, "The run reports no round trip of it.", "")]
    return [_believed(trip, environment)._replace(notes=(*notes, *trip.notes)) for trip in found]


def _believed(trip: RoundTrip, environment: EnvironmentReport) -> RoundTrip:
    told = {each.revision for each in trip.revisions}
    missing = [name for name in environment.added if name not in told]
    worst = {trip.verdict, verdict_of_trips(trip.revisions)}
    verdict = next(each for each in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS) if each in worst)
    if not missing or verdict is Verdict.FAIL:
        return trip._replace(verdict=verdict)
    gap = Unknown(f"round trip of {environment.name}", f"The run says nothing of {missing[0]}.")
    return trip._replace(verdict=Verdict.UNKNOWN, unknown=(*trip.unknown, gap))


def _unknown(environment: str, reason: str, hint: str) -> RoundTrip:
    gap = Unknown(f"round trip of {environment}", reason, hint)
    return RoundTrip(environment, "", "", Verdict.UNKNOWN, unknown=(gap,))


def _with(own: Report, trips: tuple[RoundTrip, ...]) -> Report:
    verdict = verdict_of(own.findings, own.unknown, trips)
    return own._replace(round_trips=trips, verdict=verdict)
