"""What MariaDB cannot answer for: MySQL starts, and a project is proved on it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from migbot.core.throwaway import Server
from migbot.databases import mysql_rows, mysql_server
from migbot.databases.mysql import MySQL
from support.parts import need
from support.projects import Project, by_id, revision, verdicts

USERS = revision(
    "a1",
    None,
    'op.create_table("users", sa.Column("id", sa.Integer, primary_key=True), '
    'sa.Column("name", sa.String(20), nullable=False, server_default="it\'s"), '
    'sa.Column("mood", sa.Enum("sad", "ok")), sa.Column("at", sa.DateTime, '
    'server_default=sa.func.now()), sa.CheckConstraint("length(name) > 0", name="ck"))\n'
    'op.create_index("ix", "users", [sa.text("(lower(name))")])',
    'op.drop_table("users")',
)
LEFT = revision(
    "a2",
    "a1",
    'op.add_column("users", sa.Column("age", sa.Integer)); op.create_index("ia", "users", ["age"])',
    'op.drop_index("ia", "users")',
)
LOST = revision(
    "a3",
    "a1",
    'op.alter_column("users", "name", type_=sa.String(80), existing_nullable=False, '
    'existing_server_default="it\'s")',
    'op.alter_column("users", "name", type_=sa.String(20), existing_nullable=False)',
)
VIEW = revision(
    "a4", "a1", 'op.execute("CREATE VIEW v AS SELECT id FROM users")', 'op.execute("DROP VIEW v")'
)


@pytest.fixture(scope="module")
def mysql() -> Iterator[Server]:
    need("mysql-8")
    with mysql_server.started("mysql 8") as server:
        yield server


def test_it_is_what_it_says(mysql: Server) -> None:
    assert mysql.name == "mysql"
    with MySQL(mysql).connected() as run:
        assert str(run("SELECT version()")[0][0]).startswith(mysql.version)


def test_a_project_is_proved(mysql: Server, tmp_path: Path) -> None:
    history = {"a1": USERS, "a2": LEFT, "a3": LOST, "a4": VIEW}
    project = Project.make(tmp_path, history, url="mysql+pymysql://app@db.example.com/prod")
    trip = project.round_trip(database=MySQL(mysql))
    assert verdicts(trip) == {"a1": "pass", "a2": "fail", "a3": "fail", "a4": "pass"}, trip
    assert [each.name for each in by_id(trip)["a2"].residue] == ["users.age"]
    assert [each.name for each in by_id(trip)["a3"].residue] == ["users.name"]
    assert by_id(trip)["a2"].rows.seeded == 2


def test_the_words_of_an_enum_and_of_a_check_are_told_as_they_are(mysql: Server) -> None:
    databases = MySQL(mysql)
    with databases.connected() as run:
        run("CREATE DATABASE words")
    with databases.connected("words") as run:
        run("CREATE TABLE n (e ENUM('it''s', 'b'), t VARCHAR(9), CHECK (t IN ('c', 'd')))")
        told = [json.loads(row[4]) for row in run(mysql_rows.columns("mysql", mysql.version))]
    assert told == [["it's", "b"], ["c", "d"]]
