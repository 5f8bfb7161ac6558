"""The static judgement of two commits of a mirror. Nothing of the repository is run."""

from __future__ import annotations

from migbot.adapters.git_merge import merged
from migbot.adapters.git_process import Repository
from migbot.adapters.git_trees import commit
from migbot.adapters.memory import BlobMemory
from migbot.core.report import Report, Subject
from migbot.core.settings import read_settings
from migbot.rules import all_rules
from migbot.workflow import Moments, judge


def judge_commits(repo: Repository, head: str, base: str) -> Report:
    """What merging the commit `head` into the commit `base` would leave, judged by every rule.

    The settings are the base's: a pull request does not turn off the checks that hold it. Raises
    MigbotError where the settings, the environments or the merge cannot be read.
    """
    before = commit(repo, base)
    settings = read_settings(before)
    memory = BlobMemory(repo.common_dir / "migbot")
    with merged(repo, head, base) as merge:
        subject = Subject(head, base, merge.id)
        moments = Moments(before, merge.tree, False, subject, merge.conflicts)
        report = judge(moments, settings, all_rules(), memory=memory)
    memory.save()
    return report
