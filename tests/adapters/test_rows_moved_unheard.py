"""Rows that are lost by what no statement of SQLAlchemy's tells: they are missed all the same."""

import pytest

from migbot.core.trips import RevisionVerdict
from support.kinds import of_each_kind
from support.projects import SYNC, Project, by_id, revision

POSTGRESQL = "postgresql+psycopg://app@db.example.com/prod"
MARIADB = "mysql+pymysql://app@db.example.com/prod"

TABLE = revision(
    "a1",
    None,
    'op.create_table("users", sa.Column("id", sa.Integer, primary_key=True), '
    'sa.Column("name", sa.String(50), nullable=False)); '
    'op.create_table("log", sa.Column("id", sa.Integer))',
    'op.drop_table("log"); op.drop_table("users")',
)
NOTHING = "SELECT 1"
CURSOR = "op.get_bind().connection.cursor().execute('DELETE FROM users')"
ON_POSTGRESQL = {
    "a cursor": (NOTHING, NOTHING, CURSOR),
    "a truncation": (NOTHING, NOTHING, CURSOR.replace("DELETE FROM", "TRUNCATE")),
    "a function": (
        "CREATE FUNCTION tidied() RETURNS int LANGUAGE sql AS 'DELETE FROM users RETURNING 1'",
        "DROP FUNCTION tidied",
        "op.execute('SELECT tidied()')",
    ),
    "a trigger": (
        "CREATE FUNCTION tidied() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM users; "
        "RETURN NEW; END'; CREATE TRIGGER g AFTER INSERT ON log EXECUTE FUNCTION tidied()",
        "DROP FUNCTION tidied CASCADE",
        "op.execute('INSERT INTO log VALUES (9)')",
    ),
    "a connection beside": (
        NOTHING,
        NOTHING,
        "import psycopg; info = op.get_bind().connection.driver_connection.info; "
        "own = psycopg.connect(host="
        "info.host, port=info.port, user=info.user, dbname=info.dbname, autocommit=True); "
        "own.execute('DELETE FROM users'); own.close()",
    ),
}
ON_MARIADB = {
    "a cursor": (NOTHING, NOTHING, CURSOR),
    "a truncation": (NOTHING, NOTHING, CURSOR.replace("DELETE FROM", "TRUNCATE")),
    "a function": (
        "CREATE FUNCTION tidied() RETURNS int BEGIN DELETE FROM users; RETURN 1; END",
        "DROP FUNCTION tidied",
        "op.execute('SELECT tidied()')",
    ),
}


def losing(made: str, gone: str, way: str) -> dict[str, str]:
    """A history whose last revision has nothing to do with the rows that its downgrade deletes."""
    return {
        "a1": TABLE,
        "a2": revision("a2", "a1", f'op.execute("{made}")', f'op.execute("{gone}")'),
        "a3": revision(
            "a3",
            "a2",
            "op.create_index('ix', 'log', ['id'])",
            f"op.drop_index('ix', 'log'); {way}",
        ),
    }


def missed(project: Project, database) -> None:
    trip = by_id(project.round_trip(database=database))
    assert trip["a1"].verdict is trip["a2"].verdict is RevisionVerdict.PASS, trip
    assert trip["a3"].verdict is RevisionVerdict.FAIL
    assert [(each.kind, each.name) for each in trip["a3"].residue] == [("rows", "users")], trip[
        "a3"
    ].legs
    assert trip["a3"].rows.lost == 2


@pytest.mark.parametrize("way", of_each_kind(ON_POSTGRESQL, ["a cursor", "a function"]))
def test_on_postgresql(tmp_path, on_postgresql, way):
    history = losing(*ON_POSTGRESQL[way])
    missed(Project.make(tmp_path, history, SYNC, url=POSTGRESQL), on_postgresql)


@pytest.mark.parametrize("way", ON_MARIADB)
def test_on_mariadb(tmp_path, on_mariadb, way):
    history = losing(*ON_MARIADB[way])
    missed(Project.make(tmp_path, history, SYNC, url=MARIADB), on_mariadb)


LOG_IT = (
    "DO 'BEGIN IF to_regclass(''log'') IS NOT NULL THEN INSERT INTO log VALUES (8); END IF; END'"
)
AUDITED = SYNC.replace(
    "target_metadata=None",
    "target_metadata=None, on_version_apply="
    f"lambda ctx, **more: ctx.connection.exec_driver_sql({LOG_IT!r})",
)


def test_rows_that_env_py_writes_between_two_steps_are_nobodys(tmp_path, on_postgresql):
    up = "op.create_index('ix', 'log', ['id'])"
    history = {"a1": TABLE, "a2": revision("a2", "a1", up, "raise NotImplementedError")}
    project = Project.make(tmp_path, history, AUDITED, url=POSTGRESQL)
    trips = by_id(project.round_trip(database=on_postgresql))
    assert (trips["a1"].verdict, trips["a2"].verdict) == ("pass", "irreversible"), trips
