"""Pull requests and branches as GitHub has them at this moment."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from migbot.adapters.github_api import Account, Connection, checked, named
from migbot.core.value import Value


class Repository(Value):
    """A repository on GitHub; `clone_url` is where git fetches it."""

    id: int
    full_name: str
    clone_url: str


class Source(Value):
    """What a pull request brings: a commit, on a branch of a repository that may be gone."""

    sha: str
    ref: str
    repo: Repository | None


class Base(Value):
    """The branch that a pull request is to be merged into."""

    sha: str
    ref: str
    repo: Repository


class Pull(Value):
    """A pull request; `user` is who opened it, None where the account is gone."""

    number: int
    state: str
    head: Source
    base: Base
    user: Account | None = None
    draft: bool = False


def read_pull(github: Connection, repository: str, number: int) -> Pull:
    """The pull request as it is now."""
    return checked(Pull, github.read(f"/repos/{named(repository)}/pulls/{number}"))


def open_pulls(
    github: Connection, repository: str, *, base: str = "", head: str = ""
) -> Iterator[Pull]:
    """The open pull requests, newest first; into the branch `base`, from `head` (OWNER:BRANCH)."""
    asked = {key: value for key, value in (("base", base), ("head", head)) if value}
    path = f"/repos/{named(repository)}/pulls"
    for entry in github.pages(path, state="open", **asked):
        yield checked(Pull, entry)


def branch_tip(github: Connection, repository: str, branch: str) -> str:
    """The commit that `branch` is at now.

    A pull request's own `base.sha` is no answer: GitHub keeps there what the base was when the
    pull request was last pushed to, and what a merge would do depends on what it is today.
    """
    path = f"/repos/{named(repository)}/git/ref/heads/{quote(branch)}"
    return checked(_Ref, github.read(path)).object.sha


def clone_url(github: Connection, repository: str) -> str:
    """Where git fetches a repository."""
    return checked(Repository, github.read(f"/repos/{named(repository)}")).clone_url


def default_branch(github: Connection, repository: str) -> str:
    """The branch that pull requests are merged into unless they say otherwise."""
    return checked(_Default, github.read(f"/repos/{named(repository)}")).default_branch


class _Default(Value):
    default_branch: str


class _Commit(Value):
    sha: str


class _Ref(Value):
    object: _Commit
