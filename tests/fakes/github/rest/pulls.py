"""Pull requests: found, read with their files and commits, closed and retargeted."""

from __future__ import annotations

from fakes.github.bodies import pulls as shapes
from fakes.github.diffs import changed
from fakes.github.pulls import Pull
from fakes.github.rest.call import REPO, Answer, Call, route

ONE = f"{REPO}/pulls/{{pull_number}}"

MOST_FILES = 3000
"""GitHub lists no more ("List pull requests files")."""

MOST_COMMITS = 250
"""Nor more of these ("List commits on a pull request")."""


@route(f"GET {REPO}/pulls")
def list_pulls(call: Call) -> Answer:
    call.needs("read", "pull_requests")
    found = [pull for pull in call.repository.pulls.values() if _wanted(call, pull)]
    page, link = call.page(_sorted(call, found))
    return 200, [shapes.in_list(pull) for pull in page], link


def _wanted(call: Call, pull: Pull) -> bool:
    state, base = call.query.get("state", "open"), call.query.get("base", pull.base_ref)
    source = pull.head_repository
    mine = f"{source.owner.login}:{pull.head_ref}" if source else ""
    # A head without its owner is ignored ("List pull requests": `user:ref-name`).
    head = call.query.get("head", "")
    return (
        state in ("all", pull.state)
        and base == pull.base_ref
        and head in (mine, "") + ((head,) if ":" not in head else ())
    )


def _sorted(call: Call, found: list[Pull]) -> list[Pull]:
    by = call.query.get("sort", "created")
    down = call.query.get("direction", "desc" if by == "created" else "asc") == "desc"
    return sorted(
        found,
        key=lambda pull: (pull.updated if by == "updated" else pull.created, pull.number),
        reverse=down,
    )


@route(f"GET {ONE}")
def get_pull(call: Call) -> Answer:
    call.needs("read", "pull_requests")
    return 200, shapes.pull(call.pull), {}


@route(f"PATCH {ONE}")
def edit_pull(call: Call) -> Answer:
    call.needs("write", "pull_requests")
    given, pull = call.input, call.pull
    pull.title, pull.body = given.get("title", pull.title), given.get("body", pull.body)
    if given.get("base", pull.base_ref) != pull.base_ref:
        pull.retarget(given["base"])
    if given.get("state", pull.state) != pull.state:
        pull.close() if given["state"] == "closed" else pull.reopen()
    return 200, shapes.pull(pull), {}


@route(f"GET {ONE}/files")
def list_files(call: Call) -> Answer:
    call.needs("read", "pull_requests")
    pull = call.pull
    found = changed(pull.repository.git, pull.repository.tip(pull.base_ref, pull.base), pull.head)
    page, link = call.page(found, MOST_FILES)
    return 200, [shapes.file(one, pull.repository, pull.head) for one in page], link


@route(f"GET {ONE}/commits")
def list_commits(call: Call) -> Answer:
    call.needs("read", "pull_requests")
    pull = call.pull
    base = pull.repository.tip(pull.base_ref, pull.base)
    said = pull.repository.git.git("rev-list", "--reverse", f"{base}..{pull.head}")
    page, link = call.page(said.split(), MOST_COMMITS)
    return 200, [shapes.commit(sha, pull.repository) for sha in page], link


@route(f"GET {REPO}/commits/{{commit_sha}}/pulls")
def pulls_of_commit(call: Call) -> Answer:
    """Those whose branch in this repository holds the commit: GitHub finds none of a fork's."""
    call.needs("read", "pull_requests")
    wanted, home = call.commit(call.arguments["commit_sha"]), call.repository
    ours = [pull for pull in home.pulls.values() if pull.head_repository is home]
    found = [pull for pull in ours if wanted in _commits(pull)]
    page, link = call.page(found)
    return 200, [shapes.in_list(pull) for pull in page], link


def _commits(pull: Pull) -> list[str]:
    return pull.repository.git.git("rev-list", f"{pull.base}..{pull.head}").split()
