"""A repository, its branches, and who may do what in it."""

from __future__ import annotations

from fakes.github import bodies
from fakes.github.bodies import git, pulls
from fakes.github.rest.call import REPO, Answer, Call, route


@route(f"GET {REPO}")
def get_repository(call: Call) -> Answer:
    return 200, bodies.repository(call.repository), {}


@route(f"GET {REPO}/branches/{{branch}}")
def get_branch(call: Call) -> Answer:
    call.needs("read", "contents")
    name = call.arguments["branch"]
    sha = call.found(call.repository.tip(name, missing="") or None)
    shown = pulls.commit(sha, call.repository)
    return 200, git.branch(name, shown, call.repository), {}


@route(f"GET {REPO}/collaborators/{{username}}/permission")
def get_permission(call: Call) -> Answer:
    call.needs("read", "metadata")
    account = call.found(call.world.accounts.get(call.arguments["username"]))
    role = call.repository.role(account)
    told = {"permission": role, "role_name": role, "user": None}
    # The user is told with what the role allows only to those who administrate.
    return 200, told, {}
