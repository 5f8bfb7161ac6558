"""git over HTTP: git's own http-backend, behind the fake's tokens."""

from __future__ import annotations

import asyncio
import os

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from fakes.github import tokens
from fakes.github.people import Token
from fakes.github.repository import Repository
from fakes.github.world import World


async def answer(world: World, request: Request) -> Response:
    """Serve `/OWNER/NAME.git/...` to whoever has a token that may read the repository."""
    full_name = request.url.path.removeprefix("/").partition(".git/")[0]
    repository = world.repositories.get(full_name)
    try:
        token = tokens.basic(world, request.headers.get("authorization", ""))
    except tokens.Refused as refused:
        challenge = {"WWW-Authenticate": 'Basic realm="GitHub"'}
        return PlainTextResponse(refused.message, refused.status, challenge)
    if repository is None or not (repository.public or _covers(token, repository)):
        return PlainTextResponse("Repository not found.", 404)
    return await _backend(world, request)


def _covers(token: Token, repository: Repository) -> bool:
    mine = token.repositories is None or repository.id in token.repositories
    return mine and token.may("contents", "read")


async def _backend(world: World, request: Request) -> Response:
    process = await asyncio.create_subprocess_exec(
        "git", "http-backend",
        env=_environment(world, request),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await process.communicate(await request.body())
    head, _, body = output.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
    status = int(headers.pop("Status", "200").split()[0])
    return Response(body, status, headers)


def _environment(world: World, request: Request) -> dict[str, str]:
    """CGI's names for the request (RFC 3875)."""
    given = request.headers
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_PROJECT_ROOT": str(world.root),
        "GIT_HTTP_EXPORT_ALL": "1",
        "REQUEST_METHOD": request.method,
        "PATH_INFO": request.url.path,
        "QUERY_STRING": request.url.query,
        "CONTENT_TYPE": given.get("content-type", ""),
        "HTTP_CONTENT_ENCODING": given.get("content-encoding", ""),
        "HTTP_GIT_PROTOCOL": given.get("git-protocol", ""),
    }
