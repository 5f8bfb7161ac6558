"""What GraphQL's fields answer: accounts, comments with their folding, pull requests in pages."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fakes.github.people import Account, Token
from fakes.github.pulls import Comment, Pull, ReviewComment
from fakes.github.repository import Repository
from fakes.github.tokens import Refused
from fakes.github.world import World


@dataclass(frozen=True)
class Asked:
    """Who asks whom."""

    world: World
    token: Token

    def sees(self, repository: Repository) -> bool:
        mine = self.token.repositories
        return repository.public or mine is None or repository.id in mine

    def remarks(self) -> Iterator[tuple[Pull, Comment | ReviewComment]]:
        """Every comment that can be folded away."""
        for repository in filter(self.sees, self.world.repositories.values()):
            for pull in repository.pulls.values():
                yield from ((pull, one) for one in pull.comments)
                yield from ((pull, one) for one in pull.review_comments)

    def remark(self, node: str) -> tuple[Pull, Comment | ReviewComment]:
        for pull, one in self.remarks():
            if one.node == node:
                return pull, one
        raise Refused(404, f"Could not resolve to a node with the global id of '{node}'.")


def account(made: Account) -> dict[str, Any]:
    kind = "Bot" if made.type == "Bot" else "User"
    told = {"id": f"U_fake{made.id}", "databaseId": made.id, "kind": kind}
    # GraphQL tells a bot's login without its brackets; `viewer` with them.
    return {**told, "login": made.login.removesuffix("[bot]")}


def remark(made: Comment | ReviewComment, pull: Pull) -> dict[str, Any]:
    kind = "IssueComment" if isinstance(made, Comment) else "PullRequestReviewComment"
    reason = made.minimized.lower().replace("_", "-") if made.minimized else None
    address = f"{pull.repository.world.url}/{pull.repository.full_name}/pull/{pull.number}"
    return {
        "kind": kind, "id": made.node, "databaseId": made.id, "body": made.body,
        "author": account(made.account), "isMinimized": bool(reason), "minimizedReason": reason,
        "url": f"{address}#{made.id}", "viewerCanMinimize": True,
    }  # fmt: skip


def pull_request(made: Pull) -> dict[str, Any]:
    state = "MERGED" if made.merged else made.state.upper()
    across = made.head_repository is not made.repository
    return {
        "kind": "PullRequest", "id": f"PR_fake{made.repository.id}_{made.number}", "made": made,
        "number": made.number, "title": made.title, "state": state, "isDraft": made.draft,
        "baseRefName": made.base_ref, "baseRefOid": made.base, "headRefName": made.head_ref,
        "headRefOid": made.head, "isCrossRepository": across, "author": account(made.author),
    }  # fmt: skip


def repository(made: Repository) -> dict[str, Any]:
    told = {"id": f"R_fake{made.id}", "databaseId": made.id, "nameWithOwner": made.full_name}
    return {**told, "kind": "Repository", "made": made}


def connection(items: list[Any], shape: Callable[[Any], Any], given: dict[str, Any]) -> Any:
    """A part of a list: `first` after `after`, or the `last` before `before`."""
    if not given.get("first") and not given.get("last"):
        raise Refused(422, "You must provide a `first` or `last` value to paginate the list.")
    if (given.get("first") or given.get("last") or 0) > 100:
        raise Refused(422, "Requesting more than 100 records on the connection is excessive.")
    start, end = (
        _position(given.get("after"), 0),
        _position(given.get("before"), len(items) + 1) - 1,
    )
    if given.get("first"):
        end = min(end, start + given["first"])
    else:
        start = max(start, end - given["last"])
    page = {
        "hasNextPage": end < len(items), "hasPreviousPage": start > 0,
        "startCursor": _cursor(start + 1), "endCursor": _cursor(end),
    }  # fmt: skip
    shown = [shape(item) for item in items[start:end]]
    return {"nodes": shown, "totalCount": len(items), "pageInfo": page}


def _cursor(position: int) -> str:
    return base64.b64encode(f"cursor:{position}".encode()).decode()


def _position(cursor: str | None, missing: int) -> int:
    return missing if cursor is None else int(base64.b64decode(cursor).decode().partition(":")[2])


def viewer(_: Any, info: Any) -> Any:
    me = info.context.token.account
    return {**account(me), "login": me.login}


def node(_: Any, info: Any, id: str) -> Any:
    pull, one = info.context.remark(id)
    return remark(one, pull)


def nodes(_: Any, info: Any, ids: list[str]) -> Any:
    return [node(_, info, one) for one in ids]


def find_repository(_: Any, info: Any, owner: str, name: str, **rest: Any) -> Any:
    found = info.context.world.repositories.get(f"{owner}/{name}")
    if found is None or not info.context.sees(found):
        raise Refused(404, f"Could not resolve to a Repository with the name '{owner}/{name}'.")
    return repository(found)


def find_pull(of: Any, info: Any, number: int) -> Any:
    found = of["made"].pulls.get(number)
    if found is None:
        said = f"Could not resolve to a PullRequest with the number of {number}."
        raise Refused(404, said)
    return pull_request(found)


def pulls(of: Any, info: Any, **given: Any) -> Any:
    states, base = given.get("states"), given.get("baseRefName")
    told = [pull_request(one) for one in of["made"].pulls.values()]
    wanted = [one for one in told if states is None or one["state"] in states]
    return connection(
        [one for one in wanted if base in (None, one["baseRefName"])], lambda one: one, given
    )


def comments(of: Any, info: Any, **given: Any) -> Any:
    return connection(of["made"].comments, lambda one: remark(one, of["made"]), given)


def minimize(_: Any, info: Any, input: dict[str, Any]) -> Any:
    return _fold(info, input, input["classifier"], "minimizedComment")


def unminimize(_: Any, info: Any, input: dict[str, Any]) -> Any:
    return _fold(info, input, None, "unminimizedComment")


def _fold(info: Any, input: dict[str, Any], reason: str | None, name: str) -> Any:
    pull, one = info.context.remark(input["subjectId"])
    token = info.context.token
    if not (token.may("pull_requests", "write") or token.may("issues", "write")):
        raise Refused(403, "Resource not accessible by integration")
    one.minimized = reason
    return {"clientMutationId": input.get("clientMutationId"), name: remark(one, pull)}


ROOT: dict[str, Any] = {}
TYPES: dict[str, dict[str, Callable[..., Any]]] = {
    "Query": {"viewer": viewer, "node": node, "nodes": nodes, "repository": find_repository},
    "Mutation": {"minimizeComment": minimize, "unminimizeComment": unminimize},
    "Repository": {"pullRequest": find_pull, "pullRequests": pulls},
    "PullRequest": {"comments": comments},
}
"""The fields that are more than an entry of what was answered above them."""
