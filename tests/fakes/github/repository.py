"""A repository: a bare git repository, and what GitHub keeps beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fakes.github.people import Account
from fakes.github.pulls import Comment, Pull
from fakes.github.runs import Artifact, Run, zipped
from support.repos import Repo

if TYPE_CHECKING:
    from fakes.github.world import World


@dataclass
class Repository:
    """A repository; who may do what in it is in `roles`, a permission by login.

    Any token may read a `public` one. `parent` is what it is a fork of.
    """

    id: int
    owner: Account
    name: str
    git: Repo
    world: World = field(repr=False)
    public: bool = False
    parent: Repository | None = None
    default_branch: str = "main"
    roles: dict[str, str] = field(default_factory=dict)
    pulls: dict[int, Pull] = field(default_factory=dict, repr=False)
    checks: list[dict[str, Any]] = field(default_factory=list, repr=False)
    statuses: list[dict[str, Any]] = field(default_factory=list, repr=False)
    runs: dict[int, Run] = field(default_factory=dict, repr=False)
    artifacts: dict[int, Artifact] = field(default_factory=dict, repr=False)
    suites: dict[tuple[str, int], int] = field(default_factory=dict, repr=False)

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"

    def open_pull(
        self,
        head: str,
        base: str,
        *,
        author: Account | None = None,
        head_ref: str = "",
        base_ref: str = "main",
        fork: Repository | None = None,
        **rest: Any,
    ) -> Pull:
        """A pull request from the commit `head` to the commit `base`, both already in git.

        With `fork`, `head` is a commit of that repository. Its branch `head_ref` (`feature`, then
        `feature-2`...) is put at `head`. The rest (`title`, `body`, `draft`...) goes to Pull.
        """
        number, source = len(self.pulls) + 1, fork or self
        head_ref = head_ref or ("feature" if number == 1 else f"feature-{number}")
        pull = Pull(
            number, head, base, self, source, author or source.owner, head_ref, base_ref, **rest
        )
        pull.created = pull.updated = self.world.now()
        self.pulls[number] = pull
        source.git.git("update-ref", f"refs/heads/{head_ref}", head)
        self._follow(pull, head)
        self.emit("pull_request", "opened", pull=pull)
        return pull

    def push(self, pull: Pull, head: str) -> None:
        """Move the pull request's head, as a push to its branch does."""
        pull.push(head)

    def move(self, branch: str, sha: str, pusher: Account | None = None) -> None:
        """A branch is at `sha` now, and so are the pull requests that come from it."""
        before = self.tip(branch, missing="0" * 40)
        self.git.git("update-ref", f"refs/heads/{branch}", sha)
        self.emit("push", "", branch=branch, before=before, after=sha, pusher=pusher)
        family = [self.parent] if self.parent else []
        for pull in [pull for one in (self, *family) for pull in one.pulls.values()]:
            if pull.head_repository is self and pull.head_ref == branch and pull.head != sha:
                pull.repository._moved(pull, sha)

    def _moved(self, pull: Pull, sha: str) -> None:
        before, pull.head = pull.head, sha
        # GitHub keeps what the base was when the pull request was last pushed to.
        pull.base = self.tip(pull.base_ref, missing=pull.base)
        pull.updated = self.world.now()
        self._follow(pull, sha)
        if pull.state == "open":
            self.emit("pull_request", "synchronize", pull=pull, before=before, after=sha)

    def _follow(self, pull: Pull, head: str) -> None:
        """Keep refs/pull/N/head, from which anybody can fetch a fork's commits in the base."""
        source = pull.head_repository
        if source is not None and source is not self:
            self.git.git("fetch", "--quiet", source.git.url, head)
        self.git.git("update-ref", f"refs/pull/{pull.number}/head", head)

    def tip(self, branch: str, missing: str | None = None) -> str:
        """The commit that a branch is at; `missing` where there is none."""
        found = self.git.git("for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")
        if not found and missing is None:
            raise AssertionError(f"{self.full_name} has no branch {branch}")
        return found or str(missing)

    def merge(self, base: str, head: str) -> str | None:
        """A commit that merges `head` into `base`, or None where they have conflicts."""
        done = self.git.run("git", "merge-tree", "--write-tree", base, head, check=False)
        if done.returncode:
            return None
        tree = done.stdout.decode().split("\n")[0]
        said = f"Merge {head} into {base}"
        return self.git.git("commit-tree", tree, "-p", base, "-p", head, "-m", said)

    def enqueue(self, pull: Pull) -> tuple[str, str]:
        """Put it into the merge queue; returns the group's ref and the commit it is at."""
        base = self.tip(pull.base_ref)
        merged = self.merge(base, pull.head)
        assert merged is not None, "it has conflicts"
        ref = f"refs/heads/gh-readonly-queue/{pull.base_ref}/pr-{pull.number}-{base}"
        self.git.git("update-ref", ref, merged)
        self.emit("merge_group", "checks_requested", pull=pull, ref=ref, head=merged, base=base)
        return ref, merged

    def run(self, pull: Pull, **rest: Any) -> Run:
        """A finished run of the workflow for a pull request's head; `rest` goes to Run."""
        made = Run(
            next(self.world.ids), pull.head, pull.head_ref, self, pull.head_repository,
            pull.author, created=self.world.now(),
        )  # fmt: skip
        for name, value in rest.items():
            setattr(made, name, value)
        self.runs[made.id] = made
        action = "completed" if made.status == "completed" else "requested"
        self.emit("workflow_run", action, run=made)
        return made

    def artifact(self, run: Run, files: Mapping[str, bytes | str] | bytes, name: str) -> Artifact:
        """What a run uploaded: files to be zipped, or the bytes of an archive."""
        archive = files if isinstance(files, bytes) else zipped(files)
        made = Artifact(next(self.world.ids), name, archive, run, created=self.world.now())
        self.artifacts[made.id] = made
        return made

    def comment(self, pull: Pull, account: Account, body: str) -> Comment:
        """Somebody comments."""
        now = self.world.now()
        made = Comment(next(self.world.ids), account, body, created=now, updated=now)
        pull.comments.append(made)
        self.emit("issue_comment", "created", pull=pull, comment=made)
        return made

    def role(self, account: Account) -> str:
        """What somebody may do here: `admin`, `write`, `read` or `none`."""
        mine = "admin" if account.login == self.owner.login else None
        return mine or self.roles.get(account.login, "read" if self.public else "none")

    def emit(self, event: str, action: str, **about: Any) -> None:
        """Tell the world's webhook."""
        self.world.hooks.emit(self.world, event, action, {"repository": self, **about})
