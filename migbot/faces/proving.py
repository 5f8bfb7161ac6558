"""The command that proves: migbot roundtrip."""

from __future__ import annotations

from migbot.adapters.temporary import sweep_temporary, temporary_folder
from migbot.core.course import Trial, course_of, with_named
from migbot.core.history import Change
from migbot.core.report import Report
from migbot.core.reported import without_trips
from migbot.core.trips import RoundTrip
from migbot.errors import MigbotError
from migbot.faces.judging import Ask, check
from migbot.faces.local import Local, compared
from migbot.faces.proving_one import Progress, Runner
from migbot.faces.throwaways import ThrowAways
from migbot.faces.trip_files import TripFiles
from migbot.workflow import Moments, changes, judge_changes, with_round_trips


def roundtrip(ask: Ask, trial: Trial, progress: Progress = lambda line: None) -> Report:
    """Prove up, down and up again on a throw-away database; nothing else is touched.

    Raises MigbotError where a named revision is not there, or no interpreter has Alembic.
    """
    local = ask.here()
    with compared(local) as moments:
        found = changes(moments, local.settings, ask.selection(local), local.memory)
        report = judge_changes(found, moments, local.settings, ())
        trips = proved(local, moments, found, trial, progress)
    local.memory.save()
    return with_round_trips(report, trips)


def check_and_prove(ask: Ask, trial: Trial, progress: Progress = lambda line: None) -> Report:
    """What `migbot check` says and what `migbot roundtrip` does, as one report.

    A round trip that could not begin is unknown in it, so that the rest is not lost. Raises
    MigbotError as `check` does.
    """
    report = check(ask)
    try:
        trips = roundtrip(ask, trial, progress).round_trips
    except MigbotError as error:
        return without_trips(report, error.message, error.hint)
    return with_round_trips(report, trips)


def proved(
    local: Local, moments: Moments, found: tuple[Change, ...], trial: Trial, progress: Progress
) -> tuple[RoundTrip, ...]:
    """The round trips of what is `found` between two moments; raises as `roundtrip` does."""
    courses = [(each, course_of(each, trial)) for each in with_named(found, trial)]
    sweep_temporary()
    with temporary_folder() as made, ThrowAways() as databases:
        files = TripFiles(local, moments, made)
        runner = Runner(files, trial.database, databases, progress, trial.cached)
        trips = [databases.told(runner.run(change, course)) for change, course in courses]
    return tuple(trip for trip in trips if trip.revisions or trip.unknown)
