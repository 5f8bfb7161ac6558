"""Reviews of a pull request, and their comments on lines, suggestions among them."""

from __future__ import annotations

from typing import Any

from fakes.github.bodies import reviews as shapes
from fakes.github.diffs import changed, hunk_at
from fakes.github.pulls import Pull, Review, ReviewComment
from fakes.github.rest.call import REPO, Answer, Call, route
from fakes.github.rest.comments import allow_edit, body_of
from fakes.github.tokens import Refused

ONE = f"{REPO}/pulls/{{pull_number}}"
REMARK = f"{REPO}/pulls/comments/{{comment_id}}"
UNPROCESSABLE = "Unprocessable Entity"
STATES = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}


@route(f"GET {ONE}/reviews")
def list_reviews(call: Call) -> Answer:
    call.needs("read", "pull_requests")
    page, link = call.page(call.pull.reviews)
    return 200, [shapes.review(one, call.pull) for one in page], link


@route(f"POST {ONE}/reviews")
def create_review(call: Call) -> Answer:
    call.needs("write", "pull_requests")
    given, pull = call.input, call.pull
    event, said = given.get("event", "PENDING"), given.get("body", "")
    if event in ("COMMENT", "REQUEST_CHANGES") and not said and not given.get("comments"):
        raise Refused(422, f"{UNPROCESSABLE}: body can't be blank")
    commit = given.get("commit_id", pull.head)
    number = next(call.world.ids)
    # All comments or none: one line outside of the diff and nothing is made.
    remarks = [_remark(call, pull, one, commit, number) for one in given.get("comments", [])]
    made = Review(number, call.token.account, said, STATES.get(event, event), commit)
    pull.reviews.append(made)
    pull.review_comments += remarks
    return 200, shapes.review(made, pull), {}


def _remark(
    call: Call, pull: Pull, given: dict[str, Any], commit: str, review: int | None = None
) -> ReviewComment:
    line, side = given.get("line") or given.get("position"), given.get("side", "RIGHT")
    start = given.get("start_line")
    hunks = [_hunk(pull, given["path"], one, side, commit) for one in (start, line) if one]
    if line is not None and (None in hunks or (start or line) > line):
        raise Refused(422, f"{UNPROCESSABLE}: line must be part of the diff")
    return ReviewComment(
        next(call.world.ids), call.token.account, body_of(given), given["path"], line, start,
        side, commit, (hunks or [""])[-1] or "", review, given.get("in_reply_to"),
        created=call.world.now(),
    )  # fmt: skip


def _hunk(pull: Pull, path: str, line: int, side: str, commit: str) -> str | None:
    home = pull.repository
    if commit not in home.git.git("rev-list", f"{pull.base}..{pull.head}").split():
        raise Refused(422, "commit_id is not part of the pull request")
    for one in changed(home.git, home.tip(pull.base_ref, pull.base), commit):
        if one.path == path and one.patch is not None:
            return hunk_at(one.patch, line, side)
    raise Refused(422, f"{UNPROCESSABLE}: path is not part of the diff")


@route(f"GET {ONE}/comments")
def list_remarks(call: Call) -> Answer:
    call.needs("read", "pull_requests")
    page, link = call.page(call.pull.review_comments)
    return 200, [shapes.comment(one, call.pull) for one in page], link


@route(f"POST {ONE}/comments")
def create_remark(call: Call) -> Answer:
    call.needs("write", "pull_requests")
    given = call.input
    if given.get("line") is None and given.get("subject_type") != "file":
        raise Refused(422, "line is missing")
    made = _remark(call, call.pull, given, given["commit_id"])
    call.pull.review_comments.append(made)
    return 201, shapes.comment(made, call.pull), {}


def _found(call: Call) -> tuple[Pull, ReviewComment]:
    wanted = call.number("comment_id")
    for pull in call.repository.pulls.values():
        for one in pull.review_comments:
            if one.id == wanted:
                return pull, one
    raise Refused(404, "Not Found")


@route(f"PATCH {REMARK}")
def edit_remark(call: Call) -> Answer:
    call.needs("write", "pull_requests")
    pull, made = _found(call)
    allow_edit(call, made.account)
    made.body = body_of(call.input)
    return 200, shapes.comment(made, pull), {}


@route(f"DELETE {REMARK}")
def delete_remark(call: Call) -> Answer:
    call.needs("write", "pull_requests")
    pull, made = _found(call)
    allow_edit(call, made.account)
    pull.review_comments.remove(made)
    return 204, None, {}
