"""Proves revision after revision: a failing one is put aside and the run goes on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from migbot.adapters.child_process import Ended
from migbot.adapters.trip_guests import Guests, Unprovable, hint, listed, why
from migbot.adapters.trip_seeds import Seeds
from migbot.core.catalogs import Catalog
from migbot.core.environment import Environment
from migbot.core.graph import Ids
from migbot.core.guest_words import Heard, Sent, database_of
from migbot.core.lacks import Lack
from migbot.core.trip import (
    fails_anyway,
    fails_on_rows,
    gets_past,
    gone_through,
    hides_behind_memory,
    judge,
    lacks_of,
    on_rows,
)
from migbot.core.trips import RevisionTrip, RevisionVerdict
from migbot.core.value import Value

Trips = dict[tuple[str, str], RevisionTrip]
"""What was found of each revision on each database."""


class Driven(Value):
    """What a lineage of guests came to: `doubts` are reasons not to believe it, `final` its end.

    `hint` is the way out of the doubts.
    """

    trips: Trips
    doubts: tuple[str, ...]
    hint: str
    final: Mapping[str, Catalog]
    drift: tuple[tuple[str, ...], ...] = ()
    no_drift_known: str = ""


@dataclass(slots=True)
class Driver:
    """The proof of the revisions in `order`, each standing on the base or on one before it.

    The first of them, `below`, are only run: somebody else proves them.
    Of the databases, `base` is what every lineage begins with, `NAME.start` where the next guest
    of a lineage begins and `NAME.checkpoint` what the last one kept. `lacking` is what revisions
    needed and did not have, `sent` what their upgrades have sent. What stands above the revisions
    of `skip` cannot be run; those of `together` go up only in one command with what they stand on.
    `begins` is the schema that the first revision was proved on, on each database. `once`: where
    the first guest does not come to its end, nothing is said at all. `followed`: most likely one
    more guest is run for the same project.
    """

    guests: Guests
    environment: Environment
    project: Path
    order: tuple[str, ...]
    base_heads: tuple[str, ...] = ()
    below: Ids = ()
    seeds: Seeds = field(default_factory=dict)
    skip: set[str] = field(default_factory=set)
    together: set[str] = field(default_factory=set)
    lacking: dict[str, tuple[Lack, ...]] = field(default_factory=dict)
    sent: dict[str, tuple[Sent, ...]] = field(default_factory=dict)
    begins: dict[str, Catalog] = field(default_factory=dict)
    once: bool = False
    followed: bool = True

    def prove(self) -> Driven:
        """A verdict for every revision; failures are tried once more on empty tables."""
        return self.settle(self.begin(self.order), self.order)

    def begin(self, order: Ids) -> Driven:
        """What the revisions of `order`, the first ones, come to on tables that have rows.

        Without doubts the databases in `slots` are where they have led to.
        """
        return self._drive("rows", order, set(order) - {*self.below}, seed=True)

    def go_on(self, begun: Driven) -> Driven:
        """A verdict for every revision, from where the first ones, without doubts, have led to."""
        rest = set(self.order) - {name for name, _ in begun.trips}
        driven = self._drive("rows", self.order, rest, seed=True, start="slots")
        return self.settle(driven._replace(trips={**begun.trips, **driven.trips}), self.order)

    def settle(self, driven: Driven, order: Ids) -> Driven:
        """What was found of `order`, failures tried once more on empty tables."""
        failed = {name for name, _ in driven.trips if name not in self.skip}
        self._try_empty(driven.trips, failed, order)
        for key, trip in driven.trips.items():
            if key[0] in self.together:
                driven.trips[key] = gone_through(trip)
        return driven

    def _try_empty(self, trips: Trips, names: set[str], order: Sequence[str]) -> set[str]:
        """The revisions that failed on rows and pass without any, which becomes their verdict."""
        failed = {key: trip for key, trip in trips.items() if key[0] in names and on_rows(trip)}
        if not failed:
            return set()
        again = self._drive("empty", order, {name for name, _ in failed}, seed=False).trips
        passed = {name for name, _ in failed}
        for key in failed:
            if key not in again or not gets_past(again[key], trips[key]):
                passed.discard(key[0])
        for key, trip in failed.items():
            if key[0] in passed:
                trips[key] = fails_on_rows(again[key], trip)
            elif key in again:
                trips[key] = fails_anyway(again[key], trip)
        return passed

    def _drive(
        self, lineage: str, order: Sequence[str], prove: set[str], seed: bool, start: str = "base"
    ) -> Driven:
        """Run guests until every revision of `prove` has a verdict and one has come to its end."""
        trips: Trips = {}
        left = set(prove)
        done: dict[str, set[str]] = {}
        self.guests.keep(start, f"{lineage}.start")
        while True:
            heard, ended = self._prove(lineage, order, left, done, seed)
            culprit = _culprit(heard)
            if self.once and culprit is not None:
                raise Unprovable(f"it ended in {culprit}")
            self._judge(trips, heard, ended, left)
            if culprit in self.together and culprit not in left:
                self._put_aside(culprit)
                continue
            if culprit is None or culprit not in left:
                _give_up(trips, heard, ended, [name for name in order if name in left])
                doubts = tuple(self._doubts(heard, ended, order))
                way_out = hint(heard, self.environment)
                return Driven(
                    trips, doubts, way_out, heard.final, heard.drift, heard.no_drift_known
                )
            left.discard(culprit)
            for slot in {slot for _, slot in heard.seen}:
                known = done.setdefault(slot, set())
                known.update({name for name, on in trips if on == slot}, {culprit})
            self._go_on(lineage, heard, culprit, trips, seed)
            if not (seed or left) and culprit in self.skip:
                return Driven(trips, (), "", {})  # it failed without rows too: that was asked

    def _go_on(self, lineage: str, heard: Heard, culprit: str, trips: Trips, seed: bool) -> None:
        """Choose where the next guest begins, and whether it runs the culprit's upgrade."""
        if self.guests.database.has_any(self.guests.folder(f"{lineage}.checkpoint")):
            self.guests.keep(f"{lineage}.checkpoint", f"{lineage}.start")
        if _went_up(heard, culprit):
            return
        upto = self.order[: self.order.index(culprit) + 1]
        if seed and self._try_empty(trips, {culprit}, upto):
            self.guests.keep("slots", f"{lineage}.start")
        elif culprit not in self.skip and _may_go_together(trips, culprit):
            self.together.add(culprit)
            self.guests.keep("base", f"{lineage}.start")
        else:
            self._put_aside(culprit)

    def _put_aside(self, culprit: str) -> None:
        self.together.discard(culprit)
        self.skip.add(culprit)

    def _prove(
        self,
        lineage: str,
        order: Sequence[str],
        left: set[str],
        done: Mapping[str, set[str]],
        seed: bool,
    ) -> tuple[Heard, Ended]:
        checkpoint = self.guests.empty(f"{lineage}.checkpoint")
        self.guests.progress(f"Proving {len(left)} of {len(order)} revisions")
        replayed = set(order) - left
        return self.guests.run(
            "prove",
            f"{lineage}.start",
            self.project,
            self.environment,
            another=self.followed,
            order=list(order),
            replay=sorted(replayed),
            proved={slot: sorted(names) for slot, names in done.items()},
            skip=sorted(self.skip),
            together=bool(self.together),
            seed=seed,
            seeds=self.seeds,
            drift=seed and len(order) == len(self.order) and self.reaches_heads(),
            checkpoint=str(checkpoint),
        )

    def _judge(self, trips: Trips, heard: Heard, ended: Ended, left: set[str]) -> None:
        for key, seen in heard.seen.items():
            if seen.revision in left and key not in trips:
                message = heard.messages.get(seen.revision, "")
                trips[key] = judge(seen, message, why(heard, ended))
                if seen.revision == self.order[len(self.below)]:
                    self.begins.setdefault(seen.slot, seen.catalogs.get("before", {}))
                self.sent.setdefault(seen.revision, seen.sent)
                if lacks_of(seen):
                    self.lacking[seen.revision] = lacks_of(seen)

    def _doubts(self, heard: Heard, ended: Ended, order: Sequence[str]) -> Iterable[str]:
        """Reasons not to believe what the guest says of the end."""
        if not heard.done or heard.failed is not None or not heard.finished:
            yield why(heard, ended)
            return
        try:
            masters = self.guests.database.masters(self.guests.folder("slots"))
            versions = self.guests.database.versions(self.guests.folder("slots"))
        except ValueError as error:
            yield str(error)
            return
        ran = [name for name in order if name not in self._not_run(heard)]
        last = {database_of(slot): master for slot, master in heard.finished.items()}
        for slot, master in last.items():
            if masters.get(slot) != master:
                yield f"what env.py left in {slot} is not what its last step saw"
            if ran and ran[-1] not in versions.get(slot, frozenset()):
                yield f"{slot} is at {listed(versions.get(slot, ()))} and not at {ran[-1]}"

    def _not_run(self, heard: Heard) -> set[str]:
        return self.skip | {seen.revision for seen in heard.seen.values() if seen.blocked_by}

    def reaches_heads(self) -> bool:
        """Whether what is proved ends at the heads, so that a deployment does the same."""
        return set(self.guests.heard.heads or ()) <= {*self.order, *self.base_heads}


def _culprit(heard: Heard) -> str | None:
    """The revision in which a run ended before its end."""
    if heard.last is None or heard.last[1] in heard.finished:
        return None
    return heard.last[0]


def _went_up(heard: Heard, name: str) -> bool:
    """Whether a revision's upgrade is known to work on every database where it was begun."""
    seen = [each.legs for each in heard.seen.values() if each.revision == name]
    ran = [legs.get("upgrade") or legs.get("replay") for legs in seen]
    return bool(ran) and all(leg is not None and leg.ok for leg in ran)


def _may_go_together(trips: Trips, name: str) -> bool:
    return any(hides_behind_memory(trip) for (of, _), trip in trips.items() if of == name)


def _give_up(trips: Trips, heard: Heard, ended: Ended, names: Iterable[str]) -> None:
    """Say of what was never heard of that it was not."""
    known = {name for name, _ in trips}
    note = f"It was not heard of: {why(heard, ended)}."
    for name in names:
        if name not in known:
            message = heard.messages.get(name, "")
            trips[name, ""] = RevisionTrip(name, message, RevisionVerdict.UNKNOWN, notes=(note,))
