"""Throw-away SQLite databases: one file for each database that the project names."""

from __future__ import annotations

import os
import shutil
import sqlite3
from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple

from . import seed
from .catalog import sqlite as catalog
from .catalog.snapshot import Snapshot
from .rows import MOST_ROWS, Ask, Rows, TableRows, literal, quoted
from .slots import Slots

KEPT = (
    *("timeout", "detect_types", "isolation_level", "check_same_thread", "cached_statements"),
    *("factory", "autocommit"),
)
"""Arguments of a driver's connect that say how to talk, not where to; the rest is dropped."""


class Files:
    """The files of one process of a round trip; what it shares with `server.Server` is one port."""

    dialect = "SQLite"
    drops_only_rows_of_its_own = False  # DROP TABLE deletes them first, with all that refer to them

    def __init__(self, slots: Slots) -> None:
        self.slots = slots

    def accepts(self, dialect: str) -> bool:
        """Whether a database of this kind can stand in for one of `dialect`."""
        return dialect == "sqlite"

    def key(self, positional: List[Any], arguments: Dict[str, Any]) -> str:
        """One name for every spelling of the database that a driver is told to open."""
        where = str(positional[0]) if positional else str(arguments.get("database", ""))
        return self.slots.key(where)

    def connect(self, dialect: Any, key: str, arguments: Dict[str, Any]) -> Any:
        """A connection to the throw-away database for `key`."""
        kept = {name: value for name, value in arguments.items() if name in KEPT}
        connection = dialect.connect(self.slots.path(key), **kept)
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous = OFF")  # nobody needs it after a power cut
        cursor.close()
        return connection

    def elsewhere(self, connection: Any) -> str:
        """Where an open connection leads to, "" for one of ours."""
        cursor = connection.cursor()
        try:
            cursor.execute("PRAGMA database_list")
            where = _main(cursor.fetchall())
        finally:
            cursor.close()
        return "" if self.slots.holds(where) else where or "a nameless file"

    def slot(self, ask: Ask) -> str:
        """The slot that a connection is at."""
        return os.path.basename(self._path(ask))

    def _path(self, ask: Ask) -> str:
        return _main(ask("PRAGMA database_list")[1])

    def version_tables(self, ask: Ask) -> List[str]:
        """Alembic's own tables."""
        return catalog.version_tables(lambda sql: ask(sql)[1])

    def snapshot(self, ask: Ask, ignored: Iterable[str]) -> Snapshot:
        """What a connection sees, committed or not."""
        return catalog.snapshot(lambda sql: ask(sql)[1], ignored)

    def master(self, ask: Ask) -> List[List[str]]:
        """The catalog as it stands, which the host compares with its own reading."""
        return catalog.master(lambda sql: ask(sql)[1])

    def rows(self, ask: Ask, names: List[str]) -> Rows:
        """The rows of tables."""
        return {name: self._rows(ask, name) for name in names}

    def _rows(self, ask: Ask, name: str) -> TableRows:
        _, keys = ask("SELECT name FROM pragma_table_info(%s) WHERE pk ORDER BY pk" % literal(name))
        columns, rows = ask("SELECT * FROM %s LIMIT %d" % (quoted(name), MOST_ROWS))
        return TableRows(columns, tuple(str(row[0]) for row in keys), [tuple(row) for row in rows])

    def files(self, ask: Ask) -> Dict[str, str]:
        """Where each table lies: nothing, as SQLite locks and writes one file for all."""
        return {}

    def locks(self, ask: Ask) -> List[Tuple[str, str]]:
        """Which tables are locked, and how: see `files`."""
        return []

    def mark(self, ask: Ask, connection: Any) -> Any:
        """A mark that is another when rows were written, by this connection or by one beside it."""
        return getattr(_driver(connection), "total_changes", None), ask("PRAGMA data_version")[1]

    def counts(self, ask: Ask) -> bool:
        """Whether a look tells whose rows may be others: SQLite does not count by table."""
        return False

    def written(self, ask: Ask) -> None:
        """See `counts`."""

    def is_busy(self, connection: Any) -> bool:
        """Whether a transaction is open, as far as the driver says."""
        return bool(getattr(_driver(connection), "in_transaction", True))

    def fill(self, ask: Ask, tables: Dict[str, str], connection: Any) -> None:
        """Put rows into `tables` (name -> text).

        By a connection of our own, which commits: in the migration's transaction a `PRAGMA
        foreign_keys` of its would no longer do anything. Only where env.py holds a transaction
        open all the time is there no other way than through it.
        """
        self._write(ask, connection, lambda run: seed.seed(run, tables))

    def put(self, ask: Ask, statements: Iterable[str], connection: Any) -> None:
        """Run statements that put in rows, as `fill` does."""
        self._write(ask, connection, lambda run: [run(each) for each in statements])

    def _write(self, ask: Ask, connection: Any, job: Callable[[Callable[..., Any]], Any]) -> None:
        if self.is_busy(connection):
            job(lambda *sql: ask(*sql)[1])
            return
        own = sqlite3.connect(self._path(ask))
        try:
            job(lambda *sql: own.execute(*sql).fetchall())
            own.commit()
        finally:
            own.close()

    def recover(self, connection: Any) -> None:
        """Nothing: a statement that fails leaves a SQLite connection usable."""

    def checkpoint(self, folder: str) -> bool:
        """Copy every file into `folder`; whether that could be done.

        Not while something is only in a journal: the file alone is neither before nor after.
        """
        paths = self.slots.paths()
        if any(os.path.exists(path + end) for path in paths for end in ("-wal", "-journal")):
            return False
        for path in filter(os.path.exists, paths):
            kept = os.path.join(folder, os.path.basename(path))
            shutil.copyfile(path, kept + ".new")
            os.replace(kept + ".new", kept)
        return True

    def built(self) -> "Iterable[Tuple[str, Snapshot]]":
        """Each slot and its catalog, when no connection of the project is left."""
        for path in self.slots.paths():
            connection = sqlite3.connect(path)
            try:
                yield os.path.basename(path), _all_of(connection)
            finally:
                connection.close()


def _all_of(connection: sqlite3.Connection) -> Snapshot:
    def query(sql: str) -> Any:
        return connection.execute(sql).fetchall()

    return catalog.snapshot(query, catalog.version_tables(query))


def _main(rows: "Iterable[Tuple[int, str, Optional[str]]]") -> str:
    return next((str(path or "") for _, name, path in rows if name == "main"), "")


def _driver(connection: Any) -> Any:
    """The driver's own connection below SQLAlchemy's."""
    pooled = connection.connection
    raw = getattr(pooled, "dbapi_connection", None) or pooled.connection
    return getattr(pooled, "driver_connection", None) or raw
