"""The catalog of a SQLite database: sqlite_master, read so that spelling does not count.

What a correct batch changes is not seen: quotes round names, `(CURRENT_TIMESTAMP)`, NOT NULL on
an INTEGER PRIMARY KEY, the names of automatic indexes, sqlite_sequence.
"""

from __future__ import annotations

import functools
from typing import Callable, Dict, Iterable, List, Sequence, Tuple

from .snapshot import Catalog, Object, Snapshot
from .sql_text import Token, bare, group, plain, split, tokens
from .table_text import Constraint, Table, read_table

Query = Callable[[str], List[Sequence[object]]]

_VERSION_TABLES = """
    SELECT m.name FROM sqlite_master AS m WHERE m.type = 'table'
    AND (SELECT group_concat(c.name) FROM pragma_table_info(m.name) AS c) = 'version_num'
"""
_MASTER = "SELECT type, name, tbl_name, sql FROM sqlite_master"


def snapshot(query: Query, ignored: Iterable[str] = ()) -> Snapshot:
    """What `query` (SQL in, rows out) can see; tables in `ignored` are left out."""
    unseen = frozenset(name.lower() for name in ignored)
    rows = tuple(
        (str(kind), str(name), str(table), str(sql or ""))
        for kind, name, table, sql in query(_MASTER)
    )
    return _snapshot(rows, unseen)


@functools.lru_cache(maxsize=16)
def _snapshot(rows: Tuple[Object, ...], unseen: "frozenset[str]") -> Snapshot:
    """Kept for the next time: down is most often what was before, and up again what was up."""
    rows = tuple(
        row for row in rows if not row[1].startswith("sqlite_") and row[2].lower() not in unseen
    )
    tables = {name.lower(): _read(sql) for kind, name, _, sql in rows if kind == "table"}
    catalog: Catalog = {}
    for kind, name, table, sql in rows:
        read = tables.get(name.lower()) if kind == "table" else None
        if read is not None:
            refers = any(each.kind == "foreign key" for each in read.constraints)
            found = _table(name, read, tables) if refers else _table_alone(name, sql)
        else:
            text = _index_text(sql) if kind == "index" else _text(sql)
            found = [(kind, name, table if kind == "index" else "", text)]
        for each in found:
            catalog[_key(each, catalog)] = each
    return Snapshot(catalog, _with_rows(rows))


def _with_rows(rows: Sequence[Object]) -> Dict[str, str]:
    """Ordinary tables: not virtual ones, nor the shadows in which these keep their content."""
    tables = {name: sql for kind, name, _, sql in rows if kind == "table"}
    virtual = [name for name, sql in tables.items() if sql.upper().startswith("CREATE VIRTUAL")]
    return {
        name: sql
        for name, sql in tables.items()
        if name not in virtual and not any(name.startswith(each + "_") for each in virtual)
    }


def version_tables(query: Query) -> List[str]:
    """Alembic's own tables, known by their one column whatever they are called."""
    return [str(row[0]) for row in query(_VERSION_TABLES)]


def master(query: Query) -> List[List[str]]:
    """sqlite_master as it stands: what the host compares with its own reading."""
    return sorted([str(value or "") for value in row] for row in query(_MASTER))


@functools.lru_cache(maxsize=8192)
def _read(sql: str) -> "Table | None":
    """The table that `sql` declares, or None where its text is all there is to compare."""
    try:
        return read_table(sql) if not sql.upper().startswith("CREATE VIRTUAL") else None
    except (ValueError, IndexError):
        return None


@functools.lru_cache(maxsize=8192)
def _text(sql: str) -> str:
    """A statement without its spelling and without `CREATE`; the name is the object's own."""
    return plain(tokens(sql)[1:])


@functools.lru_cache(maxsize=8192)
def _index_text(sql: str) -> str:
    """An index without its spelling: `(name ASC) WHERE (age > 1)` is `(name) WHERE age > 1`."""
    words = tokens(sql)[1:]
    try:
        start = [token.text for token in words].index("(")
        end = group(words, start)
    except ValueError:
        return plain(words)
    columns = [plain(_ascending(each)) for each in split(words[start + 1 : end - 1])]
    where = " where " + plain(bare(words[end + 1 :])) if words[end:] else ""
    return "%s(%s)%s" % (plain(words[:start]), ", ".join(columns), where)


def _ascending(column: Sequence[Token]) -> Sequence[Token]:
    return column[:-1] if column and column[-1].word == "ASC" else column


def _key(each: Object, catalog: Catalog) -> str:
    """A name for the object that is not taken: two equal checks are two checks."""
    key = "%s %s" % (each[0], each[1].lower())
    while key in catalog:
        key += "'"
    return key


@functools.lru_cache(maxsize=8192)
def _table_alone(name: str, sql: str) -> List[Object]:
    """The objects of a table that refers to no other."""
    return _table(name, read_table(sql), {})


def _table(name: str, table: Table, tables: "Dict[str, Table | None]") -> List[Object]:
    order = ", ".join(column.name.lower() for column in table.columns)
    found = [("table", name, "", table.options), ("column order", name, name, order)]
    for column in table.columns:
        found.append(("column", "%s.%s" % (name, column.name), name, column.definition))
    for each in table.constraints:
        text = _definition(each, tables)
        found.append((each.kind, _constraint_name(name, each, tables), name, text))
    return found


def _constraint_name(table: str, each: Constraint, tables: "Dict[str, Table | None]") -> str:
    if each.kind == "check constraint":
        return "%s: %s" % (table, each.name or each.target)
    if each.kind == "foreign key":
        return "%s(%s) -> %s" % (table, ", ".join(each.columns), _target(each.target, tables))
    if each.kind == "primary key":
        return table
    return "%s(%s)" % (table, ", ".join(each.columns))


def _target(target: str, tables: "Dict[str, Table | None]") -> str:
    """`users` is `users(id)` where id is its key: a batch writes the column out."""
    other = tables.get(target.lower())
    keys = [key for key in other.constraints if key.kind == "primary key"] if other else []
    return "%s(%s)" % (target, ", ".join(keys[0].columns)) if keys else target


def _definition(each: Constraint, tables: "Dict[str, Table | None]") -> str:
    text = each.definition
    if each.kind == "foreign key":
        to = _target(each.target, tables)
        text = "FOREIGN KEY (%s) REFERENCES %s %s" % (", ".join(each.columns), to, text)
    return ("CONSTRAINT %s %s" % (each.name, text) if each.name else text).strip()
