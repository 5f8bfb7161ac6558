"""The revisions of a round trip on a page: a table with a line for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from migbot.core.trip import fails
from migbot.core.trips import Leg, RevisionTrip, RevisionVerdict, Rows
from migbot.render.html_elements import Html, element, folded, said, table, tag, together
from migbot.render.text_lines import counted

MOST_ROWS = 20
"""Revisions that are listed one by one; above it, those that passed are folded away."""

_HEADINGS = ("revision", "verdict", "up", "down", "up again", "rows", "notes")
_LEGS = ("upgrade", "downgrade", "upgrade-again")
_WORDS = {RevisionVerdict.NO_OP_DOWNGRADE: "no-op downgrade"}
MEANINGS = {
    RevisionVerdict.UNKNOWN: "It could not be tried.",
    RevisionVerdict.NO_OP_DOWNGRADE: "Its upgrade does something, and its downgrade nothing.",
    RevisionVerdict.MISSING_DOWNGRADE: "It has no downgrade.",
}
"""Verdicts that need a sentence."""


def tables(trips: Sequence[RevisionTrip], number: int) -> Iterator[Html]:
    """One table, or two where many passed: what has something to tell comes first.

    `number` is the round trip's place in the report.
    """
    rows = [(each, _row(each, anchor(number, place))) for place, each in enumerate(trips)]
    few = len(trips) <= MOST_ROWS
    open_rows = [row for each, row in rows if few or not _passed(each)]
    if open_rows:
        yield table("Revisions, in the order in which they ran", _HEADINGS, open_rows)
    quiet = [row for each, row in rows if _passed(each)]
    if quiet and not few:
        title = f"{counted(len(quiet), 'revision')} that passed"
        yield folded(title, table("Revisions that passed", _HEADINGS, quiet))


def _passed(trip: RevisionTrip) -> bool:
    clean = not (trip.residue or trip.rows.lost or trip.rows.changed or trip.notes)
    return trip.verdict is RevisionVerdict.PASS and clean


def _row(trip: RevisionTrip, place: str) -> tuple[str, ...]:
    legs = {leg.name: leg for leg in trip.legs}
    name = element("code", trip.revision)
    linked = element("a", name, href=f"#{place}") if has_details(trip) else name
    message = element("p", trip.message, class_="message")
    notes = element("ul", *(element("li", said(note)) for note in trip.notes))
    return (
        together((linked, message)),
        tag(word(trip.verdict), _kind(trip)),
        *(_leg(legs.get(leg)) for leg in _LEGS),
        _rows(trip.rows),
        notes if trip.notes else Html(""),
    )


def _kind(trip: RevisionTrip) -> str:
    if fails(trip):
        return "fail"
    if trip.verdict is RevisionVerdict.PASS:
        return "pass"
    return "dim" if trip.verdict is RevisionVerdict.IRREVERSIBLE else "unknown"


def _leg(leg: Leg | None) -> Html:
    if leg is None:
        return Html("")
    took = f"{leg.ms:.0f} ms" if leg.ms < 1000 else f"{leg.ms / 1000:.1f} s"
    return element("span", took, class_="short") if leg.ok else tag("failed", "fail")


def _rows(rows: Rows) -> Html:
    if rows.lost or rows.changed:
        return tag(f"{rows.lost} lost, {rows.changed} changed of {rows.seeded}", "unknown")
    return element("span", f"{rows.seeded} kept", class_="short") if rows.seeded else Html("")


def has_details(trip: RevisionTrip) -> bool:
    """Whether there is more to tell of a revision than fits into its line."""
    told = trip.residue or trip.locks or any(not leg.ok for leg in trip.legs)
    doubted = fails(trip) or trip.verdict in MEANINGS
    return bool(told or doubted) and trip.verdict is not RevisionVerdict.NOT_RUN


def word(verdict: RevisionVerdict) -> str:
    """A verdict in words."""
    return _WORDS.get(verdict, str(verdict).replace("-", " "))


def anchor(number: int, place: int) -> str:
    """Where the details of a revision stand: the one at `place` of round trip `number`."""
    return f"r-{number}-{place}"
