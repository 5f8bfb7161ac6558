"""For every type of every database two different values are known, and the server takes them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pymysql
import pytest

from migbot.core.throwaway import Server
from migbot.databases import mysql_rows, postgresql_catalog
from migbot.guest.seed import seed_server
from migbot.guest.seed_table import SeedColumn
from migbot.guest.seed_value import MYSQL, POSTGRESQL, SQLITE, Raw, literal, value


def test_a_text_is_as_long_and_a_number_as_large_as_its_type_allows() -> None:
    def at_edge(kind: str, number: int = 1) -> Any:
        return value(POSTGRESQL, SeedColumn("c", kind, False), number, 0, True)

    assert at_edge("character varying(40)") == "1" * 40
    assert at_edge("char(1)", 2) == "2"
    assert at_edge("numeric(5,2)") == "999.99"
    assert at_edge("numeric(2,2)") == "0.99"
    assert at_edge("numeric(4)", 2) == "9998"
    assert len(at_edge("character varying(100000)")) == 700


def test_values_stand_in_sql_as_each_database_reads_them() -> None:
    assert literal(POSTGRESQL, b"\x01") == "'\\x01'"
    assert literal(MYSQL, b"\x01") == literal(SQLITE, b"\x01") == "X'01'"
    assert literal(SQLITE, "it's") == "'it''s'"
    assert (literal(POSTGRESQL, "a\\b"), literal(MYSQL, "a\\b")) == ("'a\\b'", "'a\\\\b'")
    assert literal(MYSQL, Raw("now()")) == "now()"
    assert literal(SQLITE, None) == "NULL"


def test_of_a_type_that_nobody_knows_there_is_no_value_but_in_sqlite() -> None:
    unknown = SeedColumn("c", "my_type", False)
    assert value(POSTGRESQL, unknown, 1, 0, True) is None
    assert value(MYSQL, unknown, 1, 0, True) is None
    assert value(SQLITE, unknown, 2, 0, True) == 2


POSTGRESQL_TYPES = (
    *("smallint", "integer", "bigint", "numeric", "numeric(12,4)", "numeric(3,3)", "real", "money"),
    *("double precision", "text", "varchar(255)", "varchar", "char(3)", "name", "bytea", "boolean"),
    *("date", "time", "timetz", "timestamp", "timestamptz", "timestamp(3) with time zone"),
    *("interval", "interval day to second", "uuid", "json", "jsonb", "jsonpath", "xml", "inet"),
    *("cidr", "macaddr", "macaddr8", "bit(1)", "bit(12)", "bit varying(5)", "tsvector", "tsquery"),
    *("point", "box", "circle", "line", "lseg", "path", "polygon", "int4range", "int8range"),
    *("numrange", "daterange", "tsrange", "tstzrange", "integer[]", "text[]", "jsonb[]", "uuid[]"),
    *("timestamptz[]", "varchar(5)[]", "int[][]", "oid", "pg_lsn", "mood", "mood[]", "dom"),
    *("int4multirange", "datemultirange", "citext", "hstore", "ltree"),
)
NO_UNIQUE = ("json", "xml", "jsonpath", "point", "box", "circle", "line", "lseg", "path", "polygon")
NOT_TWO = ("bit(1)", "mood[]")
"""Of these there are not two values that differ, or not by an operator that an index has."""


@pytest.fixture(scope="module")
def database(postgresql: Server) -> Iterator[psycopg.Connection[Any]]:
    where = f"host={postgresql.socket} port={postgresql.port} user={postgresql.user}"
    with closing(psycopg.connect(f"{where} dbname=postgres", autocommit=True)) as connection:
        connection.execute("CREATE DATABASE seed_values")
    with closing(psycopg.connect(f"{where} dbname=seed_values", autocommit=True)) as connection:
        connection.execute("CREATE TYPE mood AS ENUM ('sad', 'it''s')")
        connection.execute("CREATE DOMAIN dom AS varchar(9) CHECK (VALUE IN ('a', 'b'))")
        yield connection
    with closing(psycopg.connect(f"{where} dbname=postgres", autocommit=True)) as connection:
        connection.execute("DROP DATABASE seed_values")


def seeded(connection: psycopg.Connection[Any], *statements: str) -> dict[str, list[Any]]:
    """The rows of each table after seeding in one transaction, which does not end."""
    major = connection.info.server_version // 10000

    def ask(sql: str) -> list[Any]:
        cursor = connection.execute(sql)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []

    with connection.transaction(force_rollback=True):
        for each in statements:
            ask(each)
        tables = dict(ask(postgresql_catalog.TABLES))
        every = "(SELECT array_agg(p.oid) FROM pg_class AS p)"
        keys = ask(postgresql_catalog.FOREIGN_KEYS.replace("$1", every))
        columns = ask(postgresql_catalog.columns(major).replace("$1", every))
        seed_server(ask, "postgresql", tables, tables, columns, keys)
        return {name: ask(f"SELECT * FROM {quoted}") for name, quoted in tables.items()}


@pytest.mark.parametrize("kind", POSTGRESQL_TYPES)
def test_a_required_column_of_any_type_of_postgresql_gets_two_values(
    database: psycopg.Connection[Any], kind: str
) -> None:
    if kind in ("citext", "hstore", "ltree"):
        try:
            database.execute(f"CREATE EXTENSION IF NOT EXISTS {kind}")
        except psycopg.Error:
            pytest.skip(f"the server has no {kind}")
    unique = "" if kind in (*NO_UNIQUE, *NOT_TWO) else "UNIQUE"
    rows = seeded(database, f"CREATE TABLE t (a {kind} NOT NULL {unique})")["t"]
    assert len(rows) == 2
    assert None not in {str(row[0]) for row in rows}
    assert kind in NOT_TWO or rows[0] != rows[1]


def test_what_fails_does_not_end_the_transaction(database: psycopg.Connection[Any]) -> None:
    found = seeded(
        database,
        "CREATE TABLE hard (v text NOT NULL CHECK (v LIKE 'a_b_c'), PRIMARY KEY (v))",
        "CREATE TABLE more (v int NOT NULL CHECK (v > 50), w int CHECK (w < 0))",
        "CREATE TYPE pair AS (a int, b int)",
        "CREATE TABLE odd (v pair NOT NULL)",
        "CREATE TABLE even (v pair)",
        "CREATE TABLE late (v text NOT NULL REFERENCES hard DEFERRABLE INITIALLY DEFERRED)",
    )
    counts = {name: len(rows) for name, rows in found.items()}
    assert counts == {"hard": 0, "more": 2, "odd": 0, "even": 2, "late": 0}


def test_rows_point_to_the_rows_of_their_parents(database: psycopg.Connection[Any]) -> None:
    found = seeded(
        database,
        "CREATE SCHEMA s",
        "CREATE TABLE s.p (a int, b uuid, PRIMARY KEY (b, a))",
        "CREATE TABLE c (id serial PRIMARY KEY, x uuid NOT NULL, y int NOT NULL, up int "
        "REFERENCES c, FOREIGN KEY (y, x) REFERENCES s.p (a, b), UNIQUE (x))",
        "CREATE TABLE tree (id int PRIMARY KEY, up int NOT NULL REFERENCES tree)",
    )
    parents = {(row[1], row[0]) for row in found["s.p"]}
    assert {(row[1], row[2]) for row in found["c"]} == parents
    assert [row[3] for row in found["c"]] == [None, found["c"][0][0]]
    assert [row[1] for row in found["tree"]] == [1, 1] or len(found["tree"]) == 2


def test_the_first_row_is_full_and_the_second_has_nulls(database: psycopg.Connection[Any]) -> None:
    found = seeded(database, "CREATE TABLE t (id serial, a varchar(12), b jsonb, n numeric(4,1))")
    first, second = found["t"]
    assert (str(first[1]), first[2], str(first[3])) == ("1" * 12, {"n": 1}, "999.9")
    assert second[1:] == (None, None, None)


MYSQL_TYPES = (
    *("tinyint(1)", "tinyint unsigned", "smallint", "mediumint", "int", "int unsigned", "bigint"),
    *("decimal(10,2)", "decimal(3,3)", "float", "double", "bit(1)", "bit(12)", "char(4)", "year"),
    *("varchar(255)", "varchar(700)", "tinytext", "text", "mediumtext", "longtext", "binary(16)"),
    *("varbinary(20)", "tinyblob", "blob", "longblob", "date", "time", "time(3)", "datetime"),
    *(
        "datetime(6)",
        "timestamp",
        "enum('a','it''s')",
        "set('a','b')",
        "json",
        "point",
        "geometry",
    ),
    *("polygon", "linestring", "uuid", "inet6", "inet4"),
)


@pytest.fixture(scope="module")
def maria(mariadb: Server) -> Iterator[Any]:
    connection = pymysql.connect(unix_socket=mariadb.socket, user=mariadb.user, autocommit=True)
    with closing(connection), connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE seed_values")
        cursor.execute("USE seed_values")
        yield cursor, mariadb
        cursor.execute("DROP DATABASE seed_values")


@pytest.mark.parametrize("kind", MYSQL_TYPES)
def test_a_required_column_of_any_type_of_mariadb_gets_two_values(maria: Any, kind: str) -> None:
    cursor, server = maria

    def ask(sql: str) -> list[Any]:
        cursor.execute(sql)
        return list(cursor.fetchall())

    cursor.execute(f"CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, a {kind} NOT NULL)")
    cursor.execute("CREATE TABLE c (t int NOT NULL UNIQUE, FOREIGN KEY (t) REFERENCES t (id))")
    try:
        tables = dict(ask(mysql_rows.TABLES))
        columns = ask(mysql_rows.columns("mariadb", server.version))
        seed_server(ask, "mariadb", tables, tables, columns, ask(mysql_rows.FOREIGN_KEYS))
        assert len(ask("SELECT * FROM t")) == 2
        assert len(ask("SELECT * FROM c")) == 2
        assert kind == "bit(1)" or ask("SELECT count(DISTINCT a) FROM t") == [(2,)]
    finally:
        cursor.execute("DROP TABLE c, t")


def test_choices_are_taken_in_turn() -> None:
    column = SeedColumn("c", "text", False, tuple(json.loads('["a", "b"]')))
    assert [value(SQLITE, column, number, 0, True) for number in (1, 2, 3)] == ["a", "b", "a"]


def test_sqlite_takes_what_is_written(tmp_path: Any) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        shown = connection.execute(f"SELECT {literal(SQLITE, b'ab')}, {literal(SQLITE, 7)}")
        assert shown.fetchone() == (b"ab", 7)
