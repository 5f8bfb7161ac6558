"""post-merge and post-rewrite: git is done and cannot be stopped, so only advice is left."""

from __future__ import annotations

from collections.abc import Sequence

from migbot.adapters.git_process import Repository
from migbot.adapters.git_read import merge_base, resolve
from migbot.adapters.git_state import Operation, state
from migbot.adapters.git_trees import index
from migbot.faces.hook_look import Standard, look, report_to_user, standard, tree_of
from migbot.workflow import Moments


def post_merge(repo: Repository, arguments: Sequence[str]) -> bool:
    """After a merge or a pull, a fast-forward too: what arrived; `1` says that it was a squash."""
    squash = list(arguments[:1]) == ["1"]
    before, after = ("HEAD", index(repo)) if squash else ("ORIG_HEAD", tree_of(repo, "HEAD"))
    return _advise(repo, Moments(tree_of(repo, before), after), standard(repo, after))


def post_rewrite(repo: Repository, arguments: Sequence[str]) -> bool:
    """After a rebase or an amended commit, neither of which pre-commit has seen whole.

    An amended commit in the middle of a rebase is not the end of it.
    """
    amended = list(arguments[:1]) == ["amend"]
    if amended and state(repo).operation is Operation.REBASE:
        return True
    after = tree_of(repo, "HEAD")
    by = standard(repo, after)
    left = merge_base(repo, "HEAD", by.base) if by.base else None
    if left in (None, resolve(repo, "HEAD")):  # on the base itself: what was here before
        left = "HEAD@{1}" if amended else "ORIG_HEAD"
    return _advise(repo, Moments(tree_of(repo, left or ""), after), by)


def _advise(repo: Repository, moments: Moments, by: Standard) -> bool:
    seen = look(repo, moments, by, whole_history=True)
    if seen.stops:
        report_to_user(seen)
    return not seen.stops
