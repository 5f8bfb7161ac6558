"""One request to the REST interface: who asks, for what, and whether that is allowed."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlencode

from fakes.github import tokens
from fakes.github.people import Token
from fakes.github.pulls import Pull
from fakes.github.repository import Repository
from fakes.github.tokens import Refused
from fakes.github.world import World

T = TypeVar("T")

REPO = "/repos/{owner}/{repo}"


@dataclass
class Call:
    """One request, its path already taken apart."""

    world: World
    path: str
    arguments: dict[str, str]
    query: dict[str, str]
    authorization: str
    body: bytes

    @cached_property
    def token(self) -> Token:
        return tokens.bearer(self.world, self.authorization)

    @cached_property
    def repository(self) -> Repository:
        token = self.token  # who is unknown learns nothing, not even that there is nothing
        found = self.world.repositories.get(f"{self.arguments['owner']}/{self.arguments['repo']}")
        if found is None or not (found.public or self.covers(token, found)):
            raise Refused(404, "Not Found")
        return found

    @staticmethod
    def covers(token: Token, repository: Repository) -> bool:
        """Whether the token was made for this repository."""
        return token.repositories is None or repository.id in token.repositories

    @property
    def input(self) -> dict[str, Any]:
        given: dict[str, Any] = json.loads(self.body or b"{}")
        return given

    def needs(self, level: str, *permissions: str) -> None:
        """Refuse where the token has none of `permissions` at `level` (`read` or `write`)."""
        allowed = any(self.token.may(permission, level) for permission in permissions)
        ours = self.covers(self.token, self.repository)
        if (level == "read" and self.repository.public and not ours) or (allowed and ours):
            return
        raise Refused(403, "Resource not accessible by integration")

    def number(self, name: str) -> int:
        return int(self.arguments[name])

    @cached_property
    def pull(self) -> Pull:
        """The pull request that the path names, be it as an issue."""
        name = "pull_number" if "pull_number" in self.arguments else "issue_number"
        return self.found(self.repository.pulls.get(self.number(name)))

    @staticmethod
    def found(thing: T | None) -> T:
        """`thing`, or the answer that there is none."""
        if thing is None:
            raise Refused(404, "Not Found")
        return thing

    def commit(self, ref: str) -> str:
        """The commit that a ref, a branch or a sha names."""
        git = self.repository.git
        for name in (f"refs/heads/{ref}", f"refs/{ref}", f"refs/tags/{ref}", ref):
            done = git.run(
                "git", "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}", check=False
            )
            if done.returncode == 0:
                return done.stdout.decode().strip()
        raise Refused(422, f"No commit found for SHA: {ref}")

    def page(self, items: list[Any], most: int | None = None) -> tuple[list[Any], dict[str, str]]:
        """The page that was asked for, and the Link header that says whether there are others."""
        size = min(int(self.query.get("per_page", 30)), 100)
        number, items = int(self.query.get("page", 1)), items[:most]
        last = max(1, math.ceil(len(items) / size))
        links = {"next": number + 1, "last": last} if number < last else {}
        links |= {"prev": number - 1, "first": 1} if number > 1 else {}
        told = ", ".join(f'<{self._at(page)}>; rel="{rel}"' for rel, page in links.items())
        return items[size * (number - 1) : size * number], {"Link": told} if told else {}

    def _at(self, page: int) -> str:
        query = urlencode({**self.query, "page": page})
        return f"{self.world.url}/api/v3{self.path}?{query}"


Answer = tuple[int, Any, dict[str, str]]
ROUTES: dict[str, Callable[[Call], Answer]] = {}


def route(operation: str) -> Callable[[Callable[[Call], Answer]], Callable[[Call], Answer]]:
    """Register a function as the one that answers `VERB /path/{template}`."""

    def register(function: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
        ROUTES[operation] = function
        return function

    return register
