"""What round trips have to say, point by point: what failed, where, and what is not known."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from migbot.core.report import Report, Verdict
from migbot.core.trip import fails, verdict_of_trips
from migbot.core.trips import Leg, LegError, RevisionTrip, RevisionVerdict, RoundTrip
from migbot.render.neutral import MOST_CHARACTERS, plain
from migbot.render.order_words import WAY_OUT, troubles
from migbot.render.place import NOWHERE, place
from migbot.render.point import (
    FAILURE,
    ROUND_TRIP,
    UNKNOWN,
    WARNING,
    Point,
    not_known,
)
from migbot.render.text_trips import nothing_ran

MOST_RESIDUE = 20
"""Objects left behind that one message lists; the report's JSON has all of them."""

_ONE_WAY = {
    RevisionVerdict.NO_OP_DOWNGRADE: "its downgrade does nothing",
    RevisionVerdict.MISSING_DOWNGRADE: "it has no downgrade",
}
_CHANGES = {"left-behind": "left behind", "missing": "missing", "changed": "changed"}


def trip_points(report: Report) -> Iterator[Point]:
    """The points of every round trip of the report.

    A repair that could not be proved is a warning where the report says that this is no failure.
    """
    proof = report.plan is not None and report.verdict is Verdict.PASS
    for trip in report.round_trips:
        for each in _points_of(trip):
            yield each._replace(level=WARNING) if proof and each.code == UNKNOWN else each


def _points_of(trip: RoundTrip) -> tuple[Point, ...]:
    """The points of one round trip: those of its revisions, then those of it as a whole."""
    revisions = () if nothing_ran(trip) else trip.revisions
    found = [point for each in revisions for point in revision_points(trip, each)]
    return tuple(found + whole_points(trip, found))


def revision_points(trip: RoundTrip, each: RevisionTrip) -> tuple[Point, ...]:
    """The points of one revision; none where it passed, or was not run because of another."""
    if each.verdict is RevisionVerdict.UNKNOWN:
        return (_untried(trip, each),)
    if each.verdict in _ONE_WAY:
        level = FAILURE if fails(each) else WARNING
        what = _ONE_WAY[each.verdict]
        return (_point(trip, each, what, _left(each))._replace(level=level),)
    if not fails(each):
        return ()
    return tuple(_failures(trip, each)) or (_point(trip, each, "it fails", _left(each)),)


def whole_points(trip: RoundTrip, found: list[Point]) -> list[Point]:
    """What is to be said of a round trip beside its revisions, whose points were `found`."""
    said = [
        *_deployment(trip),
        *_orders(trip),
        *(not_known(gap)._replace(environment=trip.environment) for gap in trip.unknown),
    ]
    told = {each.code for each in (*found, *said) if each.level == FAILURE}
    worst = {trip.verdict, verdict_of_trips(trip.revisions)}
    if Verdict.FAIL in worst and ROUND_TRIP not in told:
        said.append(_whole(trip, "failed", trip.notes))
    elif Verdict.UNKNOWN in worst and not told:
        reasons = _reasons(trip)
        said.append(_whole(trip, "is not verified", reasons)._replace(code=UNKNOWN, name=UNKNOWN))
    return said


def server(trip: RoundTrip) -> str:
    """`postgresql 15.4`, or less where less is known."""
    return (
        " ".join(filter(None, map(_short, (trip.database, trip.server_version)))) or "no database"
    )


def _short(name: str) -> str:
    """As much of a name as is ever shown: thousands of points hold it."""
    return name[: MOST_CHARACTERS + 1]


def _errors(each: RevisionTrip) -> list[LegError]:
    return [leg.error for leg in each.legs if leg.error is not None]


def _failures(trip: RoundTrip, each: RevisionTrip) -> Iterator[Point]:
    for leg in each.legs:
        if not leg.ok:
            yield _failed_leg(trip, each, leg)
    if each.residue:
        yield _point(trip, each, "its downgrade does not undo its upgrade", _left(each))


def _failed_leg(trip: RoundTrip, each: RevisionTrip, leg: Leg) -> Point:
    point = _point(trip, each, f"its {leg.name.replace('-', ' ')} fails", _words(leg.error))
    there = place(leg.error.path, leg.error.line) if leg.error else NOWHERE
    return point if there == NOWHERE else point._replace(place=there)


def _words(error: LegError | None) -> tuple[str, ...]:
    if error is None:
        return ()
    return (": ".join(filter(None, (error.type, error.message))), error.statement)


def _left(each: RevisionTrip) -> tuple[str, ...]:
    """What was left behind and which rows were lost, a line for each."""
    told = each.residue[:MOST_RESIDUE]
    lines = [f"{_CHANGES.get(one.change, one.change)}: {one.kind} {one.name}" for one in told]
    if len(each.residue) > MOST_RESIDUE:
        lines.append(f"and {len(each.residue) - MOST_RESIDUE} more")
    if each.rows.lost or each.rows.changed:
        rows = each.rows
        lines.append(f"rows: {rows.lost} lost and {rows.changed} changed of {rows.seeded}")
    return tuple(lines)


def _point(trip: RoundTrip, each: RevisionTrip, what: str, words: tuple[str, ...]) -> Point:
    revision = _short(each.revision)
    again = f"To see it again: migbot roundtrip {shlex.quote(plain(revision))}"
    return Point(
        code=ROUND_TRIP,
        name=ROUND_TRIP,
        level=FAILURE,
        what=f"{revision}: {what} on {server(trip)}",
        said=(*words, *each.notes, again),
        place=place(each.path, each.line),
        environment=trip.environment,
        revision=each.revision,
        detail=f"{_short(trip.database)}: {what}",
    )


def _untried(trip: RoundTrip, each: RevisionTrip) -> Point:
    errors = [text for error in _errors(each) for text in _words(error)]
    said = _point(trip, each, "it could not be tried", tuple(errors))
    return said._replace(code=UNKNOWN, name=UNKNOWN, what=f"Not verified: {said.what}")


def _deployment(trip: RoundTrip) -> Iterator[Point]:
    """The failure of the deployment's own path, unless a revision has failed just so."""
    run = trip.deployment
    if run is None or run.ok:
        return
    error = run.error
    if error is not None and any(_alike(error, e) for r in trip.revisions for e in _errors(r)):
        return
    where = place(error.path, error.line) if error else NOWHERE
    point = _whole(trip, f"fails in the deployment's own path ({run.verb})", _words(error))
    if trip.verdict is Verdict.UNKNOWN:
        point = point._replace(code=UNKNOWN, name=UNKNOWN)
    yield point._replace(place=where, detail=f"{trip.database}: deployment")


def _alike(one: LegError, other: LegError) -> bool:
    return (one.type, one.message) == (other.type, other.message)


def _orders(trip: RoundTrip) -> Iterator[Point]:
    told = tuple(troubles(trip.orders))
    if told:
        yield _whole(trip, "depends on the order", (*told, WAY_OUT))


def _reasons(trip: RoundTrip) -> tuple[str, ...]:
    """Why revisions were not run, each reason once, and what is said of the whole."""
    return tuple(dict.fromkeys([*trip.notes, *(note for r in trip.revisions for note in r.notes)]))


def _whole(trip: RoundTrip, what: str, words: tuple[str, ...]) -> Point:
    of = f" of {trip.environment}" if trip.environment else ""
    return Point(
        code=ROUND_TRIP,
        name=ROUND_TRIP,
        level=FAILURE,
        what=f"The round trip{of} on {server(trip)} {what}",
        said=words,
        environment=trip.environment,
        detail=f"{_short(trip.database)}: {what}",
    )
