"""`--format sarif`, `junit` and `github`: what other programs read, of real repositories."""

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from support.command import Command
from support.hooked import forked, project
from support.projects import INI, SYNC, revision, table
from support.repos import Repo
from support.runner import obeyed

Run = Callable[[Repo], Command]

FOLDER = "migrations/versions"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return lambda repo: Command(capsys, repo.root)


@pytest.fixture
def fork(tmp_path: Path) -> Repo:
    repo = forked(project(tmp_path / "app"))
    repo.switch("feature")
    return repo


@pytest.fixture
def broken(tmp_path: Path) -> Repo:
    """One downgrade that does nothing and one that fails."""
    repo = Repo.init(tmp_path / "app")
    repo.put(
        {
            "alembic.ini": INI.format(url="sqlite:///real.db"),
            "migrations/env.py": SYNC,
            f"{FOLDER}/a1.py": table("a1", None),
        }
    )
    index = 'op.create_index("ix_name", "t_a1", ["name"])', 'op.execute("SELECT 1")'
    repo.write(f"{FOLDER}/b2.py", revision("b2", "a1", *index))
    column = 'op.create_index("ix_2", "t_a1", ["name"])', 'op.drop_index("nope", "t_a1")'
    repo.write(f"{FOLDER}/c3.py", revision("c3", "b2", *column))
    return repo


def line_of(repo: Repo, path: str, text: str) -> int:
    lines = (repo.root / path).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


@pytest.mark.parametrize("verb", [["check"], ["resolve", "--dry-run"], ["heads"]])
def test_every_command_that_judges_writes_sarif(fork: Repo, run: Run, verb: list[str]) -> None:
    fork.git("merge", "--quiet", "--no-edit", "main")
    log = json.loads(run(fork)(*verb, "--format", "sarif").out)
    (result,) = log["runs"][0]["results"]
    assert result["ruleId"] == "MB101"
    (rule,) = log["runs"][0]["tool"]["driver"]["rules"]
    assert "migbot resolve" in rule["help"]["markdown"]


def test_a_fork_is_an_annotation_on_the_line_of_the_new_revision(fork: Repo, run: Run) -> None:
    said = run(fork)("check", "--format", "github")
    assert said.code == 1
    (command,) = obeyed(said.out)
    path = f"{FOLDER}/mine1.py"
    line = line_of(fork, path, "down_revision =")
    assert command.name == "error"
    assert command.properties == {"file": path, "line": str(line), "title": "MB101 single-head"}
    assert said.out.endswith("migbot: fail (1 error)\n")


def test_a_fork_is_a_test_that_fails(fork: Repo, run: Run) -> None:
    root = ElementTree.fromstring(run(fork)("check", "--format", "junit").out)
    (case,) = (each for each in root.iter("testcase") if list(each))
    assert case.get("name") == "MB101 single-head"


def test_a_round_trip_is_told_at_the_lines_that_are_to_be_mended(broken: Repo, run: Run) -> None:
    said = run(broken)("roundtrip", "--format", "github")
    assert said.code == 1
    places = [(each.properties["file"], int(each.properties["line"])) for each in obeyed(said.out)]
    nothing, fails = f"{FOLDER}/b2.py", f"{FOLDER}/c3.py"
    assert places == [
        (nothing, line_of(broken, nothing, "def downgrade")),
        (fails, line_of(broken, fails, "drop_index")),
    ]


def test_a_computed_parent_is_no_success_in_any_form(fork: Repo, run: Run, tmp_path: Path) -> None:
    fork.write(f"{FOLDER}/odd.py", 'revision = "odd"\ndown_revision = "ba" + str(1)\n')
    migbot = run(fork)
    log = json.loads(migbot("check", "--format", "sarif").out)
    assert log["runs"][0]["invocations"][0]["executionSuccessful"] is False
    target = tmp_path / "junit.xml"
    said = migbot("check", "--format", "junit", "--output", str(target))
    assert (said.code, said.out) == (2, "")
    assert len(list(ElementTree.parse(target).iter("error"))) == 1
    (command,) = obeyed(migbot("check", "--format", "github").out)
    assert (command.name, command.properties["file"]) == ("error", f"{FOLDER}/odd.py")
