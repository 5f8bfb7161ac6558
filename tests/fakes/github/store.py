"""Where archives lie: another host, which takes a signed address and no GitHub token.

The host is `localhost`, while the interface is at 127.0.0.1: the same machine by another name.
"""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from fakes.github.runs import Artifact
from fakes.github.world import World

PATH = "/store/"


def address(world: World, artifact: Artifact) -> str:
    """Where the archive may be fetched without a token."""
    host = world.url.replace("127.0.0.1", "localhost")
    return f"{host}{PATH}{artifact.id}.zip?sig={_signature(artifact)}"


def _signature(artifact: Artifact) -> str:
    return hashlib.sha256(f"store {artifact.id}".encode()).hexdigest()[:32]


def answer(world: World, request: Request) -> Response:
    """Serve an archive. A token that comes here was given away: that fails the test."""
    if "authorization" in request.headers:
        world.violations.append("a token was sent to the host that stores the artifacts")
        return PlainTextResponse("InvalidAuthenticationInfo", 400)
    number = request.url.path.removeprefix(PATH).removesuffix(".zip")
    for repository in world.repositories.values():
        for artifact in repository.artifacts.values():
            if str(artifact.id) == number:
                return _archive(artifact, request)
    return PlainTextResponse("BlobNotFound", 404)


def _archive(artifact: Artifact, request: Request) -> Response:
    here = request.url.hostname == "localhost"
    if not here or request.query_params.get("sig") != _signature(artifact):
        return PlainTextResponse("AuthenticationFailed", 403)
    return Response(artifact.archive, media_type="application/zip")
