"""What the SQLite catalog sees and what it does not: alembic's own batches are the oracle."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from migbot.core.catalogs import Part, differences
from migbot.guest.catalog.sqlite import Catalog, snapshot

TABLES = """
CREATE TABLE users (
    id integer primary key,
    email varchar(50) not null unique,
    age INT DEFAULT 0,
    made TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    price NUMERIC(10,2),
    ok bool,
    CONSTRAINT grown CHECK (age >= 0)
);
CREATE TABLE "posts" (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    author INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    title TEXT COLLATE NOCASE, "order" INTEGER,
    UNIQUE (author, title)
);
CREATE INDEX ix_title ON posts (title DESC) WHERE title IS NOT NULL;
CREATE VIEW names AS SELECT email FROM users;
CREATE TRIGGER bell AFTER INSERT ON posts BEGIN SELECT 1; END;
"""


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as made:
        yield made


def seen(connection: sqlite3.Connection, sql: str = "") -> Catalog:
    connection.executescript(sql)
    return snapshot(lambda text: connection.execute(text).fetchall()).catalog


def parts(catalog: Catalog) -> dict[str, Part]:
    return {key: Part(*each) for key, each in catalog.items()}


def of(sql: str) -> Catalog:
    with closing(sqlite3.connect(":memory:")) as made:
        return seen(made, sql)


SAME = {
    "quotes, case and spaces": (
        "CREATE TABLE u (id INTEGER, Name VARCHAR( 20 ))",
        'CREATE  TABLE "u" ("id" integer, `Name` varchar(20))',
    ),
    "comments": ("CREATE TABLE u (id INTEGER)", "CREATE TABLE u (id /* key */ INTEGER -- id\n)"),
    "parentheses round a default": (
        "CREATE TABLE u (t TIMESTAMP DEFAULT CURRENT_TIMESTAMP)",
        "CREATE TABLE u (t TIMESTAMP DEFAULT (CURRENT_TIMESTAMP))",
    ),
    "a default of NULL": ("CREATE TABLE u (t INTEGER)", "CREATE TABLE u (t INTEGER DEFAULT NULL)"),
    "NOT NULL on a rowid": (
        "CREATE TABLE u (id integer primary key)",
        "CREATE TABLE u (id INTEGER NOT NULL, PRIMARY KEY (id))",
    ),
    "an inline key and one of the table": (
        "CREATE TABLE u (a TEXT UNIQUE CHECK (a <> ''))",
        "CREATE TABLE u (a TEXT, CHECK (a <> ''), UNIQUE (a))",
    ),
    "the key that a reference leaves out": (
        "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p INTEGER REFERENCES p)",
        "CREATE TABLE p (id INTEGER PRIMARY KEY);"
        "CREATE TABLE c (p INTEGER, FOREIGN KEY(p) REFERENCES p (id) ON UPDATE NO ACTION)",
    ),
    "AUTOINCREMENT's own table": (
        "CREATE TABLE u (id INTEGER PRIMARY KEY AUTOINCREMENT)",
        "CREATE TABLE u (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO u DEFAULT VALUES",
    ),
    "the order of constraints": (
        "CREATE TABLE u (a INT, b INT, UNIQUE (a), UNIQUE (b))",
        "CREATE TABLE u (a INT, b INT, UNIQUE (b), UNIQUE (a))",
    ),
    "a type that SQLAlchemy reads as the one of its affinity": (
        "CREATE TABLE u (a TINYINT(1), b DOUBLE PRECISION, c CLOB, d MONEY, e NCHAR(9), f INT(11))",
        "CREATE TABLE u (a INTEGER, b REAL, c TEXT, d NUMERIC, e TEXT(9), f INTEGER)",
    ),
    "the quotes of a number": (
        "CREATE TABLE u (a INTEGER DEFAULT -1, b REAL DEFAULT 1.5, c TEXT DEFAULT +7)",
        "CREATE TABLE u (a INTEGER DEFAULT '-1', b REAL DEFAULT '1.5', c TEXT DEFAULT '7')",
    ),
    "the words for 1 and 0": (
        "CREATE TABLE u (a BOOLEAN DEFAULT TRUE, b BOOLEAN DEFAULT false)",
        "CREATE TABLE u (a BOOLEAN DEFAULT 1, b BOOLEAN DEFAULT 0)",
    ),
    "two signs for one comparison": (
        "CREATE TABLE u (a INT, CHECK (a <> 1 AND a == a))",
        "CREATE TABLE u (a INT, CHECK (a != 1 AND a = a))",
    ),
    "the collation of every column": (
        "CREATE TABLE u (a TEXT COLLATE BINARY)",
        "CREATE TABLE u (a TEXT)",
    ),
    "the order of a reference's actions, and MATCH": (
        "CREATE TABLE u (a INT REFERENCES u (a) ON UPDATE CASCADE ON DELETE SET NULL MATCH FULL)",
        "CREATE TABLE u (a INT REFERENCES u (a) ON DELETE SET NULL ON UPDATE CASCADE)",
    ),
    "a reference that is checked at once": (
        "CREATE TABLE u (a INT REFERENCES u (a) DEFERRABLE INITIALLY IMMEDIATE)",
        "CREATE TABLE u (a INT REFERENCES u (a) DEFERRABLE)",
    ),
    "ASC in a key": (
        "CREATE TABLE u (a INT, PRIMARY KEY (a ASC))",
        "CREATE TABLE u (a INT, PRIMARY KEY (a))",
    ),
    "ASC and parentheses in an index": (
        "CREATE TABLE u (a INT); CREATE INDEX ix ON u (a ASC) WHERE (a > 1)",
        "CREATE TABLE u (a INT); CREATE INDEX ix ON u (a) WHERE a > 1",
    ),
    "statistics": ("CREATE TABLE u (a INT)", "CREATE TABLE u (a INT); ANALYZE"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_what_a_right_downgrade_may_leave_otherwise_is_not_seen(one: str, other: str) -> None:
    assert of(one) == of(other)


BASE = """
CREATE TABLE p (id INTEGER PRIMARY KEY, k TEXT UNIQUE);
CREATE TABLE u (id INTEGER PRIMARY KEY, a VARCHAR(20) NOT NULL, b INTEGER DEFAULT 0,
    c TEXT COLLATE NOCASE, p INTEGER CONSTRAINT fk REFERENCES p (id) ON DELETE CASCADE,
    g INTEGER AS (b + 1) STORED, CONSTRAINT uq UNIQUE (a, b), CHECK (b >= 0));
CREATE INDEX ix ON u (a DESC, b) WHERE b > 1;
CREATE VIEW v AS SELECT a FROM u WHERE a = 'A';
CREATE TRIGGER t AFTER INSERT ON u BEGIN UPDATE u SET b = 1; END;
"""
PLANTED = {
    "a type": ("VARCHAR(20)", "VARCHAR(50)"),
    "a column": ("c TEXT COLLATE NOCASE, ", ""),
    "NOT NULL": ("VARCHAR(20) NOT NULL", "VARCHAR(20)"),
    "a default": ("DEFAULT 0", "DEFAULT 1"),
    "a collation": (" COLLATE NOCASE", ""),
    "the name of a key": ("CONSTRAINT uq ", ""),
    "the columns of a key": ("UNIQUE (a, b)", "UNIQUE (a)"),
    "a unique column": ("k TEXT UNIQUE", "k TEXT"),
    "a check": ("CHECK (b >= 0)", "CHECK (b > 0)"),
    "a check less": (", CHECK (b >= 0)", ""),
    "ON DELETE": (" ON DELETE CASCADE", ""),
    "what a key refers to": ("REFERENCES p (id)", "REFERENCES p (k)"),
    "DEFERRABLE": ("ON DELETE CASCADE", "ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"),
    "ON CONFLICT": ("UNIQUE (a, b)", "UNIQUE (a, b) ON CONFLICT IGNORE"),
    "AUTOINCREMENT": ("p (id INTEGER PRIMARY KEY", "p (id INTEGER PRIMARY KEY AUTOINCREMENT"),
    "a generated column": ("(b + 1)", "(b + 2)"),
    "STORED": (" STORED", ""),
    "the direction of an index": ("a DESC, b)", "a, b)"),
    "the condition of an index": ("b > 1", "b > 2"),
    "a unique index": ("CREATE INDEX", "CREATE UNIQUE INDEX"),
    "an index": ("CREATE INDEX ix ON u (a DESC, b) WHERE b > 1;", ""),
    "the case of a string": ("a = 'A'", "a = 'a'"),
    "a view": ("SELECT a FROM u", "SELECT b FROM u"),
    "a trigger": ("SET b = 1", "SET b = 2"),
    "a trigger less": ("CREATE TRIGGER t AFTER INSERT ON u BEGIN UPDATE u SET b = 1; END;", ""),
    "STRICT": ("CHECK (b >= 0));", "CHECK (b >= 0)) STRICT;"),
}


@pytest.mark.parametrize(("old", "new"), PLANTED.values(), ids=PLANTED)
def test_what_was_planted_is_seen_and_nothing_else(old: str, new: str) -> None:
    text = BASE.replace("VARCHAR(20)", "TEXT") if "STRICT" in new else BASE
    assert old in text
    found = differences(parts(of(text)), parts(of(text.replace(old, new))))
    assert 1 <= len(found) <= 2, found


BATCHES = {
    "add and drop a column": (
        lambda t: t.add_column(sa.Column("x", sa.Integer)),
        lambda t: t.drop_column("x"),
    ),
    "rename a column": (
        lambda t: t.alter_column("price", new_column_name="cost"),
        lambda t: t.alter_column("cost", new_column_name="price"),
    ),
    "NOT NULL": (
        lambda t: t.alter_column("age", nullable=False),
        lambda t: t.alter_column("age", nullable=True),
    ),
    "a type": (
        lambda t: t.alter_column("email", type_=sa.Text()),
        lambda t: t.alter_column("email", type_=sa.String(50)),
    ),
    "a named key": (
        lambda t: t.create_unique_constraint("uq", ["age"]),
        lambda t: t.drop_constraint("uq", type_="unique"),
    ),
}


@pytest.mark.parametrize(("up", "down"), BATCHES.values(), ids=BATCHES)
def test_a_batch_that_undoes_another_is_accused_of_nothing(up: object, down: object) -> None:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as bind:
        for statement in (
            "CREATE TABLE users (id integer primary key, email varchar(50) not null, "
            "age INT DEFAULT 0, made TIMESTAMP DEFAULT CURRENT_TIMESTAMP, price NUMERIC(10,2), "
            "ok bool, CONSTRAINT grown CHECK (age >= 0))",
            "CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER REFERENCES users)",
            "CREATE INDEX ix_age ON users (age)",
        ):
            bind.exec_driver_sql(statement)

        def look() -> Catalog:
            return snapshot(lambda sql: bind.exec_driver_sql(sql).fetchall()).catalog

        before = look()
        op = Operations(MigrationContext.configure(bind))
        for change in (up, down):
            with op.batch_alter_table("users", recreate="always") as batch:
                change(batch)  # type: ignore[operator]
            if change is up:
                assert look() != before
        assert differences(parts(before), parts(look())) == ()


def test_the_unnamed_key_that_a_batch_drops_is_seen() -> None:
    with sa.create_engine("sqlite://").connect() as bind:
        bind.exec_driver_sql("CREATE TABLE u (id INTEGER PRIMARY KEY, email varchar(50) UNIQUE)")

        def look() -> Catalog:
            return snapshot(lambda sql: bind.exec_driver_sql(sql).fetchall()).catalog

        before = look()
        op = Operations(MigrationContext.configure(bind))
        with op.batch_alter_table("u", recreate="always") as batch:
            batch.add_column(sa.Column("x", sa.Integer))
        with op.batch_alter_table("u", recreate="always") as batch:
            batch.drop_column("x")
        (found,) = differences(parts(before), parts(look()))
    assert (found.kind, found.name, found.change) == ("unique constraint", "u(email)", "missing")


def test_a_virtual_table_is_compared_by_its_text_and_its_shadows_hold_no_rows(
    connection: sqlite3.Connection,
) -> None:
    connection.execute("CREATE VIRTUAL TABLE docs USING fts5(body)")
    found = snapshot(lambda text: connection.execute(text).fetchall())
    assert found.tables == {}
    assert "table docs" in found.catalog


def test_text_that_is_not_understood_is_compared_as_it_stands(
    connection: sqlite3.Connection,
) -> None:
    connection.execute("CREATE TABLE odd (a, b INTEGER UNIQUE) ")
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("UPDATE sqlite_master SET sql = 'CREATE TABLE odd (a b c NOT)'")
    assert seen(connection)["table odd"][3].startswith("table odd")


@pytest.mark.parametrize("text", ["CREATE INDEX ix ON odd (a", "CREATE INDEX ix ON odd"])
def test_an_index_that_is_not_understood_is_compared_as_it_stands(
    connection: sqlite3.Connection, text: str
) -> None:
    connection.executescript("CREATE TABLE odd (a); CREATE INDEX ix ON odd (a)")
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'ix'", (text,))
    assert seen(connection)["index ix"][3].startswith("index ix on odd")


DIFFERENT = {
    "a number of a TEXT column with other digits": ("TEXT DEFAULT '007'", "TEXT DEFAULT 7"),
    "a decimal in a TEXT column": ("TEXT DEFAULT '1.50'", "TEXT DEFAULT 1.50"),
    "a number in a column that takes all as it is": ("BLOB DEFAULT '0'", "BLOB DEFAULT 0"),
    "a word and its string": ("BOOLEAN DEFAULT true", "BOOLEAN DEFAULT 'true'"),
    "a length": ("NCHAR(10)", "NCHAR(20)"),
    "an affinity": ("TINYINT", "DOUBLE"),
    "DEFERRED": (
        "INT REFERENCES u (a) DEFERRABLE INITIALLY DEFERRED",
        "INT REFERENCES u (a) DEFERRABLE",
    ),
    "the action of another event": (
        "INT REFERENCES u (a) ON DELETE CASCADE",
        "INT REFERENCES u (a) ON UPDATE CASCADE",
    ),
}


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_what_only_looks_like_spelling_is_seen(one: str, other: str) -> None:
    assert of(f"CREATE TABLE u (a {one})") != of(f"CREATE TABLE u (a {other})")


def test_the_whole_of_a_schema_is_listed(connection: sqlite3.Connection) -> None:
    kinds = {each[0] for each in seen(connection, TABLES).values()}
    assert kinds == {
        *("table", "column", "column order", "index", "view", "trigger"),
        *("primary key", "unique constraint", "foreign key", "check constraint"),
    }
