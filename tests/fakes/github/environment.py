"""A workflow's environment on the fake GitHub: its variables, and the file of its event."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fakes.github.events import payload
from fakes.github.people import Token
from fakes.github.repository import Repository


def workflow(
    folder: Path, repository: Repository, token: Token, event: str, action: str = "", **about: Any
) -> dict[str, str]:
    """The environment of a run for an event, as `migbot publish` and `sweep` get it.

        workflow(tmp_path, repository, token, "pull_request", "synchronize", pull=pull)
        workflow(tmp_path, repository, token, "workflow_run", "completed", run=run)
        workflow(tmp_path, repository, token, "push", branch="main", before=old, after=new)
        workflow(tmp_path, repository, token, "merge_group", "checks_requested", pull=pull,
                 ref=ref, head=merged, base=base)

    `folder` gets event.json and is where summary.md will be.
    """
    world = repository.world
    told = payload(world, event, action, {"repository": repository, **about})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "event.json").write_text(json.dumps(told))
    ref, sha = _where(repository, event, about)
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": f"{world.url}/api/v3",
        "GITHUB_EVENT_NAME": event,
        "GITHUB_EVENT_PATH": str(folder / "event.json"),
        "GITHUB_GRAPHQL_URL": f"{world.url}/api/graphql",
        "GITHUB_REF": ref,
        "GITHUB_REPOSITORY": repository.full_name,
        "GITHUB_REPOSITORY_ID": str(repository.id),
        "GITHUB_RUN_ID": str(next(world.ids)),
        "GITHUB_SERVER_URL": world.url,
        "GITHUB_SHA": sha,
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "GITHUB_TOKEN": token.value,
    }


def _where(repository: Repository, event: str, about: dict[str, Any]) -> tuple[str, str]:
    """GITHUB_REF and GITHUB_SHA ("Events that trigger workflows" has them for each event)."""
    if event == "pull_request":
        pull = about["pull"]
        merged = repository.merge(repository.tip(pull.base_ref), pull.head)
        assert merged is not None, "GitHub runs no workflow for a pull request with conflicts"
        ref = f"refs/pull/{pull.number}/merge"
        repository.git.git("update-ref", ref, merged)
        return ref, merged
    if event == "merge_group":
        return about["ref"], about["head"]
    if event == "push":
        return f"refs/heads/{about['branch']}", about["after"]
    branch = repository.default_branch
    return f"refs/heads/{branch}", repository.tip(branch)
