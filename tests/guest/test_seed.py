"""Two rows in each table that can have them, and they are of the kind that finds mistakes."""

import sqlite3
from contextlib import closing

import pytest

from migbot.guest.seed import seed


def seeded(sql: str, *, enforce: bool = True) -> dict[str, list[tuple[object, ...]]]:
    """The rows of each table after seeding a database that `sql` makes."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(sql)
        connection.execute(f"PRAGMA foreign_keys = {'ON' if enforce else 'OFF'}")
        asked = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
        tables = dict(connection.execute(asked).fetchall())
        seed(lambda *given: connection.execute(*given).fetchall(), tables)
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables}


def test_the_first_row_is_as_long_as_it_may_be_and_the_second_has_nulls() -> None:
    (first, second) = seeded("CREATE TABLE u (id INTEGER PRIMARY KEY, a VARCHAR(12), b TEXT)")["u"]
    assert (first, second) == ((1, "1" * 12, "1" * 8), (2, None, None))


KINDS = (
    *("INTEGER", "BIGINT", "BOOLEAN", "DATE", "DATETIME", "TIMESTAMP", "TIME", "JSON", "BLOB"),
    *("REAL", "FLOAT", "NUMERIC(10, 2)", "CHAR(32)", "VARCHAR", "UUID", ""),
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_required_column_of_any_type_gets_two_different_values(kind: str) -> None:
    rows = seeded(f"CREATE TABLE u (a {kind} NOT NULL UNIQUE)")["u"]
    assert len({row[0] for row in rows}) == 2
    assert None not in {row[0] for row in rows}


def test_rows_point_to_the_rows_of_their_parents_whatever_the_names() -> None:
    found = seeded("""
        CREATE TABLE a (id INTEGER PRIMARY KEY, z INTEGER NOT NULL REFERENCES z (code));
        CREATE TABLE z (id INTEGER PRIMARY KEY, code INTEGER NOT NULL UNIQUE);
        CREATE TABLE pair (a INTEGER NOT NULL REFERENCES a, z INTEGER NOT NULL REFERENCES z,
            PRIMARY KEY (a, z));
        CREATE TABLE tree (id INTEGER PRIMARY KEY, up INTEGER NOT NULL REFERENCES tree);
    """)
    assert {name: len(rows) for name, rows in found.items()} == {
        "a": 2,
        "z": 2,
        "pair": 2,
        "tree": 2,
    }


def test_an_enum_gets_its_words_and_other_checks_are_tried() -> None:
    found = seeded("""
        CREATE TABLE e (s VARCHAR(5) NOT NULL, CONSTRAINT x CHECK (s IN ('on', 'it''s')));
        CREATE TABLE n (v INTEGER NOT NULL CHECK (v > 50));
        CREATE TABLE m (v INTEGER CHECK (v < 0));
    """)
    assert [row[0] for row in found["e"]] == ["on", "it's"]
    assert len(found["n"]) == len(found["m"]) == 2


def test_what_no_row_of_ours_satisfies_stays_empty_and_stops_nothing() -> None:
    found = seeded("""
        CREATE TABLE hard (v TEXT NOT NULL CHECK (v LIKE 'a%@%.org'));
        CREATE TABLE easy (v TEXT);
        CREATE TABLE lost (v INTEGER NOT NULL REFERENCES nowhere (id));
    """)
    assert (found["hard"], len(found["easy"])) == ([], 2)


def test_a_generated_column_is_left_to_the_database() -> None:
    rows = seeded("CREATE TABLE g (a INTEGER NOT NULL, b INTEGER AS (a * 2) STORED)")["g"]
    assert rows == [(1, 2), (2, 4)]


def test_rows_that_are_there_count() -> None:
    found = seeded("""
        CREATE TABLE u (id INTEGER PRIMARY KEY, n TEXT UNIQUE);
        INSERT INTO u VALUES (7, 'x');
        CREATE TABLE w (n TEXT); INSERT INTO w VALUES ('a'), ('b'), ('c');
    """)
    assert (len(found["u"]), len(found["w"])) == (2, 3)
