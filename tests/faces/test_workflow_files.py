"""The workflows of `migbot init --workflow`: what the project is, and how they are written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from migbot import __version__
from migbot.core.environment import Environment
from migbot.core.files import FileTree
from migbot.faces.workflow_files import project_of, workflow_files
from support.command import Command
from support.hooked import project
from support.repos import Repo
from support.workflow_run import parsed

Run = Callable[[Repo], Command]
NAMED = '[project]\nname = "app"\n'


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return lambda repo: Command(capsys, repo.root)


def of(files: dict[str, str], *databases: str):
    tree = FileTree({path: text.encode() for path, text in files.items()})
    found = [Environment(f"e{i}", ("v",), database=kind) for i, kind in enumerate(databases)]
    return project_of(tree, found, "main")


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"uv.lock": "", "pyproject.toml": NAMED, "requirements.txt": ""}, "uv sync --frozen"),
        ({"poetry.lock": "", "pyproject.toml": NAMED}, "poetry install"),
        ({"requirements.txt": "", "pyproject.toml": NAMED}, "install -r requirements.txt"),
        ({"pyproject.toml": NAMED}, '/bin/pip" install .'),
        ({"pyproject.toml": "[tool.black]\n"}, '/bin/pip" install alembic'),
        ({"pyproject.toml": "[project\n"}, '/bin/pip" install alembic'),
        ({}, '/bin/pip" install alembic'),
    ],
)
def test_the_project_is_installed_as_it_is_kept(files: dict[str, str], command: str) -> None:
    assert command in of(files).install


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({".python-version": "3.12\n"}, "python-version-file: .python-version"),
        (
            {"pyproject.toml": NAMED + 'requires-python = ">=3.12"\n'},
            "python-version-file: pyproject.toml",
        ),
        ({"pyproject.toml": NAMED}, 'python-version: "3.12"'),
        ({}, 'python-version: "3.12"'),
    ],
)
def test_the_projects_own_python_is_taken(files: dict[str, str], expected: str) -> None:
    assert of(files).python == expected


@pytest.mark.parametrize(
    ("databases", "extras"),
    [
        (["sqlite"], ""),
        (["postgresql-15"], "[postgresql]"),
        (["mariadb", "sqlite"], "[mysql]"),
        (["mysql", "postgresql"], "[mysql,postgresql]"),
        ([""], "[mysql,postgresql]"),
        ([], "[mysql,postgresql]"),
    ],
)
def test_migbot_is_pinned_with_what_the_databases_ask_for(
    databases: list[str], extras: str
) -> None:
    assert of({}, *databases).requirement == f"migbot{extras}=={__version__}"


@pytest.mark.parametrize("trusted", [True, False])
def test_nothing_is_left_to_fill_in(trusted: bool) -> None:
    for text in workflow_files(of({"uv.lock": ""}), trusted=trusted).values():
        marks = [word for word in text.split() if word.strip('"[]').startswith("@")]
        assert marks == []
        assert text.endswith("\n")
        assert "\n\n\n" not in text


def test_each_line_of_the_installation_is_a_line_of_the_step() -> None:
    text = workflow_files(of({"poetry.lock": ""}))[".github/workflows/migbot.yml"]
    steps = parsed(text)["jobs"]["judge"]["steps"]
    lines = next(step["run"] for step in steps if step["name"] == "Install the project")
    assert lines.splitlines()[:3] == [
        "pipx install poetry",
        'python -m venv "$RUNNER_TEMP/project"',
        'VIRTUAL_ENV="$RUNNER_TEMP/project" poetry install --no-interaction',
    ]


@pytest.mark.parametrize("branch", ["main", "release/1.0", 'odd"name', "on", "1.0", "ünï"])
def test_the_sweep_is_for_the_branch_whatever_it_is_called(branch: str) -> None:
    texts = workflow_files(of({})._replace(branch=branch))
    sweep = parsed(texts[".github/workflows/migbot-sweep.yml"])
    assert sweep["on"]["push"]["branches"] == [branch]


def test_init_writes_the_pair_that_is_safe_for_forks(tmp_path: Path, run: Run) -> None:
    said = run(project(tmp_path))("init", "--workflow")
    names = ["migbot-publish.yml", "migbot-sweep.yml", "migbot.yml"]
    assert said.code == 0
    assert [each.name for each in sorted((tmp_path / ".github/workflows").iterdir())] == names
    assert all(f"Wrote .github/workflows/{name}\n" in said.out for name in names)
    assert "Install the project" in said.out


def test_init_for_trusted_branches_writes_one_workflow_of_two_jobs(
    tmp_path: Path, run: Run
) -> None:
    run(project(tmp_path))("init", "--trusted")
    written = tmp_path / ".github/workflows"
    assert sorted(each.name for each in written.iterdir()) == ["migbot-sweep.yml", "migbot.yml"]
    assert list(parsed((written / "migbot.yml").read_text())["jobs"]) == ["judge", "publish"]


def test_without_being_asked_init_writes_no_workflow(tmp_path: Path, run: Run) -> None:
    run(project(tmp_path))("init")
    assert not (tmp_path / ".github").exists()


def test_a_second_time_nothing_is_changed(tmp_path: Path, run: Run) -> None:
    repo = project(tmp_path)
    run(repo)("init", "--workflow")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / ".github").rglob("*")}
    said = run(repo)("init", "--workflow")
    assert (said.code, "nothing was changed" in said.out) == (0, True)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / ".github").rglob("*")} == before


@pytest.mark.parametrize("name", ["migbot.yml", "migbot-sweep.yml"])
def test_what_another_file_says_is_never_overwritten(tmp_path: Path, run: Run, name: str) -> None:
    repo = project(tmp_path)
    repo.write(f".github/workflows/{name}", "name: mine\n")
    said = run(repo)("init", "--workflow")
    assert said.code == 2
    assert f".github/workflows/{name} is there already" in said.err
    assert "--dry-run" in said.err
    assert [each.name for each in (tmp_path / ".github/workflows").iterdir()] == [name]
    assert (tmp_path / ".github/workflows" / name).read_text() == "name: mine\n"


def test_a_link_in_the_place_of_a_workflow_is_not_followed(tmp_path: Path, run: Run) -> None:
    repo = project(tmp_path / "app")
    (tmp_path / "app/.github/workflows").mkdir(parents=True)
    (tmp_path / "app/.github/workflows/migbot.yml").symlink_to(tmp_path / "elsewhere.yml")
    assert run(repo)("init", "--workflow").code == 2
    assert not (tmp_path / "elsewhere.yml").exists()


def test_a_dry_run_prints_the_files_and_writes_none(tmp_path: Path, run: Run) -> None:
    said = run(project(tmp_path))("init", "--workflow", "--dry-run")
    assert "Would write .github/workflows/migbot.yml:\n\n# Written by" in said.out
    assert "migbot publish\n" in said.out
    assert not (tmp_path / ".github").exists()


@pytest.mark.parametrize(
    ("setting", "expected"), [("", "trunk"), ('base = "origin/trunk"\n', "trunk")]
)
def test_the_branch_is_the_one_that_pull_requests_go_to(
    tmp_path: Path, run: Run, setting: str, expected: str
) -> None:
    upstream = project(tmp_path / "upstream")
    upstream.git("branch", "-m", "trunk")
    clone = upstream.clone(tmp_path / "clone")
    clone.write("pyproject.toml", f"[tool.migbot]\n{setting}")
    run(clone)("init", "--workflow")
    sweep = parsed((clone.root / ".github/workflows/migbot-sweep.yml").read_text())
    assert sweep["on"]["push"]["branches"] == [expected]


def test_the_databases_in_the_settings_are_those_that_migbot_brings(
    tmp_path: Path, run: Run
) -> None:
    repo = project(tmp_path)
    repo.write("pyproject.toml", '[tool.migbot.environments.alembic]\ndatabase = "sqlite"\n')
    run(repo)("init", "--workflow")
    written = parsed((tmp_path / ".github/workflows/migbot.yml").read_text())
    assert written["env"] == {"MIGBOT": f"migbot=={__version__}"}
    assert json.dumps(written).count("migbot==") == 1
