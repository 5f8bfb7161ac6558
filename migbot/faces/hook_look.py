"""Judging inside a hook: which settings hold, which rules are asked, and what stops a commit."""

from __future__ import annotations

import os
import sys
from functools import cache

from migbot.adapters.git_process import Repository
from migbot.adapters.git_read import (
    Landmarks,
    current_branch,
    default_ref,
    is_id,
    merge_base,
    resolve,
    staged,
)
from migbot.adapters.git_state import state
from migbot.adapters.git_trees import CommitTree, commit
from migbot.adapters.memory import BlobMemory
from migbot.core.files import Tree
from migbot.core.model import Finding, Severity
from migbot.core.report import Report, Unknown, Verdict
from migbot.core.scan import scan_revision
from migbot.core.settings import Settings, find_settings, gated, read_settings
from migbot.core.value import Value
from migbot.errors import MigbotError
from migbot.rules import all_rules
from migbot.workflow import NOTHING, Moments, judge

FORK = "MB101"
"""The rule whose finding a merge revision mends."""


PUBLISHED = "MB2"
"""The rules on published revisions: where the base is the very branch that is committed to, and no
remote's, nothing says that anybody else has its last commit, and an amend is nobody's business."""


class Standard(Value):
    """What a hook judges by: the settings at hand, and the base's full ref and id, "" for none."""

    settings: Settings
    base: str
    base_id: str = ""


class Look(Value):
    """What a hook saw: the two moments, the settings that held, and the report on them.

    `blind` is what the change put there and could not be read.
    """

    moments: Moments
    by: Standard
    report: Report
    blind: tuple[Unknown, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stop a commit."""
        return tuple(each for each in self.report.findings if each.severity is Severity.ERROR)

    @property
    def stops(self) -> bool:
        """Whether to stop: an error, or a file of this very change that could not be read."""
        strict = self.by.settings.strict and self.report.verdict is Verdict.UNKNOWN
        return self.report.verdict is Verdict.FAIL or bool(self.blind) or strict


def standard(repo: Repository, tree: Tree, known: Landmarks | None = None) -> Standard:
    """What to judge by, from the settings in `tree`; asked for once, as git is asked for it.

    Raises MigbotError where the settings cannot be read, or name a base that is not here.
    """
    own = read_settings(tree)
    base = default_ref(repo, own.base, known)
    return Standard(own, base.name, base.id) if base else Standard(own, "")


def look(repo: Repository, moments: Moments, by: Standard, *, whole_history: bool = False) -> Look:
    """Judge what would be after against what is before.

    The settings are gated by the base's (law 10). With `whole_history` only the structural rules
    are asked: who merges, pulls or rebases is not the author of every message that arrives.
    Raises MigbotError where the settings or a configuration cannot be read.
    """
    rules = all_rules()
    structural = frozenset(rule.code for rule in rules if rule.structural)
    settings = gated(by.settings, _official(tree_of(repo, by.base_id or by.base)), structural)
    published = by.base != current_branch(repo) or state(repo).merging
    asked = [
        rule
        for rule in rules
        if (rule.structural or not whole_history)
        and (published or not rule.code.startswith(PUBLISHED))
    ]
    folder = repo.common_dir / "migbot"
    memory = BlobMemory(folder)
    base = BlobMemory(folder, "scanned", scan_revision)  # no commit waits for all the syntax trees
    report = judge(moments, settings, asked, memory=memory, base=base)
    memory.save()
    base.save()
    blind = tuple(each for each in report.unknown if _is_new(each, moments))
    return Look(moments, by._replace(settings=settings), report, blind)


def parting(repo: Repository, base: str, head: str) -> Tree:
    """The files of the commit in which the next commit leaves the base: `head` where it does not.

    What came after is this branch's own, however often it was committed; in a merge of the base
    that commit is the base itself. `head` is "" before the first commit, which leaves nothing.
    """
    if not head:
        return NOTHING
    apart = base not in ("", head)
    return tree_of(repo, (apart and merge_base(repo, base, head, *state(repo).merging)) or head)


def tree_of(repo: Repository, name: str) -> Tree:
    """The tree of a commit, or nothing where `name` names none (an unborn branch, a new one)."""
    found = name if is_id(name) else resolve(repo, name)
    return commit_tree(repo, found) if found else NOTHING


@cache
def commit_tree(repo: Repository, id: str) -> CommitTree:
    """One tree for each commit, so that git lists it once: what an id names does not change."""
    return commit(repo, id)


def pass_on(repo: Repository, seen: Look) -> None:
    """Let git go on: silent, but for warnings on what is staged and a line where not all was seen.

    What the branch committed before was said then.
    """
    warned = {each.path for each in seen.report.findings if each.severity is Severity.WARNING}
    if warned and warned & set(staged(repo)):
        report_to_user(seen)
    elif seen.report.environments and seen.report.unknown:
        from migbot.render.hook_words import half_seen  # most hooks say nothing

        sys.stderr.write(half_seen(seen.report.unknown[0]))


def report_to_user(seen: Look, doing: str = "") -> None:
    """Print why git is stopped (or what it left behind), and how to go on from `doing`."""
    from migbot.render.hook_words import stopped  # most hooks say nothing

    colour = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    sys.stderr.write(stopped(seen.report, doing, colour=colour))


def _official(tree: Tree) -> Settings | None:
    try:
        return find_settings(tree)
    except MigbotError:  # the change that mends the base's settings must be able to land
        return None


def _is_new(unknown: Unknown, moments: Moments) -> bool:
    """Whether the change put there what could not be read; an old file is nobody's news."""
    path = unknown.what.rpartition(":")[0]
    folder = path.rpartition("/")[0]
    before, after = (
        next((entry for entry in tree.entries(folder) if entry.path == path), None)
        for tree in (moments.before, moments.after)
    )
    return after is not None and after != before
