"""The written workflows at work: each `run:` by bash, on a real repository and the fake GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from migbot.core.files import FileTree
from migbot.faces.workflow_files import project_of, workflow_files
from support.github import Scene, scene
from support.projects import INI, SYNC, table
from support.repos import Repo
from support.reusable import ROOT
from support.workflow_run import Runner, event_file, parsed

BASE = "github.event.merge_group.base_sha || format('origin/{0}', github.base_ref)"
ACTION_BASE = (
    "inputs.base || github.event.merge_group.base_sha || "
    "(github.base_ref && format('origin/{0}', github.base_ref))"
)
PROJECT = {
    "alembic.ini": INI.format(url="sqlite:///real.db"),
    "requirements.txt": "",
    "migrations/env.py": SYNC,
    "migrations/versions/a1.py": table("a1", None),
}
FORK = {"migrations/versions/b2.py": table("b2", "a1")}
LOSSY = {"migrations/versions/c3.py": table("c3", "a1").replace('"t_c3")', '"t_a1")')}
"""Its downgrade drops the wrong table."""


@dataclass
class Shop:
    """The pull request, the machine that its workflow runs on, and the workflow."""

    scene: Scene
    runner: Runner
    workflow: dict
    root: Path

    def pushed(self, files: dict[str, str]) -> Path:
        """The work tree that a run begins with, after a push of `files` to the pull request."""
        head = self.scene.push(files)
        event = {"number": 1, "pull_request": {"number": 1, "head": {"sha": head}}}
        event_file(self.root, event)
        clone = Repo(self.scene.repository.git.root).clone(self.root / "checkout")
        clone.git("checkout", "--quiet", "--detach", head)
        return clone.root

    def judge(self, workspace: Path) -> dict:
        """The report of the judge's job; what failed is in `runner.failed`."""
        self.runner.job(self.workflow, "judge", workspace)
        kept = self.root / "artifact.json"
        return json.loads(kept.read_text()) if kept.exists() else {}

    def publish(self) -> None:
        (self.root / "empty").mkdir()
        self.runner.job(self.workflow, "publish", self.root / "empty")

    def checks(self) -> dict[str, str]:
        return {run["name"]: run["conclusion"] for run in self.scene.repository.checks}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    tree = FileTree({path: text.encode() for path, text in PROJECT.items()})
    texts = workflow_files(project_of(tree, (), "main"), trusted=True)
    with scene(tmp_path) as made:
        made.work.switch("main")
        made.work.put(PROJECT)
        made.work.git("push", "--quiet", str(made.repository.git.root), "HEAD:refs/heads/main")
        made.work.switch("feature")
        made.work.git("reset", "--quiet", "--hard", "main")
        environ = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": made.github.api_url,
            "GITHUB_REPOSITORY": "ada/shop",
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
            "GITHUB_SHA": "5" * 40,
            "PIP_NO_INDEX": "1",
        }
        values = {BASE: "origin/main", "github.token": made.token.value}
        runner = Runner(tmp_path, values, environ)
        yield Shop(made, runner, parsed(texts[".github/workflows/migbot.yml"]), tmp_path)


def test_a_good_migration_is_proved_and_published(shop: Shop) -> None:
    report = shop.judge(shop.pushed(FORK))
    assert shop.runner.failed == [], shop.runner.log
    assert report["verdict"] == "pass"
    assert report["subject"]["dirty"] is False
    assert [each["revision"] for each in report["round_trips"][0]["revisions"]] == ["b2"]
    shop.publish()
    assert shop.runner.failed == [], shop.runner.log
    assert shop.checks() == {"migbot / graph": "success", "migbot / round-trip": "success"}
    assert len(shop.scene.ours()) == 1
    assert shop.runner.summary.count("round trip") == 1


def test_what_fails_fails_the_job_and_is_published(shop: Shop) -> None:
    shop.judge(shop.pushed(LOSSY))
    assert shop.runner.failed == ["Say the verdict"], shop.runner.log
    assert "::error" in shop.runner.log
    shop.publish()
    assert shop.checks() == {"migbot / graph": "success", "migbot / round-trip": "failure"}


def test_nothing_is_installed_for_a_change_without_migrations(shop: Shop) -> None:
    report = shop.judge(shop.pushed({"README.md": "More\n"}))
    assert shop.runner.failed == [], shop.runner.log
    assert (report["verdict"], report["round_trips"]) == ("pass", [])
    assert "Install the project" not in shop.runner.log
    assert not (shop.root / "temp-judge/project").exists()
    shop.publish()
    assert shop.checks() == {"migbot / graph": "success", "migbot / round-trip": "success"}
    assert shop.scene.ours() == []


@pytest.mark.real  # long
def test_a_project_that_cannot_be_installed_is_unknown(shop: Shop) -> None:
    needs = {"requirements.txt": "no-such-thing==1\n", "migrations/env.py": "import no_such_thing"}
    report = shop.judge(shop.pushed({**FORK, **needs}))
    assert shop.runner.failed == ["Install the project", "Say the verdict"], shop.runner.log
    assert [trip["verdict"] for trip in report["round_trips"]] == ["unknown"]
    shop.publish()
    assert shop.checks() == {"migbot / graph": "success", "migbot / round-trip": "action_required"}


def test_a_judge_that_left_no_report_is_never_green(shop: Shop) -> None:
    shop.pushed(FORK)
    shop.publish()
    assert set(shop.checks().values()) == {"action_required"}
    assert set(shop.checks()) == {"migbot / graph", "migbot / round-trip"}


@pytest.mark.real  # long
def test_what_the_installation_writes_is_not_taken_for_the_pull_request(shop: Shop) -> None:
    workspace = shop.pushed(FORK)
    install = next(
        step
        for step in shop.workflow["jobs"]["judge"]["steps"]
        if step["name"] == "Install the project"
    )
    install["run"] = "mkdir -p build && echo made > build/made.txt\n" + install["run"]
    assert shop.judge(workspace)["subject"]["dirty"] is False
    assert (workspace / "build/made.txt").exists()


@pytest.mark.parametrize(("roundtrip", "proved"), [("true", ["b2"]), ("false", [])])
def test_the_action_judges_what_a_job_of_ones_own_has_checked_out(
    shop: Shop, roundtrip: str, proved: list[str]
) -> None:
    action = yaml.safe_load((ROOT / ".github/actions/migbot/action.yml").read_text())
    inputs = {name: about["default"] for name, about in action["inputs"].items()}
    shop.runner.values = {
        **{f"inputs.{name}": value for name, value in inputs.items()},
        "inputs.roundtrip": roundtrip,
        ACTION_BASE: "origin/main",
    }
    shop.workflow = {"env": {}, "jobs": {"judge": {"steps": action["runs"]["steps"]}}}
    report = shop.judge(shop.pushed(FORK))
    assert shop.runner.failed == [], shop.runner.log
    assert [
        each["revision"] for trip in report["round_trips"] for each in trip["revisions"]
    ] == proved
    assert report["environments"][0]["added"] == ["b2"]
    assert "### Migrations" in shop.runner.summary
