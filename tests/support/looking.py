"""A guest's looks at a database of a real server, beside whole readings of the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import sqlalchemy as sa

from migbot.core.throwaway import Server
from migbot.databases import postgresql_catalog
from migbot.databases.postgresql_session import session
from migbot.guest.catalog.snapshot import Catalog
from migbot.guest.rows import Answered, asked
from migbot.guest.server import Server as Databases

IGNORED = ["alembic_version"]


class Told(NamedTuple):
    """All that a look comes to."""

    catalog: Catalog
    texts: dict[str, str]
    quoted: dict[str, str]
    keys: dict[str, list[str]]


class Guest:
    """One connection of a project, and what is seen through it; `sent` is what looks have asked."""

    def __init__(self, engine: sa.Engine, connection: sa.Connection, major: int) -> None:
        self.engine = engine
        self.connection = connection
        self.sent: list[str] = []
        self.counts = major >= 15
        self.databases = databases(major)
        self.beside: sa.Connection | None = None

    def ask(self, sql: str, first: str = "", named: bool = True) -> Answered:
        """Run SQL of a look."""
        self.sent.append(sql)
        return asked(self.connection, sql, first=first, named=named)

    def look(self) -> Told:
        """What a look says, which goes by the ones before it."""
        seen = self.databases.snapshot(self.ask, IGNORED)
        return Told(seen.catalog, seen.tables, self.databases._quoted, self.databases._keys)

    def asked_by_a_look(self) -> list[str]:
        """What one look asks."""
        del self.sent[:]
        self.look()
        return list(self.sent)

    def whole(self) -> Told:
        """What a reading of everything says."""
        seen = self.databases._all(self.ask, IGNORED)
        return Told(seen.catalog, seen.tables, self.databases._quoted, self.databases._keys)

    def run(self, *statements: str) -> None:
        """What a migration does, and others.

        `!` is outside of a transaction; `&` on a connection beside, after a COMMIT; `+` on one that
        stays until `-`, and without.
        """
        ways = {"!": self._alone, "&": self._beside, "+": self._beside_open, "-": self._leave}
        for each in statements:
            if each in ("COMMIT", "ROLLBACK"):
                self._end(each.lower())
            else:
                way = ways.get(each[0])
                way(each[1:]) if way else self.connection.exec_driver_sql(each)

    def _end(self, how: str = "commit") -> None:
        """End the transaction, also one that SQLAlchemy has not begun."""
        getattr(self.connection, how)()
        getattr(self.connection.connection, how)()

    def _alone(self, sql: str) -> None:
        self._end()
        self.connection.execution_options(isolation_level="AUTOCOMMIT")
        self.connection.exec_driver_sql(sql)
        self._end()
        self.connection.execution_options(isolation_level="READ COMMITTED")

    def _beside(self, sql: str) -> None:
        self._end()
        with self.engine.begin() as beside:
            beside.exec_driver_sql(sql)

    def _beside_open(self, sql: str) -> None:
        if self.beside is None:
            self.beside = self.engine.connect()
        self.beside.exec_driver_sql(sql)
        self.beside.commit()

    def _leave(self, nothing: str = "") -> None:
        if self.beside is not None:
            self.beside.close()
            self.beside = None


def databases(major: int) -> Databases:
    """The databases of a server as the guest has them, with the host's statements."""
    sql = {
        "catalog": postgresql_catalog.catalog(major),
        "changes": postgresql_catalog.changes(major),
        "tables": postgresql_catalog.TABLES,
        "primary_keys": postgresql_catalog.PRIMARY_KEYS,
        "versions": "SELECT 'alembic_version'",
    }
    request = {**sql, "name": "postgresql", "title": "PostgreSQL", "prefix": ""}
    return Databases(request, {}, lambda names: None, lambda: None)


@contextmanager
def guest(server: Server, name: str, driver: str = "psycopg") -> Iterator[Guest]:
    """A guest in a new, empty database `name`."""
    with session(server, "postgres") as run:
        run(f'DROP DATABASE IF EXISTS "{name}"')
        run(f'CREATE DATABASE "{name}" TEMPLATE template0')
    engine = sa.create_engine(url(server, name, driver), poolclass=sa.NullPool)
    try:
        with engine.connect() as connection:
            made = Guest(engine, connection, major_of(server))
            yield made
            made.run("-")
    finally:
        with session(server, "postgres") as run:
            run(f'DROP DATABASE "{name}" WITH (FORCE)')


def major_of(server: Server) -> int:
    """The major version of a server."""
    return int(server.version.split(".")[0])


def url(server: Server, name: str, driver: str) -> str:
    """The address of a database as SQLAlchemy takes it."""
    where = f"host={server.socket}&port={server.port}"
    if driver == "pg8000":
        where = f"unix_sock={server.socket}/.s.PGSQL.{server.port}"
    return f"postgresql+{driver}://{server.user}@/{name}?{where}"
