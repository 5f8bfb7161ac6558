"""The round trips of a Report as Markdown: a table for each, and what went wrong in full."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from migbot.core.report import Report, Verdict
from migbot.core.trips import Leg, Residue, RevisionTrip, RevisionVerdict, RoundTrip, Rows
from migbot.render.foreign import code, fenced, prose
from migbot.render.order_words import WAY_OUT, troubles

_LEGS = ("upgrade", "downgrade", "upgrade-again")
_FINE = (RevisionVerdict.PASS, RevisionVerdict.IRREVERSIBLE)
_SAID = {
    RevisionVerdict.FAIL: "failed",
    RevisionVerdict.IRREVERSIBLE: "is declared to have no way back",
    RevisionVerdict.NO_OP_DOWNGRADE: "has a downgrade that does nothing",
    RevisionVerdict.MISSING_DOWNGRADE: "has no downgrade",
    RevisionVerdict.NOT_RUN: "was not run",
    RevisionVerdict.UNKNOWN: "could not be tried",
}


def counted(number: int, noun: str) -> str:
    """`1 head`, `2 heads`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def trip_sections(report: Report, *, rows: int, details: int) -> Iterator[str]:
    """A table for each round trip, folded away where all is well, then the failures in full."""
    for trip in report.round_trips[:10]:
        table = _table(trip, rows)
        yield _folded(trip, table) if trip.verdict is Verdict.PASS else f"{_title(trip)}\n\n{table}"
    troubled = (
        revision
        for trip in report.round_trips[:10]
        for revision in trip.revisions
        if revision.verdict not in _FINE
    )
    for _, revision in zip(range(details), troubled, strict=False):
        yield from _trouble(revision)
    yield from _deployments(report)


def _title(trip: RoundTrip) -> str:
    where = f"{trip.database} {trip.server_version}".strip()
    held = f", kept apart by {prose(trip.isolation, 20)}" if trip.isolation else ""
    return f"**Round trip on {prose(where, 40)}** ({prose(trip.environment, 40)}{held})"


def _folded(trip: RoundTrip, table: str) -> str:
    title = f"Round trip on {prose(trip.database, 20)}: {counted(len(trip.revisions), 'revision')}"
    return f"<details><summary>{title}</summary>\n\n{_title(trip)}\n\n{table}\n\n</details>"


def _table(trip: RoundTrip, room: int) -> str:
    if not room:
        return f"{counted(len(trip.revisions), 'revision')}, each one in the report."
    # What failed comes first: a long table is cut at its end.
    ranked = sorted(trip.revisions, key=lambda revision: revision.verdict in _FINE)
    lines = [
        "| revision | message | up | down | up again | left behind | rows |",
        "|---|---|---|---|---|---|---|",
        *(_row(revision) for revision in ranked[:room]),
    ]
    more = len(ranked) - room
    return "\n".join(lines) + (f"\n\n… and {more} more, in the report." if more > 0 else "")


def _row(revision: RevisionTrip) -> str:
    legs = {leg.name: leg for leg in revision.legs}
    cells = [
        code(revision.revision, 40, cell=True),
        prose(revision.message.replace("`", "'"), 80),
        *(_leg(legs.get(name)) for name in _LEGS),
        counted(len(revision.residue), "object") if revision.residue else "nothing",
        _rows(revision.rows),
    ]
    return "| " + " | ".join(cells) + " |"


def _leg(leg: Leg | None) -> str:
    if leg is None:
        return "not run"
    return f"{leg.ms:.0f} ms" if leg.ok else "**failed**"


def _rows(rows: Rows) -> str:
    if rows.lost or rows.changed:
        return f"**{rows.lost} lost, {rows.changed} changed** of {rows.seeded}"
    return f"{rows.seeded} kept" if rows.seeded else "none seeded"


def _trouble(revision: RevisionTrip) -> Iterator[str]:
    name = f"{code(revision.revision)} {prose(revision.message, 80)}"
    again = code(f"migbot roundtrip {revision.revision}")
    said = _SAID.get(revision.verdict, "passed")
    yield f"**{name}** {said}. Try it with {again}."
    for leg in revision.legs:
        if leg.error is not None:
            place = f" at {code(f'{leg.error.path}:{leg.error.line}')}" if leg.error.path else ""
            yield f"In the {prose(leg.name, 20)}: {prose(leg.error.type, 60)}{place}"
            yield from (fenced(text) for text in (leg.error.statement, leg.error.message) if text)
    if revision.residue:
        yield "\n".join(_residue(left) for left in revision.residue[:20])


def _residue(left: Residue) -> str:
    return f"- {code(left.name)} ({prose(left.kind, 30)}): {prose(left.change, 20)}"


def _deployments(report: Report) -> Iterator[str]:
    for trip in report.round_trips[:5]:
        yield from (f"Note: {prose(note, 300)}" for note in trip.notes[:3])
        if trip.deployment is not None and not trip.deployment.ok:
            error = trip.deployment.error
            yield f"**The deployment's own upgrade** ({code(trip.deployment.verb)}) failed."
            yield from (fenced(error.message),) if error else ()
        told = [prose(each, 600) for each in islice(troubles(trip.orders), 5)]
        if told:
            yield "\n".join(["**It depends on the order:**", "", *(f"- {each}" for each in told)])
            yield prose(WAY_OUT)
