"""A throw-away PostgreSQL starts everywhere, is closed to others, and does not outlive its run."""

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from migbot.core.throwaway import Server
from migbot.databases import postgresql_binaries, postgresql_server, server_folder, shared_memory
from migbot.databases.server_account import private
from migbot.errors import MigbotError
from support.owners import alive, owner, parent, within
from support.parts import need, python_for_all

native = pytest.importorskip("pg8000.native")

MODULE = "postgresql_server"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests here, so that most of their servers start warm."""
    need("postgresql")
    return tmp_path_factory.mktemp("cache")


def ask(server: Server, query: str) -> object:
    """The one value that the query has."""
    path = f"{server.socket}/.s.PGSQL.{server.port}"
    connection = native.Connection(server.user, unix_sock=path, database="postgres")
    try:
        return connection.run(query)[0][0]
    finally:
        connection.close()


def postmaster(socket: Path) -> int:
    return int((socket / "data" / "postmaster.pid").read_text().split("\n")[0])


def test_its_user_may_do_everything(postgresql: Server) -> None:
    assert ask(postgresql, "SELECT current_user") == "migbot"
    assert ask(postgresql, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is True


def test_it_is_what_it_says(postgresql: Server) -> None:
    assert postgresql.name == "postgresql"
    told = str(ask(postgresql, "SHOW server_version"))
    assert told.split()[0] == postgresql.version


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fsync", "off"),
        ("listen_addresses", ""),
        ("jit", "off"),
        ("server_encoding", "UTF8"),
        ("lc_ctype", "C.UTF-8"),
        ("TimeZone", "UTC"),
        ("statement_timeout", "0"),
    ],
)
def test_it_is_set_up_alike_everywhere(postgresql: Server, name: str, value: str) -> None:
    query = "SELECT datctype FROM pg_database WHERE datname = 'postgres'"
    told = ask(postgresql, query if name == "lc_ctype" else f"SHOW {name}")
    assert str(told) in (value, "Etc/UTC" if value == "UTC" else value)


def test_it_commits_in_two_phases(postgresql: Server) -> None:
    path = f"{postgresql.socket}/.s.PGSQL.{postgresql.port}"
    connection = native.Connection(postgresql.user, unix_sock=path, database="postgres")
    for statement in ("BEGIN", "PREPARE TRANSACTION 'a'", "COMMIT PREPARED 'a'"):
        connection.run(statement)
    connection.close()


def test_it_is_closed_to_other_users(postgresql: Server) -> None:
    need("root")
    assert Path(postgresql.socket).stat().st_mode & 0o777 == 0o700
    tried = subprocess.run(["ls", postgresql.socket], user=65534, capture_output=True)
    assert tried.returncode != 0


def test_a_statement_that_fails_is_not_in_the_log(postgresql: Server) -> None:
    assert ask(postgresql, "SHOW log_min_messages") == "log"


def majors() -> list[str]:
    found = {postgresql_binaries.found(wanted, private(())).version for wanted in ("", "99", "15")}
    return sorted({version.split(".")[0] for version in found})


def test_every_major_of_this_machine_starts(cache: Path) -> None:
    for major in majors():
        for _ in ("cold", "warm"):
            with postgresql_server.started(major, cache) as server:
                assert server.version.split(".")[0] == major
                assert ask(server, "SELECT 1") == 1
            assert not Path(server.socket).exists()


def test_several_run_at_once_and_apart(cache: Path) -> None:
    with ExitStack() as stack:
        servers = [stack.enter_context(postgresql_server.started("", cache)) for _ in range(3)]
        for server in servers:
            ask(server, "SELECT pg_advisory_lock(1)")
        assert (
            len(
                {
                    ask(server, "SELECT system_identifier FROM pg_control_system()")
                    for server in servers
                }
            )
            == 1
        )  # one template
        assert len({server.socket for server in servers}) == 3
        if os.geteuid() == 0:
            assert len({Path(server.socket).stat().st_uid for server in servers}) == 3


def test_it_outlives_the_thread_that_started_it(cache: Path) -> None:
    with ExitStack() as stack:
        servers: list[Server] = []
        start = postgresql_server.started("", cache)
        thread = threading.Thread(target=lambda: servers.append(stack.enter_context(start)))
        thread.start()
        thread.join()
        runs = postmaster(Path(servers[0].socket))
        assert not within(0.3, lambda: not alive(runs))
        assert ask(servers[0], "SELECT 1") == 1


def busy(socket: Path) -> None:
    """A backend that computes and looks at nothing."""
    server = Server("postgresql", str(socket), 5432, "migbot", "")
    query = "SELECT count(*) FROM generate_series(1, 1e12)"

    def compute() -> None:
        with pytest.raises(Exception, match=r"."):
            ask(server, query)

    threading.Thread(target=compute, daemon=True).start()
    running = f"SELECT count(*) FROM pg_stat_activity WHERE query = '{query}'"
    assert within(20, lambda: ask(server, running))


def test_nothing_is_left_when_its_owner_is_killed(cache: Path) -> None:
    with owner(MODULE, cache) as (process, socket):
        runs = postmaster(socket)
        busy(socket)
        process.kill()
        assert within(10, lambda: not alive(runs) and not socket.exists())


def test_a_fork_of_the_owner_does_not_keep_it(cache: Path) -> None:
    forks = "import time; pid = os.fork() or time.sleep(600)"
    with owner(MODULE, cache, before=forks) as (process, socket):
        runs = postmaster(socket)
        (fork,) = [pid for pid in pids() if parent(pid) == process.pid and not is_shim(pid)]
        try:
            process.kill()
            assert within(10, lambda: not alive(runs))
        finally:
            os.kill(fork, signal.SIGKILL)


def pids() -> list[int]:
    return [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]


def is_shim(pid: int) -> bool:
    return b"server_shim.py" in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_what_is_left_when_the_shim_is_killed_too_is_swept(cache: Path) -> None:
    with owner(MODULE, cache) as (process, socket):
        runs = postmaster(socket)
        shim = parent(runs)
        os.kill(process.pid, signal.SIGSTOP)  # it shall not clean up
        os.kill(shim, signal.SIGKILL)
        process.kill()
        assert within(10, lambda: not alive(runs))
        assert socket.exists()
        assert within(10, lambda: swept(socket))


def swept(socket: Path) -> bool:
    with server_folder.folder():
        return not socket.exists()


def segments(pid: int) -> list[str]:
    """The System V segments that a process made."""
    rows = shared_memory.SEGMENTS.read_text().splitlines()[1:]
    return [row for row in rows if int(row.split()[4]) == pid]


def test_no_segment_is_left_when_the_server_is_killed(cache: Path) -> None:
    with postgresql_server.started("", cache) as server:
        runs = postmaster(Path(server.socket))
        assert segments(runs)
        os.kill(runs, signal.SIGKILL)
        assert within(10, lambda: not alive(runs))
    assert within(10, lambda: not segments(runs)), "its last child lets go of it after it"


@pytest.mark.parametrize("uid", [1, 4242])
def test_an_ordinary_user_runs_it_with_or_without_a_name(uid: int) -> None:
    need("root")
    need("python-for-all")
    with tempfile.TemporaryDirectory(dir="/tmp") as cache:
        os.chown(cache, uid, uid)
        python = python_for_all()
        with owner(MODULE, Path(cache), uid=uid, python=python) as (_, socket):
            assert (socket / "data").stat().st_uid == uid
            server = Server("postgresql", str(socket), 5432, "migbot", "")
            assert ask(server, "SELECT 1") == 1
        assert not socket.exists()


def test_a_user_whom_initdb_refuses_is_told_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(MigbotError, match="has no name on this system") as caught:
        postgresql_server._mapped()
    assert caught.value.hint.endswith(">> /etc/passwd")


@pytest.fixture
def small_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The only place for servers, with room for 16 MB."""
    need("root")
    with tempfile.TemporaryDirectory(dir="/tmp") as made:
        options = ["-t", "tmpfs", "-o", "size=16m,mode=1777", "tmpfs"]
        if subprocess.run(["mount", *options, made], capture_output=True).returncode:
            pytest.skip("this container may not mount")
        try:
            monkeypatch.setattr(server_folder, "_places", lambda: {Path(made): None})
            yield Path(made)
        finally:
            subprocess.run(["umount", made], check=True)


@pytest.mark.parametrize("cold", [True, False])
def test_a_full_disk_is_a_clear_error(
    cache: Path, small_disk: Path, tmp_path: Path, cold: bool
) -> None:
    with (
        pytest.raises(MigbotError, match="No space left on device") as caught,
        postgresql_server.started("", tmp_path if cold else cache),
    ):
        pass
    assert "TMPDIR" in caught.value.hint
    assert list(small_disk.iterdir()) == []
    assert list(tmp_path.iterdir()) == []


def test_initdbs_refusal_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need("postgresql")
    monkeypatch.setattr(postgresql_server, "INITDB", ("--no-such-option",))
    with (
        pytest.raises(MigbotError, match=r"(?s)initdb ended with 1 .*no-such-option"),
        postgresql_server.started("", tmp_path),
    ):
        pass


def test_the_servers_refusal_is_quoted(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(postgresql_server.OPTIONS, "no_such_option", "1")
    with (
        pytest.raises(MigbotError, match=r"(?s)postgres ended with 1 .*no_such_option"),
        postgresql_server.started("", cache),
    ):
        pass


def test_a_path_with_spaces_is_fine(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="with space, 'and ") as made:
        Path(made).chmod(0o777)
        monkeypatch.setattr(server_folder, "_places", lambda: {Path(made): None})
        with postgresql_server.started("", cache) as server:
            assert ask(server, "SELECT 1") == 1
