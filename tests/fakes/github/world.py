"""What the fake remembers: who there is, the repositories, and what was asked of it so far."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fakes.github.hooks import Hooks
from fakes.github.people import Account, App, Token
from fakes.github.pulls import Comment, Pull, Review, ReviewComment
from fakes.github.repository import Repository
from fakes.github.runs import Artifact, Run
from support.repos import Repo

__all__ = [
    "Account", "App", "Artifact", "Comment", "Exchange", "Pull", "Repository", "Review",
    "ReviewComment", "Run", "Token", "World",
]  # fmt: skip

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)

ASIDE = ("/graphql", "/access_tokens", "/installation/token", "/git-upload-pack")
"""What is sent by POST or DELETE and changes nothing that anybody sees."""


@dataclass
class Exchange:
    """One request, and what was answered (0: the connection was cut)."""

    verb: str
    path: str
    body: bytes
    status: int = 0

    @property
    def is_call(self) -> bool:
        """Whether it counts among the calls to the interface: git and the file store do not."""
        return ".git/" not in self.path and not self.path.startswith("/store/")

    @property
    def is_write(self) -> bool:
        """Whether it changes something that people see; minimizing a comment does."""
        if self.path.endswith("/graphql"):
            return b"mutation" in self.body
        return self.verb != "GET" and not self.path.endswith(ASIDE)

    def __str__(self) -> str:
        return f"{self.verb} {self.path}"


@dataclass
class World:
    """Everything there is on this GitHub."""

    root: Path
    url: str = ""
    apps: dict[int, App] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    repositories: dict[str, Repository] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    hooks: Hooks = field(default_factory=Hooks)
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1001))
    ticks: Iterator[int] = field(default_factory=itertools.count)

    def now(self) -> str:
        """The time, which is a second later whenever somebody asks."""
        then = NEW_YEAR + timedelta(seconds=next(self.ticks))
        return then.strftime("%Y-%m-%dT%H:%M:%SZ")

    def account(self, login: str, type: str = "") -> Account:
        """Whoever has this login; made where there is nobody."""
        if login not in self.accounts:
            kind = type or ("Bot" if login.endswith("[bot]") else "User")
            self.accounts[login] = Account(next(self.ids), login, kind)
        return self.accounts[login]

    def token(self, login: str = "github-actions[bot]", **rest: Any) -> Token:
        """A new token: GITHUB_TOKEN, or a personal one where `login` is a person's."""
        made = Token(f"ghs_{next(self.ids)}secret", self.account(login), **rest)
        self.tokens[made.value] = made
        return made

    def app(self, slug: str, public_key: str, **rest: Any) -> App:
        """A new App with its bot."""
        made = App(next(self.ids), slug, public_key, self.account(f"{slug}[bot]"), **rest)
        self.apps[made.id] = made
        return made

    def install(self, app: App, *repositories: Repository) -> int:
        """Install an App on repositories; returns the installation's id."""
        installation = next(self.ids)
        app.installations[installation] = {repository.id for repository in repositories}
        self.installed("created", app, installation)
        return installation

    def suspend(self, app: App, installation: int) -> None:
        """Somebody suspends the App where it is installed."""
        app.suspended.add(installation)
        self.installed("suspend", app, installation)

    def uninstall(self, app: App, installation: int) -> None:
        """Somebody removes the App; its tokens are worth nothing any more."""
        self.installed("deleted", app, installation)
        del app.installations[installation]
        gone = [key for key, token in self.tokens.items() if token.installation == installation]
        for key in gone:
            del self.tokens[key]

    def installed(self, action: str, app: App, installation: int) -> None:
        """Tell the App's webhook what became of an installation."""
        self.hooks.emit(self, "installation", action, {"app": app, "installation": installation})

    def repository(self, full_name: str, *, public: bool = False) -> Repository:
        """A new, empty repository that answers to fetches by commit id, as GitHub does."""
        owner, name = full_name.split("/")
        git = Repo.init(self.root / f"{full_name}.git", bare=True)
        git.git("config", "uploadpack.allowAnySHA1InWant", "true")
        git.git("config", "http.receivepack", "false")
        made = Repository(next(self.ids), self.account(owner), name, git, self, public)
        self.repositories[full_name] = made
        return made

    def fork(self, repository: Repository, owner: str) -> Repository:
        """Somebody's fork, with the branches that `repository` has."""
        made = self.repository(f"{owner}/{repository.name}", public=repository.public)
        made.parent = repository
        made.git.git("fetch", "--quiet", repository.git.url, "+refs/heads/*:refs/heads/*")
        return made

    @property
    def writes(self) -> list[str]:
        """What was written so far (minting a token is no write)."""
        return [str(exchange) for exchange in self.exchanges if exchange.is_write]

    @property
    def mark(self) -> int:
        """A point in time, for `calls_since` and `writes_since`."""
        return len(self.exchanges)

    def calls_since(self, mark: int = 0) -> list[str]:
        """Every call to the interface after `mark`, reads and GraphQL included."""
        return [str(exchange) for exchange in self.exchanges[mark:] if exchange.is_call]

    def writes_since(self, mark: int = 0) -> list[str]:
        """Those of them that changed something."""
        return [str(exchange) for exchange in self.exchanges[mark:] if exchange.is_write]
