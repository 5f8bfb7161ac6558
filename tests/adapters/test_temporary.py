"""What a command writes beside its result is gone with it, or with the next command."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from migbot.adapters.temporary import sweep_temporary, temporary_folder

KILLED = """
import os, signal, sys
from migbot.adapters.temporary import temporary_folder
with temporary_folder() as folder:
    (folder / "file").touch()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_it_is_empty_ours_and_gone_in_the_end(place: Path) -> None:
    with temporary_folder() as folder:
        assert folder.parent == place.resolve()
        assert folder.stat().st_mode & 0o777 == 0o700
        assert list(folder.iterdir()) == []
        (folder / "file").touch()
    assert list(place.iterdir()) == []


def test_folders_without_rights_are_gone_too_and_what_they_link_to_stays(place: Path) -> None:
    aside = place / "aside"
    aside.mkdir(mode=0o500)
    with temporary_folder() as folder:
        deep = folder / "a" / "b"
        deep.mkdir(parents=True)
        (deep / "file").touch()
        (folder / "a" / "link").symlink_to(aside)
        deep.chmod(0)
        deep.parent.chmod(0o500)
    assert list(place.iterdir()) == [aside]
    assert aside.stat().st_mode & 0o777 == 0o500


def test_what_a_killed_command_left_is_gone_with_the_next_one(place: Path) -> None:
    environ = {**os.environ, "TMPDIR": str(place)}
    subprocess.run([sys.executable, "-c", KILLED], env=environ)
    (left,) = place.iterdir()
    assert (left / "file").exists()
    with temporary_folder() as used:
        sweep_temporary()
        assert list(place.iterdir()) == [used]
