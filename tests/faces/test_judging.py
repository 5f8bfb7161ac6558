"""`migbot check` at a fork: its report has the repair, and a pull request shows it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from migbot.adapters import github_api
from migbot.adapters.git_read import locate
from migbot.adapters.judge import judge_commits
from migbot.core.course import Trial
from migbot.core.report import Report, to_json
from migbot.faces import judging, proving
from migbot.faces.publish import publish
from migbot.render.markdown import comment
from support.command import Command
from support.github import Scene, scene
from support.hooked import INI, forked, migrate, path, project, revision
from support.repos import Repo

LINE = "down_revision = 'their1'"


@pytest.fixture
def fork(tmp_path: Path) -> Repo:
    """On `feature`, which would fork the history of `main`."""
    repo = forked(project(tmp_path / "app"))
    repo.switch("feature")
    return repo


def checked(repo: Repo) -> Report:
    return judging.check(judging.Ask(repo.root))


def test_the_report_has_the_very_plan_of_the_app(fork: Repo) -> None:
    app = judge_commits(locate(fork.root), fork.sha("feature"), fork.sha("main"))
    assert app.plan is not None
    assert checked(fork).plan == app.plan


def test_the_json_names_the_line_to_re_point(
    fork: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    said = Command(capsys, fork.root)("check", "--json")
    assert said.code == 1
    (edit,) = json.loads(said.out)["plan"]["edits"]
    assert (edit["path"], edit["down_revision"]) == (path("mine1"), ["their1"])
    assert [each["now"] for each in edit["lines"]] == [LINE]


def test_the_text_says_in_one_sentence_what_the_repair_does(
    fork: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    said = Command(capsys, fork.root)("check")
    assert said.code == 1
    lines = said.out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("Merge the base"))
    assert lines[at].startswith(
        "Merge the base first; then migbot resolve re-points the branch of mine1"
    )
    assert "alembic" not in said.out
    assert lines[-1] == "migbot: fail (1 error)"


def test_the_comment_shows_the_line(fork: Repo) -> None:
    assert f"+{LINE}" in comment(checked(fork)).splitlines()


def test_a_report_with_round_trips_has_the_plan_too(fork: Repo) -> None:
    """They cannot begin here: the project's env.py is none that runs."""
    report = proving.check_and_prove(judging.Ask(fork.root), Trial())
    assert report.plan == checked(fork).plan
    assert report.plan is not None


def test_what_is_published_is_merged_not_re_pointed(fork: Repo) -> None:
    fork.git("tag", "v1", "feature")
    plan = checked(fork).plan
    assert plan is not None
    assert plan.strategy == "merge"


def test_without_a_fork_there_is_no_plan_and_no_ref_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = project(tmp_path)
    repo.switch("feature", create=True)
    migrate(repo, "mine1", "base2")
    monkeypatch.setattr(judging, "PublishedHere", None)  # would be called
    assert checked(repo).plan is None


def test_an_old_fork_of_the_base_is_not_the_newcomers_to_mend(tmp_path: Path) -> None:
    repo = forked(project(tmp_path))
    repo.git("merge", "--quiet", "--no-edit", "feature")
    repo.switch("mine", create=True)
    migrate(repo, "mine2", "mine1")
    assert checked(repo).plan is None


def test_where_nothing_is_the_base_there_is_no_merge_to_mend(tmp_path: Path) -> None:
    repo = forked(project(tmp_path))
    repo.git("merge", "--quiet", "--no-edit", "feature")
    repo.git("branch", "-q", "-m", "main", "nobodys")
    repo.git("branch", "-q", "-D", "feature")
    report = checked(repo)
    assert report.subject.base == ""
    assert [each.code for each in report.findings] == ["MB101"]
    assert report.plan is None


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """Pull request 1 forks the history of main, and is checked out."""
    monkeypatch.setattr(github_api, "connect", partial(github_api.connect, pause=0))
    with scene(tmp_path) as made:
        files = {"alembic.ini": INI, path("base1"): revision("base1")}
        made.work.switch("main")
        made.work.put(files)
        made.work.git("branch", "-q", "-f", "feature", "main")
        migrate(made.work, "their1", "base1")
        made.work.switch("feature")
        made.push({path("mine1"): revision("mine1", "base1")})
        yield made


def test_published_the_line_is_a_suggestion_to_be_taken_with_a_click(
    shop: Scene, tmp_path: Path
) -> None:
    kept = tmp_path / "report.json"
    kept.write_text(to_json(checked(shop.work)))
    environ = {"GITHUB_API_URL": shop.github.api_url, "GITHUB_TOKEN": shop.token.value}
    publish(environ, report=kept, repository="ada/shop", pull=1)
    (suggestion,) = shop.pull.review_comments
    assert f"```suggestion\n{LINE}\n```" in suggestion.body
    assert suggestion.path == path("mine1")
    assert f"+{LINE}" in shop.ours()[0].body
