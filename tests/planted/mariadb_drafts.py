"""What MariaDB's planted migrations stand on; in every text `@` stands for the case's prefix."""

from __future__ import annotations

from planted.draft import Bodies, sql

USERS = sql(
    "CREATE TABLE @u (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20) NOT NULL, "
    "age INT DEFAULT 0, note TEXT)"
)
PAIR = sql(
    "CREATE TABLE @p (id INT PRIMARY KEY, name VARCHAR(20))",
    "CREATE TABLE @c (id INT PRIMARY KEY, p INT)",
)
KEYED = sql(
    "CREATE TABLE @p (id INT PRIMARY KEY)",
    "CREATE TABLE @c (id INT PRIMARY KEY, p INT, "
    "CONSTRAINT @fk FOREIGN KEY (p) REFERENCES @p (id) ON DELETE CASCADE)",
)
ADD = 'op.add_column("@u", sa.Column("x", sa.Integer))'
DROP = 'op.drop_column("@u", "x")'


def after(before: str, *statements: str) -> str:
    """What a case needs: `before`, and then these statements."""
    return before + "\n" + sql(*statements)


def table(columns: str, options: str = "") -> str:
    """Source that makes the case's table."""
    return sql(f"CREATE TABLE @u (id INT PRIMARY KEY, {columns}) {options}")


def forgotten(before: str, statement: str) -> Bodies:
    """An upgrade that runs `statement` and adds a column; the downgrade drops the column only."""
    return (before, sql(statement) + "\n" + ADD, DROP)


def altered(before: str, up: str, down: str) -> Bodies:
    """One ALTER TABLE of the case's table each way."""
    return (before, sql(f"ALTER TABLE @u {up}"), sql(f"ALTER TABLE @u {down}"))


def indexed(old: str, new: str, columns: str = "name VARCHAR(20), age INT, note TEXT") -> Bodies:
    """An index that the upgrade drops, and that the downgrade makes anew as `new`."""
    return (
        table(columns) + "\n" + sql(f"CREATE {old}"),
        sql("DROP INDEX @ix ON @u"),
        sql(f"CREATE {new}"),
    )


def replaced(what: str, before: str, old: str, new: str) -> Bodies:
    """A view, trigger or routine that the upgrade drops, made anew as `new` by the downgrade."""
    return (after(before, old), sql(f"DROP {what}"), sql(new))
