"""The door that GitHub knocks on: a signed webhook is checked, answered, and handed on."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import re
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from migbot.app.events import Job, read_event

LARGEST_BODY = 25 * 1024 * 1024
"""Bytes; GitHub drops a webhook that would be larger (docs.github.com, "Webhook events")."""

SLOWEST_BODY = 10.0
"""Seconds; GitHub itself gives up after ten."""

_SIGNATURE = re.compile(r"sha256=([0-9a-f]{64})")
_LOG = logging.getLogger(__name__)


def application(secret: bytes, hand_on: Callable[[Job], None]) -> Starlette:
    """`POST /webhook` and `GET /healthz`. `hand_on` takes a job and returns at once."""

    async def webhook(request: Request) -> Response:
        body = await _body(request)
        if isinstance(body, Response):
            return body
        refused = _refusal(request, body, secret)
        return refused or _answer(request, body, hand_on)

    return Starlette(
        routes=[
            Route("/webhook", webhook, methods=["POST"]),
            Route("/healthz", _healthy, methods=["GET"]),
        ]
    )


def signed(body: bytes, signature: str, secret: bytes) -> bool:
    """Whether `signature` is GitHub's `sha256=...` over these very bytes, in constant time."""
    given = _SIGNATURE.fullmatch(signature)
    expected = hmac.new(secret, body, hashlib.sha256).hexdigest()
    return given is not None and hmac.compare_digest(given[1], expected)


async def _healthy(_: Request) -> Response:
    return PlainTextResponse("ok\n")


async def _body(request: Request) -> bytes | Response:
    """The body, or why not. What is too much is read to its end and thrown away, because a client
    that is still sending would not see the answer."""
    if _announced(request) > LARGEST_BODY:
        return _no(413, "the body is too large")
    kept, size = bytearray(), 0
    try:
        async with asyncio.timeout(SLOWEST_BODY):
            async for chunk in request.stream():
                size += len(chunk)
                if size <= LARGEST_BODY:
                    kept += chunk
    except TimeoutError:
        return _no(408, "the body came too slowly")
    return bytes(kept) if size <= LARGEST_BODY else _no(413, "the body is too large")


def _announced(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if re.fullmatch("[0-9]{1,18}", length) else 0


def _refusal(request: Request, body: bytes, secret: bytes) -> Response | None:
    """Nothing of a body is looked at before its signature was."""
    if not signed(body, request.headers.get("x-hub-signature-256", ""), secret):
        return _no(401, "X-Hub-Signature-256 is missing or does not fit the body")
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return _no(415, "set the webhook's content type to application/json")
    if not request.headers.get("x-github-event"):
        return _no(400, "X-GitHub-Event is missing")
    return None


def _answer(request: Request, body: bytes, hand_on: Callable[[Job], None]) -> Response:
    try:
        job = read_event(request.headers["x-github-event"], _parsed(body))
    except ValueError as error:
        return _no(400, f"not a payload of GitHub's: {error}")
    if job is None:
        return PlainTextResponse("nothing to do\n")
    _LOG.info("asked to look at %s", job)
    hand_on(job)
    return PlainTextResponse("will look\n", 202)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("no JSON") from None


def _no(status: int, why: str) -> Response:
    _LOG.warning("a webhook was refused with %d: %s", status, why)
    return PlainTextResponse(f"{why}\n", status)
