"""The commands that look and judge: check, heads, graph."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from migbot.adapters.git_merge import Uncommitted, merged
from migbot.adapters.git_read import need
from migbot.adapters.git_trees import commit
from migbot.adapters.git_work_tree import work_tree
from migbot.adapters.published_ids import PublishedHere
from migbot.core.graph import RevisionGraph
from migbot.core.history import Change, History
from migbot.core.report import Report, Subject
from migbot.core.value import Value
from migbot.errors import MigbotError
from migbot.faces.local import Local, as_it_is, compared, open_here, with_whereabouts
from migbot.rules import all_rules
from migbot.workflow import Moments, Selection, changes, judge_changes

FORK = "MB101"
GRAPH_RULES = (FORK, "MB102", "MB103", "MB104")


class Ask(Value):
    """What the user said beside the command: where, against what, and which environment."""

    folder: Path
    base: str = ""
    config: str = ""
    name: str = ""

    def here(self) -> Local:
        """The repository that is meant. Raises MigbotError where there is none."""
        if not self.folder.is_dir():
            raise MigbotError(f"{self.folder} is not a folder.", "Give one that is, with -C.")
        return open_here(self.folder, self.base)

    def selection(self, local: Local) -> Selection:
        """The environments that are meant; `-c FILE` is found from where the user stands."""
        if not self.config:
            return Selection(name=self.name)
        path = Path(os.path.realpath(self.folder / self.config))
        if not path.is_file():
            raise MigbotError(f"{self.config} is not a file.", "Name an alembic.ini with -c.")
        root = local.repo.root or path.parent
        if not path.is_relative_to(root):
            raise MigbotError(f"{self.config} is outside of the repository {root}.")
        return Selection(path.relative_to(root).as_posix(), self.name)


def check(ask: Ask) -> Report:
    """Every static rule on what merging the files as they are into the base would leave.

    A fork that this makes comes with the plan that mends it, where there is one.
    """
    local = ask.here()
    with compared(local) as moments:
        found = changes(moments, local.settings, ask.selection(local), local.memory)
        report = judge_changes(found, moments, local.settings, all_rules())
        report = _planned(report, found, moments, local)
    local.memory.save()
    return with_whereabouts(report, found, local.repo)


def _planned(report: Report, found: tuple[Change, ...], moments: Moments, local: Local) -> Report:
    """The report with the repair of a merge to come; without a base there is none to come."""
    if not report.subject.base or all(each.code != FORK for each in report.findings):
        return report
    from migbot.resolvers.planned import planned  # most have no fork, and need no resolver

    published = PublishedHere(local.repo, local.settings, local.memory)
    return planned(report, found, moments.after, local.settings, published)


def graphs(ask: Ask) -> Mapping[str, RevisionGraph]:
    """The histories that `check` judges, by the environment's name, for a page to draw."""
    local = ask.here()
    with compared(local) as moments:
        found = changes(moments, local.settings, ask.selection(local), local.memory)
    return {each.after.environment.name: each.after.graph for each in found}


class Heads(Value):
    """The heads as a report, and the histories they were found in, by environment."""

    report: Report
    histories: Mapping[str, History]


def heads(ask: Ask, at: str, merged_into: str) -> Heads:
    """The heads of the work tree or of `at`, or of a merge of it into `merged_into`."""
    local = ask.here()
    rules = [rule for rule in all_rules() if rule.code in GRAPH_RULES]
    with ExitStack() as stack:
        moments = _moment(local, at, merged_into, stack)
        found = changes(moments, local.settings, ask.selection(local), local.memory)
        report = judge_changes(found, moments, local.settings, rules)
    local.memory.save()
    return Heads(report, {each.after.environment.name: each.after for each in found})


def _moment(local: Local, at: str, merged_into: str, stack: ExitStack) -> Moments:
    """One moment, compared with itself: its heads are judged as they stand."""
    if not at and local.repo.root is None:
        raise MigbotError("A bare repository has no files of its own.", "migbot heads --at REF")
    if merged_into:
        ours = need(local.repo, at) if at else Uncommitted.WORK_TREE
        merge = stack.enter_context(merged(local.repo, ours, need(local.repo, merged_into)))
        subject = Subject(merged_tree=merge.id)
        return Moments(merge.tree, merge.tree, True, subject, merge.conflicts)
    tree = commit(local.repo, at) if at else work_tree(local.repo)
    return Moments(tree, tree, True)


class Drawing(Value):
    """One environment's history to draw, and the ids that the base does not have."""

    history: History
    new: frozenset[str]


def drawings(ask: Ask, at: str) -> tuple[Drawing, ...]:
    """The history of each environment, of the work tree or of `at`."""
    local = ask.here()
    here = as_it_is(local) if not at else Moments(local.base_tree, commit(local.repo, at))
    found = changes(here, local.settings, ask.selection(local), local.memory)
    local.memory.save()
    if not found:
        raise MigbotError("No Alembic environment was found.", "migbot -c path/to/alembic.ini")
    new = [frozenset(each.id for each in change.added) for change in found]
    return tuple(Drawing(change.after, ids) for change, ids in zip(found, new, strict=True))
