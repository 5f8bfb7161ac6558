"""Puts two rows into each table: a migration that was only tried on empty tables was not tried.

The rows are made to fail what will fail on real ones: the first is as long as its columns allow,
the second has NULL wherever NULL is allowed, and both are the same in nothing that is unique.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from .rows import quoted

WANTED = 2

Query = Callable[..., List[Sequence[Any]]]
"""Runs SQL with parameters and returns the rows."""


class SeedColumn(NamedTuple):
    """One column that a row needs a value for."""

    name: str
    type: str
    nullable: bool
    choices: Tuple[Any, ...] = ()


class SeedTable(NamedTuple):
    """A table to fill: columns that are asked for, and foreign keys."""

    name: str
    columns: List[SeedColumn]
    keys: List[Tuple[Tuple[str, ...], str, Tuple[str, ...]]]


def seed(query: Query, tables: Dict[str, str]) -> Dict[str, int]:
    """Fill `tables` (name -> its CREATE statement) up to two rows where there are fewer.

    Returns how many rows each table got. A table whose checks no row of ours satisfies stays as
    it is. Raises nothing: what cannot be seeded is tried empty.
    """
    counted = "SELECT count(*) FROM (SELECT 1 FROM %s LIMIT %d)"
    rows = {name: int(query(counted % (quoted(name), WANTED))[0][0]) for name in tables}
    wanted = {name: WANTED - rows.get(name, 0) for name in tables if rows.get(name, 0) < WANTED}
    described = {name: _describe(query, name, tables[name]) for name in wanted}
    added = {}
    for name in _parents_first(described):
        first = rows.get(name, 0) + 1
        numbers = range(first, first + wanted[name])
        added[name] = sum(_insert(query, described[name], number) for number in numbers)
    return {name: count for name, count in added.items() if count}


def _describe(query: Query, table: str, sql: str) -> SeedTable:
    described = query(
        'SELECT name, type, "notnull", pk, hidden FROM pragma_table_xinfo(?)', (table,)
    )
    keyed = [row for row in described if row[3]]
    alias = keyed[0][0] if len(keyed) == 1 and str(keyed[0][1]).upper() == "INTEGER" else None
    columns = [
        SeedColumn(
            str(name), str(kind).upper(), not notnull and not place, _choices(str(name), sql)
        )
        for name, kind, notnull, place, hidden in described
        if name != alias and hidden == 0
    ]
    return SeedTable(table, columns, _foreign_keys(query, table))


def _foreign_keys(query: Query, table: str) -> List[Tuple[Tuple[str, ...], str, Tuple[str, ...]]]:
    found: Dict[int, List[Tuple[str, str, Optional[str]]]] = {}
    asked = 'SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?) ORDER BY id, seq'
    for number, other, column, target in query(asked, (table,)):
        found.setdefault(int(number), []).append((str(other), str(column), target))
    keys = []
    for parts in found.values():
        other = parts[0][0]
        targets = [str(target) for _, _, target in parts]
        if any(
            target is None for _, _, target in parts
        ):  # REFERENCES users, without a column: its primary key
            primary = "SELECT name FROM pragma_table_info(?) WHERE pk ORDER BY pk"
            targets = [str(row[0]) for row in query(primary, (other,))][: len(parts)]
        if len(targets) == len(parts):
            keys.append((tuple(part[1] for part in parts), other, tuple(targets)))
    return keys


def _choices(column: str, sql: str) -> Tuple[Any, ...]:
    """The values that `CHECK (column IN (...))` allows: how SQLAlchemy writes Enum and Boolean."""
    inside = re.search(
        r"[\"'`\[(\s]%s[\"'`\]]?\s+IN\s*\(([^()]*)\)" % re.escape(column), sql, re.IGNORECASE
    )
    if inside is None:
        return ()
    values: List[Any] = []
    for text, number in re.findall(r"'((?:[^']|'')*)'|(-?\d+)", inside.group(1)):
        values.append(int(number) if number else text.replace("''", "'"))
    return tuple(values)


def _parents_first(tables: Dict[str, SeedTable]) -> List[str]:
    """Tables after those that they reference; those of a cycle in the order of their names."""
    lower = {name.lower(): name for name in tables}
    waiting = {
        name: {lower[other.lower()] for _, other, _ in table.keys if other.lower() in lower}
        - {name}
        for name, table in sorted(tables.items())
    }
    order: List[str] = []
    while waiting:
        ready = [name for name, needs in waiting.items() if not needs & waiting.keys()]
        for name in ready or [next(iter(waiting))]:
            order.append(name)
            del waiting[name]
    return order


def _insert(query: Query, table: SeedTable, number: int) -> bool:
    for row in _rows(query, table, number):
        names = ", ".join(map(quoted, row))
        places = ", ".join("?" * len(row))
        values = "(%s) VALUES (%s)" % (names, places) if row else "DEFAULT VALUES"
        try:
            query("INSERT INTO %s %s" % (quoted(table.name), values), tuple(row.values()))
            return True
        except Exception:  # noqa: S112  whatever the driver raises: the next row is tried
            continue
    return False


def _rows(query: Query, table: SeedTable, number: int) -> Iterator[Dict[str, Any]]:
    """Rows to try in turn: as intended, then plainer ones for checks that we do not read."""
    references = _references(query, table, number)
    required = {column.name for column in table.columns if not column.nullable}
    for shift, sparse in (
        (0, number % 2 == 0),
        (0, True),
        (0, False),
        (100, True),
        (-number, True),
    ):
        row = {
            column.name: None if sparse and column.nullable else _value(column, number, shift)
            for column in table.columns
        }
        row.update(
            {
                name: value
                for name, value in references.items()
                if value is not None or name not in required
            }
        )
        yield row


def _references(query: Query, table: SeedTable, number: int) -> Dict[str, Any]:
    """Values for the foreign keys: the number-th row of each parent, NULL where it has none."""
    values: Dict[str, Any] = {}
    for columns, other, targets in table.keys:
        chosen = "SELECT %s FROM %s LIMIT 10" % (", ".join(map(quoted, targets)), quoted(other))
        try:
            parents = query(chosen)
        except Exception:
            parents = []  # the key points to a table that is not there
        parent: Sequence[Any] = parents[(number - 1) % len(parents)] if parents else ()
        for place, column in enumerate(columns):
            values[column] = parent[place] if parents else None
    return values


def _value(column: SeedColumn, number: int, shift: int) -> Any:
    """A value of the column's type, different for each `number`."""
    if column.choices:
        return column.choices[(number - 1) % len(column.choices)]
    kind = column.type
    if "BOOL" in kind:
        return number % 2
    if "DATETIME" in kind or "TIMESTAMP" in kind:
        return "2001-01-%02d 00:00:00.000000" % number
    if "DATE" in kind:
        return "2001-01-%02d" % number
    if "TIME" in kind:
        return "00:00:%02d.000000" % number
    if "JSON" in kind:
        return '{"n": %d}' % number
    if "BLOB" in kind or "BINARY" in kind:
        return bytes([number % 256])
    if "CHAR" in kind or "TEXT" in kind or "CLOB" in kind:
        return _text(kind, number)
    if any(word in kind for word in ("REAL", "FLOA", "DOUB")):
        return number + shift + 0.5
    return number + shift


def _text(kind: str, number: int) -> str:
    """As long as the type allows (up to 255), of one digit: a number and hexadecimal as well."""
    length = re.search(r"\((\d+)", kind)
    size = min(int(length.group(1)), 255) if length else 8
    return (str(number) * size)[: max(size, len(str(number)))]
