"""The static judgement of two commits of a repository. Nothing of the repository is run."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from migbot.adapters.git_merge import merged
from migbot.adapters.git_process import Repository
from migbot.adapters.git_trees import commit
from migbot.adapters.memory import BlobMemory
from migbot.adapters.published_ids import PublishedHere
from migbot.core.graph import RevisionGraph
from migbot.core.report import Report, Subject
from migbot.core.settings import read_settings
from migbot.core.value import Value
from migbot.resolvers.planned import planned
from migbot.rules import all_rules
from migbot.workflow import Moments, changes, judge_changes


class Judgement(Value):
    """What was found, and the histories it was found in, by the environment's name."""

    report: Report
    graphs: Mapping[str, RevisionGraph]


Judge = Callable[[Repository, str, str], Judgement]
"""Judges a head (second) merged into a base (third), both commits of the repository."""


def judge_commits(repo: Repository, head: str, base: str) -> Report:
    """The report of `judgement`."""
    return judgement(repo, head, base).report


def judgement(repo: Repository, head: str, base: str) -> Judgement:
    """What merging the commit `head` into the commit `base` would leave, judged by every rule.

    A fork that this makes comes with the plan that mends it, where there is one. The settings are
    the base's: a pull request does not turn off the checks that hold it. Raises MigbotError where
    the settings, the environments or the merge cannot be read.
    """
    before = commit(repo, base)
    settings = read_settings(before)
    memory = BlobMemory(repo.common_dir / "migbot")
    with merged(repo, head, base) as merge:
        subject = Subject(head, base, merge.id)
        moments = Moments(before, merge.tree, False, subject, merge.conflicts)
        found = changes(moments, settings, memory=memory)
        report = judge_changes(found, moments, settings, all_rules())
        published = PublishedHere(repo, settings, memory)
        report = planned(report, found, merge.tree, settings, published)
    memory.save()
    graphs = {each.after.environment.name: each.after.graph for each in found}
    return Judgement(report, graphs)
