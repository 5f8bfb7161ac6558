"""Check runs: made by Apps alone, each changed only by the App that made it."""

from __future__ import annotations

from typing import Any

from fakes.github.bodies import checks as shapes
from fakes.github.people import ACTIONS_APP
from fakes.github.rest.call import REPO, Answer, Call, route
from fakes.github.tokens import Refused

OF_COMMIT = f"{REPO}/commits/{{ref}}/check-runs"
ONE = f"{REPO}/check-runs/{{check_run_id}}"


def _app(call: Call) -> int:
    if call.token.app is None:
        raise Refused(403, "You must authenticate via a GitHub App.")
    return call.token.app


@route(f"GET {OF_COMMIT}")
def list_checks(call: Call) -> Answer:
    call.needs("read", "checks")
    sha = call.commit(call.arguments["ref"])
    runs = [run for run in call.repository.checks if run["head_sha"] == sha and _wanted(call, run)]
    if call.query.get("filter", "latest") == "latest":
        # The newest of each name in each suite, which is an App's.
        runs = list({(run["name"], run.get("app", ACTIONS_APP)): run for run in runs}.values())
    page, link = call.page(runs)
    found = [shapes.check(run, call.repository) for run in page]
    return 200, {"total_count": len(runs), "check_runs": found}, link


def _wanted(call: Call, run: dict[str, Any]) -> bool:
    known = {
        "check_name": run["name"],
        "status": run.get("status", "queued"),
        "app_id": str(run.get("app", ACTIONS_APP)),
    }
    return all(call.query.get(name, value) == value for name, value in known.items())


@route(f"GET {REPO}/commits/{{ref}}/check-suites")
def list_suites(call: Call) -> Answer:
    call.needs("read", "checks")
    sha, home = call.commit(call.arguments["ref"]), call.repository
    found = [shapes.suite(sha, app, home) for at, app in home.suites if at == sha]
    page, link = call.page(found)
    return 200, {"total_count": len(found), "check_suites": page}, link


@route(f"POST {REPO}/check-runs")
def create_check(call: Call) -> Answer:
    call.needs("write", "checks")
    app, given = _app(call), call.input
    sha = call.commit(given["head_sha"])
    ours = {"id": next(call.world.ids), "external_id": "", "app": app, "status": "queued"}
    run = _finished(call, {**ours, "started_at": call.world.now(), **given, "head_sha": sha})
    call.repository.suites.setdefault((sha, app), next(call.world.ids))
    call.repository.checks.append(run)
    _tell(call, run, "created")
    return 201, shapes.check(run, call.repository), {}


def _finished(call: Call, run: dict[str, Any]) -> dict[str, Any]:
    """A conclusion finishes a run, and nothing else does."""
    if "conclusion" in run:
        return run | {"status": "completed", "completed_at": call.world.now()}
    if run["status"] == "completed":
        raise Refused(422, "Invalid request. A completed check run needs a conclusion.")
    return run


def _tell(call: Call, run: dict[str, Any], action: str) -> None:
    call.repository.emit("check_run", action, check=run)
    if action == "created" and run["status"] == "completed":
        call.repository.emit("check_run", "completed", check=run)


def _found(call: Call) -> dict[str, Any]:
    wanted = call.number("check_run_id")
    runs = [run for run in call.repository.checks if run["id"] == wanted]
    return call.found(runs[0] if runs else None)


@route(f"GET {ONE}")
def get_check(call: Call) -> Answer:
    call.needs("read", "checks")
    return 200, shapes.check(_found(call), call.repository), {}


@route(f"PATCH {ONE}")
def edit_check(call: Call) -> Answer:
    call.needs("write", "checks")
    run, app, given = _found(call), _app(call), call.input
    if run.get("app", ACTIONS_APP) != app:
        raise Refused(403, f"Invalid app_id `{app}` - check run can only be modified by its maker.")
    if given.get("status", "completed") != "completed":  # it is started again
        run.pop("conclusion", None)
    run.update(_finished(call, {**run, **given, "output": _output(run, given)}))
    _tell(call, run, "completed" if "conclusion" in given else "changed")
    return 200, shapes.check(run, call.repository), {}


def _output(run: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Each update adds its annotations to those that are there: so more than 50 are sent."""
    before, now = run.get("output", {}), given.get("output", {})
    notes = [*before.get("annotations", []), *now.get("annotations", [])]
    return {**before, **now, **({"annotations": notes} if notes else {})}


@route(f"GET {ONE}/annotations")
def list_annotations(call: Call) -> Answer:
    call.needs("read", "checks")
    page, link = call.page(_found(call).get("output", {}).get("annotations", []))
    return 200, [shapes.annotation(one, call.repository) for one in page], link
