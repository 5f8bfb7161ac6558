"""`--format html`: the page that each judging command writes, with the history that it judged."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from support.command import Command
from support.hooked import forked, project
from support.pages import Page
from support.projects import INI, SYNC, revision, table
from support.repos import Repo

Written = Callable[..., tuple[int, Page]]


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Written:
    def run(repo: Repo, verb: str, *arguments: str) -> tuple[int, Page]:
        target = tmp_path / "page.html"
        said = Command(capsys, repo.root)(
            verb, "--format", "html", "--output", str(target), *arguments
        )
        assert (said.out, said.err) == ("", "")
        return said.code, Page(target.read_text(encoding="utf-8"))

    return run


def dots(page: Page) -> list[str]:
    return sorted(each["class"] for each in page.all("circle"))


def test_a_check_draws_what_the_merge_would_leave(tmp_path: Path, written: Written) -> None:
    repo = forked(project(tmp_path / "app"))
    repo.switch("feature")
    code, page = written(repo, "check")
    assert code == 1
    assert "Fail: 2 heads after the merge" in page.words
    assert {"head", "new"} <= set(dots(page))
    assert "their1 (head)" in page.words
    assert "mine1 (new, head)" in page.words


def test_heads_and_a_repair_are_pages_too(tmp_path: Path, written: Written) -> None:
    repo = forked(project(tmp_path / "app"))
    repo.switch("feature")
    code, page = written(repo, "heads", "--merged-into", "main")
    assert code == 1
    assert "their1 (head)" in page.words
    repo.git("merge", "--quiet", "--no-edit", "main")
    assert "Repair" in written(repo, "resolve", "--dry-run")[1].words


def test_a_round_trip_tells_what_was_left_behind(tmp_path: Path, written: Written) -> None:
    repo = Repo.init(tmp_path / "app")
    folder = "migrations/versions"
    repo.put(
        {
            "alembic.ini": INI.format(url="sqlite:///real.db"),
            "migrations/env.py": SYNC,
            f"{folder}/a1.py": table("a1", None),
        }
    )
    index = 'op.create_index("ix_name", "t_a1", ["name"])', 'op.execute("SELECT 1")'
    repo.write(f"{folder}/b2.py", revision("b2", "a1", *index))
    code, page = written(repo, "roundtrip")
    assert code == 1
    assert f"Fail: The round trip on SQLite {sqlite3.sqlite_version} failed" in page.words
    for part in ("ix_name", "left behind", "migbot roundtrip b2", "b2 (new, head)"):
        assert part in page.words
