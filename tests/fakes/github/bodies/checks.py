"""Check runs, their suites and annotations, and commit statuses, as GitHub answers them."""

from __future__ import annotations

from typing import Any

from fakes.github.bodies import REPO, api, example, page, repository, user
from fakes.github.people import ACTIONS_APP, Account
from fakes.github.pulls import LONG_AGO
from fakes.github.repository import Repository

RUN = f"GET {REPO}/check-runs/{{check_run_id}}"


def app(number: int, home: Repository) -> dict[str, Any]:
    """The App that made a check run."""
    made = home.world.apps.get(number)
    slug = made.slug if made else "github-actions" if number == ACTIONS_APP else f"app-{number}"
    return {**example("GET /app"), "id": number, "slug": slug, "name": slug}


def check(made: dict[str, Any], home: Repository) -> dict[str, Any]:
    """A check run; `made` is what its maker sent, and ours beside it."""
    shape = example(RUN, home)
    ours = {key: value for key, value in made.items() if key not in ("output", "app", "actions")}
    number = made.get("app", ACTIONS_APP)
    shape |= {"conclusion": None, "completed_at": None, **ours, "app": app(number, home)}
    shape |= {"node_id": f"CR_fake{made['id']}", "url": f"{api(home)}/check-runs/{made['id']}"}
    shape |= {"html_url": f"{page(home)}/runs/{made['id']}", "pull_requests": []}
    shape["check_suite"] = {"id": home.suites.get((made["head_sha"], number), 1)}
    shape["output"] = _output(made.get("output", {}), shape["url"])
    return dict(shape)


def _output(given: dict[str, Any], address: str) -> dict[str, Any]:
    told = {key: given.get(key) for key in ("title", "summary", "text")}
    number = len(given.get("annotations", []))
    where = f"{address}/annotations"
    return {**told, "annotations_count": number, "annotations_url": where}


def annotation(made: dict[str, Any], home: Repository) -> dict[str, Any]:
    shape = example(f"{RUN}/annotations", home)
    shape |= dict.fromkeys(("start_column", "end_column", "title", "raw_details"))
    return {**shape, **made}


def suite(sha: str, number: int, home: Repository) -> dict[str, Any]:
    """All check runs of one App on one commit."""
    runs = [
        run for run in home.checks
        if run["head_sha"] == sha and run.get("app", ACTIONS_APP) == number
    ]  # fmt: skip
    done = all(run.get("status") == "completed" for run in runs)
    address = f"{api(home)}/check-suites/{home.suites[sha, number]}"
    return {
        "id": home.suites[sha, number], "node_id": f"CS_fake{home.suites[sha, number]}",
        "head_branch": None, "head_sha": sha, "status": "completed" if done else "in_progress",
        "conclusion": _worst(runs) if done else None, "url": address, "before": None, "after": sha,
        "pull_requests": [], "app": app(number, home), "repository": repository(home),
        "created_at": LONG_AGO, "updated_at": LONG_AGO, "latest_check_runs_count": len(runs),
        "check_runs_url": f"{address}/check-runs", "head_commit": _commit(sha, home),
    }  # fmt: skip


def _worst(runs: list[dict[str, Any]]) -> str:
    found = {run.get("conclusion") for run in runs}
    order = ("failure", "timed_out", "action_required", "cancelled", "success")
    return next((one for one in order if one in found), "neutral")


def _commit(sha: str, home: Repository) -> dict[str, Any]:
    said = home.git.git("log", "-1", "--format=%T%n%an%n%ae%n%aI%n%B", sha)
    tree, name, email, date, message = said.split("\n", 4)
    who = {"name": name, "email": email}
    told = {"id": sha, "tree_id": tree, "message": message, "timestamp": date}
    return {**told, "author": who, "committer": who}


def status(made: dict[str, Any], home: Repository) -> dict[str, Any]:
    """A commit status; `made` is what its maker sent, and ours beside it."""
    account: Account = made["account"]
    shape = example(f"POST {REPO}/statuses/{{sha}}", home)
    given = {key: value for key, value in made.items() if key not in ("sha", "account")}
    shape |= {"description": None, "target_url": None, "context": "default", **given}
    return {**shape, "creator": user(account, home.world.url)}


def combined(sha: str, home: Repository) -> dict[str, Any]:
    """The newest status of each context, and what they come to."""
    newest = {made["context"]: made for made in home.statuses if made["sha"] == sha}
    states = {made["state"] for made in newest.values()}
    bad = bool(states & {"failure", "error"})
    fine = states == {"success"}
    return {
        "state": "failure" if bad else "success" if fine else "pending",
        "statuses": [{**status(made, home), "required": False} for made in newest.values()],
        "sha": sha, "total_count": len(newest), "repository": repository(home),
        "commit_url": f"{api(home)}/commits/{sha}", "url": f"{api(home)}/commits/{sha}/status",
    }  # fmt: skip
