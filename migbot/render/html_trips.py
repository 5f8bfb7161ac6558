"""Round trips on a page: a table with a line for each revision, and what went wrong in full."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence

from migbot.core.report import Unknown, Verdict
from migbot.core.trip import verdict_of_trips
from migbot.core.trips import (
    Deployment,
    LegError,
    Order,
    RevisionTrip,
    RevisionVerdict,
    RoundTrip,
)
from migbot.render.html_differences import differences_table
from migbot.render.html_elements import (
    Html,
    block,
    codes,
    command,
    element,
    facts,
    said,
    table,
    tag,
    together,
)
from migbot.render.html_revisions import MEANINGS, anchor, has_details, tables, word
from migbot.render.neutral import plain
from migbot.render.order_words import WAY_OUT, troubles

_ISOLATIONS = {
    "events": "events: SQLAlchemy's connections were redirected",
    "audit": "audit: nothing in Python could reach another database",
    "namespace": "namespace: no program that was started had a network",
    "sandbox": "sandbox: no network, and no writing outside of the scratch folders",
}


def verdict_of_trip(trip: RoundTrip) -> Verdict:
    """Its verdict, or a worse one where its own revisions tell of it."""
    seen = {trip.verdict, verdict_of_trips(trip.revisions)}
    return Verdict.FAIL if Verdict.FAIL in seen else _unless_unknown(seen, trip.unknown)


def _unless_unknown(seen: set[Verdict], unknown: Sequence[Unknown]) -> Verdict:
    return Verdict.UNKNOWN if unknown or Verdict.UNKNOWN in seen else Verdict.PASS


def trip_section(trip: RoundTrip, number: int, *, several: bool) -> Html:
    """One round trip; `number` is its place in the report, `several` whether `-n` is needed."""
    option = f" -n {shlex.quote(plain(trip.environment))}" if several else ""
    return element(
        "section",
        _heading(trip, number),
        facts(_facts(trip)),
        unknowns(trip.unknown),
        *tables(trip.revisions, number),
        *_details(trip.revisions, number, option),
        *_deployment(trip.deployment),
        *_orders(trip.orders),
        *_drift(trip),
        aria_labelledby=f"trip-{number}",
    )


def unknowns(unknown: Sequence[Unknown]) -> Html:
    """What could not be looked at, why, and what to do about it; nothing where there is none."""
    items = (
        element(
            "li",
            element("p", element("strong", each.what), ": ", said(each.reason), class_="said"),
            way_out(each.hint),
        )
        for each in unknown
    )
    return element("ul", *items, class_="plain", role="list") if unknown else Html("")


def way_out(hint: str) -> Html:
    """What to do about it, ready to be pasted; nothing where there is none."""
    if not hint:
        return Html("")
    return element("p", element("span", "Way out: ", class_="dim"), said(hint), class_="way-out")


def _heading(trip: RoundTrip, number: int) -> Html:
    where = " ".join(filter(None, (trip.database, trip.server_version))) or "no database"
    what = f"Round trip of {trip.environment} on {where}: " if trip.environment else f"{where}: "
    verdict = verdict_of_trip(trip)
    return element("h3", what, tag(verdict, verdict), id=f"trip-{number}")


def _facts(trip: RoundTrip) -> Iterator[tuple[str, str]]:
    if trip.isolation:
        yield "Isolation", _ISOLATIONS.get(trip.isolation, trip.isolation)
    if trip.interpreter:
        yield "Run by", trip.interpreter
    yield from (("Note", note) for note in trip.notes)
    if trip.revisions:
        counts = Counter(each.verdict for each in trip.revisions)
        told = (f"{counts[each]} {word(each)}" for each in RevisionVerdict if counts[each])
        yield "Revisions", ", ".join(told)


def _details(trips: Sequence[RevisionTrip], number: int, option: str) -> Iterator[Html]:
    for place, each in enumerate(trips):
        if has_details(each):
            yield _detail(each, anchor(number, place), option)


def _detail(trip: RevisionTrip, place: str, option: str) -> Html:
    again = f"migbot roundtrip {shlex.quote(plain(trip.revision))}{option}"
    return element(
        "article",
        element("h4", element("code", trip.revision), f" {trip.message}", id=place),
        *(_failed(leg.name.replace("-", " "), leg.error) for leg in trip.legs if not leg.ok),
        element("p", MEANINGS[trip.verdict]) if trip.verdict in MEANINGS else Html(""),
        differences_table(trip.residue),
        facts([("Locks", codes(trip.locks))] if trip.locks else ()),
        element("p", "To see it again, alone:", class_="dim"),
        command(again),
        aria_labelledby=place,
    )


def _failed(what: str, error: LegError | None) -> Html:
    if error is None:
        return element("p", f"The {what} failed.")
    place = f"{error.path}:{error.line}" if error.line else error.path
    where = together((" at ", element("code", place))) if error.path else Html("")
    sql = element("details", element("summary", "SQL"), block(error.statement), open="")
    return together(
        (
            element("p", "The ", tag(f"{what} failed", "fail"), f" with {error.type}", where, "."),
            block(error.message),
            sql if error.statement else Html(""),
        )
    )


def _deployment(deployment: Deployment | None) -> Iterator[Html]:
    if deployment is None:
        return
    title = "The deployment's own path, everything in one command: "
    word = tag("went through", "pass") if deployment.ok else tag("failed", "fail")
    yield element("h4", title, word)
    if not deployment.ok:
        yield _failed(deployment.verb, deployment.error)


def _orders(orders: Sequence[Order]) -> Iterator[Html]:
    if not orders:
        return
    told = list(troubles(orders))
    word = tag("the schema is another", "fail") if told else tag("the schema is the same", "pass")
    names = ", ".join(each.name or " → ".join(each.order) for each in orders)
    yield element("h4", f"In each order ({names}): ", word)
    yield from (element("p", each, class_="said") for each in told)
    if told:
        yield way_out(WAY_OUT)


def _drift(trip: RoundTrip) -> Iterator[Html]:
    if trip.drift:
        rows = [(element("code", each.name), each.operation) for each in trip.drift]
        yield element("h4", "The models differ from the last upgrade")
        yield table("What autogenerate would still write", ("object", "operation"), rows)
