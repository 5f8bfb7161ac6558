"""What a migration does beside its database: it harms nothing, and a note tells it."""

from pathlib import Path

from migbot.core.report import Verdict
from migbot.databases.postgresql import PostgreSQL
from support.projects import SYNC, Project, by_id, revision, table, verdicts

URL = "postgresql+psycopg://h/prod"
ENGINE = f"sa.create_engine('{URL}', poolclass=sa.pool.NullPool)"


def test_a_connection_that_is_left_open_is_told_and_the_next_run_is_not_kept_waiting(
    tmp_path: Path, database: PostgreSQL
) -> None:
    leaks = f"sys.kept = {ENGINE}.connect(); sys.kept.execute(sa.text('SELECT 1'))"
    closes = f"with {ENGINE}.connect() as c: c.execute(sa.text('SELECT 1'))"
    made = {
        "a1": table("a1"),
        "b2": revision("b2", "a1", leaks, closes),
        "c3": revision("c3", "b2", 'op.execute("nonsense")', "pass"),
        "d4": table("d4", "b2"),
    }
    trip = Project.make(tmp_path, made, SYNC, url=URL).round_trip(database=database)
    assert verdicts(trip) == {"a1": "pass", "b2": "pass", "c3": "fail", "d4": "pass"}, trip
    assert by_id(trip)["b2"].notes == (
        "Its upgrade left 1 connection of its own open.",
        "Its upgrade-again left 1 connection of its own open.",
    )
    assert by_id(trip)["a1"].notes == ()


def test_roles_are_told_and_gone_afterwards(tmp_path: Path, database: PostgreSQL) -> None:
    up = """
    op.execute("CREATE ROLE reader")
    op.execute("DO $$ BEGIN CREATE USER writer; END $$")
    """
    down = 'op.execute("DROP ROLE reader, writer")'
    made = {
        "a1": revision("a1", None, up, down),
        "b2": revision("b2", "a1", 'op.execute("CREATE ROLE kept")', "pass"),
    }
    trip = Project.make(tmp_path, made, SYNC, url=URL).round_trip(database=database)
    assert by_id(trip)["a1"].verdict == "pass", trip
    told = "It makes roles (reader, writer), which are the server's, not the database's."
    assert told in by_id(trip)["a1"].notes
    database.keep(Path("nothing"), Path("slots"))
    with database.connected() as run:
        roles = {name for (name,) in run("SELECT rolname FROM pg_roles")}
    assert not roles & {"reader", "writer", "kept"}


def test_files_are_written_into_a_copy_and_told(tmp_path: Path) -> None:
    up = """
    open("export.csv", "w").close()
    open(os.path.join(os.path.dirname(__file__), "log.txt"), "a").write("up")
    os.remove("README")
    """
    made = {"a1": revision("a1", None, up, 'open("README", "w").close()')}
    project = Project.make(tmp_path, made, files={"README": "x", "kept": "x"})
    trip = project.round_trip()
    assert verdicts(trip) == {"a1": "pass"}
    assert trip.notes == (
        "Files were written beside the database, in a copy that is gone: "
        "README, export.csv, migrations/versions/log.txt.",
    )


def test_a_file_outside_of_the_copy_is_not_written(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    up = f"open({str(outside)!r}, 'w').close()"
    trip = Project.make(tmp_path / "p", {"a1": revision("a1", None, up, "pass")}).round_trip()
    if trip.isolation == "sandbox":
        assert not outside.exists()
        assert trip.verdict is not Verdict.PASS
