"""An extension that the throw-away server does not have: nobody's fault, and what stands in."""

from pathlib import Path

import pytest

from migbot.core.report import Verdict
from migbot.core.trip_settings import TripSettings
from migbot.core.trips import RoundTrip
from migbot.databases.postgresql import PostgreSQL
from support.kinds import of_each_kind
from support.projects import MAIN, SYNC, Project, by_id, revision, table, verdicts

DRIVERS = ("psycopg", "psycopg2", "pg8000")
NAME = "nowhere_gis"  # an extension that nobody has installed
CREATE, DROP = f'op.execute("CREATE EXTENSION {NAME}")', f'op.execute("DROP EXTENSION {NAME}")'

SQL = """
CREATE TYPE geometry AS (x float, y float);
CREATE FUNCTION st_x(geometry) RETURNS float LANGUAGE sql AS $$ SELECT ($1).x $$;
CREATE TABLE spatial_ref_sys (srid int PRIMARY KEY, note text DEFAULT '100%% of :it');
INSERT INTO spatial_ref_sys VALUES (4326);
"""


def trip_of(
    tmp_path: Path, database: PostgreSQL, made: dict[str, str], sql: str = "", driver: str = ""
) -> RoundTrip:
    url = f"postgresql+{driver or 'psycopg'}://h/prod"
    project = Project.make(tmp_path, made, SYNC, url=url, files={"db/gis.sql": sql})
    settings = TripSettings(stand_ins={NAME: "db/gis.sql"}) if sql else TripSettings()
    named = Project(tmp_path, project.order, MAIN._replace(roundtrip=settings))
    return named.round_trip(database=database)


@pytest.mark.parametrize("driver", of_each_kind(DRIVERS, ["psycopg", "pg8000"]))
def test_a_revision_that_needs_one_is_unknown_and_what_stands_on_it_is_not_run(
    tmp_path: Path, database: PostgreSQL, driver: str
) -> None:
    made = {
        "a1": table("a1"),
        "b2": revision("b2", "a1", CREATE, DROP),
        "c3": table("c3", "b2"),
        "d4": table("d4", "a1"),
    }
    trip = trip_of(tmp_path, database, made, driver=driver)
    assert verdicts(trip) == {"a1": "pass", "b2": "unknown", "c3": "not-run", "d4": "pass"}
    assert trip.verdict is Verdict.UNKNOWN
    major = trip.server_version.split(".")[0]
    needs = f"the extension {NAME}, which the throw-away PostgreSQL {major} does not have"
    assert by_id(trip)["b2"].notes == (f"It needs {needs}.",)
    assert trip.unknown[0][:2] == ("b2", f"it needs {needs}")
    assert "MIGBOT_POSTGRESQL_URL" in trip.unknown[0].hint


def test_a_package_that_has_it_is_named() -> None:
    from migbot.core.lacks import Lack, way_out

    hint = way_out((Lack("extension", "vector", "15.18"),), MAIN)
    assert hint.splitlines()[0] == "apt-get install postgresql-15-pgvector"


def test_env_that_needs_one_is_unknown_with_the_same_way_out(
    tmp_path: Path, database: PostgreSQL
) -> None:
    env = SYNC.replace(
        "    context.configure",
        f"    connection.exec_driver_sql('CREATE EXTENSION IF NOT EXISTS {NAME}')\n"
        "    context.configure",
    )
    project = Project.make(tmp_path, {"a1": table("a1")}, env, url="postgresql+psycopg://h/prod")
    trip = project.round_trip(database=database)
    assert verdicts(trip) == {"a1": "unknown"}
    assert trip.unknown[0].reason.startswith(f"env.py needs the extension {NAME}, which")
    assert "stand_ins" in trip.unknown[0].hint


USES = {
    "a1": revision("a1", None, CREATE, DROP),
    "b2": revision(
        "b2", "a1", 'op.execute("CREATE TABLE t (g geometry)")', 'op.execute("DROP TABLE t")'
    ),
}


@pytest.mark.parametrize("driver", of_each_kind(DRIVERS, ["psycopg2"]))
def test_a_stand_in_is_used_where_it_is_named_and_is_told(
    tmp_path: Path, database: PostgreSQL, driver: str
) -> None:
    trip = trip_of(tmp_path, database, USES, SQL, driver)
    assert verdicts(trip) == {"a1": "pass", "b2": "pass"}, trip
    assert trip.verdict is Verdict.PASS
    assert [note for note in trip.notes if NAME in note], trip.notes


def test_what_a_stand_in_has_made_and_a_downgrade_leaves_is_one_extension(
    tmp_path: Path, database: PostgreSQL
) -> None:
    trip = trip_of(tmp_path, database, {"a1": revision("a1", None, CREATE, "pass")}, SQL)
    residue = [(each.kind, each.name, each.change) for each in trip.revisions[0].residue]
    assert residue == [("extension", NAME, "left-behind")]


def test_if_not_exists_cascade_and_a_schema_mean_what_they_mean(
    tmp_path: Path, database: PostgreSQL
) -> None:
    up = f"""
    op.execute('CREATE SCHEMA gis')
    op.execute('create extension if not exists "{NAME}" with schema gis cascade;')
    op.execute('CREATE EXTENSION IF NOT EXISTS {NAME}')
    op.execute('CREATE TABLE t (id int, g gis.geometry)')
    """
    down = f"""
    op.execute('DROP EXTENSION IF EXISTS {NAME} CASCADE')
    op.execute('DROP EXTENSION IF EXISTS {NAME} CASCADE')
    op.execute('ALTER TABLE t DROP COLUMN id')
    op.execute('DROP TABLE t')
    op.execute('DROP SCHEMA gis')
    """
    trip = trip_of(tmp_path, database, {"a1": revision("a1", None, up, down)}, SQL)
    assert verdicts(trip) == {"a1": "pass"}, trip


def test_a_stand_in_that_fails_is_as_good_as_none(tmp_path: Path, database: PostgreSQL) -> None:
    trip = trip_of(tmp_path, database, USES, "CREATE NONSENSE")
    assert verdicts(trip) == {"a1": "unknown", "b2": "not-run"}
    error = trip.revisions[0].legs[0].error
    assert error is not None
    assert "NONSENSE" in error.message


def test_an_extension_that_is_there_already_is_the_migrations_own_mistake(
    tmp_path: Path, database: PostgreSQL
) -> None:
    made = {"a1": revision("a1", None, CREATE, DROP), "b2": revision("b2", "a1", CREATE, "pass")}
    trip = trip_of(tmp_path, database, made, SQL)
    assert verdicts(trip) == {"a1": "pass", "b2": "fail"}


def test_an_extension_that_the_server_has_needs_no_stand_in(
    tmp_path: Path, database: PostgreSQL
) -> None:
    up, down = 'op.execute("CREATE EXTENSION plpgsql")', 'op.execute("CREATE EXTENSION plpgsql")'
    made = {
        "a1": revision("a1", None, up.replace("CREATE EXTENSION", "DROP EXTENSION IF EXISTS"), down)
    }
    project = Project.make(tmp_path, made, SYNC, url="postgresql+psycopg://h/prod")
    Path(tmp_path, "no.sql").write_text("CREATE NONSENSE")
    settings = TripSettings(stand_ins={"plpgsql": "no.sql"})
    named = Project(tmp_path, project.order, MAIN._replace(roundtrip=settings))
    trip = named.round_trip(database=database)
    assert verdicts(trip) == {"a1": "pass"}, trip
    assert not trip.notes


@pytest.mark.parametrize("path", ["nowhere.sql", "../outside.sql", "db"])
def test_a_file_that_cannot_be_read_is_unknown(
    tmp_path: Path, database: PostgreSQL, path: str
) -> None:
    (tmp_path / "outside.sql").write_text(SQL)
    project = Project.make(tmp_path / "p", USES, SYNC, files={"db/gis.sql": SQL})
    settings = TripSettings(stand_ins={NAME: path})
    named = Project(project.root, project.order, MAIN._replace(roundtrip=settings))
    trip = named.round_trip(database=database)
    assert trip.verdict is Verdict.UNKNOWN
    assert f"the stand-in for {NAME}, {path}, cannot be read" in trip.unknown[0].reason
