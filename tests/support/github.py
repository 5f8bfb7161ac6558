"""A pull request on the fake GitHub, ready to be published on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from github import Auth, Github

from fakes.github.server import FakeGitHub, fake_github
from fakes.github.world import Account, Comment, Pull, Repository, Token
from migbot.adapters.github_api import Connection, connect
from support.repos import Repo


@dataclass
class Scene:
    """A repository `ada/shop` with pull request 1, and a token that may write on it."""

    github: FakeGitHub
    repository: Repository
    work: Repo
    pull: Pull
    token: Token

    def connection(self, token: Token | None = None) -> Connection:
        """A connection that does not pause between writes."""
        value = (token or self.token).value
        return connect(value, api_url=self.github.api_url, pause=0, timeout=10)

    def pygithub(self, token: Token | None = None, *, lazy: bool = False) -> Github:
        """PyGithub as it is, but for its pauses and its second tries."""
        auth = Auth.Token((token or self.token).value)
        return Github(
            auth=auth,
            base_url=self.github.api_url,
            retry=None,
            timeout=10,
            seconds_between_requests=0,
            seconds_between_writes=0,
            lazy=lazy,
        )

    def ask(
        self, verb: str, path: str, body: Any = None, token: Token | str | None = None
    ) -> requests.Response:
        """One plain request to the interface; `token` may be a JWT. Redirects are not followed."""
        given = token or self.token
        value = given if isinstance(given, str) else given.value
        return requests.request(
            verb,
            f"{self.github.api_url}{path}",
            json=body,
            headers={"Authorization": f"Bearer {value}"},
            allow_redirects=False,
            timeout=10,
        )

    def comment(self, account: Account, body: str) -> Comment:
        """Somebody's comment on the pull request."""
        return self.repository.comment(self.pull, account, body)

    def ours(self) -> list[Comment]:
        """The comments that our account wrote."""
        return [c for c in self.pull.comments if c.account.login == self.token.account.login]

    def push(self, files: dict[str, str]) -> str:
        """A push to the pull request's branch."""
        sha = self.work.put(files)
        self.work.git("push", "--quiet", str(self.repository.git.root), "+HEAD:refs/heads/feature")
        self.repository.push(self.pull, sha)
        return sha


@contextmanager
def scene(root: Path) -> Iterator[Scene]:
    """The scene, on a GitHub that lives as long as the test."""
    with fake_github(root / "github") as github:
        repository = github.world.repository("ada/shop")
        work = Repo.init(root / "work")
        base = work.put({"README.md": "A shop\n"})
        work.git("push", "--quiet", str(repository.git.root), "HEAD:refs/heads/main")
        work.switch("feature", create=True)
        head = work.put({"orders.txt": "orders\n"})
        work.git("push", "--quiet", str(repository.git.root), "HEAD:refs/heads/feature")
        pull = repository.open_pull(head, base)
        yield Scene(github, repository, work, pull, github.world.token())
