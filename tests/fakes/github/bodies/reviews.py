"""Reviews and their comments, as GitHub answers them."""

from __future__ import annotations

from typing import Any

from fakes.github.bodies import PULL, api, example, page, user
from fakes.github.pulls import Pull, Review, ReviewComment


def review(made: Review, pull: Pull) -> dict[str, Any]:
    home = pull.repository
    shape = example(f"{PULL}/reviews", home)
    shape |= {"id": made.id, "node_id": f"PRR_fake{made.id}", "body": made.body}
    shape |= {"state": made.state, "commit_id": made.commit}
    shape |= {"user": user(made.account, home.world.url)}
    shape["html_url"] = f"{page(home)}/pull/{pull.number}#pullrequestreview-{made.id}"
    shape["pull_request_url"] = f"{api(home)}/pulls/{pull.number}"
    shape["_links"]["html"]["href"] = shape["html_url"]
    shape["_links"]["pull_request"]["href"] = shape["pull_request_url"]
    return dict(shape)


def comment(made: ReviewComment, pull: Pull) -> dict[str, Any]:
    home = pull.repository
    shape = example(f"{PULL}/comments", home)
    del shape["in_reply_to_id"]
    shape |= {"id": made.id, "node_id": made.node, "body": made.body, "path": made.path}
    shape |= {"user": user(made.account, home.world.url), "diff_hunk": made.hunk}
    shape |= {"commit_id": made.commit, "original_commit_id": made.commit, "side": made.side}
    shape |= {"pull_request_review_id": made.review, "position": made.line, "line": made.line}
    shape |= {"original_line": made.line or 1, "original_position": made.line or 1}
    shape |= {"start_line": made.start_line, "original_start_line": made.start_line}
    shape |= {"start_side": made.side if made.start_line else None}
    shape |= {"created_at": made.created, "updated_at": made.created}
    shape |= {"in_reply_to_id": made.reply_to} if made.reply_to else {}
    shape["url"] = f"{api(home)}/pulls/comments/{made.id}"
    shape["html_url"] = f"{page(home)}/pull/{pull.number}#discussion_r{made.id}"
    shape["pull_request_url"] = f"{api(home)}/pulls/{pull.number}"
    for name, key in (("self", "url"), ("html", "html_url"), ("pull_request", "pull_request_url")):
        shape["_links"][name]["href"] = shape[key]
    return dict(shape)
