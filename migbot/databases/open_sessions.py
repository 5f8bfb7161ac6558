"""The sessions with a server that are open: to open one costs more than most questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

from migbot.databases.session import Run

Open = Callable[[str], AbstractContextManager[Run]]
"""Opens a session with a database."""


class OpenSessions:
    """One session for each database that is asked, kept for the next question."""

    def __init__(self, open_one: Open) -> None:
        self._open_one = open_one
        self._open: dict[str, tuple[Run, ExitStack]] = {}

    @contextmanager
    def of(self, database: str) -> Iterator[Run]:
        """A function that runs SQL in `database`; raises ValueError as the session does.

        A session that was ended since it was last used is opened anew.
        """
        old = database in self._open
        run = self._begun(database)

        def asked(sql: str) -> Sequence[Sequence[Any]]:
            nonlocal run, old
            was_old, old = old, False
            try:
                return run(sql)
            except ValueError:
                if not was_old:
                    raise
                self.end(database)
                run = self._begun(database)
                return run(sql)

        try:
            yield asked
        except BaseException:
            self.end(database)  # nobody knows what is open in it
            raise

    def _begun(self, database: str) -> Run:
        if database not in self._open:
            stack = ExitStack()
            self._open[database] = stack.enter_context(self._open_one(database)), stack
        return self._open[database][0]

    def end(self, *databases: str) -> None:
        """End the sessions with some databases."""
        for name in databases:
            if name in self._open:
                self._open.pop(name)[1].close()

    def end_all(self, but: str | None = None) -> None:
        """End every session, `but` that with one database."""
        self.end(*(self._open.keys() - {but}))
