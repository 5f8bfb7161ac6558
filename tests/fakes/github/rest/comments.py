"""Comments on a pull request, and the reactions to them."""

from __future__ import annotations

from typing import Any

from fakes.github.bodies import issues as shapes
from fakes.github.people import Account
from fakes.github.pulls import Comment, Pull, Reaction
from fakes.github.rest.call import REPO, Answer, Call, route
from fakes.github.tokens import Refused

OF_PULL = f"{REPO}/issues/{{issue_number}}/comments"
ONE = f"{REPO}/issues/comments/{{comment_id}}"
EITHER = ("pull_requests", "issues")
"""A pull request is an issue, and either permission lets one comment on it."""

LONGEST = 65_536


def body_of(given: dict[str, Any]) -> str:
    """The text of a comment that may be made."""
    body: str = given["body"]
    if not body.strip():
        raise Refused(422, "Validation Failed: body can't be blank")
    if len(body) > LONGEST:
        raise Refused(422, f"Validation Failed: body is too long (maximum is {LONGEST} characters)")
    return body


def allow_edit(call: Call, author: Account) -> None:
    """Its author may, and so may a person who maintains the repository; no other App may."""
    me = call.token.account
    if me.login != author.login and (
        me.type == "Bot" or call.repository.role(me) not in ("admin", "maintain", "write")
    ):
        raise Refused(403, "Must have admin rights to Repository.")


@route(f"GET {OF_PULL}")
def list_comments(call: Call) -> Answer:
    call.needs("read", *EITHER)
    since = call.query.get("since", "")
    found = [comment for comment in call.pull.comments if comment.updated >= since]
    page, link = call.page(found)
    return 200, [shapes.comment(one, call.pull) for one in page], link


@route(f"POST {OF_PULL}")
def create_comment(call: Call) -> Answer:
    call.needs("write", *EITHER)
    body, pull = body_of(call.input), call.pull
    if pull.locked and call.repository.role(call.token.account) not in ("admin", "write"):
        raise Refused(403, "Unable to create comment because issue is locked.")
    comment = call.repository.comment(pull, call.token.account, body)
    return 201, shapes.comment(comment, pull), {}


def _found(call: Call) -> tuple[Pull, Comment]:
    wanted = call.number("comment_id")
    for pull in call.repository.pulls.values():
        for comment in pull.comments:
            if comment.id == wanted:
                return pull, comment
    raise Refused(404, "Not Found")


@route(f"GET {ONE}")
def get_comment(call: Call) -> Answer:
    call.needs("read", *EITHER)
    pull, comment = _found(call)
    return 200, shapes.comment(comment, pull), {}


@route(f"PATCH {ONE}")
def edit_comment(call: Call) -> Answer:
    call.needs("write", *EITHER)
    pull, comment = _found(call)
    allow_edit(call, comment.account)
    before, comment.body = comment.body, body_of(call.input)
    comment.updated = call.world.now()
    changes = {"body": {"from": before}}
    call.repository.emit("issue_comment", "edited", pull=pull, comment=comment, changes=changes)
    return 200, shapes.comment(comment, pull), {}


@route(f"DELETE {ONE}")
def delete_comment(call: Call) -> Answer:
    call.needs("write", *EITHER)
    pull, comment = _found(call)
    allow_edit(call, comment.account)
    pull.comments.remove(comment)
    call.repository.emit("issue_comment", "deleted", pull=pull, comment=comment)
    return 204, None, {}


@route(f"GET {ONE}/reactions")
def list_reactions(call: Call) -> Answer:
    call.needs("read", *EITHER)
    content = call.query.get("content")
    found = [one for one in _found(call)[1].reactions if content in (None, one.content)]
    page, link = call.page(found)
    return 200, [shapes.reaction(one, call.world.url) for one in page], link


@route(f"POST {ONE}/reactions")
def create_reaction(call: Call) -> Answer:
    """A second reaction of the same kind is the first: GitHub answers 200 instead of 201."""
    call.needs("write", *EITHER)
    account, content = call.token.account, call.input["content"]
    reactions = _found(call)[1].reactions
    for one in reactions:
        if (one.account.login, one.content) == (account.login, content):
            return 200, shapes.reaction(one, call.world.url), {}
    reactions.append(Reaction(next(call.world.ids), account, content))
    return 201, shapes.reaction(reactions[-1], call.world.url), {}


@route(f"DELETE {ONE}/reactions/{{reaction_id}}")
def delete_reaction(call: Call) -> Answer:
    call.needs("write", *EITHER)
    reactions, wanted = _found(call)[1].reactions, call.number("reaction_id")
    reactions.remove(call.found(next((one for one in reactions if one.id == wanted), None)))
    return 204, None, {}
