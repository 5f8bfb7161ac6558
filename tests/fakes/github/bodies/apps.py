"""Apps, where they are installed, their tokens and deliveries, as GitHub answers them."""

from __future__ import annotations

import json
from typing import Any

from fakes.github.bodies import example, user
from fakes.github.hooks import Delivery
from fakes.github.people import Account, App, Token


def app(made: App) -> dict[str, Any]:
    shape = example("GET /app")
    told = {"id": made.id, "slug": made.slug, "name": made.slug}
    return {**shape, **told, "permissions": made.permissions}


def installation(number: int, made: App, owner: Account, site: str) -> dict[str, Any]:
    shape = example("GET /app/installations/{installation_id}", site=site)
    address = f"{site}/api/v3/app/installations/{number}"
    shape |= {"id": number, "app_id": made.id, "app_slug": made.slug, "target_id": owner.id}
    shape |= {"account": user(owner, site), "permissions": made.permissions, "target_type": "User"}
    shape |= {"access_tokens_url": f"{address}/access_tokens", "repository_selection": "selected"}
    asleep = number in made.suspended
    shape |= {"suspended_at": "2026-01-01T00:00:00Z" if asleep else None, "suspended_by": None}
    return dict(shape)


def installation_token(token: Token) -> dict[str, Any]:
    shape = example("POST /app/installations/{installation_id}/access_tokens")
    del shape["repositories"]
    return {**shape, "token": token.value, "permissions": token.permissions}


def delivery(made: Delivery) -> dict[str, Any]:
    shape = example("GET /app/hook/deliveries")
    shape |= {"id": made.id, "guid": made.guid, "delivered_at": made.delivered}
    shape |= {"redelivery": made.redelivery, "event": made.event, "action": made.action or None}
    shape |= {"status_code": made.status, "status": "OK" if made.status < 400 else "Invalid"}
    shape |= {"installation_id": made.installation, "repository_id": made.repository}
    return {**shape, "throttled_at": None} | ({} if made.status else {"status": "timed out"})


def whole_delivery(made: Delivery, url: str, secret: str) -> dict[str, Any]:
    """With what was sent and what came back."""
    shape = example("GET /app/hook/deliveries/{delivery_id}")
    sent = {"headers": made.headers(secret), "payload": json.loads(made.payload)}
    return {
        **shape, **delivery(made), "url": url, "request": sent,
        "response": {"headers": {}, "payload": made.answer},
    }  # fmt: skip
