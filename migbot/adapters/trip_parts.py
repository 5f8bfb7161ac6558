"""A whole history that is proved in parts, side by side, and says what one run of all would say."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path

from migbot.adapters.side_by_side import Job, beside
from migbot.adapters.temporary import temporary_folder
from migbot.adapters.trip_driver import Driven, Driver
from migbot.adapters.trip_guests import Guests, Unprovable
from migbot.adapters.trip_subject import (
    Means,
    Subject,
    driver_of,
    guests_of,
    measured,
    nothing_yet,
    scratch_folder,
    with_files,
)
from migbot.adapters.trip_told import ended, told
from migbot.adapters.written_files import files_of, written
from migbot.core.graph import Ids
from migbot.core.part_trips import Proof, is_smooth, is_steady, joined_parts, stand_on
from migbot.core.throwaway import ThrowAway
from migbot.core.trips import RoundTrip
from migbot.core.value import Value
from migbot.errors import MigbotError


class Parts(Value):
    """The parts in which a whole history is proved, side by side.

    Each but the first is on a `database` of its own: roles are the server's.
    """

    parts: tuple[Ids, ...]
    database: Callable[[], AbstractContextManager[ThrowAway]]


def proved_in_parts(
    trip: RoundTrip, subject: Subject, guests: Guests, means: Means, parts: Parts
) -> RoundTrip:
    """The trip, its later parts proved beside the first, or after all one after the other."""
    before, first = files_of(subject.project), parts.parts[0]
    with _later(subject, means, parts) as later:
        driver = driver_of(subject, guests)
        driver.followed = False  # the deployment is the last part's
        begun = driver.begin(first)
        smooth = _is_steady(driver, begun) and is_smooth(begun.trips.values())
        early = told(trip, driver, begun, first) if smooth else None  # while others are at work
        proofs = _believed(driver, begun, guests, later)
    if proofs:
        lower = early or told(trip, driver, driver.settle(begun, first), first)
        found = joined_parts([lower, *(proof.trip for proof in proofs)])
    else:
        driver, driven = _in_one(subject, guests, driver, begun)
        found = ended(told(trip, driver, driven, driver.order), driver, driven, subject.fork)
    paths = written(before, files_of(subject.project))
    return with_files(found, paths.union(*(proof.written for proof in proofs)))


def _in_one(
    subject: Subject, guests: Guests, driver: Driver, begun: Driven
) -> tuple[Driver, Driven]:
    """A verdict for every revision, from where the first ones have led to, if anybody knows."""
    if begun.doubts:
        driver = driver_of(subject, guests)
        return driver, driver.prove()
    driver.followed = True
    return driver, driver.go_on(begun)


def _believed(
    driver: Driver, begun: Driven, guests: Guests, later: Iterator[Proof | None]
) -> list[Proof]:
    """What the later parts have come to, where it is what one run of all would come to."""
    if not _is_steady(driver, begun):
        return []
    guests.progress("Waiting for the later parts")
    proofs = []
    for proof in later:
        if proof is None:
            return []
        proofs.append(proof)
    return proofs if stand_on(begun.final, proofs) else []


def _is_steady(driver: Driver, begun: Driven) -> bool:
    aside = driver.skip or driver.together or driver.lacking
    return not (begun.doubts or aside) and is_steady(begun.trips.values())


@contextmanager
def _later(subject: Subject, means: Means, parts: Parts) -> Iterator[Iterator[Proof | None]]:
    """What all parts but the first come to, which are proved beside the block.

    None stands for one of which that cannot be said.
    """
    with temporary_folder() as made:
        jobs: list[Job[Proof | None]] = []
        for number, part in enumerate(parts.parts[1:], 1):
            copy = made / str(number)
            shutil.copytree(subject.project, copy, symlinks=True)
            of_it = _part(subject, part, copy)
            last = of_it.revisions == subject.revisions
            jobs.append(partial(_part_proved, of_it, means, parts.database, last))
        with beside(jobs) as later:
            yield later


def _part(subject: Subject, part: Ids, copy: Path) -> Subject:
    """What is proved of a later part, which stands on all that is below it."""
    at = subject.revisions.index(part[0])
    order, below = subject.revisions[: at + len(part)], subject.revisions[:at]
    fork = subject.fork if order == subject.revisions else None
    return Subject(copy, subject.environment, order, fork=fork, below=below)


def _part_proved(
    subject: Subject,
    means: Means,
    database: Callable[[], AbstractContextManager[ThrowAway]],
    last: bool,
    called_off: Callable[[], bool],
) -> Proof | None:
    """What a later part comes to by itself; None where that cannot be said."""
    limits = means.limits._replace(called_off=called_off)
    means = means._replace(limits=limits, progress=lambda line: None)
    with ExitStack() as stack:
        try:
            on = stack.enter_context(database())
            guests = guests_of(subject, means, on, stack.enter_context(scratch_folder()))
            stack.callback(guests.close)
            guests.prepare()
            return _proof(nothing_yet(subject, means, on), subject, guests, last=last)
        except (Unprovable, MigbotError, ValueError, OSError):
            return None


def _proof(trip: RoundTrip, subject: Subject, guests: Guests, *, last: bool) -> Proof:
    """What a later part comes to; raises Unprovable."""
    before = files_of(subject.project)
    driver = driver_of(subject, guests)
    driver.once = True  # what fails is for a run of all to tell
    driver.followed = last
    driven = driver.begin(driver.order)
    if not (_is_steady(driver, driven) and is_smooth(driven.trips.values())):
        raise Unprovable("something failed")
    found = told(trip, driver, driven, subject.revisions[len(subject.below) :])
    _clear(guests)
    found = measured(ended(found, driver, driven, subject.fork), guests)
    paths = written(before, files_of(subject.project))
    return Proof(found, driver.begins, driven.final, paths)


def _clear(guests: Guests) -> None:
    """Let the deployment of the whole begin with nothing: what others stand on keeps its roles."""
    for name in ("rows.start", "base"):
        guests.keep(guests.start(), name)
