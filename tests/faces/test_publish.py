"""`migbot publish`: from a report in a file and a workflow's environment to the pull request."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial

import pytest

from migbot.adapters import github_api
from migbot.core.report import Subject, to_json
from migbot.errors import MigbotError
from migbot.faces.kept_reports import LARGEST_REPORT
from migbot.faces.publish import publish
from migbot.render.markdown import comment, markdown
from support import reports
from support.github import scene


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    """Writes do not wait a second for one another."""
    monkeypatch.setattr(github_api, "connect", partial(github_api.connect, pause=0))


@pytest.fixture
def shop(tmp_path):
    with scene(tmp_path) as made:
        yield made


@pytest.fixture
def run(shop, tmp_path):
    """The environment of a workflow's run for the pull request, and the report that it made."""
    event = {"number": 1, "pull_request": {"number": 1, "head": {"sha": shop.pull.head}}}
    (tmp_path / "event.json").write_text(json.dumps(event))
    (tmp_path / "migbot-report.json").write_text(to_json(reports.forked(shop.pull.head)))
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": shop.github.api_url,
        "GITHUB_TOKEN": shop.token.value,
        "GITHUB_REPOSITORY": "ada/shop",
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_SHA": "5" * 40,
    }


def rewrite(tmp_path, report):
    (tmp_path / "migbot-report.json").write_text(to_json(report))


def test_in_a_workflow_nothing_has_to_be_named(shop, run, tmp_path):
    said = publish(run, report=tmp_path / "migbot-report.json")
    assert len(shop.ours()) == 1
    assert [run["conclusion"] for run in shop.repository.checks] == ["failure"]
    assert said.splitlines() == ["migbot / graph: created", "comment: created"]


def test_the_summary_of_the_run_has_the_page_without_the_marker(shop, run, tmp_path):
    publish(run, report=tmp_path / "migbot-report.json")
    assert (tmp_path / "summary.md").read_text() == markdown(reports.forked(shop.pull.head))


def test_a_token_that_may_write_nothing_leaves_the_summary_all_the_same(shop, run, tmp_path):
    run["GITHUB_TOKEN"] = shop.github.world.token(
        permissions={"pull_requests": "read", "checks": "read", "statuses": "read"}
    ).value
    with pytest.raises(MigbotError, match="may write nothing"):
        publish(run, report=tmp_path / "migbot-report.json")
    assert "2 heads" in (tmp_path / "summary.md").read_text()


def test_githubs_own_merge_of_the_pull_request_stands_for_its_head(shop, run, tmp_path):
    rewrite(tmp_path, reports.forked(run["GITHUB_SHA"]))
    publish(run, report=tmp_path / "migbot-report.json")
    assert {run["head_sha"] for run in shop.repository.checks} == {shop.pull.head}


def test_a_report_about_some_other_commit_is_not_posted(shop, run, tmp_path):
    rewrite(tmp_path, reports.forked("6" * 40))
    assert "was not posted" in publish(run, report=tmp_path / "migbot-report.json")
    assert shop.github.world.writes == []


def test_outside_a_workflow_the_pull_request_is_named(shop, run, tmp_path):
    environ = {name: run[name] for name in ("GITHUB_API_URL", "GITHUB_TOKEN")}
    publish(environ, report=tmp_path / "migbot-report.json", repository="ada/shop", pull=1)
    assert len(shop.ours()) == 1


def test_what_is_named_goes_before_the_environment(shop, run, tmp_path):
    run["GITHUB_REPOSITORY"] = "ada/elsewhere"
    run["GITHUB_EVENT_PATH"] = "/no/such/file"
    publish(run, report=tmp_path / "migbot-report.json", repository="ada/shop", pull=1)
    assert len(shop.ours()) == 1


def test_a_dry_run_prints_what_would_be_posted_and_asks_nobody(shop, run, tmp_path):
    del run["GITHUB_TOKEN"]
    said = publish(run, report=tmp_path / "migbot-report.json", dry_run=True)
    assert comment(reports.forked(shop.pull.head)) in said
    assert "[migbot / graph] failure: 2 heads after the merge - fix needed" in said
    assert shop.github.world.exchanges == []
    assert not (tmp_path / "summary.md").exists()


def test_a_dry_run_says_when_there_would_be_no_comment(shop, run, tmp_path):
    rewrite(tmp_path, reports.untouched(shop.pull.head))
    said = publish(run, report=tmp_path / "migbot-report.json", dry_run=True)
    assert "No comment would be made" in said


def test_a_dry_run_does_not_import_pygithub(shop, run, tmp_path):
    code = (
        "import sys; from pathlib import Path; from migbot.faces.publish import publish\n"
        f"publish({run!r}, report=Path({str(tmp_path / 'migbot-report.json')!r}), dry_run=True)\n"
        "assert 'github' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"GITHUB_TOKEN": ""}, "no GITHUB_TOKEN"),
        ({"GITHUB_REPOSITORY": ""}, "Which pull request is not known"),
        ({"GITHUB_REPOSITORY": "ada/../../user"}, "no repository's name"),
        ({"GITHUB_EVENT_PATH": ""}, "Which pull request is not known"),
        ({"GITHUB_EVENT_PATH": "/no/such/file"}, "no event of GitHub's"),
        ({"GITHUB_API_URL": "http://api.example.org"}, "no https address"),
    ],
)
def test_what_is_missing_is_told_with_a_way_out(run, tmp_path, changes, message):
    with pytest.raises(MigbotError, match=message):
        publish(run | changes, report=tmp_path / "migbot-report.json")


@pytest.mark.parametrize(
    "event", ["{}", "[]", "null", '{"pull_request": 7}', '{"pull_request": {"number": "1"}}']
)
def test_an_event_that_is_about_no_pull_request_is_told_so(run, tmp_path, event):
    (tmp_path / "event.json").write_text(event)
    with pytest.raises(MigbotError, match="Which pull request is not known"):
        publish(run, report=tmp_path / "migbot-report.json")


@pytest.mark.parametrize("event", ["{", "\x00", "[" * 100_000])
def test_an_event_that_is_no_json_is_told_so(run, tmp_path, event):
    (tmp_path / "event.json").write_text(event)
    with pytest.raises(MigbotError, match="no event of GitHub's"):
        publish(run, report=tmp_path / "migbot-report.json")


@pytest.mark.parametrize(
    "text",
    [b"", b"{}", b"\xff\xfe", b"[]", b"null", b'{"schema": 99}', b"[" * 100_000, b" " * 11_000_000],
    ids=["empty", "no schema", "not UTF-8", "a list", "null", "another schema", "deep", "huge"],
)
def test_what_is_no_report_is_told_so_and_nothing_is_posted(shop, run, tmp_path, text):
    (tmp_path / "migbot-report.json").write_bytes(text)
    with pytest.raises(MigbotError, match="No report can be read") as caught:
        publish(run, report=tmp_path / "migbot-report.json")
    assert "migbot check" in caught.value.hint
    assert shop.github.world.exchanges == []


def test_a_report_larger_than_any_is_not_read(shop, run, tmp_path):
    good = to_json(reports.forked(shop.pull.head))
    (tmp_path / "migbot-report.json").write_text(good + " " * LARGEST_REPORT)
    with pytest.raises(MigbotError, match="larger than a report"):
        publish(run, report=tmp_path / "migbot-report.json")


def test_a_report_that_is_not_there_is_told_so(run, tmp_path):
    with pytest.raises(MigbotError, match="No such file"):
        publish({}, report=tmp_path / "nothing.json", repository="ada/shop", pull=1)


def test_a_judge_that_left_no_report_is_published_as_unknown(shop, run, tmp_path):
    publish(run, report=tmp_path / "nothing.json")
    found = {run["name"]: run["conclusion"] for run in shop.repository.checks}
    assert found == {
        "migbot / graph": "action_required",
        "migbot / round-trip": "action_required",
    }
    assert "left none" in shop.ours()[0].body


def test_in_a_merge_queue_a_missing_report_is_unknown_too(shop, run, tmp_path):
    head = shop.pull.head
    group = {"head_sha": head, "head_ref": "refs/heads/q", "base_ref": "refs/heads/main"}
    (tmp_path / "event.json").write_text(json.dumps({"merge_group": group}))
    publish(run, report=tmp_path / "nothing.json")
    assert {run["conclusion"] for run in shop.repository.checks} == {"action_required"}
    assert {run["head_sha"] for run in shop.repository.checks} == {head}


@pytest.mark.parametrize(
    "subject", [Subject(), Subject("", dirty=True), Subject("1" * 40, dirty=True)]
)
def test_a_report_about_files_in_no_commit_is_not_posted(shop, run, tmp_path, subject):

    rewrite(tmp_path, reports.green()._replace(subject=subject))
    with pytest.raises(MigbotError, match="in no commit"):
        publish(run, report=tmp_path / "migbot-report.json")
    assert shop.github.world.writes == []
