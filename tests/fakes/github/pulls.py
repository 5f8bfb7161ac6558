"""A pull request and what people and programs write on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fakes.github.people import Account

if TYPE_CHECKING:
    from fakes.github.repository import Repository

LONG_AGO = "2026-01-01T00:00:00Z"


@dataclass
class Reaction:
    """Somebody's reaction to a comment: `+1`, `eyes`, `rocket`..."""

    id: int
    account: Account
    content: str


@dataclass
class Comment:
    """An issue comment; `minimized` is why it is folded away, or None."""

    id: int
    account: Account
    body: str
    minimized: str | None = None
    reactions: list[Reaction] = field(default_factory=list)
    created: str = LONG_AGO
    updated: str = LONG_AGO

    @property
    def node(self) -> str:
        """Its id in GraphQL."""
        return f"IC_fake{self.id}"


@dataclass
class Review:
    """A review; its comments are in the pull request's `review_comments`."""

    id: int
    account: Account
    body: str
    state: str
    commit: str


@dataclass
class ReviewComment:
    """A comment on lines of a file; `line` is None once its lines are no longer in the diff."""

    id: int
    account: Account
    body: str
    path: str
    line: int | None
    start_line: int | None
    side: str
    commit: str
    hunk: str
    review: int | None = None
    reply_to: int | None = None
    minimized: str | None = None
    created: str = LONG_AGO

    @property
    def node(self) -> str:
        """Its id in GraphQL."""
        return f"PRRC_fake{self.id}"


@dataclass
class Pull:
    """A pull request; `head_repository` is None when its fork was deleted.

    `undecided` means that GitHub has not found out yet whether it can be merged.
    """

    number: int
    head: str
    base: str
    repository: Repository = field(repr=False)
    head_repository: Repository | None = field(repr=False)
    author: Account
    head_ref: str = "feature"
    base_ref: str = "main"
    title: str = "Add orders"
    body: str | None = None
    state: str = "open"
    draft: bool = False
    locked: bool = False
    merged: bool = False
    undecided: bool = False
    labels: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    review_comments: list[ReviewComment] = field(default_factory=list)
    created: str = LONG_AGO
    updated: str = LONG_AGO

    def push(self, head: str) -> None:
        """A push to its branch, forced or not."""
        assert self.head_repository is not None, "its fork is gone"
        self.head_repository.move(self.head_ref, head)

    def close(self) -> None:
        self._becomes("closed", state="closed")

    def reopen(self) -> None:
        self._becomes("reopened", state="open")

    def to_draft(self) -> None:
        self._becomes("converted_to_draft", draft=True)

    def ready(self) -> None:
        self._becomes("ready_for_review", draft=False)

    def retarget(self, branch: str) -> None:
        """Let it ask for a merge into another branch."""
        before = self.base_ref
        self.base_ref, self.base = branch, self.repository.tip(branch)
        changes = {"base": {"ref": {"from": before}, "sha": {"from": self.base}}}
        self.repository.emit("pull_request", "edited", pull=self, changes=changes)

    def merge(self) -> str:
        """Merge it; returns the merge commit, which the base branch is at now."""
        merged = self.repository.merge(self.repository.tip(self.base_ref), self.head)
        assert merged is not None, "it has conflicts"
        self.repository.move(self.base_ref, merged)
        self._becomes("closed", state="closed", merged=True)
        return merged

    def _becomes(self, action: str, **changes: object) -> None:
        for name, value in changes.items():
            setattr(self, name, value)
        self.updated = self.repository.world.now()
        self.repository.emit("pull_request", action, pull=self)
