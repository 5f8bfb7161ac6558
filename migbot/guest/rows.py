"""The rows of a database before and after a step, and what became of them."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import (
    Any,
    Callable,
    Container,
    Dict,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
)

MOST_ROWS = 500
"""Rows looked at in one table; seeds are two, and what a data migration inserts is seldom more."""

Answered = Tuple[Tuple[str, ...], List[Any]]
Ask = Callable[..., Answered]
"""Runs SQL and returns the names of the columns and the rows; see `asked`."""


def asked(
    connection: Any, sql: str, parameters: Any = (), first: str = "", named: bool = True
) -> Answered:
    """The columns and rows of a query, past SQLAlchemy: it begins no transaction for it.

    `first` is run before it; by psycopg in one go, which spares a way there and back. What is
    known to have rows need not be `named`: psycopg makes an object of each column for it.
    """
    pooled = connection.connection
    with _unprepared(getattr(pooled, "driver_connection", None)):
        cursor = pooled.cursor()
        try:
            if first and type(cursor).__module__.split(".")[0] == "psycopg":
                cursor.execute("%s; %s" % (first, sql))
                cursor.nextset()
            else:
                if first:
                    cursor.execute(first)
                # without parameters a driver takes a percent sign for itself
                cursor.execute(sql, parameters) if parameters else cursor.execute(sql)
            if not named:
                return (), list(cursor.fetchall())
            columns = tuple(str(column[0]) for column in cursor.description or ())
            return columns, list(cursor.fetchall()) if columns else []
        finally:
            cursor.close()


@contextmanager
def _unprepared(driver: Any) -> Iterator[None]:
    """Let psycopg not prepare what is asked often.

    Once it has, it lets go of every prepared statement of the session, ours too, after each ALTER
    and DROP (https://www.psycopg.org/psycopg3/docs/advanced/prepare.html).
    """
    often = getattr(driver, "prepare_threshold", None)
    if often is None:
        yield
        return
    driver.prepare_threshold = None
    try:
        yield
    finally:
        driver.prepare_threshold = often


class TableRows(NamedTuple):
    """One table's rows; `key` are the columns of its primary key."""

    columns: Tuple[str, ...]
    key: Tuple[str, ...]
    rows: List[Tuple[Any, ...]]


Rows = Dict[str, TableRows]


class Fate(NamedTuple):
    """What became of a table's rows."""

    table: str
    before: int
    lost: int
    changed: int


class RowReader:
    """Reads the rows of tables, and does not read again what nothing can have changed.

    A table is known by its name and the text that made it.
    """

    def __init__(self, read: Callable[[List[str]], Rows]) -> None:
        self._read = read
        self._known: Dict[Tuple[str, str], TableRows] = {}

    def forget(self, names: Optional[Container[str]] = None) -> None:
        """Take for changed the tables `names`, or every table where there are none."""
        known = {} if names is None else self._known
        self._known = {each: rows for each, rows in known.items() if each[0] not in (names or ())}

    def keep(self, tables: Dict[str, str]) -> None:
        """Forget tables that are not among `tables` (name -> text): they may come back empty."""
        self._known = {each: self._known[each] for each in tables.items() if each in self._known}

    def read(self, tables: Dict[str, str]) -> Rows:
        """The rows of `tables`."""
        unknown = [each for each in tables.items() if each not in self._known]
        if unknown:
            found = self._read([name for name, _ in unknown])
            self._known.update({each: found[each[0]] for each in unknown})
        return {each[0]: self._known[each] for each in tables.items()}


def quoted(name: str) -> str:
    """A name as SQLite takes it in a statement."""
    return '"%s"' % name.replace('"', '""')


def literal(text: str) -> str:
    """A string as SQLite takes it in a statement."""
    return "'%s'" % text.replace("'", "''")


def compare(before: Rows, after: Rows) -> List[Fate]:
    """The tables of `before` that have lost rows, or whose rows are not the same any more.

    Only columns that are there at both moments count: a dropped column is the catalog's to say.
    """
    fates = []
    for table, old in before.items():
        new = after.get(table, TableRows((), (), []))
        if new is old or (new.columns == old.columns and new.rows == old.rows):
            continue
        lost, changed = _compare(old, new)
        if lost or changed:
            fates.append(Fate(table, len(old.rows), lost, changed))
    return fates


def _compare(old: TableRows, new: TableRows) -> Tuple[int, int]:
    shared = [name for name in old.columns if name in new.columns]
    if not shared:
        return len(old.rows), 0
    then, now = _chosen(old, shared), _chosen(new, shared)
    if old.key and all(name in shared for name in old.key):
        places = [shared.index(name) for name in old.key]
        found = {tuple(row[place] for place in places): row for row in now}
        pairs = [(row, found.get(tuple(row[place] for place in places))) for row in then]
        lost = sum(other is None for _, other in pairs)
        return lost, sum(other is not None and other != row for row, other in pairs)
    gone = sum((Counter(then) - Counter(now)).values())
    lost = min(gone, max(0, len(then) - len(now)))
    return lost, gone - lost


def _chosen(table: TableRows, names: Sequence[str]) -> List[Tuple[Any, ...]]:
    places = [table.columns.index(name) for name in names]
    return [tuple(row[place] for place in places) for row in table.rows]
