"""What a seed has to know of SQLite's tables: the pragmas, and the checks in a table's text."""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from ..seed_table import ForeignKey, SeedColumn, SeedTable
from ..seed_value import SQLITE, quoted

Query = Callable[..., List[Sequence[Any]]]
"""Runs SQL with parameters and returns the rows."""


def described(query: Query, table: str, sql: str) -> SeedTable:
    """The table `table`, which was made by the statement `sql`."""
    rows = query('SELECT name, type, "notnull", pk, hidden FROM pragma_table_xinfo(?)', (table,))
    keyed = [row for row in rows if row[3]]
    alias = keyed[0][0] if len(keyed) == 1 and str(keyed[0][1]).upper() == "INTEGER" else None
    columns = [
        SeedColumn(
            str(name), str(kind).upper(), not notnull and not place, _choices(str(name), sql)
        )
        for name, kind, notnull, place, hidden in rows
        if name != alias and hidden == 0
    ]
    return SeedTable(table, quoted(SQLITE, table), columns, _foreign_keys(query, table))


def _foreign_keys(query: Query, table: str) -> List[ForeignKey]:
    found: Dict[int, List[Tuple[str, str, Optional[str]]]] = {}
    asked = 'SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?) ORDER BY id, seq'
    for number, other, column, target in query(asked, (table,)):
        found.setdefault(int(number), []).append((str(other), str(column), target))
    keys = []
    for parts in found.values():
        other = parts[0][0]
        targets = [str(target) for _, _, target in parts]
        if any(target is None for _, _, target in parts):
            # REFERENCES users, without a column: its primary key
            primary = "SELECT name FROM pragma_table_info(?) WHERE pk ORDER BY pk"
            targets = [str(row[0]) for row in query(primary, (other,))][: len(parts)]
        if len(targets) == len(parts):
            columns = tuple(column for _, column, _ in parts)
            keys.append(ForeignKey(columns, other, quoted(SQLITE, other), tuple(targets)))
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
