"""A folder is somebody's as long as that process lives; what nobody holds is removed."""

import errno
import fcntl
import os
import shutil
from pathlib import Path

import pytest

from migbot import locked_folder


def test_a_folder_is_swept_when_its_owner_is_gone_and_not_before(tmp_path: Path) -> None:
    path, lock = locked_folder.made("x-", tmp_path)
    locked_folder.sweep([path], shutil.rmtree)
    assert path.exists()
    os.close(lock)  # as the kernel does for a process that was killed
    locked_folder.sweep([path], shutil.rmtree)
    assert not path.exists()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    link = tmp_path / "x-link"
    link.symlink_to("precious")
    removed: list[Path] = []
    locked_folder.sweep([link, tmp_path / "gone"], removed.append)
    assert removed == []


def test_a_folder_that_a_sweep_took_before_it_was_locked_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[Path] = []

    def late(descriptor: int) -> bool:
        if not swept:
            swept.append(next(tmp_path.iterdir()))
            swept[0].rmdir()
        return True

    monkeypatch.setattr(locked_folder, "_locked", late)
    path, lock = locked_folder.made("x-", tmp_path)
    os.close(lock)
    assert path.is_dir()
    assert path != swept[0]


def test_where_there_are_no_locks_a_folder_is_made_and_none_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(descriptor: int, how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", without)
    path, lock = locked_folder.made("x-", tmp_path)
    os.close(lock)
    locked_folder.sweep([path], shutil.rmtree)
    assert path.is_dir()
