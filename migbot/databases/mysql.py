"""Throw-away databases of MariaDB and MySQL: kept and put back object by object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from migbot.databases import mysql_catalog, mysql_rows
from migbot.databases.mysql_copy import copy
from migbot.databases.mysql_session import session
from migbot.databases.server_databases import ServerDatabases
from migbot.databases.session import Run

_MARK = """
    SHOW GLOBAL STATUS WHERE Variable_name IN (
        'Handler_delete', 'Handler_update', 'Handler_write', 'Com_truncate')
"""
"""What the server's storage engines were told to write, by whatever connection."""
_VERSIONS = """
    SELECT TABLE_NAME, CONCAT('`', REPLACE(TABLE_NAME, '`', '``'), '`')
    FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()
    GROUP BY TABLE_NAME HAVING COUNT(*) = 1 AND MAX(COLUMN_NAME) = 'version_num'
"""
"""Whatever `version_table` calls it, Alembic's table has this one column (trap 62)."""

_OURS = """
    SELECT SCHEMA_NAME FROM information_schema.SCHEMATA
    WHERE SCHEMA_NAME NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
"""


class MySQL(ServerDatabases):
    """The databases of one server; see `core.throwaway.ThrowAway`."""

    OURS = _OURS
    VERSIONS = _VERSIONS

    @property
    def NAME(self) -> str:
        """Which of the two it is; a server that may be either has to run to tell."""
        return self.server.name

    def url(self, folder: Path) -> str:
        """See `ThrowAway.url`; the driver is SQLAlchemy's default for the dialect."""
        user, host = quote(self.server.user, safe=""), "localhost"
        if self.server.host:
            host = f"{self.server.host}:{self.server.port}"
        return f"mysql://{user}@{host}/{self.name_of(folder, 'rt0')}"

    def request(self, folder: Path) -> Mapping[str, Any]:
        """See `ThrowAway.request`."""
        server = self.server
        return {
            **server._asdict(),
            "title": "MariaDB" if server.name == "mariadb" else "MySQL",
            "dialects": ["mysql", "mariadb"],
            "usual_port": 3306,
            "folders": [] if self.claim else [str(Path(server.socket).parent)],
            "place": self.claim.place if self.claim else server.socket,
            "databases": sorted(self.slots(folder)),
            "where": self.claim.WHERE if self.claim else "SELECT DATABASE(), @@socket",
            "versions": _VERSIONS,
            "catalog": self.catalog_sql(),
            "tables": mysql_rows.TABLES,
            "columns": mysql_rows.columns(server.name, server.version),
            "primary_keys": mysql_rows.PRIMARY_KEYS,
            "foreign_keys": mysql_rows.FOREIGN_KEYS,
            "select": "SELECT * FROM %(table)s LIMIT %(most)d",
            "mark": _MARK,
            "locks": "",
            "json_rows": False,
            "prepares": False,
        }

    def keep(self, folder: Path, into: Path) -> None:
        """See `ThrowAway.keep`."""
        self.leave()
        with self.connected() as run:
            self._end_sessions(run, self.ours(run))
            for slot in self.slots(into):
                run(f"DROP DATABASE `{self.name_of(into, slot)}`")
            for slot in self.slots(folder):
                source, made = self.name_of(folder, slot), self.name_of(into, slot)
                with self.marking(run, made):
                    copy(run, source, made)

    def drop(self, run: Run, name: str) -> None:
        """See `ServerDatabases.drop`."""
        self._end_sessions(run, {name})
        run(f"DROP DATABASE IF EXISTS `{name}`")

    def _end_sessions(self, run: Run, databases: Iterable[str]) -> None:
        """A statement that a guest has left behind would hold its tables."""
        ended = set(databases)
        ((own,),) = run("SELECT CONNECTION_ID()")
        for number, _, _, database, *_ in run("SHOW PROCESSLIST") if ended else ():
            if database in ended and number != own:
                with suppress(ValueError):  # it has just ended, or is not ours to end
                    run(f"KILL {number}")

    def catalog_sql(self) -> str:
        """See `ServerDatabases.catalog_sql`."""
        return mysql_catalog.catalog(self.server.name, self.server.version)

    def create(self, run: Run, name: str) -> None:
        """See `ServerDatabases.create`."""
        run(f"CREATE DATABASE `{name}`")

    def session(self, database: str) -> AbstractContextManager[Run]:
        """See `ServerDatabases.session`."""
        return session(self.server, database)
