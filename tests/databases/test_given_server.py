"""A user's server: only our databases are made and dropped in it, whatever happens."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from migbot.core.throwaway import Server
from migbot.databases.given_url import VARIABLES, given_url
from migbot.errors import MigbotError
from migbot.faces.throwaways import ThrowAways
from support.given import PASSWORD, asked, databases
from support.signals import hears_ctrl_c

SLOTS, BASE, NOTHING = Path("slots"), Path("base"), Path("nothing")


@pytest.fixture(params=["postgresql", "mariadb"])
def theirs(request: pytest.FixtureRequest) -> tuple[Server, dict[str, str]]:
    """A server that somebody runs, and the environment that names it."""
    server, url = request.getfixturevalue(f"given_{request.param}")
    return server, {VARIABLES[server.name]: url}


def by(user: str, environ: dict[str, str]) -> dict[str, str]:
    """The environment, with another user of the server."""
    return {name: url.replace("//ci:", f"//{user}:") for name, url in environ.items()}


def ours(server: Server) -> set[str]:
    return {name for name in databases(server) if name.startswith("migbot_")}


def test_databases_are_made_kept_put_back_and_all_dropped_in_the_end(theirs) -> None:
    server, environ = theirs
    before = databases(server)
    with ThrowAways(environ) as throwaways:
        made = throwaways.of(server.name)
        made.provide(SLOTS, ["rt0", "rt1"])
        assert made.request(SLOTS)["databases"] == ["rt0", "rt1"]
        with made.connected(made.name_of(SLOTS, "rt0")) as run:
            run("CREATE TABLE t (version_num varchar(9))")
            run("INSERT INTO t VALUES ('a1')")
        made.keep(SLOTS, BASE)
        with made.connected(made.name_of(SLOTS, "rt0")) as run:
            run("DROP TABLE t")
        made.keep(BASE, SLOTS)
        assert made.versions(SLOTS)["rt0"] == {"a1"}
        assert len(ours(server)) >= 4
        assert all(name.startswith("migbot_") for name in databases(server) - before)
    assert databases(server) == before


def test_a_session_in_another_database_is_left_alone_and_one_in_ours_is_ended(theirs) -> None:
    server, environ = theirs
    with asked(server, "theirs") as theirs_run, ThrowAways(environ) as throwaways:
        made = throwaways.of(server.name)
        made.provide(SLOTS, [])
        with made.connected(made.name_of(SLOTS, "rt0")) as run:
            made.keep(NOTHING, SLOTS)
            with pytest.raises(ValueError, match="cannot be read"):
                run("SELECT 1")
        assert theirs_run("SELECT 1")


def test_everything_is_dropped_after_an_error_and_after_ctrl_c(theirs) -> None:
    server, environ = theirs

    def ended_by(error: type[BaseException]) -> None:
        with ThrowAways(environ) as throwaways:
            throwaways.of(server.name).provide(SLOTS, [])
            assert ours(server)
            raise error

    for error in (RuntimeError, KeyboardInterrupt):
        with pytest.raises(error):
            ended_by(error)
        assert not ours(server)


RUN = """
import os, sys, time
from pathlib import Path
from migbot.faces.throwaways import ThrowAways
with ThrowAways() as throwaways:
    throwaways.of(sys.argv[1]).provide(Path("slots"), ["rt0"])
    print("ready", flush=True)
    time.sleep(60)
"""


def another_run(server: Server, environ: dict[str, str]) -> subprocess.Popen[str]:
    """A run of migbot in a process of its own, which has made its databases."""
    command = [sys.executable, "-c", textwrap.dedent(RUN), server.name]
    environ = {**os.environ, **environ}
    process = subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, text=True, preexec_fn=hears_ctrl_c
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_what_a_killed_run_left_is_swept_by_the_next_and_not_that_of_one_that_runs(theirs) -> None:
    server, environ = theirs
    living, killed = another_run(server, environ), another_run(server, environ)
    try:
        both = ours(server)
        killed.kill()
        killed.wait()
        wait_until(lambda: swept(server, environ) != both)
        left = ours(server)
        assert left, "the living run's are there"
        assert left < both
    finally:
        living.send_signal(signal.SIGINT)
        living.wait(timeout=20)
        killed.stdout.close()
        living.stdout.close()
    assert not ours(server)


def swept(server: Server, environ: dict[str, str]) -> set[str]:
    with ThrowAways(environ) as throwaways:
        throwaways.of(server.name)
    return ours(server)


def wait_until(true) -> None:
    """The server may take a moment to see that a session is gone."""
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_database_that_is_called_as_ours_without_the_mark_is_told_and_never_dropped(
    theirs,
) -> None:
    server, environ = theirs
    name = "migbot_0123456789abcdef_rt0"
    quoted = f'"{name}"' if server.name == "postgresql" else f"`{name}`"
    with asked(server) as run:
        run(f"CREATE DATABASE {quoted}")
        try:
            with ThrowAways(environ) as throwaways:
                throwaways.of(server.name)
            assert name in databases(server)
            assert any(name in note for note in notes(throwaways, server))
        finally:
            run(f"DROP DATABASE {quoted}")


def test_a_database_of_ours_whose_mark_a_migration_took_away_is_dropped(given_postgresql) -> None:
    server, url = given_postgresql
    with ThrowAways({"MIGBOT_POSTGRESQL_URL": url}) as throwaways:
        made = throwaways.of("postgresql")
        made.provide(SLOTS, [])
        name = made.name_of(SLOTS, "rt0")
        with made.connected(name) as run:
            run(f"COMMENT ON DATABASE \"{name}\" IS 'shop'")
    assert not ours(server)


def notes(throwaways: ThrowAways, server: Server) -> list[str]:
    return throwaways._given[server.name].notes


def test_what_is_new_beside_our_databases_is_told_and_left(theirs) -> None:
    server, environ = theirs
    with asked(server) as run:
        try:
            with ThrowAways(by("boss", environ)) as throwaways:
                throwaways.of(server.name)
                run("CREATE DATABASE bystander")
            assert "database bystander" in notes(throwaways, server)[-1]
            assert "bystander" in databases(server)
        finally:
            run("DROP DATABASE bystander")


def test_a_role_that_is_new_makes_what_is_run_again_unknown_and_is_left(given_postgresql) -> None:
    server, url = given_postgresql
    with asked(server) as run:
        try:
            with ThrowAways({"MIGBOT_POSTGRESQL_URL": url}) as throwaways:
                made = throwaways.of("postgresql")
                made.provide(SLOTS, [])
                made.keep(SLOTS, BASE)
                run("CREATE ROLE reader")
                made.keep(SLOTS, Path("later"))
                made.keep(Path("later"), SLOTS)
                with pytest.raises(ValueError, match="reader"):
                    made.keep(BASE, SLOTS)
            assert "role reader" in notes(throwaways, server)[-1]
            assert run("SELECT 1 FROM pg_roles WHERE rolname = 'reader'")
        finally:
            run("DROP ROLE reader")


@pytest.mark.parametrize("mode", ["disable", "prefer"])
def test_a_url_may_say_how_safely(theirs, mode: str) -> None:
    server, environ = theirs
    (variable, url), *_ = environ.items()
    name = "sslmode" if server.name == "postgresql" else "ssl_mode"
    with ThrowAways({variable: f"{url}?{name}={mode}"}) as throwaways:
        throwaways.of(server.name).provide(SLOTS, [])


def test_a_server_without_tls_is_not_taken_where_tls_must_be(theirs) -> None:
    server, environ = theirs
    (variable, url), *_ = environ.items()
    name = "sslmode" if server.name == "postgresql" else "ssl_mode"
    message = refused(server, {variable: f"{url}?{name}=require"}).message
    assert "SSL" in message or "TLS" in message


def test_a_unix_socket_can_be_given_too(given_postgresql) -> None:
    server, url = given_postgresql
    user = url.partition("@")[0]
    given = f"{user}@:{server.port}/postgres?host={server.socket}"
    with ThrowAways({"MIGBOT_POSTGRESQL_URL": given}) as throwaways:
        made = throwaways.of("postgresql-15")
        made.provide(SLOTS, [])
        assert not made.NETWORK
        assert len(ours(server)) == 1


def refused(server: Server, environ: dict[str, str]) -> MigbotError:
    with pytest.raises(MigbotError) as caught, ThrowAways(environ) as throwaways:
        throwaways.of(server.name)
    error = caught.value
    assert PASSWORD not in f"{error.message} {error.hint} {error!r}"
    assert error.hint
    return error


def test_a_wrong_password_a_missing_database_and_no_rights_are_errors(theirs) -> None:
    server, environ = theirs
    (variable, url), *_ = environ.items()
    head, at, tail = url.partition("@")
    wrong = refused(server, {variable: f"{head}x{at}{tail}"})
    assert "refuses" in wrong.message
    assert variable in wrong.message
    assert "refuses" in refused(server, {variable: f"{url.rpartition('/')[0]}/nowhere"}).message
    poor = refused(server, by("poor", environ))
    assert "CREATEDB" in poor.hint or "GRANT" in poor.hint
    assert not ours(server)


def test_a_server_that_does_not_answer_is_an_error(theirs) -> None:
    server, environ = theirs
    (variable, url), *_ = environ.items()
    port = url.rpartition(":")[2].partition("/")[0]
    assert "does not answer" in refused(server, {variable: url.replace(port, "1")}).message


def test_a_mariadb_is_no_mysql(given_mariadb) -> None:
    _, url = given_mariadb
    with pytest.raises(MigbotError) as caught, ThrowAways({"MIGBOT_MYSQL_URL": url}) as throwaways:
        throwaways.of("mysql")
    assert "no substitute for mysql" in caught.value.message
    assert "MIGBOT_MARIADB_URL" in caught.value.hint


def test_either_kind_is_looked_for_where_the_project_does_not_say_which(given_mariadb) -> None:
    _, url = given_mariadb
    with ThrowAways({"MIGBOT_MARIADB_URL": url}) as throwaways:
        assert throwaways.of("mysql-any").NAME == "mariadb"


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:p@h/db",
        "nonsense",
        "postgresql://h/db",
        "postgresql://u:p@/db",
        "postgresql://u:xaa/xbb@h/db",
        "postgresql://u:77#88@h/db",
        "postgresql://u:77?88@h/db",
        "postgresql://u:p@h:port/db",
        "postgresql://u:p@h/db?sslmode=maybe",
        "postgresql://u:p@h/db?service=prod",
    ],
)
def test_what_is_no_url_is_an_error_that_says_nothing_of_the_password(url: str) -> None:
    with pytest.raises(MigbotError) as caught:
        given_url("postgresql", {"MIGBOT_POSTGRESQL_URL": url})
    assert "MIGBOT_POSTGRESQL_URL" in caught.value.message
    assert not any(each in caught.value.message for each in ("xaa", "xbb", "77", "88", "u:p"))


def test_a_url_is_read_as_everybody_writes_it() -> None:
    environ = {"MIGBOT_POSTGRESQL_URL": "postgresql+psycopg://u%40x:p%2Fw@db/ci?sslmode=require"}
    server = given_url("postgresql", environ)
    assert server is not None
    assert (server.host, server.port, server.user) == ("db", 5432, "u@x")
    assert (str(server.password), server.database, server.tls) == ("p/w", "ci", "require")
    assert "p/w" not in repr(server)
    assert given_url("mysql", environ) is None


def test_the_throw_aways_url_and_what_the_report_says_hold_no_password(theirs) -> None:
    server, environ = theirs
    with ThrowAways(environ) as throwaways:
        made = throwaways.of(server.name)
        assert PASSWORD not in made.url(SLOTS)
        assert "s3cr3t" not in made.url(SLOTS) + str(notes(throwaways, server)) + repr(made.server)
