"""The round trip of one environment: base and branch on a throw-away database."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from migbot.adapters.child_process import Limits
from migbot.adapters.guest_process import Guest, isolation, scrubbed
from migbot.adapters.project_python import Interpreter
from migbot.adapters.trip_driver import (
    DIFFERENCE,
    HINT,
    UNKNOWN,
    Driven,
    Driver,
    Progress,
    Unprovable,
)
from migbot.core.environment import Environment
from migbot.core.report import Unknown, Verdict
from migbot.core.settings import Settings
from migbot.core.throwaway import ThrowAway
from migbot.core.trip import joined, verdict_of_trips
from migbot.core.trips import Deployment, Drift, RevisionTrip, RevisionVerdict, RoundTrip
from migbot.errors import MigbotError

NO_SETTINGS = Settings()
USUAL = Limits()


def prove(
    project_after: Path,
    project_before: Path | None,
    environment: Environment,
    revisions: Sequence[str],
    base_heads: Sequence[str],
    interpreter: Interpreter,
    database: ThrowAway,
    settings: Settings = NO_SETTINGS,
    *,
    environment_before: Environment | None = None,
    starts: Sequence[str] = (),
    environ: Mapping[str, str] = os.environ,
    limits: Limits = USUAL,
    progress: Progress = lambda line: None,
) -> RoundTrip:
    """Prove `revisions` (in an order in which they can run) up, down and up again.

    `project_before` holds the files of the base, whose `base_heads` are built first, in a process
    of their own; with None and no `base_heads` the trip begins with an empty database. Where it is
    `project_after` itself, `base_heads` are any revisions of its history that stand for a base.
    `environment_before` is the environment as the base has it, where it has moved. Both folders
    are scratch copies: a migration may write into them. `starts` are revisions that a database may
    have run before all others (the sides of a fork): whichever it was, the schema must be one.

    What cannot be looked at is an unknown verdict with its reason, never a pass and never an
    exception. Raises MigbotError only where the interpreter does not start, and OtherDatabase
    where `environment` names no database and turns out to be on one of another kind.
    """
    trip = RoundTrip(
        environment=environment.name,
        database=database.NAME,
        server_version="",
        verdict=Verdict.PASS,
        interpreter=str(interpreter),
    )
    if not revisions:
        return trip
    with tempfile.TemporaryDirectory(prefix="migbot-", ignore_cleanup_errors=True) as made:
        scratch = Path(made).resolve()
        for name in ("home", "tmp", "slots", "nothing"):
            (scratch / name).mkdir()
        try:
            extra = _extra(settings, environment, database, scratch)
        except Unprovable as error:
            return _unproved(trip, revisions, error)
        environ = scrubbed(environ, scratch, interpreter, extra)
        guest = Guest(interpreter, scratch, environ, limits)
        driver = Driver(guest, environment, project_after, tuple(revisions), database, progress)
        try:
            driver.build(project_before, environment_before or environment, base_heads)
            driven = driver.prove()
            told = _told(_measured(trip, driver), driver, driven)
            return _with_orders(told, driver, driven, starts)
        except Unprovable as error:
            if error.dialect and not environment.database:
                raise OtherDatabase(error.dialect) from None
            return _unproved(_measured(trip, driver), revisions, error)
        except ValueError as error:  # the server is gone, or a database that it cannot read
            return _unproved(_measured(trip, driver), revisions, Unprovable(str(error), HINT))


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


def _measured(trip: RoundTrip, driver: Driver) -> RoundTrip:
    """The trip with what the guests said of themselves, if one has started."""
    if not driver.heard.hello:
        return trip
    return trip._replace(
        server_version=driver.heard.hello["server"],
        isolation=isolation(driver.heard.fenced),
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
    labels = {slot: database for database, slot in driver.names.items()}
    revisions = tuple(
        joined(
            [
                (labels.get(slot, slot), each)
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
        unknown=tuple(
            Unknown(f"round trip of {trip.environment}", why, HINT)
            for why in dict.fromkeys(driven.doubts)
        ),
    )


def _drift_unknown(driven: Driven) -> Iterator[str]:
    if driven.no_drift_known:
        yield f"Whether the models have drifted is not known: {driven.no_drift_known}"


def _with_orders(
    trip: RoundTrip, driver: Driver, driven: Driven, starts: Sequence[str]
) -> RoundTrip:
    """The trip with the other orders, tried where the deployment's own has come to its end."""
    error = trip.deployment.error if trip.deployment else None
    ended = trip.deployment is not None and (error is None or error.type == DIFFERENCE)
    if not starts or not ended:
        return trip
    orders = tuple(driver.orders(starts, driven.final))
    equal = all(order.equal for order in orders)
    verdict = trip.verdict if equal or trip.verdict is not Verdict.PASS else Verdict.FAIL
    return trip._replace(orders=orders, verdict=verdict)


def _deployment(
    driver: Driver, driven: Driven, revisions: Iterable[RevisionTrip]
) -> Deployment | None:
    """The deployment's path, tried where every revision went up by itself."""
    went_up = all(any(leg.name == "upgrade" and leg.ok for leg in trip.legs) for trip in revisions)
    meant = went_up and not driven.doubts and driver.reaches_heads()
    return driver.deploy(driven.final) if meant else None
