"""A program under its shim does not outlive us, and what it says when it fails is told."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from migbot.databases import server_process
from migbot.databases.server_folder import Folder, folder
from migbot.databases.server_process import Program, can_run, run, running
from migbot.errors import MigbotError
from support.owners import alive, parent, within
from support.parts import need


@pytest.fixture
def place() -> Iterator[Folder]:
    with folder() as made:
        yield made


def shell(place: Folder, script: str, end: int = signal.SIGKILL) -> Program:
    return Program(("/bin/sh", "-c", script), place, place.account, end)


def idle(place: Folder, script: str = "") -> Program:
    return shell(place, f"{script} echo $$ > new; mv new pid; while :; do sleep 1; done")


def pid(place: Folder) -> int:
    file = place.path / "pid"
    return int(file.read_text()) if file.exists() else 0


def test_a_program_runs_while_the_block_does(place: Folder) -> None:
    with running(idle(place), lambda: pid(place)):
        runs = pid(place)
        assert alive(runs)
    assert not alive(runs)
    assert not place.path.exists()


def test_it_runs_as_this_user(place: Folder) -> None:
    uid = place.account.uid if place.account else os.geteuid()
    run(shell(place, "id -u > who; umask >> who"))
    assert (place.path / "who").read_text().split() == [str(uid), "0077"]


def test_none_of_roots_groups_is_left_to_it(place: Folder) -> None:
    need("root")
    assert place.account
    groups = os.getgroups()
    os.setgroups([4, 27])
    try:
        run(shell(place, "id -G > who"))
    finally:
        os.setgroups(groups)
    assert (place.path / "who").read_text().split() == [str(place.account.gid)]


def test_it_sees_nothing_of_our_environment(place: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGDATA", "/precious")
    monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")
    run(shell(place, '[ -z "$PGDATA" ] && [ "$LC_ALL" = C ] && [ "$TZ" = UTC ]'))


def test_it_outlives_the_thread_that_started_it(place: Folder) -> None:
    with ExitStack() as stack:
        program = running(idle(place), lambda: pid(place))
        thread = threading.Thread(target=stack.enter_context, args=(program,))
        thread.start()
        thread.join()
        assert not within(0.3, lambda: not alive(pid(place)))


def test_it_is_ended_by_force_where_it_ignores_the_signal(
    place: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_process, "SHIM", impatient(place))
    stubborn = idle(place, "trap '' QUIT;")._replace(end=signal.SIGQUIT)
    with running(stubborn, lambda: pid(place)):
        runs = pid(place)
    assert not alive(runs)


def impatient(place: Folder) -> Path:
    copy = place.path / "shim.py"
    copy.write_text(server_process.SHIM.read_text().replace("PATIENCE = 5.0", "PATIENCE = 0.1"))
    return copy


def test_its_folder_is_not_swept_while_it_runs(place: Folder) -> None:
    with running(idle(place), lambda: pid(place)):
        os.dup2(os.open(os.devnull, os.O_RDONLY), place.lock)  # as if we were gone
        with folder():
            assert place.path.exists()


def test_it_ends_when_its_shim_is_told_to(place: Folder) -> None:
    with running(idle(place), lambda: pid(place)):
        runs = pid(place)
        os.kill(parent(runs), signal.SIGTERM)
        assert within(10, lambda: not alive(runs))


def test_it_ends_when_its_shim_is_killed(place: Folder) -> None:
    with running(idle(place), lambda: pid(place)):
        runs = pid(place)
        os.kill(parent(runs), signal.SIGKILL)
        assert within(10, lambda: not alive(runs))


def test_a_program_that_fails_is_quoted(place: Folder) -> None:
    with pytest.raises(MigbotError) as caught:
        run(shell(place, "seq 30; echo the reason >&2; exit 3"))
    said = caught.value.message
    assert said.startswith("sh ended with 3 and did not start. It said:\n24\n")
    assert said.endswith("30\nthe reason")


def test_a_program_that_ends_before_it_is_ready_is_quoted(place: Folder) -> None:
    with (
        pytest.raises(MigbotError, match=r"killed by SIGSEGV and did not start. It said:\nwhy"),
        running(shell(place, "echo why; kill -SEGV $$"), lambda: False),
    ):
        pass


def test_a_full_disk_is_told_with_a_way_out(place: Folder) -> None:
    with pytest.raises(MigbotError, match="No space left on device") as caught:
        run(shell(place, "cat /proc/self/status > /dev/full"))
    assert "TMPDIR" in caught.value.hint


def test_a_program_that_is_not_there_is_told(place: Folder) -> None:
    with pytest.raises(MigbotError, match="/nowhere/initdb: No such file"):
        run(Program(("/nowhere/initdb",), place, place.account))


def test_a_slow_start_is_told_with_the_log(place: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_process, "LIMIT", 0.5)
    with (
        pytest.raises(MigbotError, match=r"sh was not ready after 0.5 s. It said:\nstarting"),
        running(idle(place, "echo starting;"), lambda: False),
    ):
        pass
    assert not alive(pid(place))


def test_a_slow_preparation_is_told(place: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_process, "LIMIT", 0.3)
    with pytest.raises(MigbotError, match=r"sh was not ready after 0.3 s"):
        run(idle(place))


def test_what_the_account_cannot_run_says_nothing(tmp_path: Path, place: Folder) -> None:
    assert can_run(Path("/nowhere/postgres"), None) == ""
    assert can_run(Path("/bin/false"), None) == ""
    assert "Python" in can_run(Path(sys.executable), None)
    if place.account:
        copy = tmp_path / "true"  # pytest's folders are closed to others
        copy.write_bytes(Path("/bin/true").read_bytes())
        copy.chmod(0o755)
        assert can_run(copy, None)
        assert can_run(copy, place.account) == ""
