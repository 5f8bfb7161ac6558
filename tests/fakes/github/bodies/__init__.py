"""What the fake remembers, in the shape that GitHub answers: its own examples, with our values."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from fakes.github.people import Account
    from fakes.github.repository import Repository

REPO = "/repos/{owner}/{repo}"
PULL = f"GET {REPO}/pulls/{{pull_number}}"

_ONE_REPOSITORY = re.compile(r"(https://api\.github\.com/repos|https://github\.com)/[\w-]+/[\w.-]+")
_SITES = (("https://api.github.com", "/api/v3"), ("https://github.com", ""))


@functools.cache
def _examples() -> dict[str, Any]:
    file = Path(__file__).parent.parent / "examples.json"
    loaded: dict[str, Any] = json.loads(file.read_text())
    return loaded


@functools.lru_cache(maxsize=256)
def _text(operation: str, site: str, full_name: str) -> str:
    """An example, its addresses on our site and, where they name one, in our repository."""
    text = json.dumps(_examples()[operation])
    if full_name:
        text = _ONE_REPOSITORY.sub(rf"\1/{full_name}", text)
    for theirs, ours in _SITES if site else ():
        text = text.replace(theirs, site + ours)
    return text


def example(operation: str, repository: Repository | None = None, site: str = "") -> Any:
    """GitHub's example of the answer to `operation`, to be changed freely; a list's first entry."""
    if repository is not None:
        found = json.loads(_text(operation, repository.world.url, repository.full_name))
    else:
        found = json.loads(_text(operation, site, ""))
    return found[0] if isinstance(found, list) else found


def api(repository: Repository) -> str:
    """The address of the repository in the interface."""
    return f"{repository.world.url}/api/v3/repos/{repository.full_name}"


def page(repository: Repository) -> str:
    """The address of the repository in a browser."""
    return f"{repository.world.url}/{repository.full_name}"


def user(account: Account, site: str = "") -> dict[str, Any]:
    shape = json.loads(_user(site))
    login = quote(account.login)
    addresses = {
        key: value.replace("octocat", login) for key, value in shape.items() if key.endswith("url")
    }
    mine = {"id": account.id, "login": account.login, "type": account.type}
    return {**shape, **addresses, **mine, "node_id": f"U_fake{account.id}"}


@functools.lru_cache(maxsize=256)
def _user(site: str) -> str:
    return json.dumps(example(PULL, site=site)["user"])


def repository(made: Repository) -> dict[str, Any]:
    """A repository, as it is part of a pull request and asked for by itself."""
    shape: dict[str, Any] = json.loads(_repository(made.world.url, made.full_name))
    shape |= {"id": made.id, "node_id": f"R_fake{made.id}", "name": made.name}
    shape |= {"full_name": made.full_name, "owner": user(made.owner, made.world.url)}
    shape |= {"fork": made.parent is not None, "private": not made.public, "topics": []}
    shape |= {"visibility": "public" if made.public else "private"}
    shape |= {"default_branch": made.default_branch, "clone_url": f"{page(made)}.git"}
    return shape


@functools.lru_cache(maxsize=256)
def _repository(site: str, full_name: str) -> str:
    shape = json.loads(_text(PULL, site, full_name))["base"]["repo"]
    # What the example of a pull request lacks of what a repository by itself must have.
    shape |= {"network_count": 0, "subscribers_count": 0, "language": None, "license": None}
    shape |= {"has_discussions": False, "web_commit_signoff_required": False}
    return json.dumps(shape)


def signature(sha: str, line: str) -> dict[str, str]:
    """Who and when, of a commit: `Ada <ada@example.org> 2024-01-01T00:00:00Z` in git's words."""
    name, _, rest = line.partition(" <")
    email, _, date = rest.partition("> ")
    return {"name": name, "email": email, "date": date}
