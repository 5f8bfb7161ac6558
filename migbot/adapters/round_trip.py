"""The round trip of one environment: base and branch on a throw-away database."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from migbot.adapters.child_process import Limits
from migbot.adapters.guest_process import Guest, isolation, scrubbed
from migbot.adapters.project_python import Interpreter
from migbot.adapters.squawk import advised
from migbot.adapters.stand_ins import stand_ins, stood_in_notes
from migbot.adapters.trip_base import Base, build
from migbot.adapters.trip_driver import Driven, Driver
from migbot.adapters.trip_ground import lay
from migbot.adapters.trip_guests import HINT, Guests, Progress, Unprovable
from migbot.adapters.trip_orders import orders
from migbot.adapters.trip_seeds import seeds
from migbot.adapters.trip_ways import DIFFERENCE, UNKNOWN, deploy
from migbot.adapters.written_files import files_of, written_notes
from migbot.core.environment import Environment
from migbot.core.guest_words import database_of
from migbot.core.lacks import needs, way_out
from migbot.core.orders import Fork
from migbot.core.report import Unknown, Verdict
from migbot.core.settings import Settings
from migbot.core.throwaway import ThrowAway
from migbot.core.trip import joined, verdict_of_trips
from migbot.core.trips import Deployment, Drift, RevisionTrip, RevisionVerdict, RoundTrip
from migbot.core.value import Value
from migbot.errors import MigbotError

NO_SETTINGS = Settings()
USUAL = Limits()


class Subject(Value):
    """What is to be proved: `revisions`, in an order in which they can run, on top of `base`.

    `project` is a scratch copy of the files under test: a migration may write into it. Without a
    base the trip begins with an empty database. `fork` has the sides of which a database may have
    run one before the others: whichever it was, the schema must be one.
    """

    project: Path
    environment: Environment
    revisions: tuple[str, ...]
    base: Base | None = None
    fork: Fork | None = None


def prove(
    subject: Subject,
    interpreter: Interpreter,
    database: ThrowAway,
    settings: Settings = NO_SETTINGS,
    *,
    environ: Mapping[str, str] = os.environ,
    limits: Limits = USUAL,
    progress: Progress = lambda line: None,
) -> RoundTrip:
    """Prove each revision of `subject` up, down and up again, in `interpreter` on `database`.

    What cannot be looked at is an unknown verdict with its reason, never a pass and never an
    exception. Raises MigbotError only where the interpreter does not start, and OtherDatabase
    where the environment names no database and turns out to be on one of another kind.
    """
    environment = subject.environment
    trip = RoundTrip(
        environment=environment.name,
        database=database.NAME,
        server_version="",
        verdict=Verdict.PASS,
        interpreter=str(interpreter),
    )
    if not subject.revisions:
        return trip
    with _scratch() as scratch:
        try:
            extra = _extra(settings, environment, database, scratch)
            texts = stand_ins(subject.project, environment.roundtrip.stand_ins)
        except Unprovable as error:
            return _unproved(trip, subject.revisions, error)
        environ = scrubbed(environ, scratch, interpreter, extra)
        guest = Guest(interpreter, scratch, environ, limits, database.NETWORK)
        guests = Guests(guest, database, progress, stand_ins=texts)
        return _tried(trip, subject, guests)


def _tried(trip: RoundTrip, subject: Subject, guests: Guests) -> RoundTrip:
    """The trip, or why there is none; raises OtherDatabase."""
    guests.prepare()
    try:
        return _measured(_proved(trip, subject, guests), guests)
    except Unprovable as error:
        if error.dialect and not subject.environment.database:
            raise OtherDatabase(error.dialect) from None
        return _unproved(_measured(trip, guests), subject.revisions, error)
    # the server is gone, or a database that it cannot read, or the disk is full
    except (ValueError, OSError) as error:
        doubt = Unprovable(str(error), HINT)
        return _unproved(_measured(trip, guests), subject.revisions, doubt)
    finally:
        guests.close()


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder for everything that the guests write."""
    with tempfile.TemporaryDirectory(prefix="migbot-", ignore_cleanup_errors=True) as made:
        scratch = Path(made).resolve()
        for name in ("home", "tmp", "slots", "nothing"):
            (scratch / name).mkdir()
        yield scratch


def _proved(trip: RoundTrip, subject: Subject, guests: Guests) -> RoundTrip:
    """The trip with everything that was found; raises Unprovable."""
    before = files_of(subject.project)
    if _has_ground(subject.environment):
        files = subject.base.files if subject.base else lambda: subject.project
        guests.lay = partial(lay, guests, subject.environment, files)
    build(guests, subject.base, subject.project)
    heads = subject.base.heads if subject.base else ()
    rows = seeds(subject.project, subject.environment.roundtrip.seeds)
    driver = Driver(guests, subject.environment, subject.project, subject.revisions, heads, rows)
    driven = driver.prove()
    told = _with_orders(_told(trip, driver, driven), driver, driven, subject.fork)
    told = _with_advice(told, driver)
    written = written_notes(before, files_of(subject.project))
    return told._replace(notes=(*told.notes, *written))


def _has_ground(environment: Environment) -> bool:
    return bool(environment.roundtrip.baseline or environment.roundtrip.start)


class OtherDatabase(Exception):
    """What the project connects to, in SQLAlchemy's words."""

    def __init__(self, dialect: str) -> None:
        super().__init__(dialect)
        self.dialect = dialect


def unproved(
    environment: str, database: str, revisions: Iterable[str], error: MigbotError
) -> RoundTrip:
    """The round trip that could not begin: no server, no driver."""
    trip = RoundTrip(environment, database, "", Verdict.UNKNOWN)
    return _unproved(trip, revisions, Unprovable(error.message, error.hint))


def _measured(trip: RoundTrip, guests: Guests) -> RoundTrip:
    """The trip with what the guests said of themselves, if one has started."""
    if not guests.heard.hello:
        return trip
    return trip._replace(
        server_version=guests.heard.hello["server"],
        isolation=isolation(guests.heard.fenced, guests.guest.network),
        notes=(*trip.notes, *stood_in_notes(guests.stood_in)),
    )


_COUSINS = {"mysql", "mariadb"}
"""SQLAlchemy's dialect is one for both, so that a project's URL does not say which is meant."""


def _extra(
    settings: Settings, environment: Environment, database: ThrowAway, scratch: Path
) -> dict[str, str]:
    """The settings' `env`, `{url}` filled in; refuses to stand in for another database."""
    meant = environment.database.partition("-")[0]
    if meant not in ("", database.NAME) and {meant, database.NAME} != _COUSINS:
        raise Unprovable(f"this environment runs on {meant}, and {database.NAME} is no substitute")
    if not environment.database and any("{url}" in text for text in settings.env.values()):
        raise Unprovable(
            "the settings' env asks for {url}, and nothing says for which database",
            f'[tool.migbot.environments.{environment.name}]\ndatabase = "{database.NAME}"',
        )
    url = database.url(scratch / "slots")
    return {name: text.replace("{url}", url) for name, text in settings.env.items()}


def _unproved(trip: RoundTrip, revisions: Iterable[str], error: Unprovable) -> RoundTrip:
    note = f"Not proved: {error.reason}."
    return trip._replace(
        verdict=Verdict.UNKNOWN,
        revisions=tuple(
            RevisionTrip(name, "", RevisionVerdict.UNKNOWN, notes=(note,)) for name in revisions
        ),
        unknown=(Unknown(f"round trip of {trip.environment}", error.reason, error.hint),),
    )


def _told(trip: RoundTrip, driver: Driver, driven: Driven) -> RoundTrip:
    """The report of a round trip that was run."""
    labels = {slot: database for database, slot in driver.guests.names.items()}
    revisions = tuple(
        joined(
            [
                (_label(labels, slot), each)
                for (on, slot), each in driven.trips.items()
                if on == name
            ]
        )
        for name in driver.order
    )
    deployment = _deployment(driver, driven, revisions)
    verdict = verdict_of_trips(revisions)
    if verdict is Verdict.PASS and deployment is not None and deployment.error is not None:
        unsure = deployment.error.type == UNKNOWN
        verdict = Verdict.UNKNOWN if unsure else Verdict.FAIL
    elif verdict is Verdict.PASS and driven.doubts:
        verdict = Verdict.UNKNOWN
    return trip._replace(
        verdict=verdict,
        revisions=revisions,
        deployment=deployment,
        drift=tuple(Drift(*each) for each in dict.fromkeys(driven.drift)),
        notes=tuple(_drift_unknown(driven)),
        unknown=(*_lacking(driver), *_doubted(trip, driven)),
    )


def _with_advice(trip: RoundTrip, driver: Driver) -> RoundTrip:
    """The trip with squawk's notes on what its upgrades have sent, where that is installed."""
    said = advised(driver.sent, driver.project, driver.guests.heard.hello.get("server", ""))
    revisions = (
        each._replace(notes=(*each.notes, *said.notes.get(each.revision, ())))
        for each in trip.revisions
    )
    silence = (said.silence,) if said.silence else ()
    return trip._replace(revisions=tuple(revisions), notes=(*trip.notes, *silence))


def _label(labels: Mapping[str, str], slot: str) -> str:
    """What a report calls a slot: a tenant by its schema, where there is one database."""
    database = labels.get(database_of(slot), slot)
    tenant = slot.partition(":")[2]
    if tenant and len(labels) == 1:
        return tenant
    return f"{database} {tenant}".rstrip()


def _lacking(driver: Driver) -> Iterator[Unknown]:
    """What revisions needed and did not have, each thing once, with the way to it."""
    for lacks in dict.fromkeys(driver.lacking.values()):
        names = ", ".join(name for name, found in driver.lacking.items() if found == lacks)
        yield Unknown(names, f"it needs {needs(lacks)}", way_out(lacks, driver.environment))


def _doubted(trip: RoundTrip, driven: Driven) -> Iterator[Unknown]:
    for why in dict.fromkeys(driven.doubts):
        yield Unknown(f"round trip of {trip.environment}", why, driven.hint)


def _drift_unknown(driven: Driven) -> Iterator[str]:
    if driven.no_drift_known:
        yield f"Whether the models have drifted is not known: {driven.no_drift_known}"


def _with_orders(trip: RoundTrip, driver: Driver, driven: Driven, fork: Fork | None) -> RoundTrip:
    """The trip with the other orders, tried where the deployment's own has come to its end."""
    error = trip.deployment.error if trip.deployment else None
    ended = trip.deployment is not None and (error is None or error.type == DIFFERENCE)
    if fork is None or not ended:
        return trip
    try:
        tried = orders(driver.guests, driver.project, driver.environment, fork, driven.final)
    except Unprovable as doubt:
        unsure = Unknown(f"orders of {trip.environment}", doubt.reason, doubt.hint or HINT)
        worse = Verdict.UNKNOWN if trip.verdict is Verdict.PASS else trip.verdict
        return trip._replace(unknown=(*trip.unknown, unsure), verdict=worse)
    equal = all(order.equal for order in tried)
    verdict = trip.verdict if equal or trip.verdict is not Verdict.PASS else Verdict.FAIL
    return trip._replace(orders=tried, verdict=verdict)


def _deployment(
    driver: Driver, driven: Driven, revisions: Iterable[RevisionTrip]
) -> Deployment | None:
    """The deployment's path, tried where every revision went up, by itself or with the others."""
    went_up = all(
        trip.revision in driver.together
        or any(leg.name == "upgrade" and leg.ok for leg in trip.legs)
        for trip in revisions
    )
    meant = went_up and not driven.doubts and driver.reaches_heads()
    if not meant:
        return None
    return deploy(driver.guests, driver.project, driver.environment, driven.final)
