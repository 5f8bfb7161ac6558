"""What git is in the middle of: a merge, a rebase, a cherry-pick."""

from __future__ import annotations

import os
from enum import StrEnum

from migbot.adapters.git_process import Repository
from migbot.adapters.git_read import is_id, resolve
from migbot.core.value import Value


class Operation(StrEnum):
    """What stops in the middle, in git's words."""

    REBASE = "rebase"
    AM = "am"
    MERGE = "merge"
    CHERRY_PICK = "cherry-pick"
    REVERT = "revert"
    BISECT = "bisect"


class State(Value):
    """What is in progress, and the commits that are being brought into HEAD.

    `branch` is the full name of the branch that a rebase is moving.
    """

    operation: Operation | None = None
    theirs: tuple[str, ...] = ()
    branch: str = ""

    @property
    def swapped(self) -> bool:
        """Whether git's "theirs" is the user's own work: a rebase replays it onto the other's."""
        return self.operation is Operation.REBASE

    @property
    def merging(self) -> tuple[str, ...]:
        """The heads that will be parents of the next commit beside HEAD."""
        return self.theirs if self.operation is Operation.MERGE else ()


def state(repo: Repository) -> State:
    """What git is in the middle of, from the files that it leaves (no process is started).

    In pre-merge-commit there is no MERGE_HEAD yet: the other side is in the environment only
    (GITHEAD_<id>).
    """
    if (repo.git_dir / "rebase-merge").is_dir():
        return State(Operation.REBASE, _heads(repo, "REBASE_HEAD"), _line(repo, "rebase-merge"))
    if (repo.git_dir / "rebase-apply" / "rebasing").exists():
        return State(Operation.REBASE, _heads(repo, "REBASE_HEAD"), _line(repo, "rebase-apply"))
    if (repo.git_dir / "rebase-apply").is_dir():
        return State(Operation.AM)
    for name, operation in _HEADS.items():
        if heads := _heads(repo, name):
            return State(operation, heads)
    if coming := _coming(repo):
        return State(Operation.MERGE, coming)
    bisecting = (repo.git_dir / "BISECT_LOG").exists()
    return State(Operation.BISECT if bisecting else None)


_HEADS = {
    "MERGE_HEAD": Operation.MERGE,
    "CHERRY_PICK_HEAD": Operation.CHERRY_PICK,
    "REVERT_HEAD": Operation.REVERT,
}


def _heads(repo: Repository, name: str) -> tuple[str, ...]:
    """The ids in a file like MERGE_HEAD. With reftable they are refs, all but MERGE_HEAD."""
    path = repo.git_dir / name
    if path.is_file():
        return tuple(word for word in path.read_text().split() if is_id(word))
    if not (repo.common_dir / "reftable").is_dir():
        return ()
    found = resolve(repo, name)
    return (found,) if found else ()


def _coming(repo: Repository) -> tuple[str, ...]:
    ids = (name.removeprefix("GITHEAD_") for name in repo.env if name.startswith("GITHEAD_"))
    return tuple(id for id in ids if is_id(id))


def _line(repo: Repository, folder: str) -> str:
    path = repo.git_dir / folder / "head-name"
    name = os.fsdecode(path.read_bytes().strip()) if path.is_file() else ""
    return name if name.startswith("refs/heads/") else ""  # "detached HEAD"
