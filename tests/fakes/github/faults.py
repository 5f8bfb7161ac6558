"""What goes wrong on purpose: an answer lost before or after its effect, a limit, a web page."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response


class Kind(StrEnum):
    """How a request goes wrong; AFTER means that its effect has happened all the same."""

    BAD_GATEWAY_BEFORE = "502 before the effect"
    BAD_GATEWAY_AFTER = "502 after the effect"
    ERROR_BEFORE = "500 before the effect"
    UNAVAILABLE_AFTER = "503 after the effect"
    CUT_BEFORE = "cut before the effect"
    CUT_AFTER = "cut after the effect"
    STALL_BEFORE = "no answer and no effect"
    STALL_AFTER = "no answer after the effect"
    SLOW = "a late answer"
    HTML = "a web page with status 200"
    HTML_BAD_GATEWAY = "a web page with status 502"
    FORBIDDEN = "403"
    UNAUTHORIZED = "401: the token has expired"
    SLOW_DOWN = "403 with Retry-After of half a minute"
    SLOW_DOWN_SHORTLY = "403 with Retry-After of a second"
    SECONDARY = "403 of the secondary limit, without Retry-After"
    TOO_MANY = "429 without Retry-After"
    TOO_MANY_SHORTLY = "429 with Retry-After of a second"
    PRIMARY = "403 with no request left for 50 minutes"


AFTER = {Kind.BAD_GATEWAY_AFTER, Kind.UNAVAILABLE_AFTER, Kind.CUT_AFTER, Kind.STALL_AFTER}


class Cut(Exception):
    """The connection is to be closed without an answer."""


@dataclass
class Fault:
    """One thing to go wrong: for `verb` on paths that end in `path`, `times` times.

    `path` may hold `*`, and `skip` is how many requests go well before.
    """

    verb: str
    path: str
    kind: Kind
    times: int = 1
    skip: int = 0

    def meets(self, verb: str, path: str) -> bool:
        """Whether this request is to go wrong; counts it."""
        if self.times == 0 or verb != self.verb or not fnmatchcase(path, f"*{self.path}"):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True


@dataclass
class Faults:
    """The switches; none planned means that all goes well. `late` is how slow a SLOW answer is."""

    planned: list[Fault] = field(default_factory=list)
    late: float = 0.3

    def add(self, verb: str, path: str, kind: Kind, times: int = 1, skip: int = 0) -> None:
        self.planned.append(Fault(verb, path, kind, times, skip))

    async def around(
        self, request: Request, path: str, act: Callable[[], Awaitable[Response]]
    ) -> Response:
        """Answer by `act`, or go wrong as planned."""
        for fault in self.planned:
            if fault.meets(request.method, path):
                return await self._wrong(fault.kind, act)
        return await act()

    async def _wrong(self, kind: Kind, act: Callable[[], Awaitable[Response]]) -> Response:
        if kind is Kind.SLOW:
            await asyncio.sleep(self.late)
            return await act()
        if kind in AFTER:
            await act()
        if kind in (Kind.CUT_BEFORE, Kind.CUT_AFTER):
            raise Cut
        if kind in (Kind.STALL_BEFORE, Kind.STALL_AFTER):
            await asyncio.sleep(60)  # longer than anybody waits here
        return _said(kind)


def _said(kind: Kind) -> Response:
    """The answer to a request that went wrong."""
    if kind in (Kind.HTML, Kind.HTML_BAD_GATEWAY):
        return HTMLResponse("<html><body>Unicorn!</body></html>", 200 if kind is Kind.HTML else 502)
    status, message, headers = _ANSWERS.get(kind, (502, "Server Error", {}))
    if kind is Kind.PRIMARY:
        headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 3000)}
    return JSONResponse({"message": message}, status, headers)


_SECONDARY = "You have exceeded a secondary rate limit."
_ANSWERS: dict[Kind, tuple[int, str, dict[str, str]]] = {
    Kind.ERROR_BEFORE: (500, "Server Error", {}),
    Kind.UNAVAILABLE_AFTER: (503, "Service Unavailable", {}),
    Kind.FORBIDDEN: (403, "Resource not accessible by integration", {}),
    Kind.UNAUTHORIZED: (401, "Bad credentials", {}),
    Kind.SLOW_DOWN: (403, _SECONDARY, {"Retry-After": "30"}),
    Kind.SLOW_DOWN_SHORTLY: (403, _SECONDARY, {"Retry-After": "1"}),
    Kind.SECONDARY: (403, _SECONDARY, {}),
    Kind.TOO_MANY: (429, _SECONDARY, {}),
    Kind.TOO_MANY_SHORTLY: (429, _SECONDARY, {"Retry-After": "1"}),
    Kind.PRIMARY: (403, "API rate limit exceeded for installation.", {}),
}
