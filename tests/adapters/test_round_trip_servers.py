"""Round trips on throw-away servers: by every driver, whatever the project's URL says."""

import textwrap
from contextlib import closing, contextmanager
from threading import Event

import pytest

from migbot.adapters import guest_process, trip_guests
from migbot.adapters.round_trip import OtherDatabase
from migbot.core.orders import Fork, Side
from migbot.core.report import Verdict
from migbot.core.trips import RevisionTrip
from migbot.databases.kept_server import KeptServer
from migbot.databases.postgresql import PostgreSQL
from migbot.databases.postgresql_server import ended, started
from support.kinds import of_each_kind
from support.parts import need
from support.projects import ASYNC, CREATED, SYNC, Project, by_id, revision, verdicts

TABLE = revision(
    "a1",
    None,
    'op.create_table("users", sa.Column("id", sa.Integer, primary_key=True), '
    'sa.Column("name", sa.String(50), nullable=False), sa.Column("note", sa.Text))',
    'op.drop_table("users")',
)
FORGOTTEN = revision(
    "a2",
    "a1",
    'op.add_column("users", sa.Column("age", sa.Integer)); op.create_index("ix", "users", ["age"])',
    'op.drop_index("ix", "users")',
)
NARROW = revision(
    "a3",
    "a2",
    'op.alter_column("users", "name", type_=sa.String(80), existing_type=sa.String(50), '
    "existing_nullable=False)",
    'op.alter_column("users", "name", type_=sa.String(5), existing_type=sa.String(80), '
    "existing_nullable=False)",
)
HISTORY = {"a1": TABLE, "a2": FORGOTTEN, "a3": NARROW}

# psycopg, asyncpg, pymysql and aiomysql are what other tests of every run go by
SYNC_POSTGRESQL = ("psycopg", "psycopg2", "pg8000")
ASYNC_POSTGRESQL = ("asyncpg", "psycopg_async")
MYSQL = {"pymysql": SYNC, "mysqldb": SYNC, "aiomysql": ASYNC, "asyncmy": ASYNC}


def test_the_guest_imports_alembic_while_the_server_starts(tmp_path, monkeypatch):
    imports = Event()

    def start_guest(guest):
        imports.set()
        return guest_process.start_guest(guest)

    @contextmanager
    def start_server(begin):
        assert imports.wait(30)
        with started(begin=begin) as server:
            yield server

    monkeypatch.setattr(trip_guests, "start_guest", start_guest)
    project = Project.make(tmp_path, {"a1": TABLE}, SYNC, url="postgresql://db.example.com/prod")
    with closing(KeptServer(start_server, ended)) as own:
        assert project.round_trip(database=PostgreSQL(own)).verdict is Verdict.PASS


def found_all(trip) -> None:
    assert verdicts(trip) == {"a1": "pass", "a2": "fail", "a3": "fail"}, trip
    left = [(each.kind, each.name, each.change) for each in by_id(trip)["a2"].residue]
    assert left == [("column", "users.age", "left-behind")]
    assert by_id(trip)["a3"].rows.seeded == 2


@pytest.mark.parametrize("driver", of_each_kind(SYNC_POSTGRESQL, ["psycopg2"]))
def test_a_postgresql_project_is_proved_by_its_own_driver(tmp_path, on_postgresql, driver):
    url = f"postgresql+{driver}://app:secret@db.example.com:6543/prod"
    project = Project.make(tmp_path, HISTORY, SYNC, url=url)
    trip = project.round_trip(database=on_postgresql)
    found_all(trip)
    assert trip.server_version == on_postgresql.server.version
    assert trip.isolation in ("audit", "namespace", "sandbox")


@pytest.mark.parametrize("driver", of_each_kind(ASYNC_POSTGRESQL, ["psycopg_async"]))
def test_an_async_postgresql_project_is_proved_by_its_own_driver(tmp_path, on_postgresql, driver):
    url = f"postgresql+{driver}://app:secret@db.example.com/prod"
    env = ASYNC.replace("sqlite+aiosqlite:///app.db", url)
    found_all(Project.make(tmp_path, HISTORY, env).round_trip(database=on_postgresql))


@pytest.mark.parametrize("driver", of_each_kind(MYSQL, ["mysqldb", "asyncmy"]))
def test_a_mariadb_project_is_proved_by_its_own_driver(tmp_path, on_mariadb, driver):
    if driver == "mysqldb":
        need("mysqlclient")
    url = f"mysql+{driver}://app:secret@db.example.com/prod?charset=utf8mb4"
    env = MYSQL[driver].replace("sqlite+aiosqlite:///app.db", url)
    trip = Project.make(tmp_path, HISTORY, env, url=url).round_trip(database=on_mariadb)
    found_all(trip)


QUERIES = ("sslmode=require", "host=/cloudsql/x", "service=prod", "options=-csearch_path%3Dapp")


@pytest.mark.parametrize("query", of_each_kind([*QUERIES, "&".join(QUERIES)], ["&".join(QUERIES)]))
def test_whatever_the_url_asks_of_the_real_server_is_not_asked_of_ours(
    tmp_path, on_postgresql, query
):
    url = f"postgresql+psycopg://app:secret@h/prod?{query}".replace("%", "%%")
    project = Project.make(tmp_path, {"a1": TABLE}, SYNC, url=url)
    assert verdicts(project.round_trip(database=on_postgresql)) == {"a1": "pass"}


def test_a_creator_is_replaced_before_it_runs(tmp_path, on_postgresql):
    engine = "create_engine('postgresql+psycopg://', creator=lambda: open('ran', 'w') and 1/0)"
    project = Project.make(tmp_path, {"a1": TABLE}, CREATED.format(engine=engine))
    assert verdicts(project.round_trip(database=on_postgresql)) == {"a1": "pass"}
    assert not (tmp_path / "ran").exists()


def test_a_bare_driver_in_a_migration_reaches_no_other_server(tmp_path, on_postgresql):
    body = "import psycopg; psycopg.connect('host=127.0.0.1 dbname=prod connect_timeout=2')"
    text = revision("a1", None, body, "pass")
    url = "postgresql+psycopg://h/prod"
    trip = Project.make(tmp_path, {"a1": text}, SYNC, url=url).round_trip(database=on_postgresql)
    assert verdicts(trip)["a1"] in ("fail", "unknown")


def test_two_databases_of_one_project_are_two_of_ours(tmp_path, on_postgresql):
    env = textwrap.dedent(
        """
        from alembic import context
        from sqlalchemy import create_engine

        for name in ("one", "two"):
            with create_engine("postgresql+psycopg://h/" + name).connect() as connection:
                context.configure(
                    connection=connection, upgrade_token="u", downgrade_token="d"
                )
                with context.begin_transaction():
                    context.run_migrations(name=name)
        """
    )
    body = 'op.create_table("t_" + name, sa.Column("id", sa.Integer, primary_key=True))'
    text = revision("a1", None, body, 'op.drop_table("t_" + name)')
    text = text.replace("upgrade()", "upgrade(name)").replace("downgrade()", "downgrade(name)")
    trip = Project.make(tmp_path, {"a1": text}, env).round_trip(database=on_postgresql)
    assert verdicts(trip) == {"a1": "pass"}, trip


def test_a_value_that_is_added_to_an_enum_can_be_used_by_the_next_revision(tmp_path, on_postgresql):
    texts = {
        "a1": revision(
            "a1",
            None,
            "op.execute(\"CREATE TYPE mood AS ENUM ('sad')\")",
            "op.execute('DROP TYPE mood')",
        ),
        "a2": revision("a2", "a1", "op.execute(\"ALTER TYPE mood ADD VALUE 'ok'\")", "pass"),
        "a3": revision(
            "a3", "a2", "op.execute(\"CREATE TABLE t (m mood DEFAULT 'ok')\")", 'op.drop_table("t")'
        ),
    }
    url = "postgresql+psycopg://h/prod"
    trip = Project.make(tmp_path, texts, SYNC, url=url).round_trip(database=on_postgresql)
    found = by_id(trip)
    assert found["a1"].verdict == found["a3"].verdict == "pass"
    assert found["a2"].verdict in ("no-op-downgrade", "fail")
    assert trip.deployment is not None
    assert not trip.deployment.ok, (
        "one transaction round both, as env.py says, cannot use the value"
    )


def with_mood(id, parents, table, down=""):
    """A migration that makes a table and, as Alembic has not made it yet, the type of a column."""
    column = 'sa.Column("m", sa.Enum("sad", "ok", name="mood"))'
    return revision(
        id, parents, f'op.create_table("{table}", {column})', f'op.drop_table("{table}")\n{down}'
    )


DROP_MOOD = "op.execute('DROP TYPE mood')"


def test_what_stands_above_a_type_that_is_made_twice_is_proved(tmp_path, on_postgresql):
    texts = {
        "a1": with_mood("a1", None, "one", DROP_MOOD),
        "a2": with_mood("a2", "a1", "two"),
        "a3": revision(
            "a3", "a2", 'op.create_index("ix", "two", ["m"])', 'op.drop_index("ix", "two")'
        ),
    }
    url = "postgresql+psycopg://h/prod"
    trip = Project.make(tmp_path, texts, SYNC, url=url).round_trip(database=on_postgresql)
    assert verdicts(trip) == {"a1": "pass", "a2": "fail", "a3": "pass"}, trip
    told = by_id(trip)["a2"]
    assert told.legs[0].error is not None
    assert told.legs[0].error.message.startswith('type "mood" already exists')
    assert "In one command with the revision that makes the type" in told.notes[0]
    assert not trip.unknown
    assert trip.deployment is not None
    assert trip.deployment.ok


def test_what_stands_above_a_type_that_the_base_has_made_is_not_run(tmp_path, on_postgresql):
    texts = {
        "a1": with_mood("a1", None, "one", DROP_MOOD),
        "a2": with_mood("a2", "a1", "two"),
        "a3": revision("a3", "a2", "op.execute('CREATE SCHEMA s')", "op.execute('DROP SCHEMA s')"),
    }
    project = Project.make(tmp_path, texts, SYNC, url="postgresql+psycopg://h/prod")
    trip = project.round_trip(
        ["a2", "a3"], base=project.root, base_heads=["a1"], database=on_postgresql
    )
    assert verdicts(trip) == {"a2": "fail", "a3": "not-run"}, trip
    assert by_id(trip)["a2"].notes == ()


PSYCOPG = "postgresql+psycopg://h/prod"


def viewed(id: str, parents: str, down: str = "") -> str:
    """A migration that makes a view."""
    up = f'op.execute("CREATE VIEW v_{id} AS SELECT 1 AS x")'
    return revision(id, parents, up, down or f'op.execute("DROP VIEW v_{id}")')


def indexed(id: str, down: str, up: str = "pass") -> str:
    """A migration that makes an index on a column of `users`, does `up`, and then `down`."""
    make = f'op.create_index("ix_{id}", "users", ["name"])'
    drop = f'op.drop_index("ix_{id}", "users")'
    return revision(id, "a1", f"{make}; {up}", down.format(drop=drop))


IF_EXISTS = 'op.execute("DROP INDEX IF EXISTS no"); op.execute("DROP TABLE IF EXISTS no")'
DELETE = 'op.execute("DELETE FROM users")'
OWN = f"""
e = sa.create_engine('{PSYCOPG}')
with e.begin() as c: c.execute(sa.text('SELECT count(*) FROM users'))
e.dispose()
"""
SIDE_BY_SIDE = {
    "a1": TABLE,
    "engine": revision("engine", "a1", OWN, "pass"),
    "nonsense": revision("nonsense", "a1", 'op.execute("SELECT nonsense")', "pass"),
    "beside": viewed("beside", "a1"),
    "once": viewed("once", "a1", 'raise NotImplementedError("no")'),
    "above": viewed("above", "once"),
    "nothing": indexed("nothing", IF_EXISTS),
    "no_rows": indexed("no_rows", 'op.execute("DELETE FROM users WHERE id < 0")'),
    "rows": indexed("rows", DELETE),
    "up": indexed("up", "{drop}", DELETE),
    "down": indexed("down", f"{{drop}}; {DELETE}"),
    "wide": revision(
        "wide",
        "a1",
        'op.alter_column("users", "id", type_=sa.BigInteger)',
        'op.alter_column("users", "id", type_=sa.Integer)',
    ),
}


@pytest.fixture(scope="module")
def side_by_side(own_postgresql: KeptServer, tmp_path_factory) -> dict[str, RevisionTrip]:
    """What was said of each of `SIDE_BY_SIDE`, from one round trip."""
    project = Project.make(tmp_path_factory.mktemp("all"), SIDE_BY_SIDE, SYNC, url=PSYCOPG)
    with closing(PostgreSQL(own_postgresql)) as databases:
        return by_id(project.round_trip(database=databases))


def test_a_migration_with_an_engine_of_its_own_works_on_the_same_database(side_by_side):
    assert side_by_side["engine"].verdict == "pass", side_by_side


def test_an_upgrade_that_fails_is_put_aside_and_the_run_goes_on(side_by_side):
    verdicts = [side_by_side[name].verdict for name in ("a1", "nonsense", "beside")]
    assert verdicts == ["pass", "fail", "pass"]
    error = side_by_side["nonsense"].legs[0].error
    assert error is not None
    assert "nonsense" in error.message
    assert error.statement == "SELECT nonsense"


def test_what_is_declared_irreversible_leaves_a_usable_transaction(side_by_side):
    assert side_by_side["once"].verdict == "irreversible"
    assert side_by_side["above"].verdict == "pass"


def test_a_downgrade_that_looks_for_what_is_not_there_does_nothing(side_by_side):
    assert side_by_side["nothing"].verdict == "no-op-downgrade"
    assert [each.name for each in side_by_side["nothing"].residue] == ["ix_nothing"]


@pytest.mark.parametrize("name", ["no_rows", "rows"])
def test_a_downgrade_with_a_statement_on_rows_is_not_said_to_do_nothing(side_by_side, name):
    assert side_by_side[name].verdict == "fail"


def test_rows_that_are_lost_are_told_by_the_leg_that_loses_them(side_by_side):
    assert side_by_side["up"].notes[0] == "Of 2 rows in users: 2 lost in the upgrade."
    assert side_by_side["down"].notes[0] == "Of 2 rows in users: 2 lost in the downgrade."


def test_locks_and_rewrites_are_told_as_facts(side_by_side):
    assert side_by_side["a1"].locks == ()
    assert "AccessExclusiveLock on users" in side_by_side["wide"].locks
    assert "users rewritten" in side_by_side["wide"].locks


def test_drift_is_told_apart_from_the_verdict(tmp_path, on_postgresql):
    env = SYNC.replace(
        "target_metadata=None",
        "target_metadata=metadata",
    ).replace(
        "config = context.config",
        "import sqlalchemy as sa\nmetadata = sa.MetaData()\n"
        'sa.Table("users", metadata, sa.Column("id", sa.Integer, primary_key=True), '
        'sa.Column("name", sa.String(50), nullable=False), sa.Column("note", sa.Text), '
        'sa.Column("forgotten", sa.Text))\nconfig = context.config',
    )
    url = "postgresql+psycopg://h/prod"
    trip = Project.make(tmp_path, {"a1": TABLE}, env, url=url).round_trip(database=on_postgresql)
    assert trip.verdict is Verdict.PASS
    assert trip.drift == (("add_column", "users.forgotten"),)


FORK = Fork(("a1",), (Side("b1", ("b1",), "b1"), Side("c1", ("c1",), "c1")))

DEPENDS_ON_THE_ORDER = """
DO $$ BEGIN
    IF to_regclass('t_c1') IS NULL THEN CREATE TABLE first (x int); END IF;
END $$
"""


SIDES = {
    "commute": ("op.create_table('t_b1', sa.Column('id', sa.Integer))", "op.drop_table('t_b1')"),
    "differ": (f"op.execute({DEPENDS_ON_THE_ORDER!r})", "op.execute('DROP TABLE IF EXISTS first')"),
}


@pytest.mark.parametrize("sides", of_each_kind(SIDES, ["commute"]))
def test_a_merge_is_tried_in_every_order(tmp_path, on_postgresql, sides):
    equal = sides == "commute"
    texts = {
        "a1": TABLE,
        "b1": revision("b1", "a1", *SIDES[sides]),
        "c1": revision(
            "c1",
            "a1",
            "op.create_table('t_c1', sa.Column('id', sa.Integer))",
            "op.drop_table('t_c1')",
        ),
        "m1": revision("m1", ("b1", "c1"), "pass", "pass"),
    }
    url = "postgresql+psycopg://h/prod"
    project = Project.make(tmp_path, texts, SYNC, url=url)
    trip = project.round_trip(database=on_postgresql, fork=FORK)
    assert [each.order[0] for each in trip.orders] == ["m1", "b1", "c1"]
    assert all(each.equal for each in trip.orders) is equal, trip.orders
    assert (trip.verdict is Verdict.PASS) is equal
    if not equal:
        assert "table first" in " ".join(each.difference for each in trip.orders)


def test_a_project_that_names_no_database_says_which_it_is_on(tmp_path):
    project = Project.make(tmp_path, {"a1": TABLE}, SYNC, url="postgresql+psycopg://h/prod")
    with pytest.raises(OtherDatabase, match="postgresql"):
        project.round_trip()


def test_the_next_project_on_the_same_server_finds_nothing_of_the_last(tmp_path, on_postgresql):
    url = "postgresql+psycopg://h/prod"
    for name in ("one", "two"):
        project = Project.make(tmp_path / name, {"a1": TABLE}, SYNC, url=url)
        assert verdicts(project.round_trip(database=on_postgresql)) == {"a1": "pass"}


def test_drift_that_autogenerate_cannot_tell_is_said_to_be_unknown(tmp_path, on_postgresql):
    broken = "type('Metadata', (), {'tables': property(lambda self: 1 / 0)})()"
    env = SYNC.replace("target_metadata=None", f"target_metadata={broken}")
    url = "postgresql+psycopg://h/prod"
    trip = Project.make(tmp_path, {"a1": TABLE}, env, url=url).round_trip(database=on_postgresql)
    assert trip.verdict is Verdict.PASS
    assert "not known" in trip.notes[0], trip
