"""This run's part of a server that others use too: what it has made there, and may drop."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import AbstractContextManager

from migbot.databases.session import Run

_RUN = re.compile(r"migbot_([0-9a-f]{16})(?:_[\w.-]+)?")
"""The whole of a name that migbot gives: nothing is in it that could end a quoted name."""


class Claim:
    """The databases of one run on a user's server.

    A database is the run's if its name begins with `prefix` *and* it bears the mark; nothing else
    is ever dropped. `run` is a session that lasts as long as the run does and holds a lock: by that
    others see that the run is not over, since a lock goes with its session, however that ends. A
    kind of server says what the mark is, and the lock.
    """

    WHERE: str
    """SQL for the database that a session is in, and something that tells servers apart."""

    def __init__(self, run: Run, id: str) -> None:
        self.run = run
        self.id = id
        self.prefix = f"migbot_{id}_"
        self.made: set[str] = set()
        self.place = ""

    def version(self) -> tuple[str, str]:
        """The kind of the server and its version, as it says itself."""
        raise NotImplementedError

    def begin(self) -> None:
        """Hold the lock, and be ready to mark. Raises ValueError where that is not allowed."""
        raise NotImplementedError

    def marking(self, run: Run, name: str) -> AbstractContextManager[None]:
        """Marks the database `name`, which the block makes."""
        raise NotImplementedError

    def marked(self, run: Run, id: str) -> set[str]:
        """The databases that bear the mark of the run `id`."""
        raise NotImplementedError

    def living(self, run: Run, ids: Iterable[str]) -> set[str]:
        """Those of the runs `ids` that hold their lock."""
        raise NotImplementedError

    def forget(self, run: Run, id: str) -> None:
        """Take away what the run `id` has on the server beside its databases."""

    def others(self, run: Run) -> set[str]:
        """What a migration could have made outside of its database: its kind and its name."""
        raise NotImplementedError

    def ours(self, run: Run) -> set[str]:
        """What this run has made; a migration may take away a mark, but not our memory."""
        return self.made | self.marked(run, self.id)


def runs_of(names: Iterable[str]) -> dict[str, set[str]]:
    """Those of `names` that are called as migbot calls databases, by their run."""
    found: dict[str, set[str]] = {}
    for name in names:
        if match := _RUN.fullmatch(name):
            found.setdefault(match[1], set()).add(name)
    return found
