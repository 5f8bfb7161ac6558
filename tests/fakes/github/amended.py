"""Where GitHub's description of its interface is not what GitHub does, put right."""

from __future__ import annotations

from typing import Any


def amended(description: dict[str, Any]) -> dict[str, Any]:
    """The description, its known mistakes corrected in place."""
    _deleted_forks(description)
    _plain_labels(description)
    _who_installed(description)
    return description


def _deleted_forks(description: dict[str, Any]) -> None:
    """GitHub answers null for a deleted fork: the `pull_request` webhook's schema says so."""
    for name in ("pull-request", "pull-request-simple"):
        head = description["components"]["schemas"][name]["properties"]["head"]["properties"]
        for part in ("repo", "user"):
            head[part] = {"anyOf": [head[part], {"type": "null"}]}


def _plain_labels(description: dict[str, Any]) -> None:
    """GitHub takes a plain list of labels, too, and PyGithub sends one."""
    labels = description["paths"]["/repos/{owner}/{repo}/issues/{issue_number}/labels"]["post"]
    schema = labels["requestBody"]["content"]["application/json"]["schema"]
    schema["oneOf"].append({"type": "array", "items": {"type": "string"}, "minItems": 1})


def _who_installed(description: dict[str, Any]) -> None:
    """An installation's account is a user or an enterprise; its list asks for both in one."""
    listed = description["paths"]["/app/installations"]["get"]["responses"]["200"]
    items = listed["content"]["application/json"]["schema"]["items"]
    account = items["properties"]["account"]
    account["anyOf"] = account.pop("allOf")
