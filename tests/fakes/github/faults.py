"""What goes wrong on purpose: an answer lost before or after its effect, a cut line, a web page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response


class Kind(StrEnum):
    """How a request goes wrong; AFTER means that its effect has happened all the same."""

    BAD_GATEWAY_BEFORE = "502 before the effect"
    BAD_GATEWAY_AFTER = "502 after the effect"
    CUT_BEFORE = "cut before the effect"
    CUT_AFTER = "cut after the effect"
    HTML = "a web page with status 200"
    FORBIDDEN = "403"
    SLOW_DOWN = "403 with Retry-After of half a minute"


class Cut(Exception):
    """The connection is to be closed without an answer."""


@dataclass
class Fault:
    """One thing to go wrong: for `verb` on paths that end in `path`, `times` times."""

    verb: str
    path: str
    kind: Kind
    times: int = 1

    def meets(self, verb: str, path: str) -> bool:
        return self.times > 0 and verb == self.verb and path.endswith(self.path)


@dataclass
class Faults:
    """The switches; empty means that all goes well."""

    planned: list[Fault] = field(default_factory=list)

    def add(self, verb: str, path: str, kind: Kind, times: int = 1) -> None:
        self.planned.append(Fault(verb, path, kind, times))

    async def around(
        self, request: Request, path: str, act: Callable[[], Awaitable[Response]]
    ) -> Response:
        """Answer by `act`, or go wrong as planned."""
        for fault in self.planned:
            if fault.meets(request.method, path):
                fault.times -= 1
                return await _wrong(fault.kind, act)
        return await act()


async def _wrong(kind: Kind, act: Callable[[], Awaitable[Response]]) -> Response:
    if kind in (Kind.BAD_GATEWAY_AFTER, Kind.CUT_AFTER):
        await act()
    if kind in (Kind.CUT_BEFORE, Kind.CUT_AFTER):
        raise Cut
    if kind is Kind.HTML:
        return HTMLResponse("<html><body>Unicorn!</body></html>")
    if kind is Kind.FORBIDDEN:
        return JSONResponse({"message": "Resource not accessible by integration"}, 403)
    if kind is Kind.SLOW_DOWN:
        return JSONResponse(
            {"message": "You have exceeded a secondary rate limit."}, 403, {"Retry-After": "30"}
        )
    return JSONResponse({"message": "Server Error"}, 502)
