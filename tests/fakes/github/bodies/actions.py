"""Workflow runs and artifacts, as GitHub answers them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from fakes.github.bodies import REPO, api, example, repository, user
from fakes.github.runs import Artifact, Run

_RUN = f"GET {REPO}/actions/runs/{{run_id}}"
_EXAMPLES_NUMBER = "/runs/30433642"


def run(made: Run) -> dict[str, Any]:
    home, site = made.repository, made.repository.world.url
    text = json.dumps(example(_RUN, home)).replace(_EXAMPLES_NUMBER, f"/runs/{made.id}")
    shape: dict[str, Any] = json.loads(text)
    shape |= {"id": made.id, "node_id": f"WFR_fake{made.id}", "name": made.name}
    shape |= {"head_sha": made.head, "head_branch": made.head_ref, "path": made.path}
    shape |= {"event": made.event, "status": made.status, "conclusion": made.conclusion}
    shape |= {"run_attempt": made.attempt, "repository": repository(home)}
    shape |= {"created_at": made.created, "updated_at": made.created, "referenced_workflows": []}
    shape |= {"run_started_at": made.created, "previous_attempt_url": None}
    shape |= dict.fromkeys(("actor", "triggering_actor"), user(made.actor, site))
    shape["head_repository"] = repository(made.head_repository) if made.head_repository else None
    shape["head_commit"]["id"] = made.head
    shape["pull_requests"] = _pulls(made)
    return shape


def _pulls(made: Run) -> list[dict[str, Any]]:
    """The pull requests of the run's branch; GitHub tells none of a fork's."""
    home = made.repository
    if made.head_repository is not home:
        return []
    told = {"id": home.id, "name": home.name, "url": api(home)}
    return [
        {
            "id": 10_000 * home.id + pull.number, "number": pull.number,
            "url": f"{api(home)}/pulls/{pull.number}",
            "head": {"ref": pull.head_ref, "sha": pull.head, "repo": told},
            "base": {"ref": pull.base_ref, "sha": pull.base, "repo": told},
        }
        for pull in home.pulls.values()
        if pull.state == "open" and pull.head_repository is home and pull.head_ref == made.head_ref
    ]  # fmt: skip


def artifact(made: Artifact) -> dict[str, Any]:
    home, of = made.run.repository, made.run
    shape = example(f"GET {REPO}/actions/artifacts/{{artifact_id}}", home)
    address = f"{api(home)}/actions/artifacts/{made.id}"
    shape |= {"id": made.id, "node_id": f"A_fake{made.id}", "name": made.name, "url": address}
    shape |= {"archive_download_url": f"{address}/zip", "expired": made.expired}
    shape |= {"size_in_bytes": len(made.archive), "created_at": made.created}
    shape |= {"digest": f"sha256:{hashlib.sha256(made.archive).hexdigest()}"}
    shape["workflow_run"] = {
        "id": of.id, "repository_id": home.id, "head_branch": of.head_ref, "head_sha": of.head,
        "head_repository_id": of.head_repository.id if of.head_repository else home.id,
    }  # fmt: skip
    return dict(shape)
