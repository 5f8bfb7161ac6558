"""Webhooks: each event is signed and delivered to one address, in order, by a thread of its own."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import queue
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from fakes.github.world import World


@dataclass
class Delivery:
    """One attempt to deliver; a redelivery has the same `guid` and another `id`."""

    id: int
    guid: str
    event: str
    action: str
    payload: bytes
    installation: int | None
    repository: int | None
    delivered: str
    redelivery: bool = False
    status: int = 0
    answer: str = ""

    def headers(self, secret: str) -> dict[str, str]:
        """What GitHub sends with it."""
        signature = hmac.new(secret.encode(), self.payload, hashlib.sha256).hexdigest()
        return {
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/fake",
            "X-GitHub-Delivery": self.guid,
            "X-GitHub-Event": self.event,
            "X-GitHub-Hook-Installation-Target-Type": "integration",
            "X-Hub-Signature-256": f"sha256={signature}",
        }


@dataclass
class Hooks:
    """Where deliveries go, and what became of them. Without a `url` no event is even written down.

    `lost` is how many of the next ones get lost on the way: GitHub thinks that nobody answered.
    `installation` is written into each payload, as it is for an App's webhook.
    """

    url: str = ""
    secret: str = ""
    installation: int | None = None
    lost: int = 0
    deliveries: list[Delivery] = field(default_factory=list)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(70_001))
    waiting: queue.Queue[Delivery | None] = field(default_factory=queue.Queue, repr=False)

    def to(self, url: str, secret: str, installation: int | None = None) -> None:
        """Deliver every event from now on to `url`."""
        if not self.url:
            threading.Thread(target=self._work, daemon=True).start()
        self.url, self.secret, self.installation = url, secret, installation

    def emit(self, world: World, event: str, action: str, about: dict[str, Any]) -> None:
        """An event has happened; `about` says what it is about."""
        from fakes.github import events

        if not self.url:
            return
        payload = events.payload(world, event, action, {"installation": self.installation, **about})
        repository = payload.get("repository", {}).get("id")
        installation = payload.get("installation", {}).get("id")
        self.send(
            Delivery(
                next(self.ids), str(uuid.UUID(int=next(world.ids))), event, action,
                json.dumps(payload).encode(), installation, repository, world.now(),
            )
        )  # fmt: skip

    def send(self, delivery: Delivery) -> None:
        """Deliver it; `settle` waits until that is done."""
        self.deliveries.append(delivery)
        self.waiting.put(delivery)

    def again(self, delivery: Delivery) -> None:
        """Deliver it once more, as the button `Redeliver` does."""
        self.send(replace(delivery, id=next(self.ids), redelivery=True, status=0, answer=""))

    def settle(self) -> list[Delivery]:
        """Wait until everything was delivered; returns all deliveries so far."""
        self.waiting.join()
        return self.deliveries

    def stop(self) -> None:
        """Deliver no more."""
        self.waiting.put(None)

    def _work(self) -> None:
        while (delivery := self.waiting.get()) is not None:
            try:
                self._deliver(delivery)
            finally:
                self.waiting.task_done()

    def _deliver(self, delivery: Delivery) -> None:
        if self.lost:
            self.lost -= 1
            return
        headers = delivery.headers(self.secret)
        try:
            # GitHub waits for ten seconds (docs.github.com, "Handling webhook deliveries").
            said = requests.post(self.url, delivery.payload, headers=headers, timeout=10)
        except requests.RequestException:
            return
        delivery.status, delivery.answer = said.status_code, said.text
