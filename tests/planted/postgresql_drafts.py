"""What PostgreSQL's planted migrations stand on; in every text `@` stands for the case's prefix."""

from __future__ import annotations

from planted.draft import Bodies, sql

USERS = sql(
    "CREATE TABLE @u (id SERIAL PRIMARY KEY, name VARCHAR(20) NOT NULL, age INTEGER DEFAULT 0, "
    "note TEXT)"
)
PAIR = sql(
    "CREATE TABLE @p (id INTEGER PRIMARY KEY, name VARCHAR(20))",
    "CREATE TABLE @c (id INTEGER PRIMARY KEY, p INTEGER)",
)
KEYED = sql(
    "CREATE TABLE @p (id INTEGER PRIMARY KEY)",
    "CREATE TABLE @c (id INTEGER PRIMARY KEY, p INTEGER, "
    "CONSTRAINT @fk FOREIGN KEY (p) REFERENCES @p (id) ON DELETE CASCADE)",
)
MOOD = sql(
    "CREATE TYPE @mood AS ENUM ('sad', 'ok')",
    "CREATE TABLE @u (id SERIAL PRIMARY KEY, mood @mood NOT NULL DEFAULT 'ok')",
)
TOUCH = (
    "CREATE FUNCTION @touch() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN NEW.age := NEW.age + 0; RETURN NEW; END $$"
)
TRIGGER = "CREATE TRIGGER @tr BEFORE UPDATE ON @u FOR EACH ROW EXECUTE PROCEDURE @touch()"
DAYS = sql(
    "CREATE TABLE @d (id INTEGER NOT NULL, at DATE NOT NULL) PARTITION BY RANGE (at)",
    "CREATE TABLE @d1 PARTITION OF @d FOR VALUES FROM ('2001-01-01') TO ('2002-01-01')",
)
ADD = 'op.add_column("@u", sa.Column("x", sa.Integer))'
DROP = 'op.drop_column("@u", "x")'


def after(before: str, *statements: str) -> str:
    """What a case needs: `before`, and then these statements."""
    return before + "\n" + sql(*statements)


def forgotten(*statements: str, before: str = USERS) -> Bodies:
    """An upgrade that runs these and adds a column; the downgrade drops the column only."""
    return (before, sql(*statements) + "\n" + ADD, DROP)


def altered(up: str, down: str, before: str = USERS) -> Bodies:
    """One ALTER TABLE of the case's table each way."""
    return (before, sql(f"ALTER TABLE @u {up}"), sql(f"ALTER TABLE @u {down}"))


def indexed(old: str, new: str) -> Bodies:
    """An index that the upgrade drops, and that the downgrade makes anew as `new`."""
    return (after(USERS, f"CREATE {old}"), sql("DROP INDEX @ix"), sql(f"CREATE {new}"))


def replaced(what: str, old: str, new: str, before: str = USERS) -> Bodies:
    """Something that the upgrade drops (`what`), made anew as `new` by the downgrade."""
    return (after(before, *old.split(";;")), sql(f"DROP {what}"), sql(*new.split(";;")))


def recreated(values: str) -> Bodies:
    """An enum that gets a value, and is made anew without it: the way there is."""
    return (
        MOOD,
        sql("ALTER TYPE @mood ADD VALUE 'glad'"),
        sql(
            "ALTER TABLE @u ALTER mood DROP DEFAULT",
            "ALTER TYPE @mood RENAME TO @mood_old",
            f"CREATE TYPE @mood AS ENUM ({values})",
            "ALTER TABLE @u ALTER mood TYPE @mood USING mood::text::@mood",
            "ALTER TABLE @u ALTER mood SET DEFAULT 'ok'",
            "DROP TYPE @mood_old",
        ),
    )
