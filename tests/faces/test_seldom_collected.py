"""Garbage is looked for seldom as long as it is asked for, and as before afterwards."""

import gc
from pathlib import Path

import pytest

from migbot.faces.seldom_collected import MANY, seldom_collected
from support.command import Command
from support.hooked import forked, project


def test_it_ends_with_the_work_even_where_that_fails() -> None:
    before = gc.get_threshold()
    with pytest.raises(ZeroDivisionError), seldom_collected():
        1 / (gc.get_threshold()[0] - MANY)
    assert gc.get_threshold() == before


def test_a_sweep_works_like_that(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = forked(project(tmp_path))
    seen: list[int] = []
    monkeypatch.setattr(
        "migbot.faces.sweep.headline", lambda report: seen.append(gc.get_threshold()[0]) or "x"
    )
    command = Command(capsys, repo.root)
    assert command("sweep", "--refs", "refs/heads/feature", "--base", "main").code == 0
    assert seen == [MANY]
