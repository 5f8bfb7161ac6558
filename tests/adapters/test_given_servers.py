"""Round trips on a user's server: by every driver, with its password, and on our databases only."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from migbot.adapters.guest_process import isolation
from migbot.core.trips import RevisionTrip
from migbot.errors import MigbotError
from migbot.faces.throwaways import ThrowAways
from support.command import Command
from support.given import PASSWORD, asked, databases
from support.parts import need
from support.projects import ASYNC, INI, SYNC, Project, by_id, revision, table, verdicts
from support.repos import Repo

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
HISTORY = {"a1": TABLE, "a2": FORGOTTEN}


def tried(project: Project, environ: dict[str, str], name: str, **more):
    with ThrowAways(environ) as throwaways:
        trip = project.round_trip(database=throwaways.of(name), **more)
    assert "s3cr3t" not in json.dumps(trip, default=str)
    return throwaways.told(trip)


@pytest.fixture
def on_postgresql(given_postgresql):
    server, url = given_postgresql
    before = databases(server)
    yield lambda project, url=url, **more: tried(
        project, {"MIGBOT_POSTGRESQL_URL": url}, "postgresql", **more
    )
    assert databases(server) == before


@pytest.fixture
def on_mariadb(given_mariadb):
    server, url = given_mariadb
    before = databases(server)
    yield lambda project, url=url, **more: tried(
        project, {"MIGBOT_MARIADB_URL": url}, "mariadb", **more
    )
    assert databases(server) == before


def found_all(trip) -> None:
    assert verdicts(trip) == {"a1": "pass", "a2": "fail"}, [trip.unknown, trip.revisions]
    left = [(each.kind, each.name, each.change) for each in by_id(trip)["a2"].residue]
    assert left == [("column", "users.age", "left-behind")]


@pytest.mark.parametrize(
    ("driver", "env"),
    [
        ("psycopg", SYNC),
        ("asyncpg", ASYNC),
        pytest.param("psycopg2", SYNC, marks=pytest.mark.real),
        pytest.param("pg8000", SYNC, marks=pytest.mark.real),
        pytest.param("psycopg_async", ASYNC, marks=pytest.mark.real),
    ],
)
def test_a_postgresql_project_is_proved_by_its_own_driver(tmp_path, on_postgresql, driver, env):
    url = f"postgresql+{driver}://app:other@db.example.com:6543/prod"
    env = env.replace("sqlite+aiosqlite:///app.db", url)
    trip = on_postgresql(Project.make(tmp_path, HISTORY, env, url=url))
    found_all(trip)
    assert trip.isolation == "audit"
    assert any("MIGBOT_POSTGRESQL_URL names" in note for note in trip.notes)


@pytest.mark.parametrize(
    ("driver", "env"),
    [
        ("pymysql", SYNC),
        ("aiomysql", ASYNC),
        pytest.param("asyncmy", ASYNC, marks=pytest.mark.real),
    ],
)
def test_a_mariadb_project_is_proved_by_its_own_driver(tmp_path, on_mariadb, driver, env):
    url = f"mysql+{driver}://app:other@db.example.com/prod?charset=utf8mb4"
    env = env.replace("sqlite+aiosqlite:///app.db", url)
    found_all(on_mariadb(Project.make(tmp_path, HISTORY, env, url=url)))


def test_over_a_socket_there_is_no_network_as_ever(tmp_path, on_postgresql, given_postgresql):
    server, url = given_postgresql
    given = f"{url.partition('@')[0]}@:{server.port}/postgres?host={server.socket}"
    project = Project.make(tmp_path, HISTORY, SYNC, url="postgresql+pg8000://app@h/prod")
    trip = on_postgresql(project, given)
    found_all(trip)
    assert trip.isolation in (isolation(True), isolation(False))


BARE = {
    "psycopg": "import psycopg; psycopg.connect({0}, dbname='theirs')",
    "class": "import psycopg; psycopg.Connection.connect({0}, dbname='theirs')",
    "psycopg2": "import psycopg2; psycopg2.connect({0}, dbname='theirs')",
    "pg8000": "import pg8000; pg8000.connect({0}, database='theirs')",
    "asyncpg": "import asyncio, asyncpg; asyncio.run(asyncpg.connect({0}, database='theirs'))",
}
SWALLOWED = """
try:
    {}
except PermissionError:
    op.create_table({!r}, sa.Column("id", sa.Integer))
"""


def test_a_driver_that_a_migration_calls_itself_does_not_come_to_the_server(
    tmp_path, on_postgresql, given_postgresql
):
    server, _ = given_postgresql
    arguments = f"host='127.0.0.1', port={server.port}, user='ci', password={PASSWORD!r}"
    history = {
        name: revision(
            name, None, SWALLOWED.format(call.format(arguments), name), f'op.drop_table("{name}")'
        )
        for name, call in BARE.items()
    }
    trip = on_postgresql(Project.make(tmp_path, history, SYNC, url="postgresql+pg8000://h/p"))
    assert verdicts(trip) == dict.fromkeys(BARE, "unknown"), [trip.unknown, trip.revisions]


LOOKS = f"""
import glob
for name in glob.glob("/proc/[0-9]*/cmdline") + glob.glob("/proc/self/environ"):
    try:
        text = open(name, "rb").read()
    except OSError:
        continue
    assert {PASSWORD.encode()!r} not in text and b"s3cr3t%2F" not in text, name
assert not any("s3cr3t" in text for text in os.environ.values())
op.create_table("t", sa.Column("id", sa.Integer))
"""
ENGINE = """
engine = sa.create_engine({!r})
with engine.begin() as connection:
    connection.execute(sa.text("CREATE TABLE reached (id int)"))
op.create_table("more", sa.Column("id", sa.Integer))
"""
CONNECTS = "import socket; socket.create_connection({}, 1)"


@pytest.fixture(scope="module")
def side_by_side(given_postgresql, tmp_path_factory) -> dict[str, RevisionTrip]:
    """What was said of revisions side by side, from one round trip."""
    server, url = given_postgresql
    theirs = url.replace("/postgres", "/theirs").replace("postgresql:", "postgresql+psycopg:")
    history = {
        "looks": revision("looks", None, LOOKS, 'op.drop_table("t")'),
        "engine": revision("engine", None, ENGINE.format(theirs), 'op.drop_table("more")'),
        "extension": revision("extension", None, 'op.execute("CREATE EXTENSION file_fdw")', "pass"),
        "port": revision("port", None, CONNECTS.format(("127.0.0.1", 1)), "pass"),
        "host": revision("host", None, CONNECTS.format(("127.0.0.2", server.port)), "pass"),
    }
    project = Project.make(tmp_path_factory.mktemp("all"), history, SYNC, url="postgresql://h/p")
    return by_id(tried(project, {"MIGBOT_POSTGRESQL_URL": url}, "postgresql"))


@pytest.mark.parametrize("other", ["port", "host"])
def test_no_other_address_is_let_through(side_by_side, other):
    assert side_by_side[other].verdict == "unknown"
    assert "no network" in side_by_side[other].legs[0].error.message


def test_the_password_is_in_no_list_of_processes_and_no_environment(side_by_side):
    assert side_by_side["looks"].verdict == "pass", side_by_side


def test_another_database_of_the_server_is_not_reached_by_an_engine(side_by_side, given_postgresql):
    assert side_by_side["engine"].legs, "it was run"
    with asked(given_postgresql[0], "theirs") as run:
        assert not run("SELECT 1 FROM pg_tables WHERE tablename = 'reached'")


def test_an_extension_that_only_a_superuser_makes_is_no_pass(side_by_side):
    assert side_by_side["extension"].verdict in ("fail", "unknown")


def test_a_migration_that_makes_a_role_is_unknown_and_the_role_is_told(
    tmp_path, on_postgresql, given_postgresql
):
    server, url = given_postgresql
    text = revision(
        "a1", None, 'op.execute("CREATE ROLE reader")', "op.execute('DROP ROLE reader')"
    )
    project = Project.make(tmp_path, {"a1": text}, SYNC, url="postgresql://h/p")
    try:
        trip = on_postgresql(project, url.replace("//ci:", "//boss:"))
    finally:
        with asked(server) as run:
            run("DROP ROLE IF EXISTS reader")
    assert str(trip.verdict) == "unknown", [trip.unknown, trip.revisions]
    assert any("role reader" in note for note in trip.notes), trip


def test_a_base_is_built_and_a_table_of_theirs_stays(tmp_path: Path, on_mariadb, given_mariadb):
    server, _ = given_mariadb
    with asked(server, "theirs") as run:
        run("CREATE TABLE IF NOT EXISTS kept (id int)")
    base = Project.make(tmp_path / "base", {"a1": TABLE}, SYNC, url="mysql+pymysql://h/p")
    more = revision("a2", "a1", 'op.execute("CREATE TABLE x (id int)")', 'op.drop_table("x")')
    project = Project.make(
        tmp_path / "new", {"a1": TABLE, "a2": more}, SYNC, url="mysql+pymysql://h/p"
    )
    trip = on_mariadb(project, revisions=["a2"], base=base.root, base_heads=["a1"])
    assert verdicts(trip) == {"a2": "pass"}, [trip.unknown, trip.revisions]
    with asked(server, "theirs") as run:
        assert run("SHOW TABLES")


@pytest.fixture(scope="module")
def with_tls(given_postgresql, tmp_path_factory):
    """The server, which lets the user `safe` in over TLS only, and its certificate."""
    need("openssl")
    server, url = given_postgresql
    files = tmp_path_factory.mktemp("tls")
    made = "-newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    command = ["openssl", "req", "-x509", *made.split()]
    command += ["-keyout", "server.key", "-out", "server.crt"]
    subprocess.run(command, cwd=files, check=True, capture_output=True)
    data = Path(server.socket, "data")
    hba = data / "pg_hba.conf"
    before = hba.read_text()
    for name in ("server.key", "server.crt"):
        made = Path(shutil.copy(files / name, data))
        made.chmod(0o600)
        os.chown(made, data.stat().st_uid, data.stat().st_gid)
    hba.write_text("hostssl all safe all scram-sha-256\nhost all safe all reject\n" + before)
    with asked(server) as run:
        run(f"CREATE ROLE safe LOGIN CREATEDB PASSWORD '{PASSWORD}'")
        run("ALTER SYSTEM SET ssl = on")
        run("SELECT pg_reload_conf()")
    yield url.replace("//ci:", "//safe:"), str(files / "server.crt")
    hba.write_text(before)
    with asked(server) as run:
        run("ALTER SYSTEM SET ssl = off")
        run("SELECT pg_reload_conf()")


@pytest.mark.parametrize(
    ("driver", "env", "query"),
    [
        ("psycopg", SYNC, "sslmode=verify-full&sslrootcert={}"),
        ("pg8000", SYNC, "sslmode=verify-full&sslrootcert={}"),
        pytest.param(*("asyncpg", ASYNC, "sslmode=require"), marks=pytest.mark.real),
    ],
)
def test_tls_is_spoken_where_the_url_asks_for_it(
    tmp_path, on_postgresql, with_tls, driver, env, query
):
    url, certificate = with_tls
    project_url = f"postgresql+{driver}://app@db.example.com/prod"
    env = env.replace("sqlite+aiosqlite:///app.db", project_url)
    project = Project.make(tmp_path, HISTORY, env, url=project_url)
    found_all(on_postgresql(project, f"{url}?{query.format(certificate)}"))


def test_a_certificate_that_is_not_known_is_no_pass(with_tls):
    url, _ = with_tls
    for query, said in (("sslmode=verify-full", "certificate"), ("sslmode=disable", "reject")):
        with (
            pytest.raises(MigbotError, match=said),
            ThrowAways({"MIGBOT_POSTGRESQL_URL": f"{url}?{query}"}) as throwaways,
        ):
            throwaways.of("postgresql")


def test_the_command_takes_the_server_and_says_so(tmp_path, capsys, monkeypatch, given_postgresql):
    _, url = given_postgresql
    monkeypatch.setenv("MIGBOT_POSTGRESQL_URL", url)
    repo = Repo.init(tmp_path)
    repo.put(
        {
            "alembic.ini": INI.format(url="postgresql+psycopg://app@h/prod"),
            "migrations/env.py": SYNC,
            "migrations/versions/a1.py": table("a1"),
        }
    )
    command = Command(capsys, repo.root)
    said = command("roundtrip", "--json", "--all")
    assert said.out, said.err
    trip = json.loads(said.out)["round_trips"][0]
    assert (said.code, trip["isolation"], trip["verdict"]) == (0, "audit", "pass"), trip
    assert any("MIGBOT_POSTGRESQL_URL names" in note for note in trip["notes"])
    monkeypatch.setenv("MIGBOT_POSTGRESQL_URL", url.replace("s3cr3t", "other"))
    said = command("roundtrip", "--json", "--all")
    assert said.code == 2
    assert "refuses" in json.loads(said.out)["round_trips"][0]["unknown"][0]["reason"]
    assert "other" not in said.out + said.err
