"""GitHub's own description of its interface, held against every request and every answer."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema_rs

from fakes.github.amended import amended

HERE = Path(__file__).parent


class Violation(AssertionError):
    """A request, an answer or a webhook that GitHub's description does not allow."""


@dataclass(frozen=True)
class Operation:
    """One verb on one path, as GitHub describes it."""

    verb: str
    template: str
    described: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.verb} {self.template}"

    @cached_property
    def parameters(self) -> list[dict[str, Any]]:
        return [_resolved(one) for one in self.described.get("parameters", [])]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """What its paths look like; a ref may hold slashes, as `x-multi-segment` says of it."""
        long = {one["name"] for one in self.parameters if one.get("x-multi-segment")}
        parts = re.split(r"\{(\w+)\}", self.template)
        for place in range(1, len(parts), 2):
            some = ".+" if parts[place] in long else "[^/]+"
            parts[place] = f"(?P<{parts[place]}>{some})"
        return re.compile("".join(parts))

    def arguments(self, path: str) -> dict[str, str] | None:
        """The parts of `path` by name, or None where it is another operation's."""
        found = self._pattern.fullmatch(path)
        return {key: unquote(value) for key, value in found.groupdict().items()} if found else None

    def check_path(self, path: str, query: Mapping[str, str]) -> None:
        """Raises Violation for an argument, in the path or after it, that GitHub does not know."""
        given = {"path": self.arguments(path) or {}, "query": query}
        known = {(one["in"], one["name"]): one for one in self.parameters}
        for place, values in given.items():
            for name, value in values.items():
                if (place, name) not in known:
                    raise Violation(f"{self.name} has no {place} parameter {name}")
                schema = known[place, name]["schema"]
                what = f"the {place} parameter {name} of {self.name}"
                _validate(schema, _typed(schema, value), what)

    def check_request(self, body: bytes) -> None:
        """Raises Violation for a body that GitHub would not take, or would take no notice of."""
        described = _resolved(self.described.get("requestBody", {}))
        schema = _json_schema(described)
        if schema is None or not body:
            if described.get("required") and not body:
                raise Violation(f"the request of {self.name} has no body")
            return
        given = json.loads(body)
        what = f"the request of {self.name}"
        _validate(schema, given, what)
        known = schema.get("properties")
        if known is not None and isinstance(given, dict) and not given.keys() <= known.keys():
            raise Violation(
                f"{what} does not know {', '.join(sorted(given.keys() - known.keys()))}"
            )

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


def check_webhook(event: str, action: str, payload: Any) -> None:
    """Raises Violation for a payload that GitHub would not send."""
    name = "-".join(part for part in (event, action) if part).replace("_", "-")
    schema = _description()["x-webhooks"].get(name)
    if schema is None:
        raise Violation(f"the subset has no webhook {name}: add it to operations.py")
    _validate(schema, payload, f"the webhook {name}")


@functools.cache
def _description() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((HERE / "openapi.json").read_text())
    described: dict[str, Any] = _nullable(amended(loaded))
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


def _typed(schema: dict[str, Any], text: str) -> Any:
    """A parameter's text as what its schema wants; text where it is nothing else."""
    kind = _resolved(schema).get("type")
    if kind == "integer" and re.fullmatch(r"-?\d+", text):
        return int(text)
    return text == "true" if kind == "boolean" and text in ("true", "false") else text


def _json_schema(described: dict[str, Any]) -> dict[str, Any] | None:
    schema: dict[str, Any] | None = (
        described.get("content", {}).get("application/json", {}).get("schema")
    )
    return schema


def _validate(schema: dict[str, Any], value: Any, what: str) -> None:
    problems = [
        f"{what}: {'/'.join(map(str, error.instance_path))}: {error.message[:500]}"
        for error in _validator(json.dumps(schema)).iter_errors(value)
    ]
    if problems:
        raise Violation("\n".join(problems))


@functools.cache
def _validator(schema: str) -> Any:
    whole = {**json.loads(schema), "components": _description()["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
