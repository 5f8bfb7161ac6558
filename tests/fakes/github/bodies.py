"""What the fake remembers, in the shape that GitHub answers: its own examples, with our values."""

from __future__ import annotations

import copy
import functools
import json
from pathlib import Path
from typing import Any

from fakes.github.world import Account, App, Comment, Pull, Repository, Token

REPOSITORY = "/repos/{owner}/{repo}"


@functools.cache
def _examples() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((Path(__file__).parent / "examples.json").read_text())
    return loaded


def example(operation: str) -> Any:
    """GitHub's example of the answer to `operation`, to be changed freely."""
    return copy.deepcopy(_examples()[operation])


def user(account: Account) -> dict[str, Any]:
    shape = example(f"GET {REPOSITORY}/pulls/{{pull_number}}")["user"]
    return {**shape, "id": account.id, "login": account.login, "type": account.type}


def app(made: App) -> dict[str, Any]:
    return {**example("GET /app"), "id": made.id, "slug": made.slug}


def installation_token(token: Token) -> dict[str, Any]:
    shape = example("POST /app/installations/{installation_id}/access_tokens")
    del shape["repositories"]
    return {**shape, "token": token.value, "permissions": token.permissions}


def ref(name: str, sha: str) -> dict[str, Any]:
    shape = example(f"GET {REPOSITORY}/git/ref/{{ref}}")
    shape["object"] |= {"sha": sha}
    return {**shape, "ref": name}


def pull(made: Pull, repository: Repository, url: str) -> dict[str, Any]:
    shape = example(f"GET {REPOSITORY}/pulls/{{pull_number}}")
    # GitHub's own example has a team without the required `type`.
    shape |= {"number": made.number, "state": made.state, "requested_teams": []}
    api = f"{url}/api/v3/repos/{repository.full_name}"
    shape |= {"url": f"{api}/pulls/{made.number}", "issue_url": f"{api}/issues/{made.number}"}
    names = {
        "id": repository.id,
        "name": repository.name,
        "full_name": repository.full_name,
        "clone_url": f"{url}/{repository.full_name}.git",
    }
    for side, sha, ref in (("head", made.head, made.head_ref), ("base", made.base, made.base_ref)):
        shape[side] |= {"sha": sha, "ref": ref}
        shape[side]["repo"] |= names
    if made.head_repository is None:
        shape["head"]["repo"] = None
    return shape


def comment(made: Comment, repository: Repository, url: str) -> dict[str, Any]:
    shape = example(f"POST {REPOSITORY}/issues/{{issue_number}}/comments")
    shape |= {"id": made.id, "body": made.body, "user": user(made.account)}
    api = f"{url}/api/v3/repos/{repository.full_name}"
    return {**shape, "url": f"{api}/issues/comments/{made.id}"}


def check(made: dict[str, Any], repository: Repository, url: str) -> dict[str, Any]:
    shape = example(f"POST {REPOSITORY}/check-runs")
    shape |= {key: value for key, value in made.items() if key != "output"}
    shape["output"] |= {"text": None, **made["output"]}
    api = f"{url}/api/v3/repos/{repository.full_name}"
    shape["url"] = f"{api}/check-runs/{made['id']}"
    shape.setdefault("conclusion", None)
    return shape


def status(made: dict[str, Any], account: Account) -> dict[str, Any]:
    return {**example(f"POST {REPOSITORY}/statuses/{{sha}}"), **made, "creator": user(account)}
