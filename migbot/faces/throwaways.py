"""The throw-away databases of one command: a server is started when it is first asked for."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from types import TracebackType

from migbot.core.throwaway import ThrowAway
from migbot.databases import sqlite
from migbot.errors import MigbotError

EITHER = "any"
"""`mysql-any`: SQLAlchemy's URL for MariaDB and for MySQL is the same, so it does not say which."""


class ThrowAways(AbstractContextManager["ThrowAways"]):
    """What `database = "..."` can name; every server is gone at the end of the `with`."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._made: dict[str, ThrowAway] = {}

    def of(self, name: str) -> ThrowAway:
        """The database called `name`: sqlite, postgresql, mariadb or mysql, perhaps with a major
        version (`postgresql-15`).

        Raises MigbotError where it is none of these, or there is no such server to start.
        """
        if name not in self._made:
            self._made[name] = self._make(*name.split("-", 1))
        return self._made[name]

    def _make(self, kind: str, version: str = "") -> ThrowAway:
        if kind == "sqlite":
            return sqlite
        if kind == "postgresql":
            from migbot.databases import postgresql_server
            from migbot.databases.postgresql import PostgreSQL

            return PostgreSQL(self._stack.enter_context(postgresql_server.started(version)))
        if kind in ("mariadb", "mysql"):
            from migbot.databases import mysql_server
            from migbot.databases.mysql import MySQL

            wanted = "" if version == EITHER else f"{kind} {version}"
            return MySQL(self._stack.enter_context(mysql_server.started(wanted)))
        raise MigbotError(
            f"migbot has no throw-away database of the kind {kind!r}.",
            "There are: sqlite, postgresql, mariadb, mysql (postgresql-15 for a major version).",
        )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)
