"""A disk that is full in the middle of a run: unknown, never a pass, and nothing is left on it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from migbot.adapters.child_process import Limits
from migbot.core.report import Verdict
from migbot.core.trips import RoundTrip
from migbot.databases import mysql_server, postgresql_server, server_folder
from migbot.databases.mysql import MySQL
from migbot.databases.postgresql import PostgreSQL
from support.parts import need
from support.projects import SYNC, Project, revision, table, verdicts
from support.small_disk import small_disk

LIMITS = Limits(120, 30)

FILLS = {
    "postgresql": "CREATE TABLE b2 AS SELECT repeat(md5(i::text), 20) FROM "
    "generate_series(1, 4000000) AS s(i)",
    "mysql": "CREATE TABLE b2 AS SELECT repeat(md5(seq), 20) AS t FROM seq_1_to_4000000",
    "sqlite": "CREATE TABLE b2 AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c "
    "LIMIT 4000000) SELECT hex(randomblob(400)) AS t FROM c",
}


def texts(dialect: str) -> dict[str, str]:
    fills = f'op.execute("{FILLS[dialect]}")'
    return {
        "a1": table("a1"),
        "b2": revision("b2", "a1", fills, 'op.execute("DROP TABLE b2")'),
        "c3": table("c3", "b2"),
        "d4": table("d4", "a1"),
    }


def judged(trip: RoundTrip) -> None:
    found = verdicts(trip)
    assert found["b2"] == "unknown", trip.revisions
    assert found["c3"] in ("unknown", "not-run"), trip.revisions
    assert trip.verdict is Verdict.UNKNOWN
    said = [*trip.revisions[1].notes, *(each.reason for each in trip.unknown)]
    # PostgreSQL restarts itself where it cannot write its log
    assert any("room" in text or "cannot be reached" in text for text in said), said


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The only place for a server, with room for its start and two small databases."""
    with small_disk(140) as place:
        monkeypatch.setattr(server_folder, "_places", lambda: {place: None})
        yield place


def test_under_postgresql(tmp_path: Path, disk: Path) -> None:
    need("postgresql")
    project = Project.make(tmp_path, texts("postgresql"), SYNC, url="postgresql+psycopg://h/p")
    with postgresql_server.started() as server:
        judged(project.round_trip(database=PostgreSQL(server), limits=LIMITS))
    assert list(disk.iterdir()) == []


def test_under_mariadb(tmp_path: Path, disk: Path) -> None:
    need("mariadb")
    project = Project.make(tmp_path, texts("mysql"), SYNC, url="mysql+pymysql://h/p")
    with mysql_server.started("mariadb") as server:
        judged(project.round_trip(database=MySQL(server), limits=LIMITS))
    assert list(disk.iterdir()) == []


def test_under_the_scratch_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with small_disk(24) as place:
        monkeypatch.setattr(tempfile, "tempdir", str(place))
        judged(Project.make(tmp_path, texts("sqlite")).round_trip(limits=LIMITS))
        assert list(place.iterdir()) == []


def test_before_the_first_statement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing at all can be written: neither a database nor its copy."""
    with small_disk(1) as place:
        monkeypatch.setattr(tempfile, "tempdir", str(place))
        (place / "full").write_bytes(b"x" * 1000 * 1024)
        trip = Project.make(tmp_path, {"a1": table("a1")}).round_trip(limits=LIMITS)
        assert trip.verdict is Verdict.UNKNOWN
        assert "No space left" in str(trip) or "room" in str(trip)
        assert [each.name for each in place.iterdir()] == ["full"]
