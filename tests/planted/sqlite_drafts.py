"""What SQLite's planted migrations stand on; in every text `@` stands for the case's prefix."""

from __future__ import annotations

import textwrap

from planted.draft import Bodies, sql


def batch(table: str, *changes: str, always: bool = True) -> str:
    """Source of a batch, which rebuilds the table."""
    mode = ', recreate="always"' if always else ""
    body = textwrap.indent("\n".join(f"t.{each}" for each in changes), "    ")
    return f'with op.batch_alter_table("{table}"{mode}) as t:\n{body}'


def rebuild(table: str, body: str, columns: str = "id, name") -> str:
    """Source that makes the table anew by hand and keeps its rows."""
    return sql(
        f"CREATE TABLE {table}_new {body}",
        f"INSERT INTO {table}_new ({columns}) SELECT {columns} FROM {table}",
        f"DROP TABLE {table}",
        f"ALTER TABLE {table}_new RENAME TO {table}",
    )


USERS = sql(
    "CREATE TABLE @u (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL, "
    "age INTEGER DEFAULT 0, note TEXT)"
)
SMALL = sql("CREATE TABLE @u (id INTEGER PRIMARY KEY, name TEXT)")
PAIR = sql(
    "CREATE TABLE @p (id INTEGER PRIMARY KEY, name TEXT)",
    "CREATE TABLE @c (id INTEGER PRIMARY KEY, name TEXT, p INTEGER)",
)
ADD = 'op.add_column("@u", sa.Column("x", sa.Integer))'
DROP = 'op.drop_column("@u", "x")'
BATCH_ADD = batch("@u", 'add_column(sa.Column("x", sa.Integer))')
BATCH_DROP = batch("@u", 'drop_column("x")')


def table(body: str) -> str:
    return sql(f"CREATE TABLE @u {body}")


def column(definition: str) -> str:
    """Body of a small table whose second column is `definition`."""
    return f"(id INTEGER PRIMARY KEY, name {definition})"


def recreated(old: str, between: str, new: str) -> Bodies:
    """A table rebuilt by hand on the way up, and back again as `new`."""
    return (table(old), rebuild("@u", between), rebuild("@u", new))


def indexed(old: str, new: str) -> Bodies:
    """An index that the upgrade drops, and that the downgrade makes anew as `new`."""
    return (USERS + "\n" + sql(old), 'op.drop_index("@ix")', sql(new) if new else "pass")


def replaced(kind: str, before: str, old: str, new: str) -> Bodies:
    """A view or trigger that the upgrade drops, and that the downgrade makes anew as `new`."""
    return (before + "\n" + sql(old), sql(f"DROP {kind} @{kind[0].lower()}"), sql(new))


TEXT = column("TEXT")
"""The table that a rebuild on the way up leads to."""

KEY = "(id INTEGER PRIMARY KEY, name TEXT REFERENCES @u (name){})"
FTS = "CREATE VIRTUAL TABLE @d USING fts5(body{})"


def both_ways(old: str, between: str = "", name: str = "@u") -> Bodies:
    """A table that a batch rebuilds twice."""
    return (
        sql(old),
        batch(name, f'add_column(sa.Column("x", sa.Integer){between})'),
        batch(name, 'drop_column("x")'),
    )
