"""What GitHub tells of an event: to a webhook, and in the file that a workflow finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fakes.github import bodies, contract
from fakes.github.bodies import actions, apps, checks, issues, pulls
from fakes.github.people import Account, App
from fakes.github.pulls import Pull
from fakes.github.repository import Repository
from fakes.github.runs import Run
from fakes.github.world import World

NOWHERE = "0" * 40


def payload(world: World, event: str, action: str, about: dict[str, Any]) -> dict[str, Any]:
    """The payload of an event, held against GitHub's description of it.

    `about` names the `repository` and what the event is about (`pull`, `check`, `run`...); with
    `installation`, it is as an App's webhook gets it.
    """
    made = _PARTS[event](world, about)
    repository = about.get("repository")
    if action:
        made = {"action": action, **made}
    if repository is not None:
        made["repository"] = _repository(repository)
    if "installation" not in made and about.get("installation"):
        made["installation"] = {"id": about["installation"], "node_id": "fake"}
    made["sender"] = bodies.user(_sender(world, about), world.url)
    try:
        contract.check_webhook(event, action, made)
    except contract.Violation as violation:
        world.violations.append(str(violation))
    return made


def _sender(world: World, about: dict[str, Any]) -> Account:
    sender = about.get("sender") or about.get("pusher")
    if sender is None and "comment" in about:
        sender = about["comment"].account
    if sender is None and "pull" in about:
        sender = about["pull"].author
    return sender or world.account("octocat")


def _repository(made: Repository) -> dict[str, Any]:
    return bodies.repository(made) | {"custom_properties": {}}


def _pull_request(world: World, about: dict[str, Any]) -> dict[str, Any]:
    pull: Pull = about["pull"]
    more: dict[str, Any] = {
        key: about[key] for key in ("before", "after", "changes") if key in about
    }
    return {"number": pull.number, "pull_request": pulls.pull(pull), **more}


def _push(world: World, about: dict[str, Any]) -> dict[str, Any]:
    home: Repository = about["repository"]
    before, after, branch = about["before"], about["after"], about["branch"]
    pusher = about.get("pusher") or home.owner
    head = _commit(home, after)
    return {
        "ref": f"refs/heads/{branch}", "before": before, "after": after, "base_ref": None,
        "created": before == NOWHERE, "deleted": False, "forced": False, "commits": [head],
        "head_commit": head, "compare": f"{bodies.page(home)}/compare/{before}...{after}",
        "pusher": {"name": pusher.login, "email": f"{pusher.id}@users.noreply.example"},
    }  # fmt: skip


def _commit(home: Repository, sha: str) -> dict[str, Any]:
    shown = pulls.commit(sha, home)
    told = shown["commit"]
    tree = home.git.git("rev-parse", f"{sha}^{{tree}}")
    who = {"name": told["author"]["name"], "email": told["author"]["email"]}
    return {
        "id": sha, "tree_id": tree, "distinct": True, "message": told["message"],
        "timestamp": told["author"]["date"], "url": shown["html_url"], "author": who,
        "committer": who, "added": [], "removed": [], "modified": [],
    }  # fmt: skip


def _check_run(world: World, about: dict[str, Any]) -> dict[str, Any]:
    home: Repository = about["repository"]
    made = about["check"]
    shown = checks.check(made, home)
    number = made.get("app") or 0
    suite = checks.suite(made["head_sha"], number, home)
    shown["check_suite"] = {key: value for key, value in suite.items() if key != "repository"}
    return {"check_run": shown}


def _issue_comment(world: World, about: dict[str, Any]) -> dict[str, Any]:
    pull: Pull = about["pull"]
    more = {"changes": about["changes"]} if "changes" in about else {}
    return {"issue": issues.issue(pull), "comment": issues.comment(about["comment"], pull), **more}


def _workflow_run(world: World, about: dict[str, Any]) -> dict[str, Any]:
    made: Run = about["run"]
    site, home = world.url, made.repository
    name = made.path.rpartition("/")[2]
    workflow = {
        "id": 159038, "node_id": "W_fake", "name": made.name, "path": made.path,
        "state": "active", "created_at": made.created, "updated_at": made.created,
        "url": f"{bodies.api(home)}/actions/workflows/159038",
        "html_url": f"{bodies.page(home)}/blob/{home.default_branch}/{made.path}",
        "badge_url": f"{site}/{home.full_name}/workflows/{name}/badge.svg",
    }  # fmt: skip
    return {"workflow_run": actions.run(made), "workflow": workflow}


def _merge_group(world: World, about: dict[str, Any]) -> dict[str, Any]:
    home: Repository = about["repository"]
    head = _commit(home, about["head"])
    shown = {key: head[key] for key in ("id", "tree_id", "message", "timestamp", "author")}
    group = {
        "head_sha": about["head"], "head_ref": about["ref"], "base_sha": about["base"],
        "base_ref": f"refs/heads/{about['pull'].base_ref}",
        "head_commit": shown | {"committer": head["committer"]},
    }  # fmt: skip
    return {"merge_group": group}


def _installation(world: World, about: dict[str, Any]) -> dict[str, Any]:
    app: App = about["app"]
    number: int = about["installation"]
    covered = [one for one in world.repositories.values() if one.id in app.installations[number]]
    owner = covered[0].owner if covered else world.account("octocat")
    told = [
        {
            "id": one.id, "node_id": f"R_fake{one.id}", "name": one.name,
            "full_name": one.full_name, "private": not one.public,
        }
        for one in covered
    ]  # fmt: skip
    shown = apps.installation(number, app, owner, world.url)
    return {"installation": shown, "repositories": told}


_PARTS: dict[str, Callable[[World, dict[str, Any]], dict[str, Any]]] = {
    "check_run": _check_run,
    "installation": _installation,
    "issue_comment": _issue_comment,
    "merge_group": _merge_group,
    "pull_request": _pull_request,
    "push": _push,
    "workflow_run": _workflow_run,
}
