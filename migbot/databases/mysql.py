"""Throw-away databases of MariaDB and MySQL: kept and put back object by object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from migbot.core.throwaway import Server
from migbot.databases import mysql_catalog, mysql_rows
from migbot.databases.mysql_copy import copy
from migbot.databases.server_databases import Run, ServerDatabases, name_of
from migbot.errors import MigbotError

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

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self.NAME = server.name

    def url(self, folder: Path) -> str:
        """See `ThrowAway.url`; the driver is SQLAlchemy's default for the dialect."""
        return f"mysql://{self.server.user}@localhost/{name_of(folder, 'rt0')}"

    def request(self, folder: Path) -> Mapping[str, Any]:
        """See `ThrowAway.request`."""
        server = self.server
        return {
            **server._asdict(),
            "title": "MariaDB" if server.name == "mariadb" else "MySQL",
            "dialects": ["mysql", "mariadb"],
            "usual_port": 3306,
            "folders": [str(Path(server.socket).parent)],
            "databases": sorted(self.slots(folder)),
            "where": "SELECT DATABASE(), @@socket",
            "versions": _VERSIONS,
            "catalog": self.catalog_sql(),
            "tables": mysql_rows.TABLES,
            "columns": mysql_rows.columns(server.name, server.version),
            "primary_keys": mysql_rows.PRIMARY_KEYS,
            "foreign_keys": mysql_rows.FOREIGN_KEYS,
            "select": "SELECT * FROM %(table)s LIMIT %(most)d",
            "files": "",
            "locks": "",
            "json_rows": False,
            "prepares": False,
        }

    def keep(self, folder: Path, into: Path) -> None:
        """See `ThrowAway.keep`."""
        with self.connected() as run:
            for slot in self.slots(into):
                run(f"DROP DATABASE `{name_of(into, slot)}`")
            for slot in self.slots(folder):
                copy(run, name_of(folder, slot), name_of(into, slot))

    def catalog_sql(self) -> str:
        """See `ServerDatabases.catalog_sql`."""
        return mysql_catalog.catalog(self.server.name, self.server.version)

    def create(self, run: Run, name: str) -> None:
        """See `ServerDatabases.create`."""
        run(f"CREATE DATABASE `{name}`")

    @contextmanager
    def connected(self, database: str = "") -> Iterator[Run]:
        """See `ServerDatabases.connected`."""
        driver = _driver()
        place = {"unix_socket": self.server.socket, "user": self.server.user}
        try:
            connection = driver.connect(**place, database=database or None, autocommit=True)
        except (driver.MySQLError, OSError) as error:
            raise ValueError(f"the throw-away server cannot be reached: {error}") from None

        def run(sql: str) -> Sequence[Sequence[Any]]:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                rows: Sequence[Sequence[Any]] = cursor.fetchall()
                return rows

        try:
            yield run
        except (driver.MySQLError, OSError) as error:
            raise ValueError(f"{database or 'the server'} cannot be read: {error}") from None
        finally:
            connection.close()


def _driver() -> Any:
    try:
        import pymysql
    except ImportError:
        raise MigbotError(
            "MariaDB and MySQL can be looked into with the package pymysql only, which is not "
            "installed.",
            "pip install 'migbot[mysql]'",
        ) from None
    return pymysql
