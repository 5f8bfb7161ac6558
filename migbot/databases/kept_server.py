"""A throw-away server whose data can be kept in a file, and that goes on from what was kept."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path

from migbot.core.throwaway import Server
from migbot.core.value import Port
from migbot.databases import server_template


class Start(Port):
    """Starts a server, from the kept data `begin` where there are any and they fit it."""

    def __call__(self, *, begin: Path | None) -> AbstractContextManager[Server]:
        """The server, which is gone when its block is left."""


End = Callable[[Server], Path]
"""Ends a server in peace, so that its data are whole; returns where they lie."""


class KeptServer:
    """One server after the other, each gone before the next.

    The first one begins with the data in `kept`. What is kept is kept before anything else has
    run: what a branch's migrations do to a server on which they may do everything must not be what
    the next run begins with.
    """

    def __init__(self, start: Start, end: End, kept: Path | None = None) -> None:
        self._start = start
        self._end = end
        self._running = ExitStack()
        self._kept = kept
        self._fresh = kept
        self._server: Server | None = None
        self._is_over = False

    @property
    def server(self) -> Server:
        """The one that runs; it is started where none does.

        Raises MigbotError where it cannot be, and ValueError after the end of all.
        """
        if self._is_over:
            raise ValueError("the throw-away server has been ended")
        if self._server is None:
            self._server = self._running.enter_context(self._start(begin=self._kept))
        return self._server

    def begin(self, kept: Path) -> None:
        """Let the server be one with the data in the file `kept`, which nothing has run on."""
        if self._fresh != kept:
            self._renew(kept)
        self._fresh = None

    def keep(self, into: Path) -> None:
        """Keep the data in the file `into`, with which the server begins anew.

        Where the file cannot be written it is a new, empty one.
        """
        data = self._end(self.server)
        with suppress(OSError):
            server_template.pack(data, into, self.server.identity)
        self._renew(into)

    def _renew(self, kept: Path) -> None:
        self._stop()
        self._kept = kept

    def close(self) -> None:
        """End the server, and remove everything of it; there is none after it."""
        self._is_over = True
        self._stop()

    def _stop(self) -> None:
        self._server = None
        self._running.close()
