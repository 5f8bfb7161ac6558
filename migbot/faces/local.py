"""The repository around the user: which moments are compared when somebody runs a command here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from migbot.adapters.git_lost import find_lost
from migbot.adapters.git_merge import Uncommitted, merged
from migbot.adapters.git_process import Repository, git
from migbot.adapters.git_read import default_base, locate, resolve
from migbot.adapters.git_trees import commit
from migbot.adapters.git_work_tree import work_tree
from migbot.adapters.memory import BlobMemory
from migbot.core.files import Tree
from migbot.core.history import Change
from migbot.core.model import Finding
from migbot.core.report import Report, Subject
from migbot.core.settings import Settings, find_settings, gated, read_settings
from migbot.core.value import Value
from migbot.errors import MigbotError
from migbot.rules import all_rules
from migbot.workflow import NOTHING, Moments

LOST = "parent-exists"
"""The rule whose findings can be told where the missing file is."""


class Local(Value):
    """A repository on this machine, its settings, and the ref that changes are judged against.

    `base` is a full ref name, or "" where nothing can be told from a branch of this repository.
    """

    repo: Repository
    settings: Settings
    base: str
    memory: BlobMemory

    @property
    def head(self) -> str | None:
        """The commit that is checked out; None before the first."""
        return resolve(self.repo, "HEAD")

    @property
    def base_name(self) -> str:
        """The base as people call it; "" where there is none."""
        return self.base.removeprefix("refs/remotes/").removeprefix("refs/heads/")

    @property
    def base_commit(self) -> str | None:
        """The base's commit; None where there is no base."""
        return resolve(self.repo, self.base) if self.base else None

    @property
    def base_tree(self) -> Tree:
        """The files of the base; nothing where there is no base."""
        found = self.base_commit
        return commit(self.repo, found) if found else NOTHING


def open_here(start: Path, base: str = "") -> Local:
    """The repository around `start`; `base` names the ref to judge against instead of the default.

    Settings are those of the files as they are, except that what lets a structural finding pass
    is the base's to say (law 10). Raises MigbotError where there is no repository, no such ref, or
    the settings cannot be read.
    """
    repo = locate(start)
    tree = work_tree(repo) if repo.root else commit(repo, "HEAD")
    own = read_settings(tree)
    memory = BlobMemory(repo.common_dir / "migbot")
    local = Local(repo, own, default_base(repo, base or own.base) or "", memory)
    return local._replace(settings=_gated(own, local))


def _gated(own: Settings, local: Local) -> Settings:
    try:
        official = find_settings(local.base_tree)
    except MigbotError:  # the change that mends the base's settings must be able to land
        return own
    structural = frozenset(rule.code for rule in all_rules() if rule.structural)
    return gated(own, official, structural)


@contextmanager
def compared(local: Local) -> Iterator[Moments]:
    """The base, and what merging the files as they are into it would leave."""
    head, base = local.head, local.base_commit
    if local.repo.root is None:
        raise MigbotError("A bare repository has no files to judge.", "migbot heads --at REF")
    here = work_tree(local.repo)
    subject = Subject(head or "", base or "", dirty=_dirty(local.repo))
    if base is None or head is None or base == head:
        yield Moments(local.base_tree, here, on_base=True, subject=subject)
        return
    with merged(local.repo, Uncommitted.WORK_TREE, base) as merge:
        subject = subject._replace(merged_tree=merge.id)
        yield Moments(local.base_tree, merge.tree, False, subject, merge.conflicts)


def as_it_is(local: Local) -> Moments:
    """The base, and the files as they are: what a repair works on."""
    here = work_tree(local.repo)
    on_base = local.base_commit in (None, local.head)
    return Moments(local.base_tree, here, on_base, Subject(local.head or ""))


def _dirty(repo: Repository) -> bool:
    return bool(git(repo, "status", "--porcelain", "--untracked-files=normal", "-z"))


def with_whereabouts(report: Report, found: Iterable[Change], repo: Repository) -> Report:
    """The report, with the ref or the deleting commit that has a missing parent in its hint."""
    lost = {
        (change.after.environment.name, child.id): _whereabouts(change, name, repo)
        for change in found
        for child, name in change.after.graph.missing
    }
    return report._replace(findings=tuple(_placed(each, lost) for each in report.findings))


def _placed(found: Finding, lost: Mapping[tuple[str, str], str]) -> Finding:
    where = lost.get((found.environment, found.revision)) if found.rule == LOST else None
    return found._replace(hint=where) if where else found


def _whereabouts(change: Change, name: str, repo: Repository) -> str:
    seen = find_lost(repo, name, change.after.environment.versions)
    if seen is None:
        return ""
    if seen.deleted:
        return (
            f"It was deleted by {seen.author} in {seen.commit[:10]}: "
            f"git checkout {seen.commit[:10]}^ -- {seen.path}"
        )
    return f"It is on {seen.ref}: git checkout {seen.ref} -- {seen.path}, or merge that branch."
