"""A webhook's payload as a job: plain data in, a value or None out, and no trust in between.

The payload's signature says that GitHub sent it, and the signature covers neither the name of the
event nor the delivery's id. So it is taken for a hint: which pull request to look at again. All
that a judgement rests on is read from GitHub afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migbot.core.github_names import is_repository
from migbot.core.value import Value

LARGEST_ID = 2**63 - 1

ACTIONS = frozenset({"opened", "synchronize", "reopened", "ready_for_review", "edited"})
"""What can change the answer: a new head, or (where `edited` says so) another base."""


class Job(Value):
    """Look at this pull request again."""

    installation: int
    repository_id: int
    repository: str
    pull: int

    def __str__(self) -> str:
        return f"{self.repository}#{self.pull}"


def read_event(event: str, payload: Any) -> Job | None:
    """The job that a webhook asks for, or None where it asks for nothing that migbot does.

    Raises ValueError for an event of ours that does not have GitHub's shape.
    """
    if event != "pull_request":
        return None
    action = _get(payload, "action", str)
    if action not in ACTIONS or (action == "edited" and not _retargeted(payload)):
        return None
    repository = _get(payload, "repository", dict)
    name = _get(repository, "full_name", str)
    if not is_repository(name):
        raise ValueError("repository.full_name is no name")
    return Job(
        installation=_id(_get(payload, "installation", dict), "id"),
        repository_id=_id(repository, "id"),
        repository=name,
        pull=_id(payload, "number"),
    )


def _retargeted(payload: Mapping[str, Any]) -> bool:
    return "base" in _get(payload, "changes", dict)


def _get(data: Any, key: str, kind: type[Any]) -> Any:
    value = data.get(key) if isinstance(data, dict) else None
    if type(value) is not kind:  # True is an int to isinstance
        raise ValueError(f"{key} is missing or of another type")
    return value


def _id(data: Mapping[str, Any], key: str) -> int:
    number: int = _get(data, key, int)
    if not 0 < number <= LARGEST_ID:
        raise ValueError(f"{key} is out of range")
    return number
