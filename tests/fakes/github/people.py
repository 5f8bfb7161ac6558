"""Who there is: people, Apps with their bots, and the tokens that speak for them."""

from __future__ import annotations

from dataclasses import dataclass, field

ALL = {
    "actions": "read",
    "checks": "write",
    "contents": "read",
    "metadata": "read",
    "pull_requests": "write",
    "statuses": "write",
}
"""What a token may do unless a test says otherwise."""

READ = dict.fromkeys(ALL, "read")
"""What GITHUB_TOKEN may do in a workflow that runs for a pull request from a fork."""

ACTIONS_APP = 15368
"""The id of GitHub's own App `github-actions`, which GITHUB_TOKEN belongs to."""


@dataclass
class Account:
    """Somebody with a login: a person or an App's bot."""

    id: int
    login: str
    type: str = "User"


@dataclass
class Token:
    """A token: on whose behalf, with which permissions, on which repositories (None: any).

    `uses` is after how many requests it expires (None: never within a test).
    """

    value: str
    account: Account
    permissions: dict[str, str] = field(default_factory=lambda: dict(ALL))
    repositories: set[int] | None = None
    app_id: int | None = None
    installation: int | None = None
    uses: int | None = None

    def may(self, permission: str, level: str) -> bool:
        return self.permissions.get(permission) in (
            {"write"} if level == "write" else {level, "write"}
        )

    @property
    def app(self) -> int | None:
        """The App that it belongs to; a person's token belongs to none."""
        return self.app_id or (ACTIONS_APP if self.account.type == "Bot" else None)


@dataclass
class App:
    """A GitHub App: its public key checks the JWTs that its private key signed."""

    id: int
    slug: str
    public_key: str
    bot: Account
    permissions: dict[str, str] = field(default_factory=lambda: dict(ALL))
    installations: dict[int, set[int]] = field(default_factory=dict)
    suspended: set[int] = field(default_factory=set)
