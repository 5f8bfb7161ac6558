"""Pull requests, their files and their commits, as GitHub answers them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from fakes.github.bodies import PULL, api, example, page, repository, user
from fakes.github.bodies.issues import label
from fakes.github.diffs import Changed
from fakes.github.pulls import Pull
from fakes.github.repository import Repository

_EXAMPLES_NUMBER = "/1347"
_OF_ONE_ALONE = (
    "additions", "changed_files", "comments", "commits", "deletions", "maintainer_can_modify",
    "mergeable", "mergeable_state", "merged", "merged_by", "rebaseable", "review_comments",
)  # fmt: skip
"""What GitHub tells of a pull request that is asked for by itself, and not in a list."""


def pull(made: Pull) -> dict[str, Any]:
    """As it is told when asked for by itself: whether it can be merged takes GitHub some work."""
    shape = in_list(made)
    merged = None if made.undecided else _mergeable(made)
    states = {None: "unknown", True: "clean", False: "dirty"}
    state = "draft" if made.draft and merged else states[merged]
    shape |= {"mergeable": merged, "rebaseable": merged, "mergeable_state": state}
    shape |= {"merged": made.merged, "merged_by": None, "comments": len(made.comments)}
    shape |= {"review_comments": len(made.review_comments), "commits": 1, "changed_files": 1}
    return shape | {"additions": 1, "deletions": 0, "maintainer_can_modify": True}


def in_list(made: Pull) -> dict[str, Any]:
    """As it is told among others."""
    home = made.repository
    shape: dict[str, Any] = json.loads(
        json.dumps(_base(home)).replace(_EXAMPLES_NUMBER, f"/{made.number}")
    )
    for key in _OF_ONE_ALONE:
        shape.pop(key, None)
    shape |= {"id": 10_000 * home.id + made.number, "node_id": f"PR_fake{home.id}_{made.number}"}
    shape |= {"number": made.number, "state": made.state, "title": made.title, "body": made.body}
    shape |= {"draft": made.draft, "locked": made.locked, "user": user(made.author, home.world.url)}
    shape |= {"labels": [label(name, home) for name in made.labels], "assignee": None}
    shape |= {"active_lock_reason": None, "milestone": None, "merge_commit_sha": None}
    shape |= {"assignees": [], "requested_reviewers": [], "requested_teams": []}
    shape |= {"created_at": made.created, "updated_at": made.updated, "merged_at": None}
    shape["closed_at"] = made.updated if made.state == "closed" else None
    shape["merged_at"] = made.updated if made.merged else None
    shape["statuses_url"] = f"{api(home)}/statuses/{made.head}"
    shape["_links"]["statuses"]["href"] = shape["statuses_url"]
    shape["head"] = _side(made.head_repository, made.head_ref, made.head)
    shape["base"] = _side(home, made.base_ref, made.base)
    return shape


def _base(home: Repository) -> dict[str, Any]:
    shape = example(PULL, home)
    del shape["head"], shape["base"]
    return dict(shape)


def _side(of: Repository | None, ref: str, sha: str) -> dict[str, Any]:
    if of is None:  # the fork was deleted
        return {"label": f"unknown:{ref}", "ref": ref, "sha": sha, "user": None, "repo": None}
    owner = user(of.owner, of.world.url)
    label = f"{of.owner.login}:{ref}"
    return {"label": label, "ref": ref, "sha": sha, "user": owner, "repo": repository(of)}


def _mergeable(made: Pull) -> bool:
    home = made.repository
    return home.merge(home.tip(made.base_ref, missing=made.base), made.head) is not None


def file(made: Changed, home: Repository, head: str) -> dict[str, Any]:
    shape = example(f"{PULL}/files", home)
    del shape["patch"]
    shape |= {"filename": made.path, "status": made.status, "sha": made.blob}
    shape |= {"additions": made.additions, "deletions": made.deletions}
    shape |= {"changes": made.additions + made.deletions}
    shape |= {"blob_url": f"{page(home)}/blob/{head}/{quote(made.path)}"}
    shape |= {"raw_url": f"{page(home)}/raw/{head}/{quote(made.path)}"}
    shape |= {"contents_url": f"{api(home)}/contents/{quote(made.path)}?ref={head}"}
    known = {"patch": made.patch, "previous_filename": made.before}
    return {**shape, **{key: value for key, value in known.items() if value is not None}}


def commit(sha: str, home: Repository) -> dict[str, Any]:
    """A commit in the list of a pull request's."""
    shape = example(f"{PULL}/commits", home)
    parents, author, message = _log(sha, home)
    shape |= {"sha": sha, "node_id": f"C_fake{sha}", "url": f"{api(home)}/commits/{sha}"}
    shape |= {"author": None, "committer": None, "html_url": f"{page(home)}/commit/{sha}"}
    shape["comments_url"] = f"{shape['url']}/comments"
    shape["commit"] |= {"message": message, "url": f"{api(home)}/git/commits/{sha}"}
    shape["commit"]["author"] |= author
    shape["commit"]["committer"] |= author
    shape["parents"] = [{"sha": one, "url": f"{api(home)}/commits/{one}"} for one in parents]
    return dict(shape)


def _log(sha: str, home: Repository) -> tuple[list[str], dict[str, str], str]:
    said = home.git.git("log", "-1", "--format=%P%n%an%n%ae%n%aI%n%B", sha)
    parents, name, email, date, message = said.split("\n", 4)
    return parents.split(), {"name": name, "email": email, "date": date}, message.rstrip("\n")
