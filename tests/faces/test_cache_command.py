"""`migbot cache`, and what a round trip takes from it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from migbot.__main__ import _run
from support.command import Command
from support.kinds import of_each_kind
from support.projects import INI, SYNC, table
from support.repos import Repo


def path(name: str) -> str:
    return f"migrations/versions/{name}.py"


def branch(root: Path) -> Repo:
    repo = Repo.init(root)
    ini = {"alembic.ini": INI.format(url="sqlite:///real.db"), "migrations/env.py": SYNC}
    repo.put({**ini, path("a1"): table("a1")})
    repo.switch("feature", create=True)
    repo.put({path("b2"): table("b2", "a1")})
    return repo


def test_a_base_is_kept_and_taken_again_unless_it_is_told_not_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], bases: Path
) -> None:
    run = Command(capsys, branch(tmp_path).root)
    assert run("roundtrip").code == 0
    (kept,) = bases.glob("bases/*/*.data")
    with closing(sqlite3.connect(kept / "rt0.sqlite")) as connection:
        connection.execute("CREATE TABLE t_b2 (i INTEGER)")  # as only the next run will find
    assert run("roundtrip").code == 1
    assert run("roundtrip", "--no-cache").code == 0


DAMAGES = {"no database": b"no database at all", "empty": b""}


@pytest.mark.parametrize("damaged", of_each_kind(DAMAGES, ["no database"]))
def test_a_kept_base_that_is_damaged_is_built_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], bases: Path, damaged: str
) -> None:
    run = Command(capsys, branch(tmp_path).root)
    run("roundtrip")
    (kept,) = bases.glob("bases/*/*.data")
    (kept / "rt0.sqlite").write_bytes(DAMAGES[damaged])
    assert run("roundtrip").code == 0


def test_what_is_proved_from_empty_keeps_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], bases: Path
) -> None:
    assert Command(capsys, branch(tmp_path).root)("roundtrip", "--all").code == 0
    assert not (bases / "bases").exists()


def test_the_cache_is_shown_and_cleared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own"))
    monkeypatch.setattr(
        "migbot.faces.kept_bases.cache_folder", lambda: Path(os.environ["XDG_CACHE_HOME"], "migbot")
    )
    run = Command(capsys, branch(tmp_path / "repo").root)
    assert "bases that were built: none" in cache(capsys)
    run("roundtrip")
    shown = cache(capsys)
    assert shown.startswith(f"{tmp_path}/own/migbot\n")
    assert "bases that were built: 1, 0.0 MB" in shown
    assert cache(capsys, "--clear") == f"Cleared: {shown}"
    assert "bases that were built: none" in cache(capsys)


def cache(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert _run(["cache", *arguments]) == 0
    return capsys.readouterr().out
