"""GitHub's own description of its interface, held against every request and every answer."""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs

HERE = Path(__file__).parent


class Violation(AssertionError):
    """A request or an answer that GitHub's description does not allow."""


@dataclass(frozen=True)
class Operation:
    """One verb on one path, as GitHub describes it."""

    verb: str
    template: str
    described: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.verb} {self.template}"

    def arguments(self, path: str) -> dict[str, str] | None:
        """The parts of `path` by name, or None where it is another operation's.

        A ref may hold slashes, as `x-multi-segment` says of it.
        """
        template = re.escape(self.template)
        named = re.sub(r"\\\{ref\\\}", r"(?P<ref>.+)", template)
        named = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", named)
        found = re.fullmatch(named, path)
        return found.groupdict() if found else None

    def check_request(self, body: bytes) -> None:
        """Raises Violation for a body that GitHub would not take."""
        schema = _json_schema(_resolved(self.described.get("requestBody", {})))
        if schema is not None and body:
            _validate(schema, json.loads(body), f"the request of {self.name}")

    def check_answer(self, status: int, body: bytes) -> None:
        """Raises Violation for an answer that GitHub would not give.

        A refusal need not be in the description: GitHub answers 401 and 403 everywhere and
        describes them in few places. It then has to look like GitHub's plain error.
        """
        answers = self.described["responses"]
        if str(status) not in answers and status < 400:
            raise Violation(f"{self.name} never answers {status}")
        plain = {"$ref": "#/components/schemas/basic-error"}
        schema = _json_schema(_resolved(answers.get(str(status), {})))
        schema = schema or (plain if status >= 400 else None)
        if schema is not None:
            _validate(schema, json.loads(body), f"the {status} of {self.name}")


@functools.cache
def operations() -> tuple[Operation, ...]:
    """Every operation of the subset."""
    return tuple(
        Operation(verb.upper(), template, described)
        for template, verbs in _description()["paths"].items()
        for verb, described in verbs.items()
    )


def operation(verb: str, path: str) -> Operation:
    """The operation that a request is; raises Violation where the subset has none."""
    for known in operations():
        if known.verb == verb and known.arguments(path) is not None:
            return known
    raise Violation(f"the subset has no {verb} {path}: add it to operations.py")


@functools.cache
def _description() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((HERE / "openapi.json").read_text())
    # GitHub answers null for a deleted fork; the `pull_request` webhook's schema says so, this
    # one does not.
    head = loaded["components"]["schemas"]["pull-request"]["properties"]["head"]
    head["properties"]["repo"]["nullable"] = True
    described: dict[str, Any] = _nullable(loaded)
    return described


def _nullable(node: Any) -> Any:
    """OpenAPI 3.0 says `nullable`, JSON Schema says that null is one of the types."""
    if isinstance(node, list):
        return [_nullable(item) for item in node]
    if not isinstance(node, dict):
        return node
    rest = {key: _nullable(value) for key, value in node.items() if key != "nullable"}
    return {"anyOf": [rest, {"type": "null"}]} if node.get("nullable") is True else rest


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        _, _, kind, name = node["$ref"].split("/")
        node = _description()["components"][kind][name]
    return node


def _json_schema(described: dict[str, Any]) -> dict[str, Any] | None:
    schema: dict[str, Any] | None = (
        described.get("content", {}).get("application/json", {}).get("schema")
    )
    return schema


def _validate(schema: dict[str, Any], value: Any, what: str) -> None:
    problems = [
        f"{what}: {'/'.join(map(str, error.instance_path))}: {error.message}"
        for error in _validator(json.dumps(schema)).iter_errors(value)
    ]
    if problems:
        raise Violation("\n".join(problems))


@functools.cache
def _validator(schema: str) -> Any:
    whole = {**json.loads(schema), "components": _description()["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
