"""Commit statuses: any token may set them that has the permission."""

from __future__ import annotations

from fakes.github.bodies import checks as shapes
from fakes.github.rest.call import REPO, Answer, Call, route
from fakes.github.tokens import Refused

MOST = 1000
"""Of one context on one commit ("Create a commit status")."""


@route(f"GET {REPO}/commits/{{ref}}/statuses")
def list_statuses(call: Call) -> Answer:
    call.needs("read", "statuses")
    sha = call.commit(call.arguments["ref"])
    of_commit = [made for made in call.repository.statuses if made["sha"] == sha]
    page, link = call.page(of_commit[::-1])
    return 200, [shapes.status(made, call.repository) for made in page], link


@route(f"GET {REPO}/commits/{{ref}}/status")
def combined_status(call: Call) -> Answer:
    call.needs("read", "statuses")
    return 200, shapes.combined(call.commit(call.arguments["ref"]), call.repository), {}


@route(f"POST {REPO}/statuses/{{sha}}")
def create_status(call: Call) -> Answer:
    call.needs("write", "statuses")
    given, sha = call.input, call.commit(call.arguments["sha"])
    if len(given.get("description") or "") > 140:
        raise Refused(422, "Validation Failed: description is too long (maximum is 140 characters)")
    ours = {"id": next(call.world.ids), "sha": sha, "account": call.token.account}
    made = {**ours, "context": "default", "created_at": call.world.now(), **given}
    same = [one for one in call.repository.statuses if one["sha"] == sha]
    if sum(one["context"] == made["context"] for one in same) >= MOST:
        raise Refused(422, "This SHA and context has reached the maximum number of statuses.")
    call.repository.statuses.append(made)
    return 201, shapes.status(made, call.repository), {}
