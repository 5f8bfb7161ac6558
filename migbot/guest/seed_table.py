"""A table as a seed sees it: its columns, and the tables that have to be filled before it."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterable, List, NamedTuple, Sequence, Tuple


class SeedColumn(NamedTuple):
    """One column that a row needs a value for; `choices` are the only ones allowed, if any are."""

    name: str
    type: str
    nullable: bool
    choices: Tuple[Any, ...] = ()


class ForeignKey(NamedTuple):
    """Columns that take their values from the columns `targets` of the table `other`.

    `quoted` is how that table stands in SQL.
    """

    columns: Tuple[str, ...]
    other: str
    quoted: str
    targets: Tuple[str, ...]


class SeedTable(NamedTuple):
    """A table to fill: its name, how that stands in SQL, its columns and its foreign keys."""

    name: str
    quoted: str
    columns: List[SeedColumn]
    keys: List[ForeignKey]


def from_rows(
    wanted: Iterable[str],
    quoted: Dict[str, str],
    columns: Iterable[Sequence[str]],
    foreign_keys: Iterable[Sequence[str]],
) -> List[SeedTable]:
    """The tables `wanted`, from what the SQL of the host's databases says of all of them.

    `quoted` has every table, `columns` are rows of table, name, type, nullable ("yes" or "no") and
    choices (a JSON list), `foreign_keys` of id, table, column, other table and other column.
    """
    found = {name: SeedTable(name, quoted[name], [], []) for name in wanted}
    for table, name, kind, nullable, choices in columns:
        if table in found:
            listed = json.loads(choices, strict=False)  # servers write some characters raw
            column = SeedColumn(name, kind, nullable == "yes", tuple(listed))
            found[table].columns.append(column)
    parts: Dict[str, List[Sequence[str]]] = {}
    for row in foreign_keys:
        parts.setdefault(row[0], []).append(row)
    for rows in parts.values():
        _, table, _, other, _ = rows[0]
        if table in found and other in quoted:
            names, targets = tuple(row[2] for row in rows), tuple(row[4] for row in rows)
            found[table].keys.append(ForeignKey(names, other, quoted[other], targets))
    return list(found.values())


def parents_first(tables: Iterable[SeedTable]) -> List[SeedTable]:
    """Tables after those that they reference; those of a cycle in the order of their names."""
    named = {table.name.lower(): table for table in tables}
    waiting = {
        name: {key.other.lower() for key in table.keys} & named.keys() - {name}
        for name, table in sorted(named.items())
    }
    order: List[SeedTable] = []
    while waiting:
        ready = [name for name, needs in waiting.items() if not needs & waiting.keys()]
        for name in ready or [next(iter(waiting))]:
            order.append(named[name])
            del waiting[name]
    return order
