"""What MariaDB's catalog sees and what not: each class of object, undone rightly and wrongly."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from typing import Any

import pymysql
import pytest

from migbot.core.catalogs import Catalog, differences
from migbot.core.throwaway import Server
from migbot.core.value import Value
from migbot.databases import mysql_catalog as sql
from migbot.databases import mysql_rows
from migbot.databases.server_catalog import catalog_of, text_rows

Run = Callable[[str], list[tuple[Any, ...]]]

_NUMBERS = count()


class Change(Value):
    """SQL, statements parted by semicolons; `told` is what is wrong after `wrong`."""

    setup: str
    up: str
    down: str
    wrong: str
    told: tuple[str, ...]


BASE = """
CREATE TABLE p (id INT PRIMARY KEY AUTO_INCREMENT, k VARCHAR(20) UNIQUE);
CREATE TABLE u (id INT PRIMARY KEY AUTO_INCREMENT, a VARCHAR(20) NOT NULL, b INT DEFAULT 0,
    c VARCHAR(9) COLLATE utf8mb4_bin, d DATETIME DEFAULT CURRENT_TIMESTAMP, e ENUM('x', 'y'),
    p INT, pt POINT NOT NULL, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE,
    CONSTRAINT ck CHECK (b >= 0), KEY ix (a, b));
INSERT INTO u (a, pt) VALUES ('one', POINT(1, 1)), ('two', POINT(2, 2))
"""

CHANGES = {
    "a table": Change(
        "", "CREATE TABLE n (id INT PRIMARY KEY, a INT UNIQUE)", "DROP TABLE n", "", ("table n",)
    ),
    "a table dropped": Change(
        "CREATE TABLE n (id INT, KEY i (id))",
        "DROP TABLE n",
        "CREATE TABLE n (id INT, KEY i (id))",
        "",
        ("table n",),
    ),
    "a table renamed": Change(
        "", "RENAME TABLE u TO v", "RENAME TABLE v TO u", "", ("table u", "table v")
    ),
    "the engine": Change(
        "CREATE TABLE n (id INT)",
        "ALTER TABLE n ENGINE=MyISAM",
        "ALTER TABLE n ENGINE=InnoDB",
        "",
        ("table n",),
    ),
    "the row format": Change(
        "",
        "ALTER TABLE u ROW_FORMAT=COMPACT",
        "ALTER TABLE u ROW_FORMAT=DYNAMIC",
        "",
        ("table u",),
    ),
    "an option": Change(
        "",
        "ALTER TABLE u STATS_PERSISTENT=0",
        "ALTER TABLE u STATS_PERSISTENT=DEFAULT",
        "",
        ("table u",),
    ),
    "a table's comment": Change(
        "", "ALTER TABLE u COMMENT='it''s'", "ALTER TABLE u COMMENT=''", "", ("table u",)
    ),
    "a table's collation": Change(
        "CREATE TABLE n (a VARCHAR(5), b VARCHAR(5) COLLATE utf8mb4_unicode_ci) "
        "CHARSET utf8mb4 COLLATE utf8mb4_general_ci",
        "ALTER TABLE n CONVERT TO CHARSET utf8mb4 COLLATE utf8mb4_bin",
        "ALTER TABLE n CONVERT TO CHARSET utf8mb4 COLLATE utf8mb4_general_ci;"
        "ALTER TABLE n MODIFY b VARCHAR(5) COLLATE utf8mb4_unicode_ci",
        "ALTER TABLE n CONVERT TO CHARSET utf8mb4 COLLATE utf8mb4_general_ci",
        ("column n.b",),
    ),
    "the default collation alone": Change(
        "CREATE TABLE n (a INT) CHARSET utf8mb4 COLLATE utf8mb4_general_ci",
        "ALTER TABLE n COLLATE utf8mb4_bin",
        "ALTER TABLE n COLLATE utf8mb4_general_ci",
        "",
        ("table n",),
    ),
    "the database's collation": Change(
        "",
        "ALTER DATABASE COLLATE utf8mb4_bin",
        "ALTER DATABASE COLLATE utf8mb4_unicode_ci",
        "",
        ("database default collation",),
    ),
    "partitions": Change(
        "CREATE TABLE n (id INT, d DATE) PARTITION BY RANGE (YEAR(d)) "
        "(PARTITION p0 VALUES LESS THAN (2020))",
        "ALTER TABLE n ADD PARTITION (PARTITION p1 VALUES LESS THAN (2021))",
        "ALTER TABLE n DROP PARTITION p1",
        "",
        ("partition n.p1",),
    ),
    "a table that was not partitioned": Change(
        "CREATE TABLE n (id INT)",
        "ALTER TABLE n PARTITION BY HASH (id) PARTITIONS 2",
        "ALTER TABLE n REMOVE PARTITIONING",
        "",
        ("partition n.p0", "partition n.p1"),
    ),
    "system versioning": Change(
        "CREATE TABLE n (id INT)",
        "ALTER TABLE n ADD SYSTEM VERSIONING",
        "ALTER TABLE n DROP SYSTEM VERSIONING",
        "",
        ("table n",),
    ),
    "a column": Change("", "ALTER TABLE u ADD z INT", "ALTER TABLE u DROP z", "", ("column u.z",)),
    "a column renamed": Change(
        "",
        "ALTER TABLE u CHANGE a z VARCHAR(20) NOT NULL",
        "ALTER TABLE u CHANGE z a VARCHAR(20) NOT NULL",
        "",
        ("column u.a", "column u.z", "index u.ix"),
    ),
    "the order of columns": Change(
        "",
        "ALTER TABLE u DROP e",
        "ALTER TABLE u ADD e ENUM('x', 'y') AFTER d",
        "ALTER TABLE u ADD e ENUM('x', 'y')",
        ("column order u",),
    ),
    "a type": Change(
        "",
        "ALTER TABLE u MODIFY a VARCHAR(50) NOT NULL",
        "ALTER TABLE u MODIFY a VARCHAR(20) NOT NULL",
        "",
        ("column u.a",),
    ),
    "unsigned": Change(
        "",
        "ALTER TABLE u MODIFY b INT UNSIGNED DEFAULT 0",
        "ALTER TABLE u MODIFY b INT DEFAULT 0",
        "",
        ("column u.b",),
    ),
    "a boolean": Change(
        "CREATE TABLE n (a BOOL)",
        "ALTER TABLE n MODIFY a TINYINT",
        "ALTER TABLE n MODIFY a BOOL",
        "",
        ("column n.a",),
    ),
    "the values of an enum": Change(
        "",
        "ALTER TABLE u MODIFY e ENUM('x', 'y', 'z')",
        "ALTER TABLE u MODIFY e ENUM('x', 'y')",
        "ALTER TABLE u MODIFY e ENUM('y', 'x')",
        ("column u.e",),
    ),
    "NOT NULL that a change of type forgets": Change(
        "",
        "ALTER TABLE u MODIFY a TEXT NOT NULL, DROP KEY ix",
        "ALTER TABLE u MODIFY a VARCHAR(20) NOT NULL, ADD KEY ix (a, b)",
        "ALTER TABLE u MODIFY a VARCHAR(20), ADD KEY ix (a, b)",
        ("column u.a",),
    ),
    "a default": Change(
        "",
        "ALTER TABLE u ALTER b SET DEFAULT 5",
        "ALTER TABLE u ALTER b SET DEFAULT 0",
        "ALTER TABLE u ALTER b DROP DEFAULT",
        ("column u.b",),
    ),
    "a default that is an expression": Change(
        "",
        "ALTER TABLE u MODIFY b INT DEFAULT (1 + 1)",
        "ALTER TABLE u MODIFY b INT DEFAULT 0",
        "",
        ("column u.b",),
    ),
    "ON UPDATE": Change(
        "",
        "ALTER TABLE u MODIFY d DATETIME DEFAULT NOW() ON UPDATE NOW()",
        "ALTER TABLE u MODIFY d DATETIME DEFAULT CURRENT_TIMESTAMP()",
        "",
        ("column u.d",),
    ),
    "AUTO_INCREMENT": Change(
        "CREATE TABLE n (id INT PRIMARY KEY AUTO_INCREMENT)",
        "ALTER TABLE n MODIFY id BIGINT AUTO_INCREMENT",
        "ALTER TABLE n MODIFY id INT AUTO_INCREMENT",
        "ALTER TABLE n MODIFY id INT",
        ("column n.id",),
    ),
    "a column's collation": Change(
        "",
        "ALTER TABLE u MODIFY c VARCHAR(9) COLLATE utf8mb4_general_ci",
        "ALTER TABLE u MODIFY c VARCHAR(9) COLLATE utf8mb4_bin",
        "",
        ("column u.c",),
    ),
    "a column's comment": Change(
        "",
        "ALTER TABLE u MODIFY c VARCHAR(9) COLLATE utf8mb4_bin COMMENT 'c'",
        "ALTER TABLE u MODIFY c VARCHAR(9) COLLATE utf8mb4_bin",
        "",
        ("column u.c",),
    ),
    "a generated column": Change(
        "ALTER TABLE u ADD g INT AS (b + 1) STORED",
        "ALTER TABLE u DROP g, ADD g INT AS (b + 2) STORED",
        "ALTER TABLE u DROP g, ADD g INT AS (b + 1) STORED",
        "ALTER TABLE u DROP g, ADD g INT AS (b + 1) VIRTUAL",
        ("column u.g",),
    ),
    "an invisible column": Change(
        "",
        "ALTER TABLE u MODIFY b INT INVISIBLE DEFAULT 0",
        "ALTER TABLE u MODIFY b INT DEFAULT 0",
        "",
        ("column u.b",),
    ),
    "a compressed column": Change(
        "CREATE TABLE n (a TEXT)",
        "ALTER TABLE n MODIFY a TEXT COMPRESSED",
        "ALTER TABLE n MODIFY a TEXT",
        "",
        ("column n.a",),
    ),
    "JSON": Change(
        "CREATE TABLE n (a LONGTEXT COLLATE utf8mb4_bin)",
        "ALTER TABLE n MODIFY a JSON",
        "ALTER TABLE n MODIFY a LONGTEXT COLLATE utf8mb4_bin",
        "",
        ("check constraint n.a",),
    ),
    "a primary key": Change(
        "CREATE TABLE n (a INT NOT NULL, b INT NOT NULL, PRIMARY KEY (a, b))",
        "ALTER TABLE n DROP PRIMARY KEY, ADD PRIMARY KEY (a)",
        "ALTER TABLE n DROP PRIMARY KEY, ADD PRIMARY KEY (a, b)",
        "ALTER TABLE n DROP PRIMARY KEY, ADD PRIMARY KEY (b, a)",
        ("primary key n",),
    ),
    "a unique key": Change(
        "",
        "ALTER TABLE p DROP KEY k",
        "ALTER TABLE p ADD UNIQUE k (k)",
        "ALTER TABLE p ADD KEY k (k)",
        ("index p.k", "unique constraint p.k"),
    ),
    "an index": Change(
        "", "DROP INDEX ix ON u", "CREATE INDEX ix ON u (a, b)", "", ("index u.ix",)
    ),
    "the order within an index": Change(
        "",
        "DROP INDEX ix ON u",
        "CREATE INDEX ix ON u (a, b)",
        "CREATE INDEX ix ON u (b, a)",
        ("index u.ix",),
    ),
    "the direction of an index": Change(
        "CREATE INDEX iy ON u (b DESC)",
        "DROP INDEX iy ON u",
        "CREATE INDEX iy ON u (b DESC)",
        "CREATE INDEX iy ON u (b)",
        ("index u.iy",),
    ),
    "the prefix of an index": Change(
        "CREATE INDEX iy ON u (a(5))",
        "DROP INDEX iy ON u",
        "CREATE INDEX iy ON u (a(5))",
        "CREATE INDEX iy ON u (a)",
        ("index u.iy",),
    ),
    "a full text index": Change(
        "CREATE FULLTEXT INDEX ft ON u (a)",
        "DROP INDEX ft ON u",
        "CREATE FULLTEXT INDEX ft ON u (a)",
        "CREATE INDEX ft ON u (a)",
        ("index u.ft",),
    ),
    "a spatial index": Change(
        "", "CREATE SPATIAL INDEX sp ON u (pt)", "DROP INDEX sp ON u", "", ("index u.sp",)
    ),
    "an ignored index": Change(
        "",
        "ALTER TABLE u ALTER KEY ix IGNORED",
        "ALTER TABLE u ALTER KEY ix NOT IGNORED",
        "",
        ("index u.ix",),
    ),
    "the comment of an index": Change(
        "",
        "DROP INDEX ix ON u; CREATE INDEX ix ON u (a, b) COMMENT 'why'",
        "DROP INDEX ix ON u; CREATE INDEX ix ON u (a, b)",
        "",
        ("index u.ix",),
    ),
    "the name of an index": Change(
        "",
        "ALTER TABLE u RENAME KEY ix TO iy",
        "ALTER TABLE u RENAME KEY iy TO ix",
        "",
        ("index u.ix", "index u.iy"),
    ),
    "a foreign key": Change(
        "",
        "ALTER TABLE u DROP FOREIGN KEY fk",
        "ALTER TABLE u ADD CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE",
        "ALTER TABLE u ADD CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id)",
        ("foreign key u.fk",),
    ),
    "the index that a foreign key made": Change(
        "CREATE TABLE n (a INT)",
        "ALTER TABLE n ADD CONSTRAINT fn FOREIGN KEY (a) REFERENCES p (id)",
        "ALTER TABLE n DROP FOREIGN KEY fn, DROP KEY fn",
        "ALTER TABLE n DROP FOREIGN KEY fn",
        ("index n.fn",),
    ),
    "a foreign key of two columns": Change(
        "CREATE TABLE q (a INT, b INT, PRIMARY KEY (a, b)); CREATE TABLE n (a INT, b INT, "
        "KEY i (b, a), CONSTRAINT fn FOREIGN KEY (a, b) REFERENCES q (a, b))",
        "ALTER TABLE n DROP FOREIGN KEY fn",
        "ALTER TABLE n ADD CONSTRAINT fn FOREIGN KEY (a, b) REFERENCES q (a, b)",
        "ALTER TABLE n ADD CONSTRAINT fn FOREIGN KEY (a) REFERENCES q (a)",
        ("foreign key n.fn",),
    ),
    "a check": Change(
        "",
        "ALTER TABLE u DROP CONSTRAINT ck",
        "ALTER TABLE u ADD CONSTRAINT ck CHECK (b>=0)",
        "ALTER TABLE u ADD CONSTRAINT ck CHECK (b >= -1)",
        ("check constraint u.ck",),
    ),
    "a view": Change(
        "CREATE VIEW w AS SELECT a FROM u WHERE a = 'A'",
        "CREATE OR REPLACE VIEW w AS SELECT a, b FROM u",
        "CREATE OR REPLACE VIEW w AS SELECT u.a FROM u WHERE u.a = 'A'",
        "CREATE OR REPLACE VIEW w AS SELECT a FROM u WHERE a = 'a'",
        ("view w",),
    ),
    "what a view checks": Change(
        "CREATE VIEW w AS SELECT a FROM u WHERE b > 1 WITH LOCAL CHECK OPTION",
        "DROP VIEW w",
        "CREATE VIEW w AS SELECT a FROM u WHERE b > 1 WITH LOCAL CHECK OPTION",
        "CREATE VIEW w AS SELECT a FROM u WHERE b > 1",
        ("view w",),
    ),
    "as whom a view reads": Change(
        "CREATE SQL SECURITY INVOKER VIEW w AS SELECT a FROM u",
        "DROP VIEW w",
        "CREATE SQL SECURITY INVOKER VIEW w AS SELECT a FROM u",
        "CREATE ALGORITHM=TEMPTABLE SQL SECURITY INVOKER VIEW w AS SELECT a FROM u",
        ("view w",),
    ),
    "a view that is broken": Change(
        "CREATE TABLE n (a INT, b INT); CREATE VIEW w AS SELECT a FROM n",
        "ALTER TABLE n CHANGE a z INT",
        "ALTER TABLE n CHANGE z a INT",
        "ALTER TABLE n CHANGE z y INT",
        ("column n.a", "column n.y", "view w"),
    ),
    "a trigger": Change(
        "CREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW SET NEW.b = 1",
        "DROP TRIGGER t",
        "CREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW\n    SET   NEW.b = 1",
        "CREATE TRIGGER t BEFORE UPDATE ON u FOR EACH ROW SET NEW.b = 1",
        ("trigger t",),
    ),
    "the order of triggers": Change(
        "CREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW SET NEW.b = 1; "
        "CREATE TRIGGER s BEFORE INSERT ON u FOR EACH ROW SET NEW.b = 2",
        "DROP TRIGGER t",
        "CREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW PRECEDES s SET NEW.b = 1",
        "CREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW SET NEW.b = 1",
        ("trigger s", "trigger t"),
    ),
    "a function": Change(
        "CREATE FUNCTION f(a INT, b VARCHAR(9)) RETURNS INT DETERMINISTIC RETURN a + 1",
        "DROP FUNCTION f",
        "CREATE FUNCTION f(a INT, b VARCHAR(9)) RETURNS INT DETERMINISTIC\n\tRETURN\n a + 1",
        "CREATE FUNCTION f(a INT, b VARCHAR(8)) RETURNS INT DETERMINISTIC RETURN a + 1",
        ("function f",),
    ),
    "what a function returns": Change(
        "CREATE FUNCTION f() RETURNS INT NO SQL RETURN 1",
        "DROP FUNCTION f",
        "CREATE FUNCTION f() RETURNS INT NO SQL RETURN 1",
        "CREATE FUNCTION f() RETURNS BIGINT NO SQL RETURN 1",
        ("function f",),
    ),
    "a procedure": Change(
        "CREATE PROCEDURE r(IN a INT, OUT b INT) COMMENT 'c' SELECT 1",
        "DROP PROCEDURE r",
        "CREATE PROCEDURE r(a INT, OUT b INT) COMMENT 'c' SELECT 1",
        "CREATE PROCEDURE r(a INT, INOUT b INT) COMMENT 'c' SELECT 1",
        ("procedure r",),
    ),
    "an event": Change(
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1",
        "DROP EVENT e",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1",
        "CREATE EVENT e ON SCHEDULE EVERY 2 DAY DO SELECT 1",
        ("event e",),
    ),
    "when an event starts": Change(
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 03:00:00' DO SELECT 1",
        "DROP EVENT e",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 03:00:00' DO SELECT 1",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 04:00:00' DISABLE DO SELECT 1",
        ("event e",),
    ),
    "a sequence": Change("", "CREATE SEQUENCE s", "DROP SEQUENCE s", "", ("sequence s",)),
    "what a sequence is for": Change(
        "CREATE SEQUENCE s; CREATE TABLE n (id INT DEFAULT (NEXT VALUE FOR s))",
        "ALTER TABLE n ALTER id DROP DEFAULT",
        "ALTER TABLE n MODIFY id INT DEFAULT (NEXT VALUE FOR s)",
        "",
        ("column n.id",),
    ),
}

HARMLESS = {
    "the width of an integer": "ALTER TABLE u MODIFY b INT(5) DEFAULT 0",
    "the spelling of a default": "ALTER TABLE u MODIFY d DATETIME DEFAULT NOW(), "
    "MODIFY b INTEGER DEFAULT '0'",
    "the default NULL": "ALTER TABLE u MODIFY c VARCHAR(9) COLLATE utf8mb4_bin DEFAULT NULL",
    "rows, and the counter that they move": "INSERT INTO u (a, pt) VALUES ('more', POINT(0, 0))",
    "the counter that is set": "ALTER TABLE u AUTO_INCREMENT = 500",
    "a row format that is the usual one": "ALTER TABLE u ROW_FORMAT=DYNAMIC",
    "RESTRICT": "ALTER TABLE p ADD q INT; ALTER TABLE p DROP q",
    "a table made again": "ALTER TABLE u ENGINE=InnoDB; ANALYZE TABLE u",
}


@pytest.fixture
def run(mariadb: Server) -> Iterator[Run]:
    with database(mariadb) as made:
        yield made


@contextmanager
def database(server: Server, **session: Any) -> Iterator[Run]:
    """A database of its own, with what most cases change."""
    name = f"cat.{next(_NUMBERS)}"
    with closing(connected(server, **session)) as connection:
        run = runner(connection)
        run(f"CREATE DATABASE `{name}` CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci")
        run(f"USE `{name}`")
        run(BASE)
        try:
            yield run
        finally:
            run(f"DROP DATABASE `{name}`")


def connected(server: Server, **session: Any) -> Any:
    return pymysql.connect(unix_socket=server.socket, user=server.user, autocommit=True, **session)


def runner(connection: Any) -> Run:
    def run(text: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        with connection.cursor() as cursor:
            for each in filter(str.strip, text.split(";")):
                cursor.execute(each)
                rows = list(cursor.fetchall())
        return rows

    return run


def whole(run: Run) -> Catalog:
    with_strings = run(sql.catalog("mariadb", run("SELECT VERSION()")[0][0]))
    assert all(type(value) is str for row in with_strings for value in row)
    return catalog_of(text_rows(with_strings), set())


def told(before: Catalog, after: Catalog) -> tuple[str, ...]:
    return tuple(f"{each.kind} {each.name}" for each in differences(before, after))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_undone_rightly_leaves_no_difference(change: Change, run: Run) -> None:
    run(change.setup)
    before = whole(run)
    run(change.up)
    assert told(before, whole(run))
    run(change.down)
    assert differences(before, whole(run)) == ()


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_undone_wrongly_is_named_and_nothing_else(change: Change, run: Run) -> None:
    run(change.setup)
    before = whole(run)
    run(change.up)
    run(change.wrong)
    assert told(before, whole(run)) == change.told


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_what_a_right_downgrade_may_leave_otherwise_is_not_seen(change: str, run: Run) -> None:
    before = whole(run)
    run(change)
    assert differences(before, whole(run)) == ()


def test_a_moment_that_depends_on_when_the_event_was_made_is_not_compared(run: Run) -> None:
    once = "CREATE EVENT e ON SCHEDULE AT CURRENT_TIMESTAMP + INTERVAL 1 DAY DO SELECT 1"
    run(f"SET timestamp = 2000000001; {once}")
    before = whole(run)
    run(f"DROP EVENT e; SET timestamp = 2000000505; {once}")
    assert differences(before, whole(run)) == ()


@pytest.mark.parametrize(
    "session",
    [
        {"sql_mode": "ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,ONLY_FULL_GROUP_BY"},
        {"sql_mode": ""},
        {"charset": "latin1"},
        {"init_command": "SET NAMES utf8mb4 COLLATE utf8mb4_bin"},
        {"init_command": "SET time_zone = '+05:30'"},
    ],
    ids=lambda session: " ".join(map(str, session.values())) or "no mode",
)
def test_two_sessions_see_the_same(session: dict[str, Any], mariadb: Server) -> None:
    with database(mariadb) as run:
        run(
            "ALTER TABLE u ADD g INT AS (b + 1); CREATE SEQUENCE s;"
            "ALTER TABLE u ADD h INT DEFAULT (NEXT VALUE FOR s);"
            "CREATE VIEW w AS SELECT a, 'A  é' AS z FROM u WHERE b > 1;"
            "CREATE FUNCTION f(a INT) RETURNS VARCHAR(9) RETURN 'a';"
            "CREATE TABLE n (d DATE) PARTITION BY HASH (YEAR(d)) PARTITIONS 2"
        )
        ours = whole(run)
        name = run("SELECT DATABASE()")[0][0]
        with closing(connected(mariadb, database=name, **session)) as connection:
            assert whole(runner(connection)) == ours


def test_the_name_of_the_database_is_nowhere(mariadb: Server) -> None:
    found = []
    for _ in range(2):
        with database(mariadb) as run:
            run(
                "CREATE VIEW w AS SELECT a FROM u; CREATE SEQUENCE s;"
                "ALTER TABLE u ADD z INT DEFAULT (NEXT VALUE FOR s)"
            )
            found.append(whole(run))
    assert found[0] == found[1]


def test_another_database_is_not_seen(mariadb: Server) -> None:
    with database(mariadb) as run:
        before = whole(run)
        with database(mariadb) as other:
            other("CREATE TABLE elsewhere (id INT); CREATE VIEW w AS SELECT 1 AS x")
            assert whole(run) == before


def test_a_wide_table_keeps_all_its_columns(run: Run) -> None:
    names = [f"a_name_of_some_length_{number}" for number in range(200)]
    run(f"CREATE TABLE n ({', '.join(f'{name} INT' for name in names)})")
    assert whole(run)["column order n n"].definition == ", ".join(names)


def test_the_words_of_an_enum_and_of_a_check_are_told_as_they_are(run: Run) -> None:
    words = ["a\\b", "c\nd", "e\tf", 'g"h', "i'j", "k\\", "l\\'m", "n\0o"]
    listed = ", ".join("'" + _escaped(word) + "'" for word in words)
    run(f"CREATE TABLE n (e ENUM({listed}), t VARCHAR(9) CHECK (t IN ({listed})))")
    told = [
        json.loads(row[4]) for row in run(mysql_rows.columns("mariadb", "10.11")) if row[0] == "n"
    ]
    assert told == [words, words]


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("'", "''").replace("\0", "\\0")


def test_the_rows_sql_says_what_an_insert_has_to_name(run: Run) -> None:
    run(
        "DROP TABLE u; CREATE TABLE `o``dd` (id INT PRIMARY KEY AUTO_INCREMENT, "
        "e ENUM('', 'it''s', 'a\",\"b'), s SET('x', 'y') NOT NULL, j JSON, "
        "n INT CHECK (n IN (1, 2)), t VARCHAR(9), g INT AS (n) STORED, "
        "CONSTRAINT ct CHECK (t IN ('a', 'b')), UNIQUE (t, n));"
        "CREATE TABLE c (b INT, a VARCHAR(9), n INT, PRIMARY KEY (b, a),"
        "CONSTRAINT fc FOREIGN KEY (a, n) REFERENCES `o``dd` (t, n)); CREATE VIEW w AS SELECT 1"
    )
    columns = run(mysql_rows.columns("mariadb", "10.11"))
    named = {(table, name): json.loads(choices) for table, name, _, _, choices in columns}
    assert named == {
        ("c", "b"): [],
        ("c", "a"): [],
        ("c", "n"): [],
        ("o`dd", "e"): ["", "it's", 'a","b'],
        ("o`dd", "s"): ["x", "y"],
        ("o`dd", "j"): [],
        ("o`dd", "n"): [1, 2],
        ("o`dd", "t"): ["a", "b"],
        ("p", "k"): [],
    }
    kinds = {(table, name): (kind, null) for table, name, kind, null, _ in columns}
    assert kinds["o`dd", "j"] == ("json", "yes")
    assert kinds["o`dd", "s"] == ("set('x','y')", "no")
    assert set(run(mysql_rows.PRIMARY_KEYS)) == {
        ("c", "b"),
        ("c", "a"),
        ("o`dd", "id"),
        ("p", "id"),
    }
    assert [each for each in run(mysql_rows.PRIMARY_KEYS) if each[0] == "c"] == [
        ("c", "b"),
        ("c", "a"),
    ]
    assert run(mysql_rows.FOREIGN_KEYS) == [
        ("c.fc", "c", "a", "o`dd", "t"),
        ("c.fc", "c", "n", "o`dd", "n"),
    ]
    tables = dict(run(mysql_rows.TABLES))
    assert set(tables) == {"c", "p", "o`dd"}
    assert run(f"SELECT count(*) FROM {tables['o`dd']}") == [(0,)]


SERVERS = [
    *(("mariadb", version) for version in ("10.4.34", "10.5.29", "10.6.22", "11.4.2", "11.8.1")),
    *(("mysql", version) for version in ("5.7.44", "8.0.16", "8.4.0", "9.1.0")),
]


@pytest.mark.parametrize(("flavour", "version"), SERVERS)
def test_the_statements_hold_no_per_cent_sign_and_no_backslash(flavour: str, version: str) -> None:
    for text in (sql.catalog(flavour, version), mysql_rows.columns(flavour, version)):
        assert not set("%\\{}") & set(text)


NEWER = {
    "IGNORED = ": ("mariadb", "10.6"),
    "information_schema.SEQUENCES": ("mariadb", "11.5"),
    "ALGORITHM": ("mariadb", "10.4"),
    "SRS_ID": ("mysql", "8.0"),
    "EXPRESSION, ')'": ("mysql", "8.0"),
    "IS_VISIBLE": ("mysql", "8.0"),
    "ENFORCED": ("mysql", "8.0"),
    "SET_VAR": ("mysql", "8.0"),
}


@pytest.mark.parametrize(("word", "since"), NEWER.items(), ids=NEWER)
def test_nothing_is_asked_for_that_a_server_does_not_have(
    word: str, since: tuple[str, str]
) -> None:
    def has(flavour: str, version: str) -> bool:
        number = [int(each) for each in version.split(".")]
        return flavour == since[0] and number >= [int(each) for each in since[1].split(".")]

    for flavour, version in SERVERS:
        assert (word in sql.catalog(flavour, version)) == has(flavour, version), (flavour, version)


def test_a_small_schema_is_read_in_a_moment(run: Run) -> None:
    asked = sql.catalog("mariadb", "10.11")
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        run(asked)
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.2, times  # 5 ms on a machine that is not busy
