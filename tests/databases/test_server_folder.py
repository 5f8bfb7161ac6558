"""A throw-away server lies in memory where there is room, and no killed run's remains stay."""

import fcntl
import os
import tempfile
import time
from collections.abc import Container, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from migbot.databases import server_account, server_folder
from migbot.databases.server_account import FREE
from migbot.databases.server_folder import PREFIX, folder
from migbot.errors import MigbotError
from support.parts import need


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The only place for servers; its path is short and it is open to all, as /tmp is."""
    with tempfile.TemporaryDirectory(dir="/tmp") as made:
        Path(made).chmod(0o777)
        monkeypatch.setattr(server_folder, "_places", lambda: {Path(made): None})
        yield Path(made)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    yield
    os.close(descriptor)


def test_the_folder_is_closed_to_others_and_gone_in_the_end(place: Path) -> None:
    with folder() as made:
        facts = made.path.stat()
        assert made.path.parent == place
        assert facts.st_mode & 0o777 == 0o700
        assert facts.st_uid == (made.account.uid if made.account else os.geteuid())
        (made.path / "data").mkdir()
    assert list(place.iterdir()) == []


def test_every_server_of_root_has_a_user_of_its_own(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need("root")
    monkeypatch.setattr(server_account, "FREE", FREE[:8])
    with ExitStack() as stack:
        accounts = [stack.enter_context(folder()).account for _ in range(8)]
        assert sorted(uid for uid, _ in filter(None, accounts)) == list(FREE[:8])


def test_what_a_killed_run_left_is_swept(place: Path) -> None:
    left = place / f"{PREFIX}left"
    (left / "data").mkdir(parents=True)
    (left / "data" / "file").touch()
    with folder():
        assert not left.exists()


def test_what_is_in_use_is_not_swept(place: Path) -> None:
    used = place / f"{PREFIX}used"
    used.mkdir()
    with locked(used), folder():
        assert used.exists()


def test_a_link_is_not_followed_by_the_sweep(place: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").touch()
    (place / f"{PREFIX}link").symlink_to(tmp_path)
    with folder():
        assert (tmp_path / "precious").exists()


def test_a_small_memory_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_folder, "ROOM", 1 << 60)
    monkeypatch.setattr(tempfile, "tempdir", "/var/tmp")
    with folder() as made:
        assert made.path.parent == Path("/var/tmp")


def test_a_long_temporary_folder_does_not_lengthen_the_socket(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = place / ("long" * 20)
    long.mkdir()
    long.chmod(0o777)
    monkeypatch.setattr(server_folder, "_places", lambda: dict.fromkeys((long, place)))
    with folder() as made:
        assert made.path.parent == place


def test_the_systems_folder_is_used_where_no_other_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_folder, "MEMORY", tmp_path / "none")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with folder() as made:
        assert made.path.parent == Path("/tmp").resolve()


def test_a_folder_that_the_servers_user_cannot_enter_is_not_used(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need("root")
    place.chmod(0o700)
    monkeypatch.setattr(server_folder, "_places", lambda: dict.fromkeys((place, Path("/var/tmp"))))
    with folder() as made:
        assert made.path.parent == Path("/var/tmp")


def test_no_place_at_all_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_folder, "_places", lambda: {tmp_path / "none": None})
    with pytest.raises(MigbotError, match="no folder") as caught, folder():
        pass
    assert "TMPDIR" in caught.value.hint


def test_two_threads_do_not_look_for_an_account_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looking: list[int] = []
    most: list[int] = []

    def private(taken: Container[int]) -> None:
        looking.append(1)
        most.append(len(looking))
        time.sleep(0.05)
        looking.pop()

    def make() -> None:
        with folder():
            pass

    monkeypatch.setattr(server_folder, "private", private)
    with ThreadPoolExecutor(4) as pool:
        for each in [pool.submit(make) for _ in range(4)]:
            each.result()
    assert most == [1, 1, 1, 1]
