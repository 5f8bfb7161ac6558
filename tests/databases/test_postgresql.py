"""Throw-away PostgreSQL databases: kept, put back and looked into."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from migbot.core.throwaway import Server
from migbot.databases.postgresql import PostgreSQL

EMPTY = {"extension plpgsql", "grant schema public to PUBLIC", "schema public"}
SLOTS, BASE, NOTHING = Path("slots"), Path("base"), Path("nothing")


@pytest.fixture
def made(postgresql: Server) -> Iterator[PostgreSQL]:
    databases = PostgreSQL(postgresql)
    for folder in (SLOTS, BASE):  # the server is every test's
        databases.keep(NOTHING, folder)
    yield databases
    for folder in (SLOTS, BASE):
        databases.keep(NOTHING, folder)


def run(databases: PostgreSQL, folder: Path, *statements: str) -> None:
    with databases.connected("rt0" if folder == SLOTS else f"{folder}.rt0") as asked:
        for statement in statements:
            asked(statement)


def test_a_folder_is_provided_with_the_slots_that_it_has_not_and_one_at_least(
    made: PostgreSQL,
) -> None:
    assert not made.has_any(SLOTS)
    made.provide(SLOTS, [])
    assert made.request(SLOTS)["databases"] == ["rt0"]
    run(made, SLOTS, "CREATE TABLE t (id int)")
    made.provide(SLOTS, ["rt0", "rt1"])
    assert made.request(SLOTS)["databases"] == ["rt0", "rt1"]
    assert "table t" in made.catalogs(SLOTS)["rt0"]
    assert set(made.catalogs(SLOTS)["rt1"]) == EMPTY


def test_what_was_kept_is_put_back_with_its_rows_whatever_happened_since(made: PostgreSQL) -> None:
    made.provide(SLOTS, [])
    run(made, SLOTS, "CREATE TABLE t (version_num text)", "INSERT INTO t VALUES ('a1')")
    made.keep(SLOTS, BASE)
    before = made.masters(SLOTS)
    run(made, SLOTS, "DROP TABLE t", "CREATE TABLE other (id int)")
    assert made.masters(SLOTS) != before
    made.keep(BASE, SLOTS)
    assert made.masters(SLOTS) == before
    assert made.versions(SLOTS) == {"rt0": frozenset({"a1"})}


def test_what_is_kept_in_a_folder_takes_the_place_of_all_that_it_had(made: PostgreSQL) -> None:
    made.provide(SLOTS, ["rt0", "rt1"])
    made.keep(SLOTS, BASE)
    made.keep(NOTHING, SLOTS)
    assert not made.has_any(SLOTS)
    made.provide(SLOTS, [])
    made.keep(SLOTS, BASE)
    assert made.request(BASE)["databases"] == ["rt0"]


def test_a_session_that_is_left_over_is_in_nobodys_way(made: PostgreSQL) -> None:
    made.provide(SLOTS, [])
    with made.connected("rt0") as asked:
        asked("SELECT 1")
        made.keep(SLOTS, BASE)
        made.keep(BASE, SLOTS)
    assert made.has_any(SLOTS)


def test_alembics_own_table_is_known_by_its_column_and_is_no_part_of_the_catalog(
    made: PostgreSQL,
) -> None:
    made.provide(SLOTS, [])
    run(
        made,
        SLOTS,
        "CREATE SCHEMA app",
        'CREATE TABLE app."My Versions" (version_num varchar(32) PRIMARY KEY)',
        """INSERT INTO app."My Versions" VALUES ('a1'), ('b1')""",
    )
    assert made.versions(SLOTS) == {"rt0": frozenset({"a1", "b1"})}
    assert set(made.catalogs(SLOTS)["rt0"]) == {*EMPTY, "schema app"}


def test_a_database_that_cannot_be_read_is_a_value_error_that_says_why(made: PostgreSQL) -> None:
    made.provide(SLOTS, [])
    with pytest.raises(ValueError, match="does not exist"):
        run(made, SLOTS, "SELECT * FROM nowhere")


def test_a_role_that_a_guest_has_made_is_gone_when_the_database_is_put_back(
    made: PostgreSQL,
) -> None:
    made.provide(SLOTS, [])
    run(made, SLOTS, "CREATE ROLE of_the_base", "CREATE TABLE t (id int)")
    run(made, SLOTS, "GRANT SELECT ON t TO of_the_base")
    made.keep(SLOTS, BASE)
    for _ in range(2):
        run(made, SLOTS, 'CREATE ROLE "of the branch"')
        made.keep(BASE, SLOTS)
    run(made, SLOTS, "GRANT INSERT ON t TO of_the_base")
    made.keep(NOTHING, BASE)
    made.keep(NOTHING, SLOTS)
    made.provide(SLOTS, [])
    with pytest.raises(ValueError, match="does not exist"):
        run(made, SLOTS, "SET ROLE of_the_base")


def test_two_tables_may_each_have_a_constraint_of_the_same_name(made: PostgreSQL) -> None:
    made.provide(SLOTS, [])
    for table in ("a", "b"):
        run(made, SLOTS, f"CREATE TABLE {table} (x int CONSTRAINT positive CHECK (x > 0))")
    keys = made.catalogs(SLOTS)["rt0"].keys()
    assert {"check constraint a positive", "check constraint b positive"} <= keys
