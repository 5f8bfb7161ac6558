"""Webhooks as GitHub sends them, and a client that can break the rules."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
from typing import Any
from urllib.parse import urlsplit

SECRET = "It's a Secret to Everybody"


def payload(action: str = "opened", **changes: Any) -> dict[str, Any]:
    """The part of a `pull_request` payload that is of interest; `changes` replaces keys."""
    made = {
        "action": action,
        "number": 1,
        "pull_request": {"head": {"sha": "0" * 40, "repo": None}},
        "repository": {"id": 1296269, "full_name": "ada/shop"},
        "installation": {"id": 7},
        "sender": {"login": "ada", "type": "User"},
    }
    return made | changes


def sign(body: bytes, secret: str = SECRET) -> str:
    """What X-Hub-Signature-256 says of `body`."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def headers(body: bytes, event: str = "pull_request", **changes: str | None) -> dict[str, str]:
    """GitHub's headers for `body`; one that `changes` sets to None is left out."""
    made = {
        "Content-Type": "application/json",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "X-Hub-Signature-256": sign(body),
    }
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    return {name: value for name, value in (made | named).items() if value is not None}


def deliver(url: str, body: bytes | dict[str, Any], given: dict[str, str] | None = None) -> int:
    """POST `body` to /webhook, signed and labelled unless `given` says otherwise; the status."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ask(url, "POST", "/webhook", raw, headers(raw) if given is None else given)


def ask(
    url: str, verb: str, path: str, body: bytes = b"", given: dict[str, str] | None = None
) -> int:
    """Any request; the status of its answer."""
    parts = urlsplit(url)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        encoded = {name: value.encode("latin-1") for name, value in (given or {}).items()}
        line.request(verb, path, body, encoded)
        return line.getresponse().status
    finally:
        line.close()
