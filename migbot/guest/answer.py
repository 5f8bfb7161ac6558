"""The way back to the host: one JSON object a line on a descriptor that nobody prints to."""

from __future__ import annotations

import json
import os
from typing import Any

_LATER = ("objects", "catalog", "seeded", "locks", "rows")
"""Part of what is said of a leg: it goes out with the line that ends it."""


class Answer:
    """Says what happened, as it happens: a guest that dies has said how far it came.

    Every line carries the token of the request. A migration that prints lines that look like
    these prints them elsewhere, and without it.
    """

    def __init__(self, descriptor: int, token: str) -> None:
        os.set_inheritable(descriptor, False)  # a daemon left behind must not keep it open
        self._out = os.fdopen(descriptor, "w", encoding="ascii", newline="\n")
        self._token = token
        self.stepping = False
        """Whether a migration is being run: its failures are its own, not env.py's."""

    def say(self, event: str, **facts: Any) -> None:
        """Write one line: the event and its facts."""
        line = {"token": self._token, "event": event, **facts}
        self._out.write(json.dumps(line, default=str) + "\n")
        if event not in _LATER:
            self._out.flush()

    def stop(self, reason: str, hint: str = "", dialect: str = "") -> None:
        """Say why nothing can be proved here, and end the process at once.

        `dialect` is the one to try instead. Not by an exception: env.py may catch it, or try again
        for an hour.
        """
        self.say("stop", reason=reason, hint=hint, dialect=dialect)
        self.end()

    def end(self) -> None:
        """End the process at once."""
        os._exit(0)
