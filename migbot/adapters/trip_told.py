"""The report of a round trip that was run: what its guests have found, in the report's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from migbot.adapters.squawk import advised
from migbot.adapters.trip_driver import Driven, Driver
from migbot.adapters.trip_guests import HINT, Unprovable
from migbot.adapters.trip_orders import orders
from migbot.adapters.trip_ways import DIFFERENCE, UNKNOWN, deploy
from migbot.core.graph import Ids
from migbot.core.guest_words import database_of
from migbot.core.lacks import needs, way_out
from migbot.core.orders import Fork
from migbot.core.report import Unknown, Verdict
from migbot.core.trip import joined, verdict_of_trips
from migbot.core.trips import Drift, RevisionTrip, RoundTrip


def told(trip: RoundTrip, driver: Driver, driven: Driven, order: Ids) -> RoundTrip:
    """The trip with what was found of the revisions of `order`, which are those of `driven`."""
    labels = {slot: database for database, slot in driver.guests.names.items()}
    revisions = tuple(
        joined(
            [
                (_label(labels, slot), each)
                for (on, slot), each in driven.trips.items()
                if on == name
            ]
        )
        for name in order
    )
    verdict = verdict_of_trips(revisions)
    if verdict is Verdict.PASS and driven.doubts:
        verdict = Verdict.UNKNOWN
    found = trip._replace(
        verdict=verdict,
        revisions=revisions,
        drift=tuple(Drift(*each) for each in dict.fromkeys(driven.drift)),
        notes=tuple(_drift_unknown(driven)),
        unknown=(*_lacking(driver), *_doubted(trip, driven)),
    )
    return _with_advice(found, driver)


def ended(trip: RoundTrip, driver: Driver, driven: Driven, fork: Fork | None) -> RoundTrip:
    """The trip of a history that was run to its heads, with the other ways there."""
    return _with_orders(_with_deployment(trip, driver, driven), driver, driven, fork)


def _with_deployment(trip: RoundTrip, driver: Driver, driven: Driven) -> RoundTrip:
    """The trip with the deployment's path, tried where every revision went up, by itself or with
    the others."""
    if not _goes_up(trip.revisions, driver) or driven.doubts or not driver.reaches_heads():
        return trip
    deployment = deploy(driver.guests, driver.project, driver.environment, driven.final)
    verdict = trip.verdict
    if verdict is Verdict.PASS and deployment.error is not None:
        unsure = deployment.error.type == UNKNOWN
        verdict = Verdict.UNKNOWN if unsure else Verdict.FAIL
    return trip._replace(deployment=deployment, verdict=verdict)


def _goes_up(trips: Iterable[RevisionTrip], driver: Driver) -> bool:
    return all(
        trip.revision in driver.together
        or any(leg.name == "upgrade" and leg.ok for leg in trip.legs)
        for trip in trips
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
