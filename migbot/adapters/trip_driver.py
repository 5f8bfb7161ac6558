"""Drives the guests of one round trip: a failing revision is put aside and the run goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from migbot.adapters.child_process import Ended, Limits
from migbot.adapters.guest_process import Guest, run_guest
from migbot.adapters.project_folder import project_request
from migbot.core.catalogs import Catalog, differences, is_harmless
from migbot.core.environment import Environment
from migbot.core.guest_words import Heard
from migbot.core.throwaway import ThrowAway
from migbot.core.trip import fails_on_rows, gets_past, judge, on_rows
from migbot.core.trips import Deployment, LegError, Order, RevisionTrip, RevisionVerdict
from migbot.core.value import Value

HINT = (
    "See what `alembic upgrade heads` says on an empty database; "
    "what env.py needs from its environment goes into [tool.migbot.env]."
)

UNKNOWN = "Unknown"
"""The type of an error that is none of the project's: nobody knows how it would have gone."""

DIFFERENCE = "Difference"
"""The type of the error where nothing failed and the schema is another than it should be."""

Progress = Callable[[str], None]
Trips = dict[tuple[str, str], RevisionTrip]
"""What was found of each revision on each database."""


class Unprovable(Exception):
    """Nothing can be said of this environment: why, and what to do about it."""

    def __init__(self, reason: str, hint: str = "", dialect: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.dialect = dialect


class Driven(Value):
    """What a lineage of guests came to: `doubts` are reasons not to believe it, `final` its end."""

    trips: Trips
    doubts: tuple[str, ...]
    final: Mapping[str, Catalog]
    drift: tuple[tuple[str, ...], ...] = ()
    no_drift_known: str = ""


@dataclass(slots=True)
class Driver:
    """One round trip on its way.

    Databases are folders: `slots` is what a guest works on, `base` what every lineage begins
    with, `NAME.start` where the next guest of a lineage begins and `NAME.checkpoint` what the
    last one kept.
    """

    guest: Guest
    environment: Environment
    project: Path
    order: tuple[str, ...]
    database: ThrowAway
    progress: Progress
    begun: float = field(default_factory=time.monotonic)
    names: dict[str, str] = field(default_factory=dict)
    heard: Heard = field(default_factory=Heard)
    skip: set[str] = field(default_factory=set)
    base_heads: tuple[str, ...] = ()

    def build(self, project: Path | None, environment: Environment, heads: Sequence[str]) -> None:
        """Bring the database to the base's `heads` with the base's own files, in one command.

        Where the base's files are those under test, `heads` lie somewhere in their history, and
        each is gone to by itself. Raises Unprovable where it does not get there.
        """
        self.base_heads = tuple(heads)
        self._keep("nothing", "slots")  # a server may have been used before
        if project is not None and heads:
            self.progress(f"Building the base: {', '.join(heads)}")
            whole = project != self.project
            targets = ["heads"] if whole else list(heads)
            heard, ended = self._run("build", "nothing", project, environment, targets=targets)
            if not heard.done or heard.failed is not None:
                raise Unprovable(f"the base could not be built: {_why(heard, ended)}", HINT)
            if whole and set(heard.heads or ()) != set(heads):
                raise Unprovable(
                    f"Alembic reads {_listed(heard.heads or ())} as the base's heads, "
                    f"migbot {_listed(heads)}"
                )
            self._look_at_base(heads)
        self._keep("slots", "base")

    def _look_at_base(self, heads: Sequence[str]) -> None:
        """A database without version rows is one that a migration opened by itself."""
        try:
            found = self.database.versions(self._folder("slots"))
        except ValueError as error:
            raise Unprovable(f"the base was built and {error}") from None
        rows = {row for versions in found.values() for row in versions}
        if not rows or not rows <= set(heads):
            raise Unprovable(f"env.py ended and the base is at {_listed(rows)}")

    def prove(self) -> Driven:
        """A verdict for every revision; failures are tried once more on empty tables."""
        driven = self._drive("rows", self.order, set(self.order), seed=True)
        failed = {name for name, _ in driven.trips if name not in self.skip}
        self._try_empty(driven.trips, failed, self.order)
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
        return passed

    def _drive(self, lineage: str, order: Sequence[str], prove: set[str], seed: bool) -> Driven:
        """Run guests until every revision of `prove` has a verdict and one has come to its end."""
        trips: Trips = {}
        left = set(prove)
        done: dict[str, set[str]] = {}
        self._keep("base", f"{lineage}.start")
        while True:
            heard, ended = self._prove(lineage, order, left, done, seed)
            culprit = _culprit(heard)
            self._judge(trips, heard, ended, left)
            if culprit is None or culprit not in left:
                _give_up(trips, heard, ended, [name for name in order if name in left])
                doubts = tuple(self._doubts(heard, ended, order))
                return Driven(trips, doubts, heard.final, heard.drift, heard.no_drift_known)
            left.discard(culprit)
            for slot in {slot for _, slot in heard.seen}:
                known = done.setdefault(slot, set())
                known.update({name for name, on in trips if on == slot}, {culprit})
            left = {name for name in left if not _known_everywhere(name, done)}
            self._go_on(lineage, heard, culprit, trips, seed)

    def _go_on(self, lineage: str, heard: Heard, culprit: str, trips: Trips, seed: bool) -> None:
        """Choose where the next guest begins, and whether it runs the culprit's upgrade."""
        if self.database.has_any(self._folder(f"{lineage}.checkpoint")):
            self._keep(f"{lineage}.checkpoint", f"{lineage}.start")
        if _went_up(heard, culprit):
            return
        upto = self.order[: self.order.index(culprit) + 1]
        if seed and self._try_empty(trips, {culprit}, upto):
            self._keep("slots", f"{lineage}.start")
        else:
            self.skip.add(culprit)

    def _prove(
        self,
        lineage: str,
        order: Sequence[str],
        left: set[str],
        done: Mapping[str, set[str]],
        seed: bool,
    ) -> tuple[Heard, Ended]:
        checkpoint = self._empty(f"{lineage}.checkpoint")
        self.progress(f"Proving {len(left)} of {len(order)} revisions")
        replayed = set(order) - left
        return self._run(
            "prove",
            f"{lineage}.start",
            self.project,
            self.environment,
            order=list(order),
            replay=sorted(replayed),
            proved={slot: sorted(names) for slot, names in done.items()},
            skip=sorted(self.skip),
            seed=seed,
            drift=seed and self.reaches_heads(),
            checkpoint=str(checkpoint),
        )

    def _judge(self, trips: Trips, heard: Heard, ended: Ended, left: set[str]) -> None:
        for key, seen in heard.seen.items():
            if seen.revision in left and key not in trips:
                message = heard.messages.get(seen.revision, "")
                trips[key] = judge(seen, message, _why(heard, ended))

    def _doubts(self, heard: Heard, ended: Ended, order: Sequence[str]) -> Iterable[str]:
        """Reasons not to believe what the guest says of the end."""
        if not heard.done or heard.failed is not None or not heard.finished:
            yield _why(heard, ended)
            return
        try:
            masters = self.database.masters(self._folder("slots"))
            versions = self.database.versions(self._folder("slots"))
        except ValueError as error:
            yield str(error)
            return
        ran = [name for name in order if name not in self._not_run(heard)]
        for slot, master in heard.finished.items():
            if masters.get(slot) != master:
                yield f"what env.py left in {slot} is not what its last step saw"
            if ran and ran[-1] not in versions.get(slot, frozenset()):
                yield f"{slot} is at {_listed(versions.get(slot, ()))} and not at {ran[-1]}"

    def _not_run(self, heard: Heard) -> set[str]:
        return self.skip | {seen.revision for seen in heard.seen.values() if seen.blocked_by}

    def reaches_heads(self) -> bool:
        """Whether what is proved ends at the heads, so that a deployment does the same."""
        return set(self.heard.heads or ()) <= {*self.order, *self.base_heads}

    def deploy(self, final: Mapping[str, Catalog]) -> Deployment:
        """The deployment's own path: the base's schema, then the branch in one command.

        `final` is what step by step has led to: the two must be equal.
        """
        self.progress("Upgrading in one command, as a deployment does")
        heard, ended = self._run("build", "base", self.project, self.environment, targets=["heads"])
        if not heard.done:
            return Deployment("upgrade heads", False, LegError(UNKNOWN, _why(heard, ended)))
        if heard.failed is not None:
            return Deployment("upgrade heads", False, heard.failed)
        difference = self._difference(final, heard)
        if not difference:
            return Deployment("upgrade heads", True)
        message = f"one upgrade leaves another schema than step by step ({difference})"
        return Deployment("upgrade heads", False, LegError(DIFFERENCE, message))

    def orders(self, starts: Sequence[str], final: Mapping[str, Catalog]) -> Iterator[Order]:
        """Other ways to the heads: from nothing at once, and by each of `starts` first.

        A database may have come by any of them; `final` is what step by step has led to.
        """
        for start in (None, *starts):
            targets = ["heads"] if start is None else [start, "heads"]
            self.progress(f"Upgrading an empty database by way of {start or 'everything'}")
            heard, ended = self._run(
                "build", "nothing", self.project, self.environment, targets=targets
            )
            order = tuple(heard.heads or ()) if start is None else (start, *(heard.heads or ()))
            if not heard.done or heard.failed is not None:
                yield Order(order, False, _why(heard, ended))
                continue
            difference = self._difference(final, heard)
            yield Order(order, not difference, difference)

    def _difference(self, final: Mapping[str, Catalog], heard: Heard) -> str:
        """The first object in which what a guest has built is not `final`; "" for none."""
        built = {**heard.built, **self.database.catalogs(self._folder("slots"))}
        for slot, catalog in final.items():
            for each in differences(catalog, built.get(slot, {})):
                if not is_harmless(each):
                    was, now = each.before or "none", each.after or "none"
                    return f"{each.kind} {each.name}: {was}, {now}"
        return ""

    def _run(
        self, task: str, start: str, project: Path, environment: Environment, **more: Any
    ) -> tuple[Heard, Ended]:
        """Run one guest on the databases of `start`, and again if it wants one more of them."""
        while True:
            self._keep(start, "slots")
            self.database.provide(self._folder("slots"), self.names.values())
            heard, ended = self._ask(task, project, environment, more)
            if not heard.wanted:
                return heard, ended

    def _ask(
        self, task: str, project: Path, environment: Environment, more: Mapping[str, Any]
    ) -> tuple[Heard, Ended]:
        try:
            where = project_request(project, environment)
        except ValueError as error:
            raise Unprovable(str(error), "Set script_location in alembic.ini.") from None
        request = {
            "task": task,
            "scratch": str(self.guest.scratch),
            "slots_folder": str(self._folder("slots")),
            "slots": self.names,
            "server": dict(self.database.request(self._folder("slots"))),
            "writable": [str(self.guest.scratch), where["root"], "/dev/null", "/dev/tty"],
            **where,
            **more,
        }
        try:
            heard, ended = run_guest(self._in_time(), request, Path(where["directory"]))
        except ValueError as error:
            raise Unprovable(f"the guest's answer is not understood: {error}") from None
        self.names.update(heard.slots)
        self.heard = heard if heard.hello else self.heard
        if heard.stop is not None:
            raise Unprovable(*heard.stop)
        if not heard.hello:
            raise Unprovable(f"the guest did not start: {_why(heard, ended)}", HINT)
        return heard, ended

    def _in_time(self) -> Guest:
        """The guest with what is left of the time."""
        limits = self.guest.limits
        left = limits.total - (time.monotonic() - self.begun)
        return self.guest._replace(limits=Limits(max(left, 0.1), limits.silence))

    def _folder(self, name: str) -> Path:
        return self.guest.scratch / name

    def _empty(self, name: str) -> Path:
        folder = self._folder(name)
        self.database.keep(self._folder("nothing"), folder)
        return folder

    def _keep(self, name: str, into: str) -> None:
        self.database.keep(self._folder(name), self._folder(into))


def _culprit(heard: Heard) -> str | None:
    """The revision in which a run ended before its end."""
    if heard.last is None or heard.last[1] in heard.finished:
        return None
    return heard.last[0]


def _known_everywhere(name: str, done: Mapping[str, set[str]]) -> bool:
    return bool(done) and all(name in names for names in done.values())


def _went_up(heard: Heard, name: str) -> bool:
    """Whether a revision's upgrade is known to work, so that others can be run after it."""
    return any(
        seen.revision == name and "upgrade" in seen.legs and seen.legs["upgrade"].ok
        for seen in heard.seen.values()
    )


def _give_up(trips: Trips, heard: Heard, ended: Ended, names: Iterable[str]) -> None:
    """Say of what was never heard of that it was not."""
    known = {name for name, _ in trips}
    note = f"It was not heard of: {_why(heard, ended)}."
    for name in names:
        if name not in known:
            message = heard.messages.get(name, "")
            trips[name, ""] = RevisionTrip(name, message, RevisionVerdict.UNKNOWN, notes=(note,))


def _why(heard: Heard, ended: Ended) -> str:
    """Why a run is over, in one line."""
    if heard.failed is not None:
        error = heard.failed
        place = f" ({error.path}:{error.line})" if error.path else ""
        return f"{error.type}: {error.message.splitlines()[0]}{place}"
    if heard.done:
        return "env.py ended before all was run"
    last = ended.tail.strip().splitlines()
    return f"its process {ended.how}" + (f", saying {last[-1][:200]!r}" if last else "")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"
