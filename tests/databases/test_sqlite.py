"""Throw-away SQLite databases are kept, put back and read without the guest's help."""

import sqlite3
from contextlib import closing
from pathlib import Path

from migbot.core.throwaway import ThrowAway
from migbot.databases import sqlite


def make(path: Path, *statements: str) -> None:
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_the_module_is_the_port() -> None:
    port: ThrowAway = sqlite
    assert port.NAME == "sqlite"


def test_what_was_kept_is_put_back_whole(tmp_path: Path) -> None:
    slots, kept = tmp_path / "slots", tmp_path / "kept"
    make(slots / "rt0.sqlite", "CREATE TABLE a (i)")
    sqlite.keep(slots, kept)
    make(slots / "rt0.sqlite", "DROP TABLE a")
    make(slots / "rt1.sqlite", "CREATE TABLE b (i)")
    (slots / "rt0.sqlite-journal").write_text("left by a process that was killed")
    sqlite.keep(kept, slots)
    assert [path.name for path in slots.iterdir()] == ["rt0.sqlite"]
    assert sqlite.masters(slots) == {"rt0.sqlite": [["table", "a", "a", "CREATE TABLE a (i)"]]}


def test_version_rows_are_found_whatever_their_table_is_called(tmp_path: Path) -> None:
    make(
        tmp_path / "rt0.sqlite",
        'CREATE TABLE "my ""versions" (version_num VARCHAR(32) NOT NULL)',
        "INSERT INTO \"my \"\"versions\" VALUES ('a1'), ('b2')",
        "CREATE TABLE other (version_num TEXT, more TEXT)",
    )
    make(tmp_path / "rt1.sqlite", "CREATE TABLE alembic_version (version_num TEXT)")
    assert sqlite.versions(tmp_path) == {"rt0.sqlite": {"a1", "b2"}, "rt1.sqlite": frozenset()}


def test_reading_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "with space?.sqlite"
    make(path, "CREATE TABLE a (i)")
    before = path.read_bytes(), path.stat().st_mtime_ns
    sqlite.masters(tmp_path)
    sqlite.versions(tmp_path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_a_url_leads_to_the_file_that_it_names(tmp_path: Path) -> None:
    import sqlalchemy

    with sqlalchemy.create_engine(sqlite.url(tmp_path)).connect() as connection:
        connection.exec_driver_sql("CREATE TABLE a (i INTEGER)")
    assert [path.parent for path in tmp_path.glob("*.sqlite")] == [tmp_path]
