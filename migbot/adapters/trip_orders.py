"""The orders in which the sides of a fork can have run: all must end in one schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from migbot.adapters.child_process import Ended
from migbot.adapters.trip_guests import Guests, Unprovable, why
from migbot.adapters.trip_ways import Final, first_of, unlike
from migbot.core.environment import Environment
from migbot.core.guest_words import Heard, Seen
from migbot.core.orders import Fork, Thing, clashes, obstacles, touched
from migbot.core.trips import Order, Residue
from migbot.core.value import Value

FRESH = "fresh"
"""How the order is called in which a database without anything goes to the heads at once."""


FEW = 50
"""Revisions that are run again for each side sooner than a process is started to run them once."""


class _Run(Value):
    """What one order came to: on each database what differs at the end, or where it failed."""

    order: Order
    found: Mapping[str, tuple[Residue, ...]]
    touches: Mapping[str, frozenset[Thing]]


def orders(
    guests: Guests, project: Path, environment: Environment, fork: Fork, final: Final
) -> tuple[Order, ...]:
    """The heads by other ways than step by step: from nothing at once, and by each side first.

    Raises Unprovable where one of them came to no end, so that nobody knows how it would have gone.
    """
    tried = tuple(_Orders(guests, project, environment, fork, final).run())
    own = dict.fromkeys(name for side in fork.sides for name in side.own)
    touches = {
        name: frozenset[Thing]().union(*(run.touches.get(name, ()) for run in tried))
        for name in own
    }
    return tuple(_explained(run, fork, touches) for run in tried)


def _explained(run: _Run, fork: Fork, touches: Mapping[str, frozenset[Thing]]) -> Order:
    """The order, with what of one side meets what of the other."""
    order = run.order
    if order.failed:
        return order._replace(conflicts=obstacles(fork, touches, order.failed))
    return order._replace(conflicts=clashes(fork, touches, run.found))


class _Orders(Value):
    """The runs of one round trip, each on databases of its own."""

    guests: Guests
    project: Path
    environment: Environment
    fork: Fork
    final: Final

    def run(self) -> Iterator[_Run]:
        """Each order, one after the other; raises Unprovable."""
        yield self._run(self.guests.start(), ("heads",), Order((), True, name=FRESH))
        start = self._common() if self.fork.below > FEW else self.guests.start()
        for side in self.fork.sides:
            order = Order((side.head,), True, name=f"{side.name} first")
            yield self._run(start, (side.head, "heads"), order)

    def _common(self) -> str:
        """The folder of what all sides stand on, built once for all of them."""
        heard, ended = self._heard(self.guests.start(), self.fork.common, "what the sides stand on")
        if heard.failed is not None:
            raise Unprovable(f"what the sides stand on cannot be built: {why(heard, ended)}")
        self.guests.keep("slots", "fork")
        return "fork"

    def _run(self, start: str, targets: tuple[str, ...], order: Order) -> _Run:
        heard, ended = self._heard(start, targets, order.name)
        order = order._replace(order=(*order.order, *(heard.heads or ())))
        touches = _touches(heard.seen.values())
        if heard.failed is not None:
            failed = heard.last[0] if heard.last else ""
            order = order._replace(equal=False, difference=why(heard, ended), failed=failed)
            return _Run(order, {}, touches)
        found = unlike(self.guests, self.final, heard)
        difference = first_of(found)
        return _Run(order._replace(equal=not difference, difference=difference), found, touches)

    def _heard(self, start: str, targets: tuple[str, ...], name: str) -> tuple[Heard, Ended]:
        """What the guest said that went to `targets`, one after the other."""
        self.guests.progress(f"Upgrading in another order: {name}")
        told = sorted({name for side in self.fork.sides for name in side.own})
        heard, ended = self.guests.run(
            "build", start, self.project, self.environment, targets=list(targets), told=told
        )
        if not heard.done or heard.lacks:
            raise Unprovable(f"{name}: {why(heard, ended)}")
        return heard, ended


def _touches(seen: Iterable[Seen]) -> dict[str, frozenset[Thing]]:
    """What the upgrade of each revision changed that was told."""
    found: dict[str, frozenset[Thing]] = {}
    for each in seen:
        if {"before", "up"} <= each.catalogs.keys():
            things = touched(each.slot, each.catalogs["before"], each.catalogs["up"])
            found[each.revision] = found.get(each.revision, frozenset()) | things
    return found
