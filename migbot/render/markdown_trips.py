"""The round trips of a Report as Markdown: what failed in full, then a table for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice

from migbot.core.report import Report, Verdict
from migbot.core.trip import fails
from migbot.core.trips import Deployment, Leg, RevisionTrip, RevisionVerdict, RoundTrip, Rows
from migbot.core.value import Value
from migbot.core.wording import counted
from migbot.render.comment_room import MOST, Room, as_fits
from migbot.render.foreign import code, prose, sentence
from migbot.render.markdown_failures import error_sections, failure, mend_section, place_of
from migbot.render.markdown_findings import unknown_sections
from migbot.render.order_words import WAY_OUT, server_name, troubles
from migbot.render.verdicts import of_trip, unproved

MOST_TRIPS = 10
"""Round trips that are told of one by one: environments times databases."""

_LEGS = ("upgrade", "downgrade", "upgrade-again")
_HEADINGS = (
    "| revision | message | up | down | up again | left behind | rows |\n"
    "| --- | --- | --- | --- | --- | --- | --- |"
)
_DOWN = {
    RevisionVerdict.IRREVERSIBLE: "one-way",
    RevisionVerdict.MISSING_DOWNGRADE: "**missing**",
}
_IDLE = (RevisionVerdict.NOT_RUN, RevisionVerdict.UNKNOWN)
_WORDS = {
    RevisionVerdict.IRREVERSIBLE: "one-way",
    RevisionVerdict.NOT_RUN: "not run",
    RevisionVerdict.UNKNOWN: "not known",
}
_TITLES = {Verdict.FAIL: "failed", Verdict.UNKNOWN: "could not be run to its end"}
_ISOLATIONS = {
    "events": "SQLAlchemy's connections were redirected",
    "audit": "nothing in Python could reach another database",
    "namespace": "no program that was started had a network",
    "sandbox": "no network, and no writing outside of the scratch folders",
}


class Told(Value):
    """One round trip in words, no longer than a page can have it.

    `first` is what stands above the `failures` (`failed` of them in all), `then`
    what stands below. `rows` are the lines of the table, None where it would tell nothing, and
    `facts` stand under it.
    """

    verdict: Verdict
    title: str
    first: tuple[str, ...]
    failures: tuple[str, ...]
    failed: int
    then: tuple[str, ...]
    rows: tuple[str, ...] | None
    revisions: int
    facts: tuple[str, ...]


class TripsTold(Value):
    """What is told of all round trips: what to mend `first`, each one, and what is to be said
    `last`; of `more` nothing is told."""

    first: tuple[str, ...] = ()
    trips: tuple[Told, ...] = ()
    more: int = 0
    last: tuple[str, ...] = ()


def told_trips(report: Report, *, sql: bool) -> TripsTold:
    """Every round trip in words, the worst first; `sql` is whether statements are shown.

    All that does not depend on the room is done here: a page is tried in several lengths.
    """
    order = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS)
    ranked = sorted(
        ((of_trip(trip), trip) for trip in report.round_trips),
        key=lambda each: order.index(each[0]),
    )
    if not ranked:
        return TripsTold()
    return TripsTold(
        tuple(mend_section(report)),
        tuple(_told_trip(trip, verdict, report, sql=sql) for verdict, trip in ranked[:MOST_TRIPS]),
        len(ranked) - MOST_TRIPS,
        (*_unproved(report), *_judged(report)),
    )


def trips_text(told: TripsTold, room: Room) -> str:
    """As much as there is room for; what passed is folded away. "" where there is none."""
    parts = [*told.first, *chain.from_iterable(_trip(each, room) for each in told.trips)]
    if told.more > 0:
        parts.append(f"… and {told.more} more round trips, in the report.")
    return "\n\n".join([*parts, *told.last])


def _unproved(report: Report) -> Iterator[str]:
    if names := unproved(report):
        shown = ", ".join(code(name, 40) for name in names[:5])
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        yield f"**Not proved:** no round trip tells of {shown}{more}."


def _judged(report: Report) -> Iterator[str]:
    """Which commits it was proved on: what is kept of it says so on any later base."""
    head, base = report.subject.head, report.subject.base
    if head:
        merged = f" merged into {code(base[:10])}" if base else ""
        yield f"<sub>Round trip of {code(head[:10])}{merged}</sub>"


def _told_trip(trip: RoundTrip, verdict: Verdict, report: Report, *, sql: bool) -> Told:
    several = len(report.environments) > 1
    where = f"{prose(server_name(trip) or 'no database', 40)}"
    where += f" ({prose(trip.environment, 40)})" if several else ""
    heading = f"#### Round trip on {where} {_TITLES[verdict]}" if verdict in _TITLES else ""
    failed = [each for each in trip.revisions if _is_failure(each)]
    shown = failed[: MOST.failures]
    return Told(
        verdict,
        f"Round trip on {where}: {_counts(trip)}",
        (*filter(None, [heading]), *unknown_sections(trip.unknown)),
        tuple(
            as_fits("\n\n".join(failure(each, trip, several=several, sql=sql)) for each in shown)
        ),
        len(failed),
        (*_deployment(trip.deployment, sql=sql), *_orders(trip), *_beside_failures(trip)),
        _rows_told(trip),
        len(trip.revisions),
        tuple(_facts(trip)),
    )


def _trip(told: Told, room: Room) -> Iterator[str]:
    if not room.rows and not room.failures:
        yield f"{told.title}; each one is in the report."
        return
    yield from told.first
    yield from told.failures[: room.failures]
    left = told.failed - room.failures
    if left > 0:
        yield f"… and {counted(left, 'more failure')}, in the report."
    yield from told.then
    yield from _table_section(told, room)


def _is_failure(trip: RevisionTrip) -> bool:
    tried = trip.verdict is RevisionVerdict.UNKNOWN and bool(trip.legs)
    return fails(trip) or tried


def _deployment(deployment: Deployment | None, *, sql: bool) -> Iterator[str]:
    if deployment is not None and not deployment.ok:
        yield (
            f"**The deployment's own path**, everything in one command "
            f"({code(deployment.verb)}), failed{place_of(deployment.error)}."
        )
        yield from error_sections(deployment.error, sql=sql)


def _orders(trip: RoundTrip) -> Iterator[str]:
    told = [f"- {sentence(each, 600)}" for each in islice(troubles(trip.orders), 5)]
    if told:
        yield "\n".join(["**It depends on the order:**", "", *told])
        yield prose(WAY_OUT)


def _beside_failures(trip: RoundTrip) -> Iterator[str]:
    """What is no failure and is not to be missed."""
    yield from _one_way(trip.revisions)
    yield from _not_run(trip)
    yield from _beside(trip.revisions)
    yield from (f"Note: {prose(note)}" for note in trip.notes[:5])
    yield from _drift(trip)


def _one_way(trips: Sequence[RevisionTrip]) -> Iterator[str]:
    for each in [t for t in trips if t.verdict is RevisionVerdict.IRREVERSIBLE][:10]:
        yield f"**One-way:** {_named(each)}{_notes(each)}"


def _not_run(trip: RoundTrip) -> Iterator[str]:
    """Why some were not run, each reason once: a hundred may stand on the one that failed."""
    left = [each for each in trip.revisions if each.verdict in _IDLE and not _is_failure(each)]
    if trip.unknown and len(left) == len(trip.revisions):  # the reason stands above
        yield f"{counted(len(left), 'revision')} not run."
        return
    for notes in list(dict.fromkeys(each.notes for each in left))[:5]:
        same = [each for each in left if each.notes == notes]
        yield f"{counted(len(same), 'revision')} not run. {_words_of(same[0])}".rstrip()


def _beside(trips: Sequence[RevisionTrip]) -> Iterator[str]:
    """What is to be said of revisions that passed."""
    calm = (RevisionVerdict.PASS, RevisionVerdict.NO_OP_DOWNGRADE)
    for each in [t for t in trips if t.verdict in calm and t.notes and not fails(t)][:10]:
        yield f"{_named(each)}{_notes(each)}"


def _named(trip: RevisionTrip) -> str:
    return f"{code(trip.revision, 40)} {prose(trip.message, 80)}".rstrip()


def _notes(trip: RevisionTrip) -> str:
    return f": {_words_of(trip)}" if trip.notes else ""


def _words_of(trip: RevisionTrip) -> str:
    return " ".join(prose(note) for note in trip.notes[:5])


def _drift(trip: RoundTrip) -> Iterator[str]:
    if trip.drift:
        what = ", ".join(f"{prose(d.operation, 40)} {code(d.name, 80)}" for d in trip.drift[:8])
        more = f" and {len(trip.drift) - 8} more" if len(trip.drift) > 8 else ""
        yield f"The models differ from the last upgrade; autogenerate would write: {what}{more}"


def _table_section(told: Told, room: Room) -> Iterator[str]:
    if told.rows is None:
        return
    if not room.rows or not told.revisions:
        yield f"{told.title}; each one is in the report."
        return
    inside = [_table(told.rows, told.revisions, room.rows), *told.facts]
    if told.verdict is not Verdict.PASS:
        yield from inside
        return
    yield "\n\n".join([f"<details><summary>{told.title}</summary>", *inside, "</details>"])


def _counts(trip: RoundTrip) -> str:
    """`3 revisions passed`, or how many came to what."""
    words = [_word(each) for each in trip.revisions]
    every = counted(len(words), "revision")
    if len(set(words)) == 1:
        return f"{every} {words[0]}"
    parts = [f"{words.count(word)} {word}" for word in dict.fromkeys(sorted(words))]
    return f"{every}: {', '.join(parts)}" if parts else every


def _word(trip: RevisionTrip) -> str:
    if fails(trip):
        return "failed"
    return _WORDS.get(trip.verdict, "passed")


def _facts(trip: RoundTrip) -> Iterator[str]:
    apart = _ISOLATIONS.get(trip.isolation, prose(trip.isolation, 40))
    facts = [f"Kept apart: {apart}." if apart else ""]
    facts += [f"Run by {code(trip.interpreter)}." if trip.interpreter else ""]
    if any(facts):
        yield " ".join(filter(None, facts))


def _rows_told(trip: RoundTrip) -> tuple[str, ...] | None:
    if trip.unknown and not any(each.legs for each in trip.revisions):  # the reason stands above
        return None
    # What failed comes first: a long table is cut at its end.
    ranked = sorted(trip.revisions, key=lambda each: each.verdict is RevisionVerdict.PASS)
    return tuple(as_fits(map(_row, ranked[: MOST.rows])))


def _table(rows: Sequence[str], count: int, room: int) -> str:
    more = f"\n\n… and {count - room} more, in the report." if count > room else ""
    return "\n".join([_HEADINGS, *rows[:room]]) + more


def _row(trip: RevisionTrip) -> str:
    return f"| {' | '.join(_cells(trip))} |"


def _cells(trip: RevisionTrip) -> tuple[str, ...]:
    legs = {leg.name: leg for leg in trip.legs}
    return (
        code(trip.revision, 40, cell=True),
        prose(trip.message.replace("`", "'"), 80),
        *(_leg(name, legs.get(name), trip) for name in _LEGS),
        _left_behind(trip, legs.get("downgrade")),
        _rows(trip.rows) if trip.legs else "-",
    )


def _left_behind(trip: RevisionTrip, downgrade: Leg | None) -> str:
    if trip.residue:
        return counted(len(trip.residue), "object")
    return "nothing" if downgrade else "-"


def _leg(name: str, leg: Leg | None, trip: RevisionTrip) -> str:
    if name == "downgrade" and trip.verdict in _DOWN:
        return _DOWN[trip.verdict]
    if leg is None:
        return "-"
    return _took(leg.ms) if leg.ok else "**failed**"


def _took(ms: float) -> str:
    return f"{ms:.0f} ms" if ms < 1000 else f"{ms / 1000:.1f} s"


def _rows(rows: Rows) -> str:
    if rows.lost or rows.changed:
        return f"**{rows.lost} lost, {rows.changed} changed** of {rows.seeded}"
    return f"{rows.seeded} kept" if rows.seeded else "none seeded"
