"""What the fake remembers: repositories, pull requests, comments, checks, and who may do what."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.repos import Repo

ALL = {"contents": "read", "pull_requests": "write", "checks": "write", "statuses": "write"}
"""What a token may do unless a test says otherwise."""


@dataclass
class Account:
    """Somebody with a login: a person or an App's bot."""

    id: int
    login: str
    type: str = "User"


@dataclass
class Token:
    """A token: on whose behalf, with which permissions, on which repositories (None: any)."""

    value: str
    account: Account
    permissions: dict[str, str] = field(default_factory=lambda: dict(ALL))
    repositories: set[int] | None = None
    app_id: int | None = None

    def may(self, permission: str, level: str) -> bool:
        return self.permissions.get(permission) in (
            {"write"} if level == "write" else {level, "write"}
        )


@dataclass
class App:
    """A GitHub App: its public key checks the JWTs that its private key signed."""

    id: int
    slug: str
    public_key: str
    bot: Account
    installations: dict[int, set[int]] = field(default_factory=dict)


@dataclass
class Comment:
    """An issue comment."""

    id: int
    account: Account
    body: str


@dataclass
class Pull:
    """A pull request; `head_repository` is None when its fork was deleted."""

    number: int
    head: str
    base: str
    head_ref: str = "feature"
    base_ref: str = "main"
    state: str = "open"
    head_repository: str | None = "the base"
    comments: list[Comment] = field(default_factory=list)


@dataclass
class Repository:
    """A repository: a bare git repository and what GitHub keeps beside it."""

    id: int
    owner: str
    name: str
    git: Repo
    pulls: dict[int, Pull] = field(default_factory=dict)
    checks: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[dict[str, Any]] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    def open_pull(self, head: str, base: str) -> Pull:
        """A pull request from the commit `head` to the commit `base`, both already in git."""
        pull = Pull(number=len(self.pulls) + 1, head=head, base=base)
        self.pulls[pull.number] = pull
        self.push(pull, head)
        return pull

    def push(self, pull: Pull, head: str) -> None:
        """Move the pull request's head, as a push to its branch does."""
        pull.head = head
        self.git.git("update-ref", f"refs/pull/{pull.number}/head", head)


@dataclass
class Exchange:
    """One request, and what was answered (0: the connection was cut)."""

    verb: str
    path: str
    body: bytes
    status: int = 0


@dataclass
class World:
    """Everything there is on this GitHub."""

    root: Path
    url: str = ""
    apps: dict[int, App] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    repositories: dict[str, Repository] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1001))

    def account(self, login: str, type: str = "User") -> Account:
        return Account(next(self.ids), login, type)

    def token(self, login: str = "github-actions[bot]", **rest: Any) -> Token:
        """A new token for a new account."""
        made = Token(f"ghs_{next(self.ids)}secret", self.account(login, "Bot"), **rest)
        self.tokens[made.value] = made
        return made

    def app(self, slug: str, public_key: str) -> App:
        """A new App with its bot."""
        made = App(next(self.ids), slug, public_key, self.account(f"{slug}[bot]", "Bot"))
        self.apps[made.id] = made
        return made

    def install(self, app: App, *repositories: Repository) -> int:
        """Install an App on repositories; returns the installation's id."""
        installation = next(self.ids)
        app.installations[installation] = {repository.id for repository in repositories}
        return installation

    def repository(self, full_name: str) -> Repository:
        """A new, empty repository that answers to fetches by commit id, as GitHub does."""
        owner, name = full_name.split("/")
        git = Repo.init(self.root / f"{full_name}.git", bare=True)
        git.git("config", "uploadpack.allowAnySHA1InWant", "true")
        git.git("config", "http.receivepack", "false")
        made = Repository(next(self.ids), owner, name, git)
        self.repositories[full_name] = made
        return made

    @property
    def writes(self) -> list[str]:
        """What was written through the REST interface so far (minting a token is no write)."""
        return [
            f"{exchange.verb} {exchange.path}"
            for exchange in self.exchanges
            if exchange.verb != "GET"
            and not exchange.path.endswith(("/graphql", "/access_tokens", "/git-upload-pack"))
        ]
