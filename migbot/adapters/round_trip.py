"""The round trip of one environment: base and branch on a throw-away database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from migbot.adapters.child_process import Limits
from migbot.adapters.project_python import Interpreter
from migbot.adapters.trip_guests import HINT, Guests, Progress, Unprovable
from migbot.adapters.trip_parts import Parts, proved_in_parts
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
from migbot.core.report import Unknown, Verdict
from migbot.core.settings import Settings
from migbot.core.throwaway import ThrowAway
from migbot.core.trips import RevisionTrip, RevisionVerdict, RoundTrip
from migbot.errors import MigbotError

NO_SETTINGS = Settings()
USUAL = Limits()


def prove(
    subject: Subject,
    interpreter: Interpreter,
    database: ThrowAway,
    settings: Settings = NO_SETTINGS,
    *,
    environ: Mapping[str, str] = os.environ,
    limits: Limits = USUAL,
    progress: Progress = lambda line: None,
    parts: Parts | None = None,
) -> RoundTrip:
    """Prove each revision of `subject` up, down and up again, in `interpreter` on `database`.

    What cannot be looked at is an unknown verdict with its reason, never a pass and never an
    exception. A whole history may be proved in `parts`, which say the same and take less time.
    Raises MigbotError only where the interpreter or the database's server does not start, and
    OtherDatabase where the environment names no database and turns out to be on another kind.
    """
    means = Means(interpreter, settings, environ, limits, progress)
    trip = nothing_yet(subject, means, database)
    if not subject.revisions:
        return trip
    with scratch_folder() as scratch:
        try:
            guests = guests_of(subject, means, database, scratch)
        except Unprovable as error:
            return _unproved(trip, subject.revisions, error)
        if parts is None:
            return _tried(trip, subject, guests, partial(_proved, trip, subject, guests))
        job = partial(proved_in_parts, trip, subject, guests, means, parts)
        return _tried(trip, subject, guests, job)


def _tried(
    trip: RoundTrip, subject: Subject, guests: Guests, job: Callable[[], RoundTrip]
) -> RoundTrip:
    """The trip, or why there is none; raises OtherDatabase."""
    guests.prepare()  # it imports while the server starts
    try:
        return measured(job(), guests)
    except Unprovable as error:
        if error.dialect and not subject.environment.database:
            raise OtherDatabase(error.dialect) from None
        return _unproved(measured(trip, guests), subject.revisions, error)
    # the server is gone, or a database that it cannot read, or the disk is full
    except (ValueError, OSError) as error:
        doubt = Unprovable(str(error), HINT)
        return _unproved(measured(trip, guests), subject.revisions, doubt)
    finally:
        guests.close()


def _proved(trip: RoundTrip, subject: Subject, guests: Guests) -> RoundTrip:
    """The trip with everything that was found; raises Unprovable."""
    before = files_of(subject.project)
    driver = driver_of(subject, guests)
    driven = driver.prove()
    found = ended(told(trip, driver, driven, driver.order), driver, driven, subject.fork)
    return with_files(found, written(before, files_of(subject.project)))


class OtherDatabase(Exception):
    """What the project connects to, in SQLAlchemy's words."""

    def __init__(self, dialect: str) -> None:
        super().__init__(dialect)
        self.dialect = dialect


def unproved(
    environment: str, database: str, revisions: Iterable[str], error: MigbotError
) -> RoundTrip:
    """The round trip that could not be run: no server, no driver, no interpreter."""
    trip = RoundTrip(environment, database, "", Verdict.UNKNOWN)
    return _unproved(trip, revisions, Unprovable(error.message, error.hint))


def _unproved(trip: RoundTrip, revisions: Iterable[str], error: Unprovable) -> RoundTrip:
    note = f"Not proved: {error.reason}."
    return trip._replace(
        verdict=Verdict.UNKNOWN,
        revisions=tuple(
            RevisionTrip(name, "", RevisionVerdict.UNKNOWN, notes=(note,)) for name in revisions
        ),
        unknown=(Unknown(f"round trip of {trip.environment}", error.reason, error.hint),),
    )
