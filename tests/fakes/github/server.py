"""The fake, served: REST at /api/v3 and GraphQL at /api/graphql as on an Enterprise, git beside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from fakes.github import contract, git_http, graphql, rest, store
from fakes.github.faults import Cut, Faults
from fakes.github.tokens import Refused
from fakes.github.world import Exchange, World
from support.serving import address, serving


@dataclass
class FakeGitHub:
    """The world, its switches, and where it is served."""

    world: World
    faults: Faults
    server: uvicorn.Server | None = None

    @property
    def api_url(self) -> str:
        """What GITHUB_API_URL is to be."""
        return f"{self.world.url}/api/v3"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        path = scope["raw_path"].decode().removeprefix("/api/v3")
        exchange = Exchange(request.method, path, body)
        self.world.exchanges.append(exchange)
        try:
            answer = await self.faults.around(request, path, lambda: self.answer(request, path))
        except Cut:
            return self.cut(scope)
        exchange.status = answer.status_code
        return await answer(scope, receive, send)

    async def answer(self, request: Request, path: str) -> Response:
        """What GitHub would answer, were nothing to go wrong."""
        if ".git/" in path:
            return await git_http.answer(self.world, request)
        if path.startswith(store.PATH):
            return store.answer(self.world, request)
        body = await request.body()
        return await run_in_threadpool(self.alone, request, path, body)

    def alone(self, request: Request, path: str, body: bytes) -> Response:
        """One request after the other: a database's transactions, in a word."""
        authorization = request.headers.get("authorization", "")
        with self.world.lock:
            if path == "/api/graphql":
                return graphql.answer(self.world, authorization, body)
            return self.rest(request, path, authorization, body)

    def rest(self, request: Request, path: str, authorization: str, body: bytes) -> Response:
        """One REST operation, its request and its answer held against GitHub's description."""
        query = dict(request.query_params)
        try:
            operation = contract.operation(request.method, path)
            operation.check_path(path, query)
            operation.check_request(body)
            arguments = operation.arguments(path) or {}
            call = rest.Call(self.world, path, arguments, query, authorization, body)
            answer = _answer(operation.name, call)
            operation.check_answer(answer.status_code, bytes(answer.body))
        except contract.Violation as violation:
            self.world.violations.append(str(violation))
            return JSONResponse({"message": str(violation)}, 422)
        return answer

    def cut(self, scope: Scope) -> None:
        """Close the connection of this request without an answer."""
        assert self.server is not None
        for connection in list(self.server.server_state.connections):
            if connection.client == scope["client"]:
                connection.transport.abort()


def _answer(name: str, call: rest.Call) -> Response:
    try:
        status, data, headers = rest.ROUTES[name](call)
    except Refused as refused:
        status, data, headers = refused.status, refused.body, {}
    if data is None:
        return Response(status_code=status, headers=headers)
    return JSONResponse(data, status, headers)


@contextmanager
def fake_github(root: Path) -> Iterator[FakeGitHub]:
    """A GitHub of its own for one test. Breaking GitHub's description fails the test."""
    root.mkdir(parents=True, exist_ok=True)
    fake = FakeGitHub(World(root), Faults())
    with serving(fake) as server:
        fake.server = server
        fake.world.url = address(server)
        try:
            yield fake
        finally:
            fake.world.hooks.stop()
    assert not fake.world.violations, "\n".join(fake.world.violations)
