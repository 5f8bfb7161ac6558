"""Throw-away databases of MariaDB and MySQL: kept and put back object by object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from migbot.core.catalogs import Catalog
from migbot.core.throwaway import Master, Server
from migbot.databases import mysql_catalog, mysql_rows
from migbot.databases.mysql_copy import copy
from migbot.databases.server_catalog import catalog_of, text_rows
from migbot.errors import MigbotError

WORK = "slots"
"""The folder whose databases have their slot's bare name: guests work on them."""

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

Run = Callable[[str], Sequence[Sequence[Any]]]
"""Runs one statement and returns its rows."""


class MySQL:
    """The databases of one server; see `core.throwaway.ThrowAway`.

    The database of slot rt0 in the folder `base` is called base.rt0.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self.NAME = server.name

    def url(self, folder: Path) -> str:
        """See `ThrowAway.url`; the driver is SQLAlchemy's default for the dialect."""
        return f"mysql://{self.server.user}@localhost/{_name(folder, 'rt0')}"

    def request(self, folder: Path) -> Mapping[str, Any]:
        """See `ThrowAway.request`."""
        server = self.server
        return {
            **server._asdict(),
            "title": "MariaDB" if server.name == "mariadb" else "MySQL",
            "dialects": ["mysql", "mariadb"],
            "usual_port": 3306,
            "folders": [str(Path(server.socket).parent)],
            "databases": sorted(self._slots(folder)),
            "where": "SELECT DATABASE(), @@socket",
            "versions": _VERSIONS,
            "catalog": mysql_catalog.catalog(server.name, server.version),
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
        with self._connected() as run:
            for slot in self._slots(into):
                run(f"DROP DATABASE `{_name(into, slot)}`")
            for slot in self._slots(folder):
                copy(run, _name(folder, slot), _name(into, slot))

    def has_any(self, folder: Path) -> bool:
        """See `ThrowAway.has_any`."""
        return bool(self._slots(folder))

    def provide(self, folder: Path, slots: Iterable[str]) -> None:
        """See `ThrowAway.provide`; there is one at least."""
        with self._connected() as run:
            for slot in sorted({"rt0", *slots} - self._slots(folder)):
                run(f"CREATE DATABASE `{_name(folder, slot)}`")

    def masters(self, folder: Path) -> Mapping[str, Master]:
        """See `ThrowAway.masters`."""
        asked = mysql_catalog.catalog(self.server.name, self.server.version)
        return {slot: self._ask(folder, slot, asked) for slot in self._slots(folder)}

    def catalogs(self, folder: Path) -> Mapping[str, Catalog]:
        """See `ThrowAway.catalogs`."""
        return {
            slot: catalog_of(rows, {name for name, _ in self._ask(folder, slot, _VERSIONS)})
            for slot, rows in self.masters(folder).items()
        }

    def versions(self, folder: Path) -> Mapping[str, frozenset[str]]:
        """See `ThrowAway.versions`."""
        return {slot: frozenset(self._version_rows(folder, slot)) for slot in self._slots(folder)}

    def _version_rows(self, folder: Path, slot: str) -> Iterator[str]:
        for _, quoted in self._ask(folder, slot, _VERSIONS):
            for (version,) in self._ask(folder, slot, f"SELECT version_num FROM {quoted}"):
                yield version

    def _slots(self, folder: Path) -> set[str]:
        prefix = _name(folder, "")
        with self._connected() as run:
            names = [str(name) for (name,) in run(_OURS)]
        return {
            name.removeprefix(prefix)
            for name in names
            if name.startswith(prefix) and "." not in name.removeprefix(prefix)
        }

    def _ask(self, folder: Path, slot: str, asked: str) -> Master:
        with self._connected(_name(folder, slot)) as run:
            return text_rows(run(asked))

    @contextmanager
    def _connected(self, database: str | None = None) -> Iterator[Run]:
        """A function that runs SQL; raises ValueError for what the server refuses."""
        driver = _driver()
        place = {"unix_socket": self.server.socket, "user": self.server.user}
        try:
            connection = driver.connect(**place, database=database, autocommit=True)
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


def _name(folder: Path, slot: str) -> str:
    return slot if folder.name == WORK else f"{folder.name}.{slot}"
