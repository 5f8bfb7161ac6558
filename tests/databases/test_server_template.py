"""A fresh data directory is built once, kept as one file, and never trusted when damaged."""

import errno
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from migbot.databases.server_folder import Folder, folder
from migbot.databases.server_template import cache_folder, fill, key
from migbot.errors import MigbotError


class Built:
    """What initdb does, in small."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.times = 0

    def __call__(self) -> None:
        self.times += 1
        for name in ("base/1", "pg_wal"):
            (self.data / name).mkdir(parents=True)
        (self.data / "base/1/112").write_bytes(os.urandom(8192))
        (self.data / "empty").touch()


@pytest.fixture
def place() -> Iterator[Folder]:
    with folder() as made:
        yield made


def contents(data: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(data)): path.read_bytes() if path.is_file() else None
        for path in data.rglob("*")
    }


def test_the_second_server_gets_what_was_built_for_the_first(place: Folder, tmp_path: Path) -> None:
    kept = tmp_path / "cache" / "it.zip"
    builds = [Built(place.path / name) for name in ("one", "two")]
    for build in builds:
        fill(build.data, place, kept, build)
    assert [build.times for build in builds] == [1, 0]
    assert contents(builds[0].data) == contents(builds[1].data)
    assert [path.name for path in kept.parent.iterdir()] == ["it.zip"]


def test_the_data_is_the_servers_alone(place: Folder, tmp_path: Path) -> None:
    owner = place.account.uid if place.account else os.geteuid()
    for name in ("built", "copied"):
        data = place.path / name
        fill(data, place, tmp_path / "it.zip", Built(data))
        assert {path.stat().st_uid for path in (data, *data.rglob("*"))} == {owner}
    assert data.stat().st_mode & 0o777 == 0o700
    assert (data / "base/1/112").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damage", [b"", b"no archive", None])
def test_a_damaged_template_is_built_anew(
    place: Folder, tmp_path: Path, damage: bytes | None
) -> None:
    kept = tmp_path / "it.zip"
    fill(place.path / "one", place, kept, Built(place.path / "one"))
    whole = kept.read_bytes()
    middle = len(whole) // 2
    kept.write_bytes(whole[:middle] + b"??" + whole[middle + 2 :] if damage is None else damage)
    build = Built(place.path / "two")
    fill(build.data, place, kept, build)
    assert build.times == 1
    assert (build.data / "base/1/112").stat().st_size == 8192


def test_a_cache_that_cannot_be_written_costs_time_only(place: Folder, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("not a folder")
    build = Built(place.path / "data")
    fill(build.data, place, tmp_path / "cache" / "it.zip", build)
    assert contents(build.data)


def test_a_full_disk_is_a_clear_error(place: Folder, tmp_path: Path) -> None:
    def build() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(MigbotError, match="No space left on device") as caught:
        fill(place.path / "data", place, tmp_path / "it.zip", build)
    assert "TMPDIR" in caught.value.hint


def test_two_spellings_of_a_program_are_one_template(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "postgres"
    program.write_text("1")
    (tmp_path / "link").symlink_to("bin")
    told = key("postgresql", "15.18", program, ("-N",))
    assert key("postgresql", "15.18", tmp_path / "link" / "postgres", ("-N",)) == told
    assert key("postgresql", "15.18", program, ()) != told
    program.write_text("12")
    assert key("postgresql", "15.18", program, ("-N",)) != told


def test_several_may_build_at_once(place: Folder, tmp_path: Path) -> None:
    builds = [Built(place.path / str(number)) for number in range(4)]
    kept = tmp_path / "it.zip"
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda build: fill(build.data, place, kept, build), builds))
    fill(place.path / "last", place, kept, last := Built(place.path / "last"))
    assert last.times == 0
    assert list(tmp_path.iterdir()) == [kept]


def test_the_cache_is_where_the_user_keeps_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert cache_folder() == Path("/caches/migbot")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache/migbot"
