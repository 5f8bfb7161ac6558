"""The round trip of one environment, on the database that it connects to."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from migbot.adapters.git_read import current_branch
from migbot.adapters.known_dialects import KnownDialects
from migbot.adapters.project_python import find_interpreter
from migbot.adapters.round_trip import OtherDatabase, prove, unproved
from migbot.adapters.trip_base import Base
from migbot.adapters.trip_parts import Parts
from migbot.adapters.trip_subject import Subject
from migbot.core.course import Course
from migbot.core.environment import Environment
from migbot.core.graph import Ids
from migbot.core.history import Change, History
from migbot.core.model import Revision
from migbot.core.orders import Fork, fork_of
from migbot.core.parts import least_of, may_be_cut, parts_of
from migbot.core.report import Unknown, Verdict
from migbot.core.trip import fails
from migbot.core.trips import RevisionTrip, RoundTrip
from migbot.core.value import Value
from migbot.databases.server_template import cache_folder
from migbot.errors import MigbotError
from migbot.faces.kept_bases import kept_bases
from migbot.faces.local import Local
from migbot.faces.throwaways import EITHER, ThrowAways
from migbot.faces.trip_files import TripFiles
from migbot.faces.wanted_server import wanted_server, with_note

Progress = Callable[[str], None]


class Runner(Value):
    """What the round trips of one command share: the files, and the databases they are on.

    `database` stands in for what the settings and env.py name; `cached` as in `course.Trial`.
    """

    files: TripFiles
    database: str
    databases: ThrowAways
    progress: Progress
    cached: bool = True

    @property
    def local(self) -> Local:
        """The repository."""
        return self.files.local

    def run(self, change: Change, course: Course) -> RoundTrip:
        """The round trip of one environment."""
        environment = self._environment(change)
        if not change.after.graph.sound:
            return _broken(environment)
        if environment.database:
            trip = self._prove(change, course, environment, environment.database)
        else:
            trip = self._found(change, course, environment)
        return _with_files(trip, change.after)

    def _found(self, change: Change, course: Course, environment: Environment) -> RoundTrip:
        """The trip on what env.py turns out to connect to; that of the last time is tried first."""
        known = KnownDialects(cache_folder(), self.local.repo.common_dir)
        name = known.guess(environment.name) or "sqlite"
        try:
            trip = self._prove(change, course, environment, name)
        except OtherDatabase as other:
            name = f"mysql-{EITHER}" if other.dialect == "mysql" else other.dialect
            trip = self._prove(change, course, environment._replace(database=name), name)
        # what came to nothing is no guess: env.py may connect elsewhere by then
        known.note(environment.name, "" if trip.verdict is Verdict.UNKNOWN else name)
        return trip

    def _prove(
        self, change: Change, course: Course, environment: Environment, name: str
    ) -> RoundTrip:
        """The trip on the database `name`; raises OtherDatabase where that is a wrong guess."""
        project = self._proved_from(change, course)
        wanted = wanted_server(project, name)
        name = f"{name}-{wanted.version}" if wanted else name
        interpreter = find_interpreter(
            self.local.repo.folder, self.local.settings.python, os.environ
        )
        base = self._base(change, course, environment)
        if base and course.from_base and self.cached and not environment.roundtrip.stand_ins:
            cache = kept_bases(self.local, change.before, environment, name, interpreter)
            base = base._replace(cache=cache)
        fork = _fork(change, course.revisions, self.local)
        subject = Subject(project, environment, course.revisions, base, fork)
        try:
            trip = prove(
                subject,
                interpreter,
                self.databases.of(name, _kept(base)),
                self.local.settings,
                progress=self.progress,
                parts=self._parts(change, course, environment, name),
            )
        except MigbotError as error:
            return unproved(environment.name, name, course.revisions, error)
        return with_note(trip, wanted)

    def _parts(
        self, change: Change, course: Course, environment: Environment, name: str
    ) -> Parts | None:
        """The parts in which the whole history is proved: as many as cores may be used."""
        graph, more = change.after.graph, self.databases.more_of(name)
        if more is None or course.revisions != graph.order or not may_be_cut(environment):
            return None
        parts = parts_of(course.revisions, usable_cores(), least_of(name))
        return Parts(parts, more) if len(parts) > 1 else None

    def _proved_from(self, change: Change, course: Course) -> Path:
        if course.from_base:
            return self.files.of("after")
        return self.files.only(change, course.below.union(course.revisions), "proved")

    def _base(self, change: Change, course: Course, environment: Environment) -> Base | None:
        if not course.base_heads:
            return None
        if course.from_base:  # where the environment may lie elsewhere
            before = change.before.environment._replace(database=environment.database)
            return Base(lambda: self.files.of("before"), before, course.base_heads)
        return Base(
            lambda: self.files.only(change, course.below, "built"), environment, course.base_heads
        )

    def _environment(self, change: Change) -> Environment:
        found = change.after.environment
        return found._replace(database=self.database or found.database)


def usable_cores() -> int:
    """The cores that this process may use, where the system tells; those of the machine else."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _kept(base: Base | None) -> Path | None:
    """Where the data of the base are that a server can begin with."""
    found = base.cache.find() if base and base.cache else None
    return found.data if found else None


MOST_SIDES = 4
"""Sides of a fork that are tried as the first: each is an upgrade of the whole history."""


def _fork(change: Change, proved: Ids, local: Local) -> Fork | None:
    """What a database may have run first: the heads of a fork, the parents of its merge."""
    graph = change.after.graph
    merged = [name for name in proved if len(graph.by_id[name].parents) > 1]
    found = graph.by_id[merged[-1]].parents if merged else graph.heads
    there = change.before.graph.by_id
    sides = tuple(sorted(found, key=lambda each: each not in there))[:MOST_SIDES]
    return fork_of(graph, sides, _called(change, sides, local)) if len(sides) > 1 else None


def _called(change: Change, sides: Ids, local: Local) -> dict[str, str]:
    """The sides by the names of their branches, where there is only one that each can mean."""
    there = [name for name in sides if name in change.before.graph.by_id]
    own = [name for name in sides if name not in there]
    if change.on_base or len(there) != 1 or len(own) != 1:
        return {}
    branch = (current_branch(local.repo) or own[0]).removeprefix("refs/heads/")
    return {there[0]: local.base_name, own[0]: branch}


def _broken(environment: Environment) -> RoundTrip:
    why = Unknown(environment.name, "the history is broken, so it cannot be run", "migbot check")
    return RoundTrip(environment.name, "", "", Verdict.UNKNOWN, unknown=(why,))


def _with_files(trip: RoundTrip, history: History) -> RoundTrip:
    """The trip with what the files of its revisions say: their messages, and where they are."""
    known = history.graph.by_id
    told = (
        _with_file(each, known[each.revision], history) if each.revision in known else each
        for each in trip.revisions
    )
    return trip._replace(revisions=tuple(told))


def _with_file(trip: RevisionTrip, revision: Revision, history: History) -> RevisionTrip:
    failed = fails(trip)
    line = history.script(revision).downgrade_line if failed else revision.line("revision")
    return trip._replace(message=revision.message, path=revision.path, line=line)
