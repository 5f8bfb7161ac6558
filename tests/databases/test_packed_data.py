"""A folder in one file: all of it comes back, or nothing of it is believed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from migbot.databases.packed_data import pack, unpack

SAME = b"the same page " * 600


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    for name in ("base/1", "base/4", "pg_wal/archive_status"):
        (folder / name).mkdir(parents=True)
    for name in ("base/1/112", "base/4/112", "base/4/113"):
        (folder / name).write_bytes(SAME)
    (folder / "base/1/113").write_bytes(bytes(range(256)) * 32)
    (folder / "PG_VERSION").write_text("15\n")
    (folder / "empty").touch()
    (folder / "base/1/empty").touch()
    return folder


def all_of(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def test_all_of_a_folder_comes_back(data: Path, tmp_path: Path) -> None:
    packed = tmp_path / "it.zip"
    pack(data, str(packed), "postgresql-15")
    assert unpack(packed, tmp_path / "again", "postgresql-15")
    assert all_of(tmp_path / "again") == all_of(data)
    assert (tmp_path / "again").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "again/base/1/112").stat().st_mode & 0o777 == 0o600


def test_what_is_there_twice_is_kept_once(data: Path, tmp_path: Path) -> None:
    packed = tmp_path / "it.zip"
    (data / "base/4/other").write_bytes(b"")
    pack(data, str(packed))
    before = packed.stat().st_size
    for number in range(50):
        (data / f"base/4/{number}").write_bytes((data / "base/1/113").read_bytes())
    pack(data, str(packed))
    assert packed.stat().st_size < before + 50 * 20


def test_a_file_of_another_name_or_none_is_not_taken(data: Path, tmp_path: Path) -> None:
    packed = tmp_path / "it.zip"
    assert not unpack(packed, tmp_path / "again")
    pack(data, str(packed), "postgresql-15")
    assert not unpack(packed, tmp_path / "again", "postgresql-16")
    assert not (tmp_path / "again").exists()


def test_whatever_is_damaged_what_is_believed_is_whole(data: Path, tmp_path: Path) -> None:
    packed, again = tmp_path / "it.zip", tmp_path / "again"
    pack(data, str(packed))
    whole, refused = packed.read_bytes(), 0
    for place in range(len(whole)):
        packed.write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
        shutil.rmtree(again, ignore_errors=True)
        if unpack(packed, again):
            assert all_of(again) == all_of(data), place
        else:
            refused += 1
    assert refused > len(whole) // 2


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_what_is_cut_off_is_refused(data: Path, tmp_path: Path, part: float) -> None:
    packed = tmp_path / "it.zip"
    pack(data, str(packed))
    whole = packed.read_bytes()
    packed.write_bytes(whole[: int(len(whole) * part)])
    assert not unpack(packed, tmp_path / "again")
