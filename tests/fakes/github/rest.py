"""The REST operations: each is a function of the world and a call, and answers status and body."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fakes.github import bodies, tokens
from fakes.github.tokens import Refused
from fakes.github.world import Comment, Pull, Repository, Token, World


@dataclass
class Call:
    """One request, its path already taken apart."""

    world: World
    arguments: dict[str, str]
    query: dict[str, str]
    authorization: str
    body: bytes

    @cached_property
    def token(self) -> Token:
        return tokens.bearer(self.world, self.authorization)

    @cached_property
    def repository(self) -> Repository:
        name = f"{self.arguments['owner']}/{self.arguments['repo']}"
        found = self.world.repositories.get(name)
        if found is None or found.id not in (self.token.repositories or {found.id}):
            raise Refused(404, "Not Found")
        return found

    @property
    def input(self) -> dict[str, Any]:
        given: dict[str, Any] = json.loads(self.body)
        return given

    def needs(self, permission: str, level: str) -> None:
        _ = self.repository
        if not self.token.may(permission, level):
            raise Refused(403, "Resource not accessible by integration")

    def page(self, items: list[Any]) -> tuple[list[Any], dict[str, str]]:
        """The page that was asked for, and the Link header that says whether there is another."""
        size, number = int(self.query.get("per_page", 30)), int(self.query.get("page", 1))
        more = len(items) > size * number
        link = {"Link": f'<{self.world.url}/next?page={number + 1}>; rel="next"'} if more else {}
        return items[size * (number - 1) : size * number], link


Answer = tuple[int, Any, dict[str, str]]
ROUTES: dict[str, Callable[[Call], Answer]] = {}


def route(operation: str) -> Callable[[Callable[[Call], Answer]], Callable[[Call], Answer]]:
    """Register a function as the one that answers `VERB /path/{template}`."""

    def register(function: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
        ROUTES[operation] = function
        return function

    return register


REPO = "/repos/{owner}/{repo}"


@route("GET /app")
def get_app(call: Call) -> Answer:
    return 200, bodies.app(tokens.app(call.world, call.authorization)), {}


@route("POST /app/installations/{installation_id}/access_tokens")
def mint(call: Call) -> Answer:
    app = tokens.app(call.world, call.authorization)
    granted = app.installations.get(int(call.arguments["installation_id"]))
    if granted is None:
        raise Refused(404, "Not Found")
    asked = set(call.input.get("repository_ids", granted))
    if not asked <= granted:
        raise Refused(422, "There is at least one repository that does not exist.")
    permissions = call.input.get("permissions", {})
    token = Token(f"ghs_{next(call.world.ids)}minted", app.bot, permissions, asked, app.id)
    call.world.tokens[token.value] = token
    return 201, bodies.installation_token(token), {}


@route(f"GET {REPO}/git/ref/{{ref}}")
def get_ref(call: Call) -> Answer:
    call.needs("contents", "read")
    ref = f"refs/{call.arguments['ref']}"
    found = call.repository.git.git("for-each-ref", "--format=%(objectname) %(refname)", ref)
    for sha, _, name in (line.partition(" ") for line in found.splitlines()):
        if name == ref:
            return 200, bodies.ref(name, sha), {}
    raise Refused(404, "Not Found")


def _pull(call: Call, number: str) -> Pull:
    found = call.repository.pulls.get(int(call.arguments[number]))
    if found is None:
        raise Refused(404, "Not Found")
    return found


@route(f"GET {REPO}/pulls/{{pull_number}}")
def get_pull(call: Call) -> Answer:
    call.needs("pull_requests", "read")
    return 200, bodies.pull(_pull(call, "pull_number"), call.repository, call.world.url), {}


@route(f"GET {REPO}/issues/{{issue_number}}/comments")
def list_comments(call: Call) -> Answer:
    call.needs("pull_requests", "read")
    comments, link = call.page(_pull(call, "issue_number").comments)
    return (
        200,
        [bodies.comment(comment, call.repository, call.world.url) for comment in comments],
        link,
    )


@route(f"POST {REPO}/issues/{{issue_number}}/comments")
def create_comment(call: Call) -> Answer:
    call.needs("pull_requests", "write")
    body = call.input["body"]
    if len(body) > 65536:
        raise Refused(422, "body is too long (maximum is 65536 characters)")
    comment = Comment(next(call.world.ids), call.token.account, body)
    _pull(call, "issue_number").comments.append(comment)
    return 201, bodies.comment(comment, call.repository, call.world.url), {}


def _comment(call: Call) -> tuple[list[Comment], Comment]:
    wanted = int(call.arguments["comment_id"])
    for pull in call.repository.pulls.values():
        for comment in pull.comments:
            if comment.id == wanted:
                return pull.comments, comment
    raise Refused(404, "Not Found")


@route(f"PATCH {REPO}/issues/comments/{{comment_id}}")
def edit_comment(call: Call) -> Answer:
    call.needs("pull_requests", "write")
    _, comment = _comment(call)
    comment.body = call.input["body"]
    return 200, bodies.comment(comment, call.repository, call.world.url), {}


@route(f"DELETE {REPO}/issues/comments/{{comment_id}}")
def delete_comment(call: Call) -> Answer:
    call.needs("pull_requests", "write")
    comments, comment = _comment(call)
    comments.remove(comment)
    return 204, None, {}


@route(f"GET {REPO}/commits/{{ref}}/check-runs")
def list_checks(call: Call) -> Answer:
    call.needs("checks", "read")
    runs = [
        run
        for run in call.repository.checks
        if run["head_sha"] == call.arguments["ref"]
        and run["name"] == call.query.get("check_name", run["name"])
    ]
    page, link = call.page(runs)
    found = [bodies.check(run, call.repository, call.world.url) for run in page]
    return 200, {"total_count": len(runs), "check_runs": found}, link


@route(f"POST {REPO}/check-runs")
def create_check(call: Call) -> Answer:
    call.needs("checks", "write")
    run = {"id": next(call.world.ids), "external_id": "", **call.input}
    call.repository.checks.append(run)
    return 201, bodies.check(run, call.repository, call.world.url), {}


@route(f"PATCH {REPO}/check-runs/{{check_run_id}}")
def edit_check(call: Call) -> Answer:
    call.needs("checks", "write")
    for run in call.repository.checks:
        if run["id"] == int(call.arguments["check_run_id"]):
            run.update(call.input)
            return 200, bodies.check(run, call.repository, call.world.url), {}
    raise Refused(404, "Not Found")


@route(f"GET {REPO}/commits/{{ref}}/statuses")
def list_statuses(call: Call) -> Answer:
    call.needs("statuses", "read")
    of_commit = [s for s in call.repository.statuses if s["sha"] == call.arguments["ref"]]
    page, link = call.page(of_commit[::-1])
    return 200, [bodies.status(_without_sha(s), call.token.account) for s in page], link


@route(f"POST {REPO}/statuses/{{sha}}")
def create_status(call: Call) -> Answer:
    call.needs("statuses", "write")
    if len(call.input.get("description", "")) > 140:
        raise Refused(422, "description is too long (maximum is 140 characters)")
    status = {"id": next(call.world.ids), "sha": call.arguments["sha"], **call.input}
    call.repository.statuses.append(status)
    return 201, bodies.status(_without_sha(status), call.token.account), {}


def _without_sha(status: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in status.items() if key != "sha"}
