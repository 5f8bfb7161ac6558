"""The event that a workflow runs for, as GitHub writes it into a file beside the run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

from migbot.core.github_names import is_repository
from migbot.core.plain import build
from migbot.core.value import Value
from migbot.errors import MigbotError

T = TypeVar("T")


class Owner(Value):
    """Whose repository it is."""

    login: str


class HeadRepository(Value):
    """Where a run's commit comes from: the repository itself, or a fork."""

    id: int
    owner: Owner


class WorkflowRun(Value):
    """A run that has ended; `event` is what it ran for. A deleted fork leaves no repository."""

    id: int
    event: str
    head_sha: str
    head_branch: str | None
    head_repository: HeadRepository | None
    conclusion: str | None = None


class MergeGroup(Value):
    """What a merge queue tries: the commit, and the branches by their full names."""

    head_sha: str
    head_ref: str
    base_ref: str


def event_of(environ: Mapping[str, str]) -> dict[str, Any]:
    """The event of this run, {} outside of a workflow. Raises MigbotError for what is none."""
    path = environ.get("GITHUB_EVENT_PATH", "")
    if not path:
        return {}
    try:
        event = json.loads(Path(path).read_bytes())
    except (OSError, ValueError, RecursionError):
        raise MigbotError(f"GITHUB_EVENT_PATH ({path}) is no event of GitHub's.") from None
    return event if isinstance(event, dict) else {}


def run_url(environ: Mapping[str, str], run: int | str = "") -> str:
    """Where a run of a workflow can be looked at, this one by default; "" outside of one."""
    server, repository = environ.get("GITHUB_SERVER_URL", ""), environ.get("GITHUB_REPOSITORY", "")
    number = str(run or environ.get("GITHUB_RUN_ID", ""))
    known = server.startswith("https://") and is_repository(repository) and number.isdecimal()
    return f"{server}/{repository}/actions/runs/{number}" if known else ""


def workflow_run(event: Mapping[str, Any]) -> WorkflowRun | None:
    """The run that this one was started after, if it was. Raises MigbotError for a strange one."""
    return _part(event, "workflow_run", WorkflowRun)


def merge_group(event: Mapping[str, Any]) -> MergeGroup | None:
    """What the merge queue asks about, where it does. Raises MigbotError for a strange one."""
    return _part(event, "merge_group", MergeGroup)


def _part(event: Mapping[str, Any], name: str, kind: type[T]) -> T | None:
    found = event.get(name)
    if found is None:
        return None
    try:
        return cast(T, build(kind, found, where=name))
    except ValueError as error:
        raise MigbotError(f"The event of this run is none of GitHub's: {error}.") from None
