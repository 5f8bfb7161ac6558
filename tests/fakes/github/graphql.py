"""GraphQL: questions and mutations are held against GitHub's own schema, cut down, and answered."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema, build_schema, graphql_sync
from starlette.responses import JSONResponse, Response

from fakes.github import tokens
from fakes.github.graphql_answers import ROOT, TYPES, Asked
from fakes.github.tokens import Refused
from fakes.github.world import World


@functools.cache
def _schema() -> GraphQLSchema:
    """The schema with a function for each field that is not simply an attribute."""
    made = build_schema((Path(__file__).parent / "schema.graphql").read_text())
    for type_name, fields in TYPES.items():
        for name, resolve in fields.items():
            made.type_map[type_name].fields[name].resolve = resolve  # type: ignore[attr-defined]
    for name in ("Node", "Minimizable", "Actor"):
        made.type_map[name].resolve_type = lambda value, *_: value["kind"]  # type: ignore[attr-defined]
    return made


def answer(world: World, authorization: str, body: bytes) -> Response:
    """Answer a question; what the schema does not know is an error and fails the test."""
    try:
        token = tokens.bearer(world, authorization)
    except Refused as refused:
        return JSONResponse({"message": refused.message}, refused.status)
    asked = json.loads(body)
    done = graphql_sync(
        _schema(), asked["query"], ROOT, Asked(world, token), asked.get("variables") or {}
    )
    told: dict[str, Any] = {"data": done.data} if done.data is not None else {}
    if done.errors:
        refusals = [one.original_error for one in done.errors]
        if not all(isinstance(one, Refused) for one in refusals):
            world.violations += [f"GraphQL: {one.message}" for one in done.errors]
        told["errors"] = [_error(one.message, one.path) for one in done.errors]
    return JSONResponse(told)


def _error(message: str, path: Any) -> dict[str, Any]:
    kind = "NOT_FOUND" if message.startswith("Could not resolve") else "FORBIDDEN"
    return {"type": kind, "path": list(path or []), "message": message}
