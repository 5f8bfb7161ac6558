"""Comments, labels and reactions, and the issue that each pull request is, as GitHub answers."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fakes.github.bodies import REPO, api, example, page, user
from fakes.github.pulls import Comment, Pull, Reaction
from fakes.github.repository import Repository

CONTENTS = ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes")


def comment(made: Comment, pull: Pull) -> dict[str, Any]:
    home = pull.repository
    shape = example(f"GET {REPO}/issues/comments/{{comment_id}}", home)
    shape |= {"id": made.id, "node_id": made.node, "body": made.body}
    shape |= {"user": user(made.account, home.world.url)}
    shape |= {"created_at": made.created, "updated_at": made.updated}
    shape |= {"url": f"{api(home)}/issues/comments/{made.id}"}
    shape |= {"html_url": f"{page(home)}/pull/{pull.number}#issuecomment-{made.id}"}
    shape |= {"performed_via_github_app": None, "reactions": _counts(made, shape["url"])}
    return {**shape, "issue_url": f"{api(home)}/issues/{pull.number}"}


def _counts(made: Comment | None, address: str) -> dict[str, Any]:
    """How many there are of each reaction."""
    given = [one.content for one in made.reactions] if made else []
    counts = {content: given.count(content) for content in CONTENTS}
    return {**counts, "total_count": len(given), "url": f"{address}/reactions"}


def reaction(made: Reaction, site: str) -> dict[str, Any]:
    shape = example(f"GET {REPO}/issues/comments/{{comment_id}}/reactions")
    return {**shape, "id": made.id, "content": made.content, "user": user(made.account, site)}


def label(name: str, home: Repository) -> dict[str, Any]:
    shape = example(f"GET {REPO}/issues/{{issue_number}}/labels", home)
    number = 1 + sum(name.encode())
    shape |= {"id": number, "node_id": f"LA_fake{number}", "default": False, "description": None}
    return {**shape, "name": name, "url": f"{api(home)}/labels/{quote(name)}"}


def issue(made: Pull) -> dict[str, Any]:
    """A pull request is an issue, too, and has a `pull_request` to show it."""
    home = made.repository
    shape = example(f"GET {REPO}/issues/{{issue_number}}", home)
    address = f"{api(home)}/issues/{made.number}"
    shape |= {"id": 10_000 * home.id + made.number, "node_id": f"PR_fake{home.id}_{made.number}"}
    shape |= {"number": made.number, "state": made.state, "title": made.title, "body": made.body}
    shape |= {"user": user(made.author, home.world.url), "locked": made.locked, "assignees": []}
    shape |= dict.fromkeys(("assignee", "milestone", "active_lock_reason", "closed_by"))
    shape |= {"labels": [label(name, home) for name in made.labels], "url": address}
    shape |= {"comments": len(made.comments), "comments_url": f"{address}/comments"}
    shape |= {"labels_url": f"{address}/labels{{/name}}", "events_url": f"{address}/events"}
    shape |= {"html_url": f"{page(home)}/pull/{made.number}", "repository_url": api(home)}
    shape |= {"created_at": made.created, "updated_at": made.updated, "closed_at": None}
    shape["reactions"] = _counts(None, address)
    shape["pull_request"] = {
        "url": f"{api(home)}/pulls/{made.number}",
        "html_url": f"{page(home)}/pull/{made.number}",
        "diff_url": f"{page(home)}/pull/{made.number}.diff",
        "patch_url": f"{page(home)}/pull/{made.number}.patch",
    }
    return dict(shape)
