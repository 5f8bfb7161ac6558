"""Workflow runs and their artifacts; an archive itself lies in a store on another host."""

from __future__ import annotations

from fakes.github import store
from fakes.github.bodies import actions as shapes
from fakes.github.rest.call import REPO, Answer, Call, route
from fakes.github.runs import Artifact, Run
from fakes.github.tokens import Refused

RUNS = f"{REPO}/actions/runs"
ARTIFACTS = f"{REPO}/actions/artifacts"


@route(f"GET {RUNS}")
def list_runs(call: Call) -> Answer:
    call.needs("read", "actions")
    found = [run for run in call.repository.runs.values() if _wanted(call, run)][::-1]
    page, link = call.page(found)
    told = [shapes.run(run) for run in page]
    return 200, {"total_count": len(found), "workflow_runs": told}, link


def _wanted(call: Call, run: Run) -> bool:
    known = {"branch": run.head_ref, "event": run.event, "head_sha": run.head}
    same = all(call.query.get(name, value) == value for name, value in known.items())
    actor = call.query.get("actor", run.actor.login) == run.actor.login
    return same and actor and call.query.get("status", run.status) in (run.status, run.conclusion)


def _run(call: Call) -> Run:
    return call.found(call.repository.runs.get(call.number("run_id")))


@route(f"GET {RUNS}/{{run_id}}")
def get_run(call: Call) -> Answer:
    call.needs("read", "actions")
    return 200, shapes.run(_run(call)), {}


def _listed(call: Call, found: list[Artifact]) -> Answer:
    named = [one for one in found if call.query.get("name", one.name) == one.name][::-1]
    page, link = call.page(named)
    told = [shapes.artifact(one) for one in page]
    return 200, {"total_count": len(named), "artifacts": told}, link


@route(f"GET {RUNS}/{{run_id}}/artifacts")
def artifacts_of_run(call: Call) -> Answer:
    call.needs("read", "actions")
    run = _run(call)
    return _listed(call, [one for one in call.repository.artifacts.values() if one.run is run])


@route(f"GET {ARTIFACTS}")
def list_artifacts(call: Call) -> Answer:
    call.needs("read", "actions")
    return _listed(call, list(call.repository.artifacts.values()))


def _artifact(call: Call) -> Artifact:
    return call.found(call.repository.artifacts.get(call.number("artifact_id")))


@route(f"GET {ARTIFACTS}/{{artifact_id}}")
def get_artifact(call: Call) -> Answer:
    call.needs("read", "actions")
    return 200, shapes.artifact(_artifact(call)), {}


@route(f"GET {ARTIFACTS}/{{artifact_id}}/{{archive_format}}")
def download_artifact(call: Call) -> Answer:
    call.needs("read", "actions")
    artifact = _artifact(call)
    if artifact.expired:
        raise Refused(410, "Artifact has expired")
    if call.arguments["archive_format"] != "zip":
        raise Refused(404, "Not Found")
    return 302, None, {"Location": store.address(call.world, artifact)}
