"""The throw-away databases of one command: a server is started when it is first asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType

from migbot.core.throwaway import Server, ThrowAway
from migbot.core.trips import RoundTrip
from migbot.databases import sqlite
from migbot.databases.given_server import Given, given
from migbot.databases.given_url import VARIABLES, given_url
from migbot.databases.kept_server import KeptServer
from migbot.databases.server_databases import ServerDatabases
from migbot.errors import MigbotError

EITHER = "any"
"""`mysql-any`: SQLAlchemy's URL for MariaDB and for MySQL is the same, so it does not say which."""


class ThrowAways(AbstractContextManager["ThrowAways"]):
    """What `database = "..."` can name; every server is gone at the end of the `with`, and of a
    server that `environ` names all that was made there.
    """

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._environ = environ
        self._stack = ExitStack()
        self._made: dict[str, ThrowAway] = {}
        self._given: dict[str, Given] = {}

    def of(self, name: str, kept: Path | None = None) -> ThrowAway:
        """The database called `name`: sqlite, postgresql, mariadb or mysql, perhaps with a major
        version (`postgresql-15`). A server that is started begins with the data in `kept`.

        Where the environment names a server of the kind, that is taken, and none is started.
        Raises MigbotError where it is none of these, or there is no such server to start.
        """
        if server := self._named(*name.split("-", 1)):
            return self._on(server)
        if name not in self._made:
            self._made[name] = self._make(kept, *name.split("-", 1))
        return self._made[name]

    def more_of(self, name: str) -> Callable[[], AbstractContextManager[ThrowAway]] | None:
        """What makes one more of a database with a server of its own; None where it is given."""
        return None if self._named(*name.split("-", 1)) else partial(_one_more, name)

    def told(self, trip: RoundTrip) -> RoundTrip:
        """The trip, with what is to be said of a server that was given; asked for in the end."""
        here = self._given.get(trip.database)
        return trip._replace(notes=(*trip.notes, *here.notes)) if here else trip

    def _named(self, kind: str, version: str = "") -> Server | None:
        """The server that the environment gives for a kind; MySQL's for what may be either."""
        kinds = ("mysql", "mariadb") if version == EITHER else (kind,)
        found = (given_url(each, self._environ) for each in kinds if each in VARIABLES)
        return next(filter(None, found), None)

    def _on(self, server: Server) -> ThrowAway:
        if server.name not in self._given:
            entered = self._stack.enter_context(_given(server))
            self._given[server.name] = entered
        return self._given[server.name].databases

    def _make(self, kept: Path | None, kind: str, version: str = "") -> ThrowAway:
        if kind == "sqlite":
            return sqlite
        if kind == "postgresql":
            from migbot.databases import postgresql_server
            from migbot.databases.postgresql import PostgreSQL

            start = partial(postgresql_server.started, version)
            own = KeptServer(start, postgresql_server.ended, kept)
            return self._closed(PostgreSQL(own), own)
        if kind in ("mariadb", "mysql"):
            from migbot.databases import mysql_server
            from migbot.databases.mysql import MySQL

            wanted = "" if version == EITHER else f"{kind} {version}"
            own = KeptServer(partial(mysql_server.started, wanted), mysql_server.ended, kept)
            return self._closed(MySQL(own), own)
        raise MigbotError(
            f"migbot has no throw-away database of the kind {kind!r}.",
            "There are: sqlite, postgresql, mariadb, mysql (postgresql-15 for a major version).",
        )

    def _closed(self, made: ServerDatabases, own: KeptServer) -> ServerDatabases:
        """The databases, which are left at the end, and the server with them."""
        self._stack.callback(own.close)
        self._stack.callback(made.close)
        return made

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)


@contextmanager
def _one_more(name: str) -> Iterator[ThrowAway]:
    with ThrowAways({}) as databases:
        yield databases.of(name)


def _given(server: Server) -> AbstractContextManager[Given]:
    if server.name == "postgresql":
        from migbot.databases.postgresql import PostgreSQL
        from migbot.databases.postgresql_claim import PostgreSQLClaim

        return given(server, PostgreSQL, PostgreSQLClaim)
    from migbot.databases.mysql import MySQL
    from migbot.databases.mysql_claim import MySQLClaim

    return given(server, MySQL, MySQLClaim)
