"""Round trips on a terminal: a table with a line for each revision, and why one failed."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from migbot.core.report import Report, Verdict
from migbot.core.trips import (
    Deployment,
    LegError,
    Order,
    Residue,
    RevisionTrip,
    RevisionVerdict,
    RoundTrip,
    Rows,
)
from migbot.render.ink import Pen
from migbot.render.neutral import cut, paragraph, plain
from migbot.render.order_words import WAY_OUT, proved, troubles
from migbot.render.text_lines import counted, unknowns, way_out, wrapped

MOST_ROWS = 20
"""Revisions that are listed one by one; above it, those that passed are only counted."""

_HEADINGS = ("revision", "up", "down", "up again", "rows", "verdict", "message")
_LEGS = ("upgrade", "downgrade", "upgrade-again")
_MEANINGS = {
    RevisionVerdict.NO_OP_DOWNGRADE: "its upgrade does something, and its downgrade nothing",
    RevisionVerdict.MISSING_DOWNGRADE: "it has no downgrade",
    RevisionVerdict.IRREVERSIBLE: "declared irreversible",
}
_CHANGES = {"left-behind": "left behind", "missing": "missing", "changed": "changed"}


def trips_section(report: Report, ink: Pen, width: int) -> Iterator[str]:
    """The lines for every round trip that has something to tell; none where all passed.

    What a repair is proved by is told beside it: see `proof_section`.
    """
    told = [
        trip
        for trip in report.round_trips
        if not (_quiet(trip) or (is_of_a_repair(report) and (_proved(trip) or _untried(trip))))
    ]
    several = len({each.name for each in report.environments}) > 1
    for number, trip in enumerate(told):
        if number:
            yield ""
        yield from _trip(trip, ink, width, several)


def proof_section(report: Report, ink: Pen, width: int) -> Iterator[str]:
    """Whether a repair that was written is proved: a line for each round trip."""
    for trip in report.round_trips if is_of_a_repair(report) else ():
        if _proved(trip):
            yield from wrapped(proved(trip), 0, width)
        elif trip.verdict is Verdict.FAIL:
            yield ink("red", "The repair is written, and its round trip fails.")
            yield "Mend what stands above before you commit."
        else:
            reasons = "; ".join(each.reason for each in trip.unknown) or "see above"
            yield from wrapped(f"Written, and not proved: {reasons}.", 0, width)
            yield from (line for each in trip.unknown[:1] for line in way_out(each.hint, ink))


def is_of_a_repair(report: Report) -> bool:
    """Whether the report is about files with a repair in them, which its round trips prove.

    Those that are judged against a base are as they were: its plan is what would mend the merge.
    """
    return report.plan is not None and not report.subject.base


def _proved(trip: RoundTrip) -> bool:
    passed = all(each.verdict is RevisionVerdict.PASS for each in trip.revisions)
    return trip.verdict is Verdict.PASS and passed


def _untried(trip: RoundTrip) -> bool:
    return bool(trip.unknown) and not any(each.legs for each in trip.revisions)


def nothing_ran(trip: RoundTrip) -> bool:
    """Whether a round trip stopped before its first revision, for a reason that it gives."""
    blind = (RevisionVerdict.UNKNOWN, RevisionVerdict.NOT_RUN)
    stood = all(each.verdict in blind and not each.legs for each in trip.revisions)
    return bool(trip.unknown and trip.revisions) and stood


def _quiet(trip: RoundTrip) -> bool:
    passed = all(_passed(each) for each in trip.revisions)
    deployed = trip.deployment is None or trip.deployment.ok
    equal = all(order.equal for order in trip.orders)
    return trip.verdict is Verdict.PASS and passed and deployed and equal and not trip.drift


def _passed(trip: RevisionTrip) -> bool:
    clean = not (trip.residue or trip.rows.lost or trip.rows.changed or trip.notes)
    return trip.verdict is RevisionVerdict.PASS and clean


def _trip(trip: RoundTrip, ink: Pen, width: int, several: bool) -> Iterator[str]:
    yield _heading(trip, ink)
    if trip.interpreter:
        yield f"  run by {plain(trip.interpreter)}"
    for note in trip.notes:
        yield from wrapped(f"note: {note}", width, 2)
    yield from unknowns(trip.unknown, ink, width)
    if nothing_ran(trip):  # the reason stands above, and is the same for each revision
        yield f"  {counted(len(trip.revisions), 'revision')} not run"
        return
    yield from _table(trip.revisions, ink, width)
    option = f" -n {shlex.quote(plain(trip.environment))}" if several else ""
    for each in trip.revisions:
        if not _passed(each) and each.verdict is not RevisionVerdict.NOT_RUN:
            yield from _detail(each, option, ink, width)
    yield from _not_run(trip.revisions, width)
    yield from _deployment(trip.deployment)
    yield from _orders(trip.orders, width)
    if trip.drift:
        yield "  the models differ from the last upgrade:"
        yield from (f"    {plain(each.operation)} {plain(each.name)}" for each in trip.drift)


def _orders(orders: Sequence[Order], width: int) -> Iterator[str]:
    told = list(troubles(orders))
    for each in told:
        yield ""
        yield from wrapped(each, 2, width)
    if told:
        yield from (f"      {line}" for line in wrapped(WAY_OUT, 0, width - 6))


def _heading(trip: RoundTrip, ink: Pen) -> str:
    server = " ".join(filter(None, map(plain, (trip.database, trip.server_version))))
    where = f" of {plain(trip.environment)}" if trip.environment else ""
    isolation = ink("dim", f" (isolation: {plain(trip.isolation)})") if trip.isolation else ""
    return ink("bold", f"round trip{where} on {server}: {trip.verdict}") + isolation


def _table(trips: Sequence[RevisionTrip], ink: Pen, width: int) -> Iterator[str]:
    if not trips:
        return
    listed = trips
    if len(trips) > MOST_ROWS:
        listed = [each for each in trips if not _passed(each)]
    rows = [_HEADINGS, *map(_cells, listed)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS) - 1)]
    room = max(width - sum(widths) - 2 * len(_HEADINGS), 12)
    for row, ink_name in zip(rows, ("dim", *map(_ink, listed)), strict=True):
        cells = [cell.ljust(widths[column]) for column, cell in enumerate(row[:-1])]
        cells[-1] = ink(ink_name, cells[-1])
        yield f"  {'  '.join([*cells, cut(row[-1], room)])}".rstrip()
    if len(listed) < len(trips):
        yield f"  and {len(trips) - len(listed)} that passed"


def _cells(trip: RevisionTrip) -> tuple[str, ...]:
    legs = {leg.name: _took(leg.ms) if leg.ok else "failed" for leg in trip.legs}
    timed = (legs.get(name, "-") for name in _LEGS)
    return (plain(trip.revision), *timed, _rows(trip.rows), str(trip.verdict), plain(trip.message))


def _took(ms: float) -> str:
    return f"{ms:.0f} ms" if ms < 1000 else f"{ms / 1000:.1f} s"


def _rows(rows: Rows) -> str:
    lost = f", {rows.lost} lost" if rows.lost else ""
    changed = f", {rows.changed} changed" if rows.changed else ""
    return f"{rows.seeded or '-'}{lost}{changed}"


def _ink(trip: RevisionTrip) -> str:
    if _passed(trip):
        return "green"
    return "red" if trip.verdict is RevisionVerdict.FAIL else "yellow"


def _detail(trip: RevisionTrip, option: str, ink: Pen, width: int) -> Iterator[str]:
    yield ""
    yield f"  {ink('bold', plain(trip.revision))} {plain(trip.message)}".rstrip()
    for leg in trip.legs:
        if not leg.ok:
            yield from _error(plain(leg.name).replace("-", " "), leg.error)
    if trip.verdict in _MEANINGS:
        yield f"    {_MEANINGS[trip.verdict]}"
    for each in trip.residue:
        yield from _residue(each)
    if trip.rows.lost or trip.rows.changed:
        lost, changed, seeded = trip.rows.lost, trip.rows.changed, trip.rows.seeded
        yield f"    rows: {lost} lost and {changed} changed of {seeded}"
    for note in trip.notes:
        yield from wrapped(note, 4, width)
    if trip.locks:
        yield f"    locks: {', '.join(map(plain, trip.locks))}"
    yield "    to see it again:"
    yield f"      {ink('cyan', f'migbot roundtrip {shlex.quote(plain(trip.revision))}{option}')}"


def _not_run(trips: Sequence[RevisionTrip], width: int) -> Iterator[str]:
    """Why some were not run, each reason once: a hundred may stand on the one that failed."""
    left = [each for each in trips if each.verdict is RevisionVerdict.NOT_RUN]
    for why in dict.fromkeys(each.notes for each in left):
        count = sum(each.notes == why for each in left)
        yield ""
        yield from wrapped(
            f"{counted(count, 'revision')} not run. {' '.join(why)}".rstrip(), 2, width
        )


def _error(what: str, error: LegError | None) -> Iterator[str]:
    yield f"    {what} failed" + (f": {plain(error.type)}" if error else "")
    if error is None:
        return
    if error.path:
        yield f"      at {plain(error.path)}:{error.line}"
    yield from (f"      {line}".rstrip() for line in paragraph(error.message))
    if error.statement:
        yield from _quoted(error.statement)


def _quoted(text: str) -> Iterator[str]:
    yield from (f"      | {line}".rstrip() for line in paragraph(text))


def _residue(residue: Residue) -> Iterator[str]:
    change = _CHANGES.get(residue.change, plain(residue.change))
    yield f"    {change}: {plain(residue.kind)} {plain(residue.name)}"
    for when, text in (("before", residue.before), ("after", residue.after)):
        for line in paragraph(text) if text else ():
            yield f"      {when:<6} | {line}".rstrip()


def _deployment(deployment: Deployment | None) -> Iterator[str]:
    if deployment and not deployment.ok:
        yield ""
        yield "  the deployment's own path, everything in one command:"
        yield from _error(plain(deployment.verb), deployment.error)
