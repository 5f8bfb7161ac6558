"""Law 3: a database that migbot did not make is not touched, whoever names it, and however."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from migbot.adapters import guest_process
from migbot.adapters.round_trip import OtherDatabase
from migbot.core.report import Verdict
from migbot.core.trips import RoundTrip
from support.parts import need
from support.projects import ASYNC, CREATED, OUTER, SYNC, Project, by_id, revision, table, verdicts

MADE = table("a1")


@pytest.fixture
def real(tmp_path: Path) -> Path:
    """A database of somebody's, with the tables that the migrations below would damage."""
    path = tmp_path / "precious" / "real.db"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t_a1 (id INTEGER PRIMARY KEY, name TEXT)")
        connection.execute("INSERT INTO t_a1 (name) VALUES ('Ada')")
        connection.commit()
    return path


def prove(project: Project, real: Path) -> RoundTrip:
    before = real.read_bytes(), real.stat().st_mtime_ns
    trip = project.round_trip()
    assert (real.read_bytes(), real.stat().st_mtime_ns) == before
    assert [each.name for each in real.parent.iterdir()] == ["real.db"]
    assert trip.isolation in ("audit", "namespace", "sandbox") or trip.verdict is Verdict.UNKNOWN
    return trip


NAMED_BY_ENV = {
    "a URL that env.py has in it": CREATED.format(engine="create_engine('sqlite:///{real}')"),
    "a URL with a file: URI": CREATED.format(
        engine="create_engine('sqlite:///file:{real}?mode=rwc&uri=true')"
    ),
    "a URL from the environment": CREATED.format(
        engine="create_engine(__import__('os').environ.get('DB', 'sqlite:///{real}'))"
    ),
    "a creator": CREATED.format(
        engine="create_engine('sqlite://', creator=lambda: __import__('sqlite3').connect('{real}'))"
    ),
    "a creator that takes the record": CREATED.format(
        engine="create_engine('sqlite://', "
        "creator=lambda record: __import__('sqlite3').connect('{real}'))"
    ),
    "a pool of its own": CREATED.format(
        engine="create_engine('sqlite://', pool=__import__('sqlalchemy.pool').pool.QueuePool("
        "lambda: __import__('sqlite3').connect('{real}')))"
    ),
    "a listener of the engine": """
from sqlalchemy import event, engine
import sqlite3
mine = engine.create_engine("sqlite:///x.db")
@event.listens_for(mine, "do_connect")
def elsewhere(dialect, record, args, kw):
    args[0] = {real!r}
"""
    + CREATED.format(engine="mine"),
}


@pytest.mark.parametrize("env", NAMED_BY_ENV.values(), ids=NAMED_BY_ENV)
def test_a_database_that_env_names_is_stood_in_for(tmp_path: Path, real: Path, env: str) -> None:
    text = env.replace("{real!r}", repr(str(real))).replace("{real}", str(real))
    trip = prove(Project.make(tmp_path / "app", {"a1": MADE}, text), real)
    assert (trip.verdict, verdicts(trip)) == (Verdict.PASS, {"a1": "pass"}), trip


def test_a_database_that_the_ini_file_names_is_stood_in_for(tmp_path: Path, real: Path) -> None:
    trip = prove(Project.make(tmp_path / "app", {"a1": MADE}, SYNC, url=f"sqlite:///{real}"), real)
    assert verdicts(trip) == {"a1": "pass"}


def test_a_link_in_the_project_does_not_lead_out_of_it(tmp_path: Path, real: Path) -> None:
    project = Project.make(tmp_path / "app", {"a1": MADE})
    (tmp_path / "app/app.db").symlink_to(real)
    assert verdicts(prove(project, real)) == {"a1": "pass"}


FIRST_IN_LINE = """
from sqlalchemy import event
from sqlalchemy.engine import Engine
import sqlite3
@event.listens_for(Engine, "do_connect", insert=True)
def elsewhere(dialect, record, args, kw):
    {how}
"""


def test_a_listener_that_comes_before_ours_gets_nowhere(tmp_path: Path, real: Path) -> None:
    env = FIRST_IN_LINE.format(how=f"return sqlite3.connect({str(real)!r})") + SYNC
    prove(Project.make(tmp_path / "app", {"a1": MADE}, env), real)


def test_a_connection_that_is_elsewhere_all_the_same_is_refused_before_it_is_used(
    tmp_path: Path, real: Path
) -> None:
    env = """
from sqlalchemy import engine
import sqlite3
mine = engine.create_engine("sqlite:///x.db")
mine.pool._invoke_creator = lambda record: sqlite3.connect(":memory:")
""" + CREATED.format(engine="mine")
    trip = prove(Project.make(tmp_path / "app", {"a1": MADE}, env), real)
    assert trip.verdict is Verdict.UNKNOWN
    assert "not to the throw-away database" in trip.unknown[0].reason


def test_a_listener_that_changes_the_arguments_before_ours_is_stood_in_for(
    tmp_path: Path, real: Path
) -> None:
    env = FIRST_IN_LINE.format(how=f"args[0] = {str(real)!r}") + SYNC
    trip = prove(Project.make(tmp_path / "app", {"a1": MADE}, env), real)
    assert verdicts(trip) == {"a1": "pass"}


def test_an_engine_of_the_migration_is_stood_in_for(tmp_path: Path, real: Path) -> None:
    up = f"""
    engine = sa.create_engine("sqlite:///{real}")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE IF NOT EXISTS own (id INTEGER)"))
        connection.execute(sa.text("DROP TABLE IF EXISTS t_a1"))
    """
    project = Project.make(tmp_path / "app", {"a1": revision("a1", None, up, up)})
    assert verdicts(prove(project, real)) == {"a1": "pass"}


REACHES = {
    "a bare driver": "sqlite3.connect({real!r}).execute('DROP TABLE t_a1')",
    "a bare driver by its class": "sqlite3.Connection({real!r}).execute('DROP TABLE t_a1')",
    "a bare driver with a URI": "sqlite3.connect('file:{real}', uri=True).execute('DROP TABLE x')",
    "an ATTACH": "op.execute(\"ATTACH '{real}' AS other\")",
    "a VACUUM INTO": "sqlite3.connect(':memory:').execute(\"VACUUM INTO '{real}-copy'\")",
    "a file that is overwritten": "open({real!r}, 'r+b').write(b'gone')",
    "a file that is removed": "os.remove({real!r})",
    "a file that is renamed": "os.rename({real!r}, {real!r} + '.old')",
    "a file that is replaced": "open('x', 'w').close(); os.replace('x', {real!r})",
    "a file that is cut off": "os.truncate({real!r}, 0)",
}


@pytest.mark.parametrize("how", REACHES.values(), ids=REACHES)
def test_what_goes_round_sqlalchemy_is_refused_and_the_verdict_is_unknown(
    tmp_path: Path, real: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guest_process, "_FENCES", ())
    guest_process.namespace.cache_clear()
    up = how.replace("{real!r}", repr(str(real))).replace("{real}", str(real))
    # The database lies in the project's folder, which the fence leaves open: only the audit hook
    # stands before it.
    project = Project.make(tmp_path, {"a1": MADE, "b2": revision("b2", "a1", up, "pass")})
    try:
        trip = prove(project, real)
    finally:
        guest_process.namespace.cache_clear()
    assert trip.isolation == "audit"
    assert verdicts(trip) == {"a1": "pass", "b2": "unknown"}, trip
    told = by_id(trip)["b2"]
    assert "not the throw-away" in " ".join(told.notes) or "which is a database" in told.notes[0]


def test_a_refusal_that_the_migration_swallows_is_told_all_the_same(
    tmp_path: Path, real: Path
) -> None:
    up = f"""
    try:
        sqlite3.connect({str(real)!r}).execute("DROP TABLE t_a1")
    except Exception:
        pass
    """
    project = Project.make(tmp_path / "app", {"a1": revision("a1", None, up, "pass")})
    assert verdicts(prove(project, real)) == {"a1": "unknown"}


def test_env_that_opens_a_database_by_itself_is_unknown(tmp_path: Path, real: Path) -> None:
    env = f"import sqlite3\nsqlite3.connect({str(real)!r}).execute('DROP TABLE t_a1')\n" + SYNC
    trip = prove(Project.make(tmp_path / "app", {"a1": MADE}, env), real)
    assert trip.verdict is Verdict.UNKNOWN
    assert "sqlite3.connect" in trip.unknown[0].reason


SHELLS = {
    "a shell": "os.system('echo gone > {real}')",
    "another Python": "import subprocess; subprocess.run([sys.executable, '-c', "
    "\"import sqlite3; c = sqlite3.connect('{real}'); c.execute('DROP TABLE t_a1')\"])",
}


@pytest.mark.parametrize("how", SHELLS.values(), ids=SHELLS)
def test_a_program_that_the_migration_starts_is_held_by_the_fence(
    tmp_path: Path, real: Path, how: str
) -> None:
    need("landlock")
    up = how.replace("{real}", str(real))
    project = Project.make(tmp_path / "app", {"a1": revision("a1", None, up, "pass")})
    assert prove(project, real).isolation in ("sandbox", "audit")


def test_the_network_is_taken_away(tmp_path: Path, real: Path) -> None:
    up = "import socket; socket.create_connection(('127.0.0.1', 9), timeout=5)"
    trip = prove(Project.make(tmp_path / "app", {"a1": revision("a1", None, up, "pass")}), real)
    assert verdicts(trip) == {"a1": "unknown"}
    assert "no network" in str(by_id(trip)["a1"].legs[0].error)


def test_a_socket_below_python_finds_no_network_either(tmp_path: Path, real: Path) -> None:
    need("network-namespace")
    up = """
    import subprocess
    code = "import socket; socket.create_connection(('127.0.0.1', 9), timeout=5)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stderr
    assert "unreachable" in said, said
    """
    trip = prove(Project.make(tmp_path / "app", {"a1": revision("a1", None, up, up)}), real)
    assert verdicts(trip) == {"a1": "pass"}, trip


def test_a_transaction_round_everything_changes_nothing_about_it(
    tmp_path: Path, real: Path
) -> None:
    env = OUTER.replace("sqlite:///app.db", f"sqlite:///{real}")
    assert verdicts(prove(Project.make(tmp_path / "app", {"a1": MADE}, env), real)) == {
        "a1": "pass"
    }


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://u:secret@db.example.com/prod", "mysql+pymysql://h/prod"]
)
def test_sqlite_never_stands_in_for_another_kind_of_database(
    tmp_path: Path, real: Path, url: str
) -> None:
    env = CREATED.format(engine=f"create_engine({url!r})")
    project = Project.make(tmp_path / "app", {"a1": MADE}, env)
    said = replace(project, environment=project.environment._replace(database="sqlite"))
    trip = prove(said, real)
    assert trip.verdict is Verdict.UNKNOWN
    assert f"connects to {url.split('+')[0]}" in trip.unknown[0].reason, trip.unknown
    with pytest.raises(OtherDatabase) as other:
        prove(project, real)
    assert other.value.dialect == url.split("+")[0]
    assert "secret" not in str(trip)
    assert not (tmp_path / "app/connected").exists()
    assert verdicts(trip) == {"a1": "unknown"}


def test_an_async_env_is_not_run_without_its_driver(tmp_path: Path, real: Path) -> None:
    env = ASYNC.replace("sqlite+aiosqlite:///app.db", f"sqlite+aiosqlite:///{real}")
    trip = prove(Project.make(tmp_path / "app", {"a1": MADE}, env), real)
    assert trip.verdict in (Verdict.UNKNOWN, Verdict.PASS)
