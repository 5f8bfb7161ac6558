"""What every face does, in the order it is done: read two moments, judge the change, report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from migbot.core.check import Rule, run
from migbot.core.environment import Environment
from migbot.core.environments import find_environments, survey
from migbot.core.files import Entry, FileTree, Tree
from migbot.core.history import Change, History, Memory, read_changed, read_history
from migbot.core.model import Unreadable
from migbot.core.names import select
from migbot.core.report import (
    CONFLICTS,
    EnvironmentReport,
    Report,
    Subject,
    Unknown,
    verdict_of,
)
from migbot.core.settings import Settings
from migbot.core.value import Value

TYPE_CHECKING = False  # see core.value
if TYPE_CHECKING:
    from migbot.core.plan import PlanReport
    from migbot.core.trips import RoundTrip

NOTHING = FileTree({})


class Selection(Value):
    """Which environments are meant: `config` an alembic.ini, `name` an environment or section."""

    config: str = ""
    name: str = ""


EVERYTHING = Selection()


class Moments(Value):
    """What is judged: the base, and what the merge would leave.

    `conflicts` are the paths on which the merge that has not happened yet would stop; `on_base`
    says that there is nothing to compare with, because `after` is the base itself.
    """

    before: Tree
    after: Tree
    on_base: bool = False
    subject: Subject = Subject()
    conflicts: tuple[str, ...] = ()


def changes(
    moments: Moments,
    settings: Settings,
    selection: Selection = EVERYTHING,
    memory: Memory | None = None,
    base: Memory | None = None,
) -> tuple[Change, ...]:
    """One Change for each environment of either moment (those of `selection`).

    An environment that only one moment has is compared with an empty history. `base` is the memory
    of the earlier moment, where that is read in another way than the later one. Raises MigbotError
    where the configuration cannot be read or `selection` names nothing.
    """
    after = find_environments(moments.after, settings, selection.config)
    # What is broken on the base is perhaps what this change mends; what is missed there reads as
    # added, which is never green by mistake.
    before = survey(moments.before, settings, selection.config).environments
    pairs = _paired(before, after)
    if not pairs and selection == Selection():
        return ()
    wanted = select((later for _, later in pairs), selection.config, selection.name)
    earlier = {later.name: old for old, later in pairs}
    found = []
    for each in wanted:
        was = read_history(moments.before, earlier[each.name], base or memory)
        now = read_history(moments.after, each, memory, earlier=was)
        found.append(Change(was, now, moments.on_base))
    return tuple(found)


class Earlier:
    """A base that is read once, for many changes to it."""

    def __init__(self, tree: Tree, settings: Settings, memory: Memory | None = None) -> None:
        self.tree = tree
        self.settings = settings
        self.memory = memory
        # what is broken on the base is perhaps what a change mends: see `changes`
        self.environments = survey(tree, settings).environments
        self._histories: list[History] = []

    def history(self, environment: Environment) -> History:
        """What the base has of an environment."""
        known = (each for each in self._histories if each.environment == environment)
        found = next(known, None)
        if found is None:
            found = read_history(self.tree, environment, self.memory)
            self._histories.append(found)
        return found

    def changes(self, after: Tree, changed: Mapping[str, Entry | None]) -> tuple[Change, ...]:
        """As `changes` of all environments, where `after` differs from the base in `changed` alone:
        paths, each with what is there now, None for nothing."""
        later = find_environments(after, self.settings)
        return tuple(
            Change(self.history(was), self._later(after, changed, was, now))
            for was, now in _paired(self.environments, later)
        )

    def _later(
        self, after: Tree, changed: Mapping[str, Entry | None], was: Environment, now: Environment
    ) -> History:
        earlier = self.history(was)
        if was == now:
            return read_changed(after, earlier, changed, self.memory)
        return read_history(after, now, self.memory, earlier=earlier)


def _paired(
    before: Sequence[Environment], after: Sequence[Environment]
) -> list[tuple[Environment, Environment]]:
    """Each environment with its earlier self: the one of its folders, of its name, or the only
    one that moved. What only one moment has is paired with itself, and reads as empty in the other.
    """
    stayed = {each.versions: each for each in before}
    moved = [each for each in before if each.versions not in {here.versions for here in after}]
    named = {each.name: each for each in moved}
    earlier = {here.name: stayed.get(here.versions) or named.get(here.name) for here in after}
    gone = [each for each in moved if each not in earlier.values()]
    new = [name for name, old in earlier.items() if old is None]
    if len(gone) == len(new) == 1:
        earlier[new[0]] = gone.pop()
    return [(earlier[here.name] or here, here) for here in after] + [(old, old) for old in gone]


def judge(
    moments: Moments,
    settings: Settings,
    rules: Iterable[Rule],
    selection: Selection = EVERYTHING,
    memory: Memory | None = None,
    base: Memory | None = None,
) -> Report:
    """Every static rule over every environment, as a Report. Nothing of the project is run.

    `base` is as in `changes`.
    """
    found = changes(moments, settings, selection, memory, base)
    return judge_changes(found, moments, settings, rules)


def judge_changes(
    found: Sequence[Change], moments: Moments, settings: Settings, rules: Iterable[Rule]
) -> Report:
    """As `judge`, for changes that were read already."""
    known = tuple(rules)
    judged = [run(change, known, settings) for change in found]
    unknown = tuple(_unknown(moments, found))
    findings = tuple(each for judgement in judged for each in judgement.findings)
    return Report(
        verdict=verdict_of(findings, unknown),
        subject=moments.subject,
        unknown=unknown,
        accepted=tuple(each for judgement in judged for each in judgement.accepted),
        environments=tuple(map(_environment, found)),
        findings=findings,
    )


def with_plan(report: Report, plan: PlanReport) -> Report:
    """The report with the repair that was planned or made."""
    return report._replace(plan=plan)


def with_round_trips(report: Report, trips: tuple[RoundTrip, ...]) -> Report:
    """The report with what was proved, and the verdict that follows from everything."""
    verdict = verdict_of(report.findings, report.unknown, trips)
    return report._replace(round_trips=trips, verdict=verdict)


def _environment(change: Change) -> EnvironmentReport:
    after = change.after
    return EnvironmentReport(
        name=after.environment.name,
        versions=after.environment.versions,
        heads=after.graph.heads,
        heads_before=change.before.graph.heads,
        added=tuple(each.id for each in change.added),
        edited=tuple(now.id for _, now in change.edited),
        removed=tuple(each.id for each in change.removed),
    )


def _unknown(moments: Moments, found: Sequence[Change]) -> Iterator[Unknown]:
    if not found:
        hint = "Name it: migbot -c path/to/alembic.ini, or [tool.migbot] (migbot init)."
        yield Unknown("Alembic environment", "no Alembic environment was found", hint)
    for change in found:
        yield from map(_unreadable, change.after.graph.unreadable)
        for path in moments.conflicts:
            if _within(path, change.after.environment):
                hint = "Merge the base branch into yours and resolve the conflict."
                yield Unknown(path, CONFLICTS, hint)


def _unreadable(each: Unreadable) -> Unknown:
    return Unknown(f"{each.path}:{each.line}", each.reason, each.hint)


def _within(path: str, environment: Environment) -> bool:
    folders = (*environment.versions, environment.script_location)
    inside = any(path.startswith(f"{folder}/") for folder in folders if folder)
    return inside or path == environment.config


Prove = Callable[[Change], "RoundTrip"]
"""The port of the round trip: one environment's change in, what was proved out."""


def round_trip(report: Report, found: Iterable[Change], prove: Prove) -> Report:
    """Prove every change that adds or edits a revision, and add the result to the report."""
    return with_round_trips(report, tuple(prove(change) for change in found))
