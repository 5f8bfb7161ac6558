"""pre-push: the last look before others have it, and the only one at rebases and cherry-picks."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress

from migbot.adapters.git_merge import merged
from migbot.adapters.git_process import Repository
from migbot.adapters.git_read import merge_base, resolve
from migbot.adapters.git_trees import commit
from migbot.core.files import Tree
from migbot.core.value import Value
from migbot.errors import MigbotError
from migbot.faces.hook_look import FORK, Standard, look, report_to_user, standard, tree_of
from migbot.render.hook_words import base_moved
from migbot.workflow import Moments


class Push(Value):
    """One branch on its way: the commit, the ref it goes to, and what the remote has there."""

    tip: str
    ref: str
    was: str


def pre_push(repo: Repository, arguments: Sequence[str]) -> bool:
    """Stop a branch whose own history is forked; warn where only the base has moved.

    `arguments` are the remote's name and address, standard input has a line for each ref. Tags and
    deletions pass.
    """
    remote = arguments[0] if arguments else os.environ.get("PRE_COMMIT_REMOTE_NAME", "origin")
    return all(_may_pass(repo, push, remote) for push in _pushes(repo))


def _pushes(repo: Repository) -> Iterator[Push]:
    lines = _from_pre_commit() or sys.stdin.buffer.read().splitlines()
    for line in lines:
        _, local, ref, was = os.fsdecode(line).rsplit(" ", 3)
        tip = resolve(repo, local)  # None for a deletion, and for what is no commit
        if tip and ref.startswith("refs/heads/"):
            yield Push(tip, ref, was)


def _from_pre_commit() -> list[bytes]:
    """What pre-commit's runner says in the environment instead of on standard input."""
    said = os.environ
    if "PRE_COMMIT_REMOTE_BRANCH" not in said:
        return []
    local = said.get("PRE_COMMIT_TO_REF") or said["PRE_COMMIT_LOCAL_BRANCH"]
    was = said.get("PRE_COMMIT_FROM_REF", "none")
    return [os.fsencode(f"local {local} {said['PRE_COMMIT_REMOTE_BRANCH']} {was}")]


def _may_pass(repo: Repository, push: Push, remote: str) -> bool:
    after = commit(repo, push.tip)
    by = standard(repo, after)
    base = _as_fetched(repo, by.base, remote)
    seen = look(repo, Moments(_before(repo, push, base, remote), after), by, whole_history=True)
    if seen.stops:
        report_to_user(seen)
        return False
    if base and base != _fetched(push.ref, remote):
        with suppress(MigbotError):  # a merge that cannot be made warns of nothing
            _warn(repo, push, by._replace(base=base, base_id=""))
    return True


def _before(repo: Repository, push: Push, base: str, remote: str) -> Tree:
    """What it is judged against: what the remote has; for a branch, where it left the base."""
    if base and base != _fetched(push.ref, remote):
        return tree_of(repo, merge_base(repo, push.tip, base) or push.was)
    return tree_of(repo, resolve(repo, push.was) or base)


def _as_fetched(repo: Repository, base: str, remote: str) -> str:
    """The base as the remote had it, "" where that is not known: a local one proves nothing."""
    if not base.startswith("refs/heads/"):
        return base
    fetched = _fetched(base, remote)
    return fetched if resolve(repo, fetched) else ""


def _fetched(ref: str, remote: str) -> str:
    return ref.replace("refs/heads/", f"refs/remotes/{remote}/", 1)


def _warn(repo: Repository, push: Push, by: Standard) -> None:
    """Say so where the merge into the base, as it was last fetched, would fork."""
    if merge_base(repo, push.tip, by.base) == resolve(repo, by.base):
        return
    with merged(repo, push.tip, by.base) as merge:
        seen = look(repo, Moments(tree_of(repo, by.base), merge.tree), by, whole_history=True)
    if any(each.code == FORK for each in seen.errors):
        heads = tuple(head for each in seen.report.environments for head in each.heads)
        branch = push.ref.removeprefix("refs/heads/")
        sys.stderr.write(base_moved(branch, by.base.removeprefix("refs/remotes/"), heads))
