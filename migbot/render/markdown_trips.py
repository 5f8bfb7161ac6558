"""The round trips of a Report as Markdown: what failed in full, then a table for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from migbot.core.report import Report, Verdict
from migbot.core.trip import fails
from migbot.core.trips import Deployment, Leg, RevisionTrip, RevisionVerdict, RoundTrip, Rows
from migbot.core.value import Value
from migbot.core.wording import counted
from migbot.render.foreign import code, prose, sentence
from migbot.render.markdown_failures import error_sections, failure, mend_section, place_of
from migbot.render.markdown_findings import unknown_sections
from migbot.render.order_words import WAY_OUT, server_name, troubles
from migbot.render.verdicts import of_trip, unproved

MOST_TRIPS = 10
"""Round trips that are told of one by one: environments times databases."""

_LEGS = ("upgrade", "downgrade", "upgrade-again")
_HEADINGS = ("revision", "message", "up", "down", "up again", "left behind", "rows")
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


class TripRoom(Value):
    """How much is told: rows of tables, failures in full, and whether with their SQL."""

    rows: int
    failures: int
    sql: bool


def trips_text(report: Report, room: TripRoom) -> str:
    """Every round trip, the worst first; what passed is folded away. "" where there is none."""
    order = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS)
    trips = sorted(report.round_trips, key=lambda trip: order.index(of_trip(trip)))
    parts = list(mend_section(report))
    parts += [part for trip in trips[:MOST_TRIPS] for part in _trip(trip, report, room)]
    if len(trips) > MOST_TRIPS:
        parts.append(f"… and {len(trips) - MOST_TRIPS} more round trips, in the report.")
    return "\n\n".join([*parts, *_unproved(report), *_judged(report)] if trips else [])


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


def _trip(trip: RoundTrip, report: Report, room: TripRoom) -> Iterator[str]:
    several = len(report.environments) > 1
    verdict = of_trip(trip)
    where = f"{prose(server_name(trip) or 'no database', 40)}"
    where += f" ({prose(trip.environment, 40)})" if several else ""
    if not room.rows and not room.failures:
        yield f"Round trip on {where}: {_counts(trip)}; each one is in the report."
        return
    if verdict is not Verdict.PASS:
        yield f"#### Round trip on {where} {_TITLES[verdict]}"
    yield from unknown_sections(trip.unknown)
    yield from _failures(trip, room, several=several)
    yield from _deployment(trip.deployment, room)
    yield from _orders(trip)
    yield from _told(trip)
    yield from _table_section(trip, where, room, folded=verdict is Verdict.PASS)


def _failures(trip: RoundTrip, room: TripRoom, *, several: bool) -> Iterator[str]:
    found = [each for each in trip.revisions if _is_failure(each)]
    for each in found[: room.failures]:
        yield from failure(each, trip, several=several, sql=room.sql)
    left = len(found) - room.failures
    if left > 0:
        yield f"… and {counted(left, 'more failure')}, in the report."


def _is_failure(trip: RevisionTrip) -> bool:
    tried = trip.verdict is RevisionVerdict.UNKNOWN and bool(trip.legs)
    return fails(trip) or tried


def _deployment(deployment: Deployment | None, room: TripRoom) -> Iterator[str]:
    if deployment is not None and not deployment.ok:
        yield (
            f"**The deployment's own path**, everything in one command "
            f"({code(deployment.verb)}), failed{place_of(deployment.error)}."
        )
        yield from error_sections(deployment.error, sql=room.sql)


def _orders(trip: RoundTrip) -> Iterator[str]:
    told = [f"- {sentence(each, 600)}" for each in islice(troubles(trip.orders), 5)]
    if told:
        yield "\n".join(["**It depends on the order:**", "", *told])
        yield prose(WAY_OUT)


def _told(trip: RoundTrip) -> Iterator[str]:
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


def _table_section(trip: RoundTrip, where: str, room: TripRoom, *, folded: bool) -> Iterator[str]:
    ran = [each for each in trip.revisions if each.legs]
    if not ran and trip.unknown:  # the reason stands above
        return
    if not room.rows or not trip.revisions:
        yield f"Round trip on {where}: {_counts(trip)}; each one is in the report."
        return
    inside = [_table(trip.revisions, room.rows), *_facts(trip)]
    if not folded:
        yield from inside
        return
    title = f"Round trip on {where}: {_counts(trip)}"
    yield "\n\n".join([f"<details><summary>{title}</summary>", *inside, "</details>"])


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


def _table(trips: Sequence[RevisionTrip], room: int) -> str:
    # What failed comes first: a long table is cut at its end.
    ranked = sorted(trips, key=lambda each: each.verdict is RevisionVerdict.PASS)
    rows = [_HEADINGS, ("---",) * len(_HEADINGS), *map(_cells, ranked[:room])]
    lines = [f"| {' | '.join(cells)} |" for cells in rows]
    more = len(ranked) - room
    return "\n".join(lines) + (f"\n\n… and {more} more, in the report." if more > 0 else "")


def _cells(trip: RevisionTrip) -> tuple[str, ...]:
    legs = {leg.name: leg for leg in trip.legs}
    return (
        code(trip.revision, 40, cell=True),
        prose(trip.message.replace("`", "'"), 80),
        *(_leg(name, legs.get(name), trip) for name in _LEGS),
        counted(len(trip.residue), "object") if trip.residue else "nothing",
        _rows(trip.rows),
    )


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
