"""Squawk's advice on the SQL that was sent: told where squawk is found, and nothing more."""

from pathlib import Path

import pytest

from migbot.adapters import squawk
from migbot.core.guest_words import Sent
from migbot.core.report import Verdict
from migbot.core.trips import RoundTrip
from migbot.databases.postgresql import PostgreSQL
from support.kinds import of_each_kind
from support.parts import need
from support.projects import SYNC, Project, by_id, revision, table

DRIVERS = ("psycopg", "psycopg2", "pg8000")
LOCKS = "ALTER TABLE t ADD COLUMN more text NOT NULL"
INDEX = 'op.create_index("ix", "t_a1", ["name"])'
BESIDE = """
with op.get_context().autocommit_block():
    op.create_index("ix", "t_a1", ["name"], postgresql_concurrently=True)
"""
INSERT = """
t = sa.table("t_a1", sa.column("id"), sa.column("name"))
op.bulk_insert(t, [{"id": 7, "name": "100% 'of it"}])
op.execute(sa.text("UPDATE t_a1 SET name = :n WHERE name LIKE '100%'").bindparams(n="secret"))
"""


def trip_of(
    tmp_path: Path, database: PostgreSQL, up: str, driver: str = "psycopg", **files: str
) -> RoundTrip:
    down = 'op.drop_index("ix")' if "ix" in up else 'op.execute("DELETE FROM t_a1 WHERE id = 7")'
    made = {"a1": table("a1"), "b2": revision("b2", "a1", up, down)}
    url = f"postgresql+{driver}://h/prod"
    more = {name.replace("_", "."): text for name, text in files.items()}
    return Project.make(tmp_path, made, SYNC, url=url, files=more).round_trip(database=database)


def test_what_an_upgrade_has_sent_is_advised_on_and_the_verdict_stays(
    tmp_path: Path, database: PostgreSQL
) -> None:
    need("squawk")
    trip = trip_of(tmp_path, database, INDEX)
    assert (trip.verdict, by_id(trip)["b2"].verdict) == (Verdict.PASS, "pass")
    notes = by_id(trip)["b2"].notes
    assert [note.split(":")[0] for note in notes] == [
        "squawk advises, require-concurrent-index-creation"
    ]
    assert by_id(trip)["a1"].notes == ()


@pytest.mark.parametrize("driver", of_each_kind(DRIVERS[:2], ["psycopg"]))
def test_an_autocommit_block_is_outside_of_the_transaction(
    tmp_path: Path, database: PostgreSQL, driver: str
) -> None:
    need("squawk")
    up = BESIDE.replace("True)", "True, if_not_exists=True)")
    assert by_id(trip_of(tmp_path, database, up, driver))["b2"].notes == ()


@pytest.mark.parametrize("driver", of_each_kind(DRIVERS, ["psycopg2", "pg8000"]))
def test_parameters_and_percent_signs_are_no_syntax_error_and_no_secret(
    tmp_path: Path, database: PostgreSQL, driver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    need("squawk")
    seen: list[str] = []
    script = squawk.script

    def kept(sent: list[Sent]) -> str:
        seen.append(script(sent))
        return seen[-1]

    monkeypatch.setattr(squawk, "script", kept)
    trip = trip_of(tmp_path, database, INSERT, driver)
    assert by_id(trip)["b2"].verdict == "pass", trip
    assert not [note for note in by_id(trip)["b2"].notes if "squawk" in note]
    assert "secret" not in seen[-1]
    assert "LIKE '100%'" in seen[-1]
    assert "alembic_version" not in "".join(seen)


def test_the_projects_own_configuration_decides(tmp_path: Path, database: PostgreSQL) -> None:
    need("squawk")
    off = 'excluded_rules = ["require-concurrent-index-creation"]'
    trip = trip_of(tmp_path, database, INDEX, _squawk_toml=off)
    said = [note.split(":")[0] for note in by_id(trip)["b2"].notes]
    assert "squawk advises, require-lock-timeout" in said
    assert "squawk advises, require-concurrent-index-creation" not in said


def test_a_transaction_is_told_and_what_is_outside_of_it_too() -> None:
    sent = [Sent("SELECT 1;", True), Sent("SELECT %(a)s", True), Sent("SELECT '%%'", False)]
    assert squawk.script(sent) == "BEGIN;\nSELECT 1;\nSELECT $1;\nCOMMIT;\nSELECT '%';\n"


PROGRAMS = {
    "that hangs": ("sleep 30", "timed out"),
    "that crashes": ("echo broken >&2; exit 101", "it ended with 101, 'broken'"),
    "that says something else": ("echo hello", "Expecting value"),
    "that says another shape": ("echo '[{}]'", "'file'"),
}


@pytest.mark.parametrize(("body", "why"), PROGRAMS.values(), ids=PROGRAMS)
def test_a_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, why: str) -> None:
    program = tmp_path / "squawk"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(squawk, "SECONDS", 0.5)
    said = squawk.advised({"a1": (Sent(LOCKS, True),)}, tmp_path, "15.1")
    assert said.notes == {}
    assert said.silence.startswith("squawk has given no advice: ")
    assert why in said.silence


def test_where_there_is_no_squawk_nothing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(squawk, "found", lambda: "")
    assert squawk.advised({"a1": (Sent(LOCKS, True),)}, tmp_path, "15") == squawk.Advised({})
