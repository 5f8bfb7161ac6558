"""A throw-away server whose data can be kept in a file, and that goes on from what was kept."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path

from migbot.core.throwaway import Server
from migbot.core.value import Port
from migbot.databases import server_template
from migbot.threaded import Threaded


class Start(Port):
    """Starts a server, from the kept data `begin` where there are any and they fit it."""

    def __call__(self, *, begin: Path | None) -> AbstractContextManager[Server]:
        """The server, which is gone when its block is left."""


End = Callable[[Server], Path]
"""Ends a server in peace, so that its data are whole; returns where they lie."""


class KeptServer:
    """One server after the other, each gone before the next; they start while others go on.

    The first one begins with the data in `kept`. What is kept is kept before anything else has
    run: what a branch's migrations do to a server on which they may do everything must not be what
    the next run begins with.
    """

    def __init__(self, start: Start, end: End, kept: Path | None = None) -> None:
        self._start = start
        self._end = end
        self._fresh = kept
        self._begin(kept)

    def _begin(self, kept: Path | None) -> None:
        self._running = ExitStack()
        context = self._start(begin=kept)
        self._starting = Threaded(lambda: self._running.enter_context(context))
        self._starting.start()

    @property
    def server(self) -> Server:
        """The one that runs, waited for. Raises MigbotError where it could not be started."""
        return self._starting.result()

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
        self.close()
        self._begin(kept)

    def close(self) -> None:
        """End the server, as soon as it has started, and remove everything of it."""
        self._starting.join()
        self._running.close()
