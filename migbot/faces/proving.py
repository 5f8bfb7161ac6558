"""The command that proves: migbot roundtrip."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from migbot.adapters.git_merge import Uncommitted, captured, export
from migbot.adapters.git_trees import CommitTree, commit
from migbot.adapters.project_python import find_interpreter
from migbot.adapters.round_trip import OtherDatabase, Subject, prove, unproved
from migbot.adapters.trip_base import Base
from migbot.core.environment import Environment
from migbot.core.graph import Ids, RevisionGraph
from migbot.core.history import Change
from migbot.core.report import Report, Unknown, Verdict
from migbot.core.trips import RoundTrip
from migbot.core.value import Value
from migbot.errors import MigbotError
from migbot.faces.judging import Ask
from migbot.faces.local import Local, compared
from migbot.faces.throwaways import EITHER, ThrowAways
from migbot.faces.wanted_server import wanted_server, with_note
from migbot.workflow import Moments, changes, judge_changes, with_round_trips

Progress = Callable[[str], None]


class Trial(Value):
    """What is to be proved: the named revisions, all, or those that the base does not have."""

    revisions: Ids = ()
    everything: bool = False
    database: str = ""


class Course(Value):
    """The revisions to prove in order, and the heads of what is built before them.

    What is built comes from the base's files (`from_base`), else from the files as they are,
    of which `below` are then the revisions to build.
    """

    revisions: Ids
    base_heads: Ids
    from_base: bool
    below: frozenset[str] = frozenset()


def roundtrip(ask: Ask, trial: Trial, progress: Progress = lambda line: None) -> Report:
    """Prove up, down and up again on a throw-away database; nothing else is touched.

    Raises MigbotError where a named revision is not there, or no interpreter has Alembic.
    """
    local = ask.here()
    with compared(local) as moments, tempfile.TemporaryDirectory(prefix="migbot-") as made:
        found = changes(moments, local.settings, ask.selection(local), local.memory)
        report = judge_changes(found, moments, local.settings, ())
        courses = [(each, _course(each, trial)) for each in _with_named(found, trial)]
        with ThrowAways() as databases:
            runner = _Runner(
                local, moments, Path(made).resolve(), trial.database, databases, progress
            )
            trips = tuple(runner.run(change, course) for change, course in courses)
    local.memory.save()
    return with_round_trips(report, tuple(trip for trip in trips if trip.revisions or trip.unknown))


def _with_named(found: tuple[Change, ...], trial: Trial) -> tuple[Change, ...]:
    """The environments that are meant: where revisions are named, those that have them."""
    known = {name for each in found for name in each.after.graph.by_id}
    for name in trial.revisions:
        if name not in known:
            raise MigbotError(f"No migration has the id {name!r}.", "migbot graph")
    named = set(trial.revisions)
    return tuple(e for e in found if not named or named & e.after.graph.by_id.keys())


def _course(change: Change, trial: Trial) -> Course:
    graph = change.after.graph
    if trial.everything:
        return Course(graph.order, (), from_base=False)
    if trial.revisions:
        return _around(graph, frozenset(trial.revisions) & graph.by_id.keys())
    touched = {each.id for each in change.added} | {now.id for _, now in change.edited}
    built = change.before.graph
    if change.edited:  # a base that has run the old text of an edited revision proves nothing
        return _around(graph, frozenset(touched))
    return Course(tuple(name for name in graph.order if name in touched), built.heads, True)


def _around(graph: RevisionGraph, wanted: frozenset[str]) -> Course:
    """`wanted`, what lies between them, and before them everything that they stand on."""
    below = graph.ancestors(wanted, depends=True)
    between = {
        name for name in below if wanted & (graph.ancestors([name], depends=True) - {name})
    } | wanted
    base = below - between
    needed = {other for name in base for other in graph.needs(name)}
    order = tuple(name for name in graph.order if name in between)
    return Course(order, tuple(sorted(base - needed)), from_base=False, below=frozenset(base))


class _Runner(Value):
    """One run: where the files of both moments are put, and on which database it goes."""

    local: Local
    moments: Moments
    scratch: Path
    database: str
    databases: ThrowAways
    progress: Progress

    def run(self, change: Change, course: Course) -> RoundTrip:
        """The round trip of one environment."""
        environment = self._environment(change)
        if not change.after.graph.sound:
            return _broken(environment)
        try:
            trip = self._prove(change, course, environment)
        except OtherDatabase as other:
            named = f"mysql-{EITHER}" if other.dialect == "mysql" else other.dialect
            trip = self._prove(change, course, environment._replace(database=named))
        return _with_messages(trip, change.after.graph)

    def _prove(self, change: Change, course: Course, environment: Environment) -> RoundTrip:
        """The trip on the environment's own database; SQLite is tried where nothing names one."""
        name = environment.database or "sqlite"
        project = self._proved_from(change, course)
        wanted = wanted_server(project, name)
        try:
            database = self.databases.of(f"{name}-{wanted.version}" if wanted else name)
        except MigbotError as error:
            return unproved(environment.name, name, course.revisions, error)
        subject = Subject(
            project,
            environment,
            course.revisions,
            self._base(change, course, environment),
            _sides(change.after.graph, course.revisions),
        )
        interpreter = find_interpreter(
            self.local.repo.folder, self.local.settings.python, os.environ
        )
        trip = prove(subject, interpreter, database, self.local.settings, progress=self.progress)
        return with_note(trip, wanted)

    def _proved_from(self, change: Change, course: Course) -> Path:
        if course.from_base:
            return self._files("after")
        return self._only(change, course.below.union(course.revisions), "proved")

    def _base(self, change: Change, course: Course, environment: Environment) -> Base | None:
        if not course.base_heads:
            return None
        if course.from_base:  # where the environment may lie elsewhere
            before = change.before.environment._replace(database=environment.database)
            return Base(self._files("before"), before, course.base_heads)
        built = self._only(change, course.below, "built")
        return Base(built, environment, course.base_heads)

    def _only(self, change: Change, wanted: frozenset[str], name: str) -> Path:
        """The files of the moment, of its migrations those of `wanted`: what stands on them must
        not run, and Alembic runs whatever it finds."""
        folder = Path(tempfile.mkdtemp(dir=self.scratch, prefix=name))
        with _tree(self.local, self.moments, "after") as tree:
            export(tree, folder)
        for each in change.after.graph.revisions:
            if each.id not in wanted:
                (folder / each.path).unlink()
        return folder

    def _environment(self, change: Change) -> Environment:
        found = change.after.environment
        return found._replace(database=self.database or found.database)

    def _files(self, moment: str) -> Path:
        """The files of a moment in a folder of their own, written once."""
        folder = self.scratch / moment
        if not folder.exists():
            with _tree(self.local, self.moments, moment) as tree:
                export(tree, folder)
        return folder


@contextmanager
def _tree(local: Local, moments: Moments, moment: str) -> Iterator[CommitTree]:
    if moment == "before":
        yield commit(local.repo, str(local.base_commit))
    elif isinstance(moments.after, CommitTree):
        yield moments.after
    else:
        with captured(local.repo, Uncommitted.WORK_TREE) as tree:
            yield tree


MOST_SIDES = 4
"""Sides of a fork that are tried as the first: each is an upgrade of the whole history."""


def _sides(graph: RevisionGraph, proved: Ids) -> Ids:
    """What a database may have run first: the heads of a fork, the parents of its merge."""
    merged = [name for name in proved if len(graph.by_id[name].parents) > 1]
    sides = graph.by_id[merged[-1]].parents if merged else graph.heads
    return sides[:MOST_SIDES] if len(sides) > 1 else ()


def _broken(environment: Environment) -> RoundTrip:
    why = Unknown(environment.name, "the history is broken, so it cannot be run", "migbot check")
    return RoundTrip(environment.name, "", "", Verdict.UNKNOWN, unknown=(why,))


def _with_messages(trip: RoundTrip, graph: RevisionGraph) -> RoundTrip:
    known = graph.by_id
    told = tuple(
        each._replace(message=known[each.revision].message) if each.revision in known else each
        for each in trip.revisions
    )
    return trip._replace(revisions=told)
