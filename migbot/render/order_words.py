"""The orders of a fork in sentences: that they end alike, or what does not commute.

What is in them is a stranger's text as it stands: each renderer makes it harmless in its own way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from migbot.core.trips import Conflict, Order, RoundTrip
from migbot.core.wording import listed
from migbot.render.neutral import cut

MOST = 120
"""Characters of a definition that a sentence shows: the report's JSON has all of them."""

WAY_OUT = (
    "Keep one order only (migbot resolve --strategy rebase, without the merge revision), "
    "or let the merge revision's upgrade() bring both to the same schema."
)

Called = tuple[str, Mapping[Conflict, str]]
"""An order by what it is called, and what each object that depends on the order is at its end."""

_TITLES = {
    "sqlite": "SQLite",
    "postgresql": "PostgreSQL",
    "mariadb": "MariaDB",
    "mysql": "MySQL",
}


def server_name(trip: RoundTrip) -> str:
    """What a round trip was made on, as people call it: `PostgreSQL 16.3`."""
    name = _TITLES.get(trip.database, trip.database)
    return " ".join(filter(None, (name, trip.server_version)))


def proved(trip: RoundTrip) -> str:
    """What a round trip that passed has proved of a repair, in one sentence."""
    server = server_name(trip)
    if trip.orders:
        names = listed([_called(each) for each in trip.orders], 8)
        return f"Proved on {server}: {names} end in the same schema."
    names = listed([each.revision for each in trip.revisions])
    several = len(trip.revisions) > 1
    goes = "go up, down and up again on their" if several else "goes up, down and up again on its"
    return f"Proved on {server}: {names} {goes} new parent."


def troubles(orders: Sequence[Order]) -> Iterator[str]:
    """A sentence for each thing that depends on the order; none where all orders end alike."""
    for order in orders:
        if not order.equal and (order.failed or not order.conflicts):
            yield _failed(order)
    ends = [(_called(order), _ends_of(order)) for order in orders if not order.failed]
    for conflict in dict.fromkeys(each for _, told in ends for each in told):
        yield _sentence(conflict, ends)


def _ends_of(order: Order) -> dict[Conflict, str]:
    """What each object has come to in an order, where that tells of it."""
    ends: dict[Conflict, str] = {}
    for each in order.conflicts:
        ends.setdefault(each._replace(here=""), each.here)
    return ends


def _called(order: Order) -> str:
    return order.name or f"in the order {listed(order.order)}"


def _failed(order: Order) -> str:
    called = _capital(_called(order))
    if not order.failed:
        return f"{called}, the schema is another: {order.difference}"
    also = listed(f"{_touching(each)} {each.kind} {each.name}" for each in order.conflicts)
    return f"{called}, {order.failed} fails: {order.difference}{'; ' if also else ''}{also}."


def _touching(conflict: Conflict) -> str:
    others = conflict.revisions[1:]
    return f"{listed(others)} {'touches' if len(others) == 1 else 'touch'}"


def _sentence(conflict: Conflict, orders: Sequence[Called]) -> str:
    """Who meets whom in what, and what it comes to in each order."""
    what = f"{conflict.kind} {conflict.name}"
    names = listed(conflict.revisions)
    if len(conflict.revisions) < 2:
        who = names or "A revision"
        said = f"{who} does not commute with the other side: {what} depends on which came first."
    else:
        both = "both" if len(conflict.revisions) == 2 else "all"
        where = (
            f"table {conflict.table}, and {what} depends on the order" if conflict.table else what
        )
        said = f"{names} do not commute: {both} touch {where}."
    return f"{said} {_capital(_ends(conflict, orders))}."


def _ends(conflict: Conflict, orders: Sequence[Called]) -> str:
    ends: dict[str, list[str]] = {}
    for name, at_its_end in orders:
        ends.setdefault(_end(at_its_end.get(conflict, conflict.usual)), []).append(name)
    told = [f"{listed(names)} {_verb(names)} {end}" for end, names in ends.items()]
    return ", ".join(told)


def _verb(names: Sequence[str]) -> str:
    return "ends" if len(names) == 1 else "end"


def _end(here: str) -> str:
    """What an object has come to; an order that does not tell of it has left it as usual."""
    return f"in {cut(' '.join(here.split()), MOST)}" if here else "without it"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
