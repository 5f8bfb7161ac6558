"""Real projects through the whole command line: heads, check, graph, and a full round trip.

What each is known to come to stands in projects.toml; why, in docs/real-projects.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from support.command import Command
from support.parts import need
from support.repos import Repo
from support.venvs import python_with
from unpacked import Project, Proof, proved

CODES = {"pass": 0, "fail": 1, "unknown": 2}


@dataclass(frozen=True)
class Worked:
    """A project as somebody has it who works on it: a repository, and its environment active."""

    migbot: Command
    repo: Repo
    proof: Proof

    def verdicts(self, *arguments: str) -> tuple[int, str, dict[str, str]]:
        """What a round trip answered: the exit code, everything, and a verdict a revision."""
        code, out, err = self._said("roundtrip", "--json", *arguments)
        assert not err
        (trip,) = json.loads(out)["round_trips"]
        return code, out, {each["revision"]: each["verdict"] for each in trip["revisions"]}

    def _said(self, verb: str, *arguments: str) -> tuple[int, str, str]:
        said = self.migbot(verb, *arguments, "-n", self.proof.environment)
        return said.code, said.out, said.err

    def says(self, verb: str) -> list[str]:
        """The lines of a command that is content."""
        code, out, err = self._said(verb)
        assert (code, err) == (0, "")
        return out.splitlines()


def _named(project: Project) -> str:
    return f"{project} on {project.proof.database}"


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Project], Repo]:
    """The repository of a project, with what a developer has besides; each is made once."""
    kept: dict[str, Repo] = {}

    def made(project: Project) -> Repo:
        name = _named(project)
        if name not in kept:
            repo = project.repo(tmp_path_factory.mktemp(project.name))
            repo.put(project.proof.files, "What a developer has besides")
            kept[name] = repo
        return kept[name]

    return made


@pytest.fixture(
    params=[
        pytest.param(each, id=_named(each), marks=() if each.proof.small else pytest.mark.real)
        for each in proved()
    ]
)
def project(request: pytest.FixtureRequest) -> Project:
    """Every project that is proved: the small one always, the others in `make real`."""
    return request.param


@pytest.fixture
def worked(
    project: Project,
    repositories: Callable[[Project], Repo],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Worked:
    """The project, with its own virtual environment active."""
    if project.proof.database != "sqlite":
        need(project.proof.database)
    python = python_with(project.proof.requirements)
    monkeypatch.setenv("VIRTUAL_ENV", str(python.parent.parent))
    repo = repositories(project)
    return Worked(Command(capsys, repo.root), repo, project.proof)


def test_heads_graph_and_check_tell_what_is_known(project: Project, worked: Worked) -> None:
    known = project.environment(worked.proof.environment)
    assert {line.split()[0] for line in worked.says("heads")} == set(known["heads"])
    drawn = [line for line in worked.says("graph") if line.lstrip(" |\\/").startswith("* ")]
    assert len(drawn) == known["revisions"]
    assert worked.says("check")[-1].startswith("migbot: pass")


@pytest.mark.timeout(1800)
def test_every_revision_gets_the_verdict_that_is_known(project: Project, worked: Worked) -> None:
    proof = worked.proof
    code, out, verdicts = worked.verdicts("--all")
    usual = (proof.usual, "not-run")
    assert {name: it for name, it in verdicts.items() if it not in usual} == proof.verdicts
    assert list(verdicts.values()).count("not-run") == proof.not_run
    assert len(verdicts) == project.environment(proof.environment)["revisions"]
    assert code == CODES[proof.verdict]
    for words in proof.says:
        assert words in out
    assert worked.repo.status() == ""


@pytest.mark.timeout(600)
def test_a_failure_can_be_seen_again_by_naming_it(worked: Worked) -> None:
    failed = [name for name, found in worked.proof.verdicts.items() if found == "fail"]
    for name in failed[:1]:
        code, _, verdicts = worked.verdicts(name)
        assert (code, verdicts) == (1, {name: "fail"})
