"""The one GraphQL question that is asked: who am I? It is the only one any token may ask."""

from __future__ import annotations

import json

from starlette.responses import JSONResponse, Response

from fakes.github import tokens
from fakes.github.tokens import Refused
from fakes.github.world import World


def answer(world: World, authorization: str, body: bytes) -> Response:
    """Answer `{viewer{...}}` for user tokens and installation tokens alike."""
    try:
        account = tokens.bearer(world, authorization).account
    except Refused as refused:
        return JSONResponse({"message": refused.message}, refused.status)
    asked = json.loads(body)["query"].replace(" ", "")
    if asked != "query{viewer{databaseIdlogin}}":
        return JSONResponse({"errors": [{"message": f"the fake does not know {asked}"}]})
    viewer = {"databaseId": account.id, "login": account.login}
    return JSONResponse({"data": {"viewer": viewer}})
