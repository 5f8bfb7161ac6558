"""pre-commit and pre-merge-commit: what the next commit would leave, judged before it is made."""

from __future__ import annotations

from collections.abc import Sequence

from migbot.adapters.git_process import Repository
from migbot.adapters.git_read import landmarks
from migbot.adapters.git_state import Operation, state
from migbot.adapters.git_trees import index
from migbot.faces.hook_look import (
    FORK,
    Look,
    commit_tree,
    look,
    parting,
    pass_on,
    report_to_user,
    standard,
)
from migbot.faces.time_limit import at_most
from migbot.workflow import Moments

SECONDS = 2.0
"""How long pre-merge-commit may read: stopped by the user meanwhile, git forgets the merge."""


def pre_commit(repo: Repository, arguments: Sequence[str]) -> bool:
    """Judge the index against the base; in a merge, what the merge leaves of the history.

    With `autofix` a merge or a squash that would fork the history gets its merge revision into
    this very commit. (pre-commit's own runner has one entry for both events.)
    """
    doing = state(repo).operation
    if doing is Operation.MERGE and not (repo.git_dir / "MERGE_HEAD").exists():
        return pre_merge_commit(repo, arguments)
    seen = _look(repo, merging=doing is Operation.MERGE)
    if not seen.stops:
        pass_on(repo, seen)
        return True
    joins = doing is Operation.MERGE or (doing is None and _squashes(repo))
    if joins and _can_mend(seen):
        return _mend(repo, seen, finished=True)
    report_to_user(seen, doing or "")
    return False


def pre_merge_commit(repo: Repository, arguments: Sequence[str]) -> bool:
    """Judge what a clean merge would leave.

    Git has written the merge's tree by now, so with `autofix` the merge revision is staged and
    the merge is stopped: `git commit --no-edit` takes it in.
    """
    with at_most(SECONDS, "reading the merge"):
        seen = _look(repo, merging=True)
    if not seen.stops:
        return True
    if _can_mend(seen):
        return _mend(repo, seen, finished=False)
    report_to_user(seen, Operation.MERGE)
    return False


def _look(repo: Repository, *, merging: bool) -> Look:
    known = landmarks(repo)
    staged = index(repo, commit_tree(repo, known.head) if known.head else None)
    by = standard(repo, staged, known)
    before = parting(repo, by.base_id, known.head)
    return look(repo, Moments(before, staged), by, whole_history=merging)


def _squashes(repo: Repository) -> bool:
    return (repo.git_dir / "SQUASH_MSG").exists()


def _can_mend(seen: Look) -> bool:
    """Whether a merge revision is wanted (`autofix`) and mends all that is wrong."""
    only_forks = {each.code for each in seen.errors} == {FORK} and not seen.blind
    return seen.by.settings.autofix and only_forks


def _mend(repo: Repository, seen: Look, *, finished: bool) -> bool:
    from migbot.faces.hook_mend import mend  # no commit waits for the resolvers but this one

    return mend(repo, seen, state(repo).operation or "", finished=finished)
