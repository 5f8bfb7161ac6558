"""A throw-away MariaDB starts everywhere, is closed to others, and does not outlive its run."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from migbot.core.throwaway import Server
from migbot.databases import mysql_server, server_folder
from migbot.errors import MigbotError
from support.owners import alive, owner, within
from support.parts import need, python_for_all

pymysql = pytest.importorskip("pymysql")

MODULE = "mysql_server"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests here, so that most of their servers start warm."""
    need("mariadb")
    return tmp_path_factory.mktemp("cache")


@contextmanager
def cursor(server: Server) -> Iterator[Any]:
    with closing(pymysql.connect(user=server.user, unix_socket=server.socket)) as connection:
        yield connection.cursor()


def ask(server: Server, query: str) -> object:
    """The one value that the query has."""
    with cursor(server) as run:
        run.execute(query)
        return run.fetchone()[0]


def test_its_user_may_do_everything(mariadb: Server) -> None:
    assert "ALL PRIVILEGES" in str(ask(mariadb, "SHOW GRANTS"))


def test_it_is_what_it_says(mariadb: Server) -> None:
    assert mariadb.name == "mariadb"
    assert mariadb.port == 0
    assert str(ask(mariadb, "SELECT version()")).startswith(f"{mariadb.version}-MariaDB")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("character_set_server", "utf8mb4"),
        ("skip_networking", 1),
        ("event_scheduler", "OFF"),
        ("log_bin", 0),
        ("innodb_flush_log_at_trx_commit", 0),
        ("system_time_zone", "UTC"),
    ],
)
def test_it_is_set_up_alike_everywhere(mariadb: Server, name: str, value: object) -> None:
    assert ask(mariadb, f"SELECT @@{name}") == value


def test_it_has_no_databases_but_its_own(cache: Path) -> None:
    with mysql_server.started("mariadb", cache) as server, cursor(server) as run:
        run.execute("SHOW DATABASES")
        told = {name for (name,) in run.fetchall()}
    assert told == {"information_schema", "mysql", "performance_schema", "sys"}


def test_it_is_closed_to_other_users(mariadb: Server) -> None:
    assert Path(mariadb.socket).parent.stat().st_mode & 0o777 == 0o700


def test_it_starts_cold_and_warm_and_leaves_nothing(tmp_path: Path, cache: Path) -> None:
    for _ in ("cold", "warm"):
        with mysql_server.started("mariadb", tmp_path / "cache") as server:
            assert ask(server, "SELECT 1") == 1
        assert not Path(server.socket).parent.exists()


def test_several_run_at_once_and_apart(cache: Path) -> None:
    with ExitStack() as stack:
        servers = [stack.enter_context(mysql_server.started("", cache)) for _ in range(2)]
        with cursor(servers[0]) as run:
            run.execute("CREATE DATABASE only_here")
        query = "SELECT count(*) FROM information_schema.schemata WHERE schema_name = 'only_here'"
        assert [ask(server, query) for server in servers] == [1, 0]
        if os.geteuid() == 0:
            assert len({Path(server.socket).stat().st_uid for server in servers}) == 2


def test_nothing_is_left_when_its_owner_is_killed(cache: Path) -> None:
    with owner(MODULE, cache) as (process, socket):
        runs = int((socket.parent / "pid").read_text())
        assert alive(runs)
        process.kill()
        assert within(10, lambda: not alive(runs) and not socket.parent.exists())


@pytest.mark.parametrize("uid", [1, 4242])
def test_an_ordinary_user_runs_it_with_or_without_a_name(uid: int) -> None:
    need("root")
    need("mariadb")
    need("python-for-all")
    with tempfile.TemporaryDirectory(dir="/tmp") as cache:
        os.chown(cache, uid, uid)
        python = python_for_all()
        with owner(MODULE, Path(cache), uid=uid, python=python) as (_, socket):
            assert socket.stat().st_uid == uid
            assert ask(Server("mariadb", str(socket), 0, "root", ""), "SELECT 1") == 1
        assert not socket.parent.exists()


def test_it_needs_its_installer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need("mariadb")
    monkeypatch.setattr(mysql_server, "INSTALLERS", ("no-such-program",))
    with (
        pytest.raises(MigbotError, match="mariadb-install-db is not"),
        mysql_server.started("mariadb", tmp_path),
    ):
        pass


def test_the_servers_refusal_is_quoted(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mysql_server, "OPTIONS", (*mysql_server.OPTIONS, "--no-such-option"))
    with (
        pytest.raises(MigbotError, match=r"(?s)mariadbd ended with .*no-such-option"),
        mysql_server.started("mariadb", cache),
    ):
        pass


def test_a_path_with_spaces_is_fine(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="with space, 'and ") as made:
        Path(made).chmod(0o777)
        monkeypatch.setattr(server_folder, "_places", lambda: {Path(made): None})
        for used in (cache, Path(made) / "cache"):
            with mysql_server.started("mariadb", used) as server:
                assert ask(server, "SELECT 1") == 1
