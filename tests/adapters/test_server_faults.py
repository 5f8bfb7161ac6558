"""A throw-away server that dies, and migrations that hurt it: never a pass, nothing left."""

import os
import signal
from collections.abc import Mapping
from pathlib import Path

import pytest

from migbot.adapters.child_process import Limits
from migbot.core.report import Verdict
from migbot.core.throwaway import Server
from migbot.databases import postgresql_server
from migbot.databases.postgresql import PostgreSQL
from support.kinds import of_each_kind
from support.parts import need
from support.projects import SYNC, Project, revision, table, verdicts

URL = "postgresql+psycopg://h/prod"


@pytest.fixture(scope="module", autouse=True)
def _a_server_of_its_own() -> None:
    need("postgresql")


def kill(server: Server) -> None:
    """End the postmaster as a full memory does."""
    lock = Path(server.socket) / f".s.PGSQL.{server.port}.lock"
    os.kill(int(lock.read_text().split()[0]), signal.SIGKILL)


@pytest.mark.parametrize("moment", range(3))
def test_a_server_that_is_killed_between_two_runs_is_unknown(tmp_path: Path, moment: int) -> None:
    project = Project.make(tmp_path, {"a1": table("a1"), "a2": table("a2", "a1")}, SYNC, url=URL)
    said: list[str] = []
    with postgresql_server.started() as server:

        def progress(line: str) -> None:
            if len(said) == moment:
                kill(server)
            said.append(line)

        trip = project.round_trip(
            ["a2"],
            base=project.root,
            base_heads=["a1"],
            database=PostgreSQL(server),
            progress=progress,
        )
    assert len(said) > moment, said
    assert trip.verdict in (Verdict.UNKNOWN, Verdict.FAIL), trip
    assert not trip.deployment or not trip.deployment.ok


ENDS = {
    "session": "op.execute('SELECT pg_terminate_backend(pg_backend_pid())')",
    "process": "os._exit(0)",
    "killed": "os.kill(os.getpid(), 9)",
}


def assert_no_pass(
    root: Path, databases: PostgreSQL, bodies: Mapping[str, str], limits: Limits
) -> None:
    """Of revisions side by side none passes, and the one after them is proved all the same."""
    hurt = {name: revision(name, "a1", body, "pass") for name, body in bodies.items()}
    texts = {"a1": table("a1"), **hurt, "c1": table("c1", "a1")}
    project = Project.make(root, texts, SYNC, url=URL)
    trip = project.round_trip(database=databases, limits=limits)
    found = verdicts(trip)
    assert found["a1"] == found["c1"] == "pass", trip.revisions
    assert {found[name] for name in bodies} <= {"unknown", "fail"}, trip
    assert trip.verdict is not Verdict.PASS


def test_after_each_end_of_a_session_or_a_process_the_next_one_is_proved(
    tmp_path: Path, on_postgresql: PostgreSQL
) -> None:
    assert_no_pass(tmp_path, on_postgresql, ENDS, Limits(120, 60))


WAITS = {
    "a statement without end": "op.execute('SELECT pg_sleep(600)')",
    "a lock that nobody gives back": (
        f"e = sa.create_engine('{URL}', poolclass=sa.pool.NullPool); c = e.connect()\n"
        "c.execute(sa.text('LOCK TABLE t_a1')); op.execute('ALTER TABLE t_a1 ADD x int')"
    ),
}


@pytest.mark.parametrize("name", of_each_kind(WAITS, ["a lock that nobody gives back"]))
def test_what_waits_without_end_is_no_pass_and_the_next_one_is_proved(
    tmp_path: Path, on_postgresql: PostgreSQL, name: str
) -> None:
    assert_no_pass(tmp_path, on_postgresql, {"b1": WAITS[name]}, Limits(120, 8))
