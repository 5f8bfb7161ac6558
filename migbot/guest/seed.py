"""Puts two rows into each table: a migration that was only tried on empty tables was not tried.

The rows are made to fail what will fail on real ones: the first is as long as its columns allow,
the second has NULL wherever NULL is allowed, and both are the same in nothing that is unique.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence

from .catalog.sqlite_seed import described
from .seed_table import ForeignKey, SeedColumn, SeedTable, from_rows, parents_first
from .seed_value import MYSQL, POSTGRESQL, SQLITE, literal, quoted, value

WANTED = 2

Query = Callable[..., List[Sequence[Any]]]
"""Runs SQL, on SQLite perhaps with parameters, and returns the rows."""

Insert = Callable[[List[str]], Any]
"""Runs statements in turn until one of them goes through."""


def seed(query: Query, tables: Dict[str, str]) -> None:
    """Fill SQLite's `tables` (name -> its CREATE statement) up to two rows where there are fewer.

    A table whose checks no row of ours satisfies stays as it is. Raises nothing: what cannot be
    seeded is tried empty.
    """
    found = [described(query, name, sql) for name, sql in tables.items()]
    fill(SQLITE, found, query, lambda tried: _first(query, tried))


def seed_server(
    query: Query,
    name: str,
    tables: Iterable[str],
    quoted: Dict[str, str],
    columns: Iterable[Sequence[str]],
    foreign_keys: Iterable[Sequence[str]],
) -> None:
    """Fill `tables` of a server like `seed`; its `name` is postgresql, mariadb or mysql.

    `quoted`, `columns` and `foreign_keys` are what the host's SQL found: see
    `seed_table.from_rows`. In PostgreSQL nothing that fails ends the transaction.
    """
    found = from_rows(tables, quoted, columns, foreign_keys)
    if name == POSTGRESQL:
        fill(POSTGRESQL, found, query, lambda tried: query(do_block(tried)))
    else:
        fill(MYSQL, found, query, lambda tried: _first(query, tried))


def fill(dialect: str, tables: List[SeedTable], query: Query, insert: Insert) -> None:
    """Give `insert` the statements of every row that is missing, parents first."""
    for table in parents_first(tables):
        counted = "SELECT count(*) FROM (SELECT 1 FROM %s LIMIT %d) AS x" % (table.quoted, WANTED)
        for number in range(int(query(counted)[0][0]) + 1, WANTED + 1):
            tried = list(dict.fromkeys(statements(dialect, table, number)))
            if tried:
                insert(tried)


def do_block(tried: List[str]) -> str:
    """One PostgreSQL statement that runs those of `tried` in turn until one goes through.

    A statement that fails is undone by itself, and the transaction goes on. Deferred constraints
    are looked at at once: at the commit they would take every row with them.
    """
    text = "NULL;"
    for each in reversed(tried):
        text = "BEGIN %s; SET CONSTRAINTS ALL IMMEDIATE; EXCEPTION WHEN OTHERS THEN %s END;" % (
            each,
            text,
        )
    return "DO $migbot$ BEGIN %s END $migbot$" % text


def _first(query: Query, tried: List[str]) -> None:
    for each in tried:
        try:
            query(each)
            return
        except Exception:  # noqa: S112  whatever the driver raises: the next row is tried
            continue


class _Attempt(NamedTuple):
    """One way to make a row: `sparse` has NULL wherever it may."""

    sparse: bool
    at_edge: bool = False
    shift: int = 0
    references: bool = True


def _attempts(number: int) -> Iterator[_Attempt]:
    """As intended, then plainer ones for checks that we do not read."""
    yield _Attempt(number % 2 == 0, at_edge=True)
    yield _Attempt(True, at_edge=True)
    yield _Attempt(False)
    yield _Attempt(True)
    yield _Attempt(True, shift=100)
    yield _Attempt(True, shift=-number)
    yield _Attempt(True, references=False)


def statements(dialect: str, table: SeedTable, number: int) -> Iterator[str]:
    """INSERT statements for the row `number` of a table, to be tried in turn."""
    for attempt in _attempts(number):
        row = {each.name: _plain(dialect, each, number, attempt) for each in table.columns}
        if attempt.references:
            owns = {each.name: None if each.nullable else row[each.name] for each in table.columns}
            for key in table.keys:
                row.update(_references(dialect, key, owns, number))
        if any(text is None for text in row.values()):
            continue  # a required column of a type for which no value is known
        names = ", ".join(quoted(dialect, name) for name in row)
        values = "(%s) VALUES (%s)" % (names, ", ".join(map(str, row.values())))
        if not row:
            values = "() VALUES ()" if dialect == MYSQL else "DEFAULT VALUES"
        yield "INSERT INTO %s %s" % (table.quoted, values)


def _plain(dialect: str, column: SeedColumn, number: int, attempt: _Attempt) -> Optional[str]:
    """The literal for a column, or None where it needs a value and there is none."""
    if attempt.sparse and column.nullable:
        return "NULL"
    found = value(dialect, column, number, attempt.shift, attempt.at_edge)
    return literal(dialect, found) if found is not None or column.nullable else None


def _references(
    dialect: str, key: ForeignKey, owns: Dict[str, Optional[str]], number: int
) -> Dict[str, str]:
    """SQL for the columns of a foreign key: the number-th row of the parent, or its first.

    Where it has none: the column's own value in `owns`, or NULL. Asked for by way of a derived
    table, since MySQL reads no table directly that it writes.
    """
    order = ", ".join(quoted(dialect, target) for target in key.targets)
    found = {}
    for column, target in zip(key.columns, key.targets):
        name = quoted(dialect, target)
        asked = [
            "(SELECT x.%s FROM (SELECT %s FROM %s ORDER BY %s LIMIT 1 OFFSET %d) AS x)"
            % (name, order, key.quoted, order, offset)
            for offset in sorted({number - 1, 0}, reverse=True)
        ]
        if column in owns:
            found[column] = "coalesce(%s)" % ", ".join([*asked, owns[column] or "NULL"])
    return found
