"""Every workflow that this project has or writes: linted, least rights, nothing interpolated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from migbot.core.files import FileTree
from migbot.faces.workflow_files import FOLDER, PINS, project_of, workflow_files
from support.linters import actionlint_says, zizmor_says
from support.parts import need
from support.reusable import ROOT, reusable
from support.workflow_run import parsed

ACTION = ROOT / ".github/actions/migbot/action.yml"
SIGNS = ["uv.lock", "poetry.lock", "requirements.txt", "nothing"]
WRITES = {
    "publish": {"actions": "read", "contents": "read", "pull-requests": "write", "checks": "write"},
    "sweep": {"contents": "read", "pull-requests": "write", "checks": "write"},
}


def written() -> Iterator[tuple[str, str]]:
    """Each form of each file that `migbot init` writes."""
    for sign in SIGNS:
        project = project_of(FileTree({sign: b""}), (), "main")
        for trusted in (False, True):
            for path, text in workflow_files(project, trusted=trusted).items():
                yield f"{sign}-{'trusted' if trusted else 'forks'}-{Path(path).name}", text


FILES = dict(written()) | {Path(path).name: text for path, text in reusable().items()}


def steps(text: str) -> Iterator[dict[str, Any]]:
    for job in parsed(text)["jobs"].values():
        yield from job["steps"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The written files where a repository has them, this project's own beside them."""
    made = tmp_path_factory.mktemp("linted") / FOLDER
    made.mkdir(parents=True)
    for name, text in FILES.items():
        (made / name).write_text(text)
    (made / "ci.yml").write_text((ROOT / FOLDER / "ci.yml").read_text())
    return made


def test_actionlint_finds_nothing(folder: Path) -> None:
    need("actionlint")
    assert actionlint_says(sorted(folder.iterdir())) == []


def test_zizmor_finds_nothing(folder: Path) -> None:
    need("zizmor")
    assert zizmor_says([*sorted(folder.iterdir()), ACTION]) == ""


BAD = """
name: bad
on: pull_request_target
jobs:
  bad:
    runs-on: ubuntu-latest
    steps:
      - run: echo "${{ github.event.pull_request.title }}"
"""


def test_the_linters_would_find_something(tmp_path: Path) -> None:
    need("actionlint")
    need("zizmor")
    path = tmp_path / FOLDER / "bad.yml"
    path.parent.mkdir(parents=True)
    path.write_text(BAD)
    assert "potentially untrusted" in "\n".join(actionlint_says([path]))
    assert "template-injection" in zizmor_says([path])


@pytest.mark.parametrize("path", sorted(reusable()))
def test_the_reusable_workflows_are_what_init_writes(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == reusable()[path], "run: make generated"


def test_the_action_installs_this_version() -> None:
    default = yaml.safe_load(ACTION.read_text())["inputs"]["migbot"]["default"]
    assert default == project_of(FileTree({}), (), "main").requirement


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_shell_is_given_nothing_but_variables(name: str) -> None:
    for step in steps(FILES[name]):
        assert "${{" not in step.get("run", ""), step["name"]


def test_the_shell_of_the_action_is_given_nothing_but_variables() -> None:
    for step in yaml.safe_load(ACTION.read_text())["runs"]["steps"]:
        assert "${{" not in step.get("run", ""), step["name"]


@pytest.mark.parametrize("name", sorted(FILES))
def test_rights_are_given_by_the_job_and_none_by_the_workflow(name: str) -> None:
    workflow = parsed(FILES[name])
    assert workflow["permissions"] == {}
    for job, about in workflow["jobs"].items():
        if job == "judge":
            assert about["permissions"] == {"contents": "read"}
        else:
            assert about["permissions"].items() <= WRITES[job].items()


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_job_that_holds_the_token_checks_nothing_out(name: str) -> None:
    for job, about in parsed(FILES[name])["jobs"].items():
        text = yaml.safe_dump(about)
        holds = "github.token" in text or "write" in about["permissions"].values()
        assert holds == (job != "judge")
        if holds:
            assert "actions/checkout" not in text
            assert "git " not in text
            assert "Install the project" not in text


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_checkout_leaves_no_credentials_behind(name: str) -> None:
    for step in steps(FILES[name]):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("name", sorted(FILES))
def test_concurrency_belongs_to_jobs_and_only_a_judge_is_cancelled(name: str) -> None:
    workflow = parsed(FILES[name])
    assert "concurrency" not in workflow
    for job, about in workflow["jobs"].items():
        assert about["concurrency"]["cancel-in-progress"] is (job == "judge")
        assert "${{" in about["concurrency"]["group"]


@pytest.mark.parametrize("name", sorted(FILES))
def test_no_path_keeps_a_required_check_from_being_made(name: str) -> None:
    on = parsed(FILES[name])["on"]
    assert not re.search(r"paths(-ignore)?\b", yaml.safe_dump(on))


@pytest.mark.parametrize("name", sorted(FILES))
def test_no_comment_starts_a_run_and_none_starts_with_the_rights_of_the_base(name: str) -> None:
    on = parsed(FILES[name])["on"]
    assert set(on) <= {
        *("pull_request", "merge_group", "workflow_run"),
        *("push", "schedule", "workflow_dispatch", "workflow_call"),
    }


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_action_is_pinned_with_its_version_beside_it(name: str) -> None:
    for line in FILES[name].splitlines():
        if "uses:" in line:
            assert re.search(r"uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)
            assert line.partition("uses: ")[2] in PINS.values()


def test_this_projects_own_workflow_and_action_take_the_same_pins() -> None:
    for path in (ROOT / FOLDER / "ci.yml", ACTION):
        used = re.findall(r"uses: (.*)", path.read_text())
        assert used
        assert set(used) <= set(PINS.values())


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_job_ends_by_itself(name: str) -> None:
    for about in parsed(FILES[name])["jobs"].values():
        assert about["timeout-minutes"] <= 30


def test_whatever_becomes_of_the_judge_the_verdict_is_published() -> None:
    trusted = parsed(FILES["uv.lock-trusted-migbot.yml"])["jobs"]["publish"]
    assert trusted["needs"] == "judge"
    assert trusted["if"] == "always() && needs.judge.result != 'skipped'"
    pair = parsed(FILES["uv.lock-forks-migbot-publish.yml"])
    assert pair["on"]["workflow_run"] == {"workflows": ["migbot"], "types": ["completed"]}
    assert "conclusion != 'skipped'" in pair["jobs"]["publish"]["if"]
    assert "'success'" not in pair["jobs"]["publish"]["if"]


def test_the_second_workflow_listens_to_the_first_by_its_name() -> None:
    pair = parsed(FILES["uv.lock-forks-migbot-publish.yml"])
    assert pair["on"]["workflow_run"]["workflows"] == [
        parsed(FILES["uv.lock-forks-migbot.yml"])["name"]
    ]


def test_the_queue_and_the_pull_request_are_judged_by_the_same_jobs() -> None:
    for name in ("uv.lock-forks-migbot.yml", "uv.lock-trusted-migbot.yml"):
        assert set(parsed(FILES[name])["on"]) == {"pull_request", "merge_group"}
