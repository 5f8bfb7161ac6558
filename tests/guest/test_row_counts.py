"""Whose rows may be others is told by the server's own count, whoever wrote them."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from migbot.core.throwaway import Server
from migbot.guest.catalog.row_counts import RowCounts
from support.looking import Guest, guest

TWO = ("CREATE TABLE t (id serial, name text)", "CREATE TABLE u (id int)")
VERSIONS = "CREATE TABLE alembic_version (version_num text)"
PARTS = (
    "CREATE TABLE p (id int) PARTITION BY LIST (id)",
    "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
)
FUNCTION = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'UPDATE u SET id = id RETURNING 1'"


@pytest.fixture
def counting(postgresql: Server) -> Iterator[Guest]:
    with guest(postgresql, "counts") as made:
        if not made.counts:
            pytest.skip("only from PostgreSQL 15 on writes are counted at once")
        made.run(
            *TWO,
            VERSIONS,
            FUNCTION,
            "INSERT INTO t (name) VALUES ('a')",
            "INSERT INTO u VALUES (1)",
        )
        made.run("COMMIT")
        for _ in range(2):
            made.look()
        yield made


def moved(made: Guest, *statements: str) -> set[str] | None:
    made.run(*statements)
    made.look()
    return made.databases.written(made.ask)


@pytest.mark.parametrize("end", [(), ("COMMIT",)])
@pytest.mark.parametrize(
    ("statements", "tables"),
    [
        (["SELECT * FROM t"], set()),
        (["INSERT INTO alembic_version VALUES ('x')"], set()),
        (["ALTER TABLE u ADD x int"], set()),
        (["INSERT INTO t (name) VALUES ('b')"], {"t"}),
        (["UPDATE u SET id = 2", "DELETE FROM u"], {"u"}),
        (["SELECT f()"], {"u"}),
        (["EXPLAIN ANALYZE DELETE FROM t"], {"t"}),
        (["TRUNCATE t"], {"t"}),
        (["ALTER TABLE u ALTER id TYPE bigint"], {"u"}),
        (["DROP TABLE u", "CREATE TABLE u (id int)"], {"u"}),
        (["SAVEPOINT s", "DELETE FROM t", "ROLLBACK TO s"], {"t"}),
    ],
)
def test_the_tables_that_were_written_are_told(
    counting: Guest, statements: list[str], tables: set[str], end: tuple[str, ...]
) -> None:
    assert moved(counting, *statements, *end) == tables
    assert moved(counting) == set()


@pytest.mark.parametrize("before", [(), ("ALTER TABLE u ADD x int",)])
@pytest.mark.parametrize("statement", ["TRUNCATE t", "DROP TABLE t"])
def test_rows_that_are_back_with_their_file_are_told(
    counting: Guest, statement: str, before: tuple[str, ...]
) -> None:
    moved(counting, *before, "SAVEPOINT s", statement)
    assert "t" in (moved(counting, "ROLLBACK TO s") or ())


def test_what_another_connection_has_written_is_told(counting: Guest) -> None:
    assert "t" in (moved(counting, "&DELETE FROM t") or ())


def test_the_rows_of_a_partition_are_its_parents(counting: Guest) -> None:
    moved(counting, *PARTS, "COMMIT")
    moved(counting)
    assert {"p", "t", "u"} <= (moved(counting, "INSERT INTO p VALUES (1)") or set())


@pytest.mark.parametrize(
    "gone", ["ALTER TABLE p DETACH PARTITION p1", "DROP TABLE p1", "ALTER TABLE h NO INHERIT u"]
)
def test_rows_that_go_with_their_partition_are_missed(counting: Guest, gone: str) -> None:
    heir = "CREATE TABLE h () INHERITS (u)"
    moved(counting, *PARTS, heir, "INSERT INTO p VALUES (1)", "INSERT INTO h VALUES (1)", "COMMIT")
    moved(counting)
    parent = "u" if "INHERIT" in gone else "p"
    assert parent in (moved(counting, gone, "COMMIT") or ())


def test_what_was_undone_is_read_again(counting: Guest) -> None:
    assert moved(counting, "DELETE FROM t") == {"t"}
    assert moved(counting, "ROLLBACK") == {"t", "u"}
    assert moved(counting) == set()


def test_what_was_counted_is_known(counting: Guest) -> None:
    counting.run("INSERT INTO t (name) VALUES ('b')", "COMMIT")
    counting.databases._looks[counting.ask].count()
    assert moved(counting) == set()


def test_who_comes_beside_may_have_written_to_any(counting: Guest) -> None:
    looks = counting.databases._looks[counting.ask]
    counting.run("COMMIT")
    assert moved(counting, "+DELETE FROM t") == {"t", "u"}
    assert not looks.counts()
    assert moved(counting) is None
    counting.run("-")
    deadline = time.monotonic() + 10  # the server may take a moment to see that a session is gone
    while not looks.counts() and time.monotonic() < deadline:
        assert moved(counting, "COMMIT") is None
    assert looks.counts()


def test_who_is_not_counted_has_a_mark(counting: Guest) -> None:
    databases, ask = counting.databases, counting.ask
    databases.told["mark"] = "SELECT sum(n_tup_del)::text FROM pg_stat_xact_user_tables"
    assert databases.mark(ask, counting.connection) is None
    moved(counting, "COMMIT", "+SELECT 1")
    marks = [databases.mark(ask, counting.connection)]
    counting.run("DELETE FROM t")
    marks.append(databases.mark(ask, counting.connection))
    assert marks[0] != marks[1]
    with pytest.raises(Exception, match="nothing"):
        counting.run("SELECT * FROM nothing")
    assert databases.mark(ask, counting.connection) == marks[1]


def test_a_count_that_began_anew_says_nothing() -> None:
    counts = RowCounts()
    assert counts.since("1 7 3", {7: "f"}) is None
    assert counts.since("1 7 3", {7: "f"}) == set()
    assert counts.since("1 7 3", {7: "g"}) == {7}
    assert counts.since("1 7 4", {7: "g", 8: "h"}) == {7, 8}
    assert counts.since("2 7 4 8 0", {7: "g", 8: "h"}) == {7, 8}
    assert counts.since("", {7: "g", 8: "h"}) == {7, 8}
    assert counts.since("", {7: "g"}) is None
    assert counts.since("2 7 4", {7: "g"}) is None
    assert counts.sure
