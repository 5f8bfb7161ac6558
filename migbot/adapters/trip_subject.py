"""What a round trip begins with: its subject, and the guests that are run for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from migbot.adapters.child_process import Limits
from migbot.adapters.guest_process import Guest, isolation, scrubbed
from migbot.adapters.project_python import Interpreter
from migbot.adapters.stand_ins import stand_ins, stood_in_notes
from migbot.adapters.temporary import temporary_folder
from migbot.adapters.trip_base import Base, build
from migbot.adapters.trip_driver import Driver
from migbot.adapters.trip_ground import lay
from migbot.adapters.trip_guests import URL, Guests, Progress, Unprovable
from migbot.adapters.trip_seeds import seeds
from migbot.adapters.written_files import written_notes
from migbot.core.environment import Environment
from migbot.core.orders import Fork
from migbot.core.report import Verdict
from migbot.core.settings import Settings
from migbot.core.throwaway import ThrowAway
from migbot.core.trips import RoundTrip
from migbot.core.value import Value


class Subject(Value):
    """What is to be proved: `revisions`, in an order in which they can run, on top of `base`.

    `project` is a scratch copy of the files under test: a migration may write into it. Without a
    base the trip begins with an empty database. `fork` has the sides of which a database may have
    run one before the others: whichever it was, the schema must be one. Of the revisions the first
    ones, `below`, are only run: somebody else proves them.
    """

    project: Path
    environment: Environment
    revisions: tuple[str, ...]
    base: Base | None = None
    fork: Fork | None = None
    below: tuple[str, ...] = ()


class Means(Value):
    """With what guests are run, whatever they prove."""

    interpreter: Interpreter
    settings: Settings
    environ: Mapping[str, str]
    limits: Limits
    progress: Progress


def nothing_yet(subject: Subject, means: Means, database: ThrowAway) -> RoundTrip:
    """The trip of which nothing has been run."""
    return RoundTrip(
        environment=subject.environment.name,
        database=database.NAME,
        server_version="",
        verdict=Verdict.PASS,
        interpreter=str(means.interpreter),
    )


def guests_of(subject: Subject, means: Means, database: ThrowAway, scratch: Path) -> Guests:
    """What runs the guests of a subject; raises Unprovable."""
    environment = subject.environment
    with_url = {name for name, text in means.settings.env.items() if URL in text}
    _demand_kind(environment, database, urls=bool(with_url))
    texts = stand_ins(subject.project, environment.roundtrip.stand_ins)
    extra = {name: text for name, text in means.settings.env.items() if name not in with_url}
    environ = scrubbed(means.environ, scratch, means.interpreter, extra)
    guest = Guest(means.interpreter, scratch, environ, means.limits, database.NETWORK)
    urls = {name: means.settings.env[name] for name in with_url}
    return Guests(guest, database, means.progress, stand_ins=texts, urls=urls)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for everything that the guests write."""
    with temporary_folder() as made:
        for name in ("home", "tmp", "slots", "nothing"):
            (made / name).mkdir()
        yield made


def driver_of(subject: Subject, guests: Guests) -> Driver:
    """What proves the revisions, the base built; raises Unprovable."""
    if _has_ground(subject.environment):
        files = subject.base.files if subject.base else lambda: subject.project
        guests.lay = partial(lay, guests, subject.environment, files)
    build(guests, subject.base, subject.project)
    heads = subject.base.heads if subject.base else ()
    rows = seeds(subject.project, subject.environment.roundtrip.seeds)
    about = (subject.environment, subject.project, subject.revisions)
    return Driver(guests, *about, heads, subject.below, rows)


def _has_ground(environment: Environment) -> bool:
    return bool(environment.roundtrip.baseline or environment.roundtrip.start)


def with_files(trip: RoundTrip, paths: Iterable[str]) -> RoundTrip:
    """The trip with a note on the files that were written beside the database."""
    return trip._replace(notes=(*trip.notes, *written_notes(paths)))


def measured(trip: RoundTrip, guests: Guests) -> RoundTrip:
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


def _demand_kind(environment: Environment, database: ThrowAway, *, urls: bool) -> None:
    """Refuse to stand in for another database, or for one that nobody has named."""
    meant = environment.database.partition("-")[0]
    if meant not in ("", database.NAME) and {meant, database.NAME} != _COUSINS:
        raise Unprovable(f"this environment runs on {meant}, and {database.NAME} is no substitute")
    if not environment.database and urls:
        raise Unprovable(
            "the settings' env asks for {url}, and nothing says for which database",
            f'[tool.migbot.environments.{environment.name}]\ndatabase = "{database.NAME}"',
        )
