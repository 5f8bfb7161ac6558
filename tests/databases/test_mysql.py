"""Throw-away MariaDB databases: copied object by object, and looked into."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from migbot.core.throwaway import Server
from migbot.databases.mysql import MySQL

SLOTS, BASE, NOTHING = Path("slots"), Path("base"), Path("nothing")

EVERYTHING = (
    "CREATE TABLE p (id int AUTO_INCREMENT PRIMARY KEY, v varchar(9), g int AS (length(v)))",
    "INSERT INTO p (id, v) VALUES (7, 'a'), (9, 'b')",
    "CREATE SEQUENCE s START 5",
    "CREATE TABLE c (id int PRIMARY KEY DEFAULT NEXTVAL(s), pid int REFERENCES p (id))",
    "CREATE TABLE versioned (id int) WITH SYSTEM VERSIONING",
    "CREATE VIEW b AS SELECT id FROM p",
    "CREATE VIEW a AS SELECT id FROM b",
    "CREATE TRIGGER t BEFORE INSERT ON p FOR EACH ROW SET NEW.v = 'x'",
    "CREATE PROCEDURE pr() SELECT 1",
    "CREATE FUNCTION fu() RETURNS INT DETERMINISTIC RETURN 1",
    "CREATE EVENT ev ON SCHEDULE EVERY 1 DAY DO SELECT 1",
)


@pytest.fixture
def made(mariadb: Server) -> Iterator[MySQL]:
    databases = MySQL(mariadb)
    databases.provide(SLOTS, [])
    yield databases
    for folder in (SLOTS, BASE):
        databases.keep(NOTHING, folder)


def run(databases: MySQL, folder: Path, *statements: str) -> list[object]:
    with databases.connected("rt0" if folder == SLOTS else f"{folder}.rt0") as asked:
        return [asked(statement) for statement in statements]


def test_a_copy_has_every_object_and_every_row(made: MySQL) -> None:
    run(made, SLOTS, *EVERYTHING)
    made.keep(SLOTS, BASE)
    assert len(made.masters(BASE)["rt0"]) > len(EVERYTHING)
    assert made.masters(BASE) == made.masters(SLOTS)
    assert run(made, BASE, "SELECT id, v, g FROM p") == [((7, "a", 1), (9, "b", 1))]
    run(made, BASE, "INSERT INTO p () VALUES ()")
    assert run(made, BASE, "SELECT v FROM p WHERE id > 9") == [(("x",),)], "the trigger is there"


def test_a_copy_stands_on_nothing_of_what_it_was_copied_from(made: MySQL) -> None:
    run(made, SLOTS, *EVERYTHING)
    made.keep(SLOTS, BASE)
    made.keep(NOTHING, SLOTS)
    assert run(made, BASE, "SELECT id FROM a") == [((7,), (9,))]
    run(made, BASE, "INSERT INTO c (pid) VALUES (7)")


def test_what_was_kept_is_put_back_whatever_happened_since(made: MySQL) -> None:
    run(made, SLOTS, *EVERYTHING)
    before = made.masters(SLOTS)
    made.keep(SLOTS, BASE)
    run(made, SLOTS, "DROP VIEW a", "ALTER TABLE p DROP COLUMN g")
    assert made.masters(SLOTS) != before
    made.keep(BASE, SLOTS)
    assert made.masters(SLOTS) == before


def test_alembics_own_table_is_known_by_its_column_and_is_no_part_of_the_catalog(
    made: MySQL,
) -> None:
    run(made, SLOTS, "CREATE TABLE `my versions` (version_num varchar(32))")
    run(made, SLOTS, "INSERT INTO `my versions` VALUES ('a1')")
    assert made.versions(SLOTS) == {"rt0": frozenset({"a1"})}
    assert not any("versions" in key for key in made.catalogs(SLOTS)["rt0"])


def test_a_database_that_cannot_be_read_is_a_value_error_that_says_why(made: MySQL) -> None:
    with pytest.raises(ValueError, match="doesn't exist"):
        run(made, SLOTS, "SELECT * FROM nowhere")
