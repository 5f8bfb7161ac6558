"""The demo: the story that is told is what happens."""

import io
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from migbot.errors import MigbotError
from migbot.faces.demo import STEPS, Step, run


def test_the_story_is_true(tmp_path: Path) -> None:
    out = io.StringIO()
    run(tmp_path, out)
    told = out.getvalue()
    in_order = [
        "$ git merge --no-edit main\nMerge made by",
        "Multiple head revisions are present",
        "$ migbot install\n",
        "MB101 error: 2 heads",
        "$ migbot resolve\nrebase: ",
        "downgrade failed: OperationalError\n",
        "no such index: ix_phone\n",
        "The repair is written, and its round trip fails",
        "-down_revision = '3f1c0a'\n+down_revision = '8d2b41'\n",
        "1 up, down and up again on sqlite",
        "$ migbot heads\nc94e07  Add phone to customer\n",
    ]
    places = [told.find(each) for each in in_order]
    assert -1 not in places, in_order[places.index(-1)] + "\n\n" + told
    assert places[:-1] == sorted(places[:-1])
    assert told.count("$ ") >= sum(step.shown for step in STEPS)
    with closing(sqlite3.connect(tmp_path / "shop.db")) as shop:
        tables = [
            name for (name,) in shop.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
    assert tables == ["alembic_version"]  # which the refused `alembic upgrade` made, not migbot


def test_a_step_that_ends_otherwise_than_told_stops_the_demo(tmp_path: Path) -> None:
    with pytest.raises(MigbotError, match=r"`git status` exited with 128, not 0"):
        run(tmp_path, io.StringIO(), [Step("No repository:", "git status")])


def test_the_demo_is_deaf_to_the_users_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    (tmp_path / "config").write_text("[user]\n  name = Eve\n")
    out = io.StringIO()
    steps = [Step("", "git init -q"), Step("Who am I?", "git var GIT_AUTHOR_IDENT")]
    run(tmp_path, out, steps)
    assert "Ben <ben@example.org>" in out.getvalue()
