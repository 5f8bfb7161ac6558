"""Real histories: migbot's heads and counts are the known ones, the corpus's and Alembic's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from migbot.adapters.git_read import elsewhere, locate
from migbot.adapters.git_trees import commit
from migbot.adapters.git_work_tree import work_tree
from migbot.core.environments import find_environments
from migbot.core.history import History, read_history
from migbot.core.report import Verdict
from migbot.core.settings import Settings
from migbot.rules import all_rules
from migbot.workflow import Moments, judge
from support.command import Command
from support.corpus import graphs
from support.repos import Repo
from unpacked import Project, projects


def marked() -> list[object]:
    """The small projects run always, the others in `make real`."""
    real = pytest.mark.real
    return [
        pytest.param(each, id=str(each), marks=() if each.small else real) for each in projects()
    ]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory):
    """The histories of a project by environment; each project is unpacked once."""
    kept: dict[str, tuple[Path, dict[str, History]]] = {}

    def histories(project: Project) -> tuple[Path, dict[str, History]]:
        if str(project) not in kept:
            root = tmp_path_factory.mktemp(project.name)
            repo = locate(project.repo(root).root, elsewhere())
            tree = commit(repo, "HEAD")
            found = find_environments(tree, Settings())
            kept[str(project)] = root, {each.name: read_history(tree, each) for each in found}
        return kept[str(project)]

    return histories


@pytest.mark.parametrize("project", marked())
def test_environments_heads_and_counts_are_the_known_ones(project: Project, unpacked) -> None:
    _, histories = unpacked(project)
    known = {each["name"]: each for each in project.environments}
    assert set(histories) == set(known)
    for name, history in histories.items():
        assert list(history.environment.versions) == known[name]["versions"]
        assert not history.graph.unreadable
        assert len(history.graph.revisions) == known[name]["revisions"]
        assert sorted(history.graph.heads) == sorted(known[name]["heads"])


@pytest.mark.parametrize("project", marked())
def test_ids_and_parents_agree_with_the_corpus(project: Project, unpacked) -> None:
    _, histories = unpacked(project)
    compared = 0
    for each in project.environments:
        graph, _, which = each.get("graph", "").partition(":")
        facts = graphs() / f"{graph}.json"
        if not facts.exists():
            continue  # the corpus is not in the repository; the pinned facts above are
        for known in json.loads(facts.read_text())["sets"][which]["revisions"]:
            found = histories[each["name"]].graph.by_id.get(known["revision"])
            assert found is not None, known["revision"]
            parents = known["down_revision"] or []
            assert list(found.parents) == ([parents] if isinstance(parents, str) else parents)
            compared += 1
    named = any(each.get("graph") for each in project.environments)
    assert compared or not named or not graphs().exists()


@pytest.mark.parametrize("project", marked())
def test_heads_agree_with_alembic_where_it_can_be_run(project: Project, unpacked) -> None:
    root, histories = unpacked(project)
    for known in project.environments:
        history = histories[known["name"]]
        script = history.environment.script_location
        ini = root / "only-alembic.ini"
        folders = os.pathsep.join(str(root / each) for each in history.environment.versions)
        ini.write_text(
            f"[alembic]\nscript_location = {root / script}\nversion_locations = {folders}\n"
            "path_separator = os\n"
        )
        command = [sys.executable, "-m", "alembic.config", "-c", str(ini), "heads"]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)
        runs = known.get("alembic_runs", False)
        assert (done.returncode == 0) == runs, done.stderr[-500:]
        if runs:
            said = {line.split(" ")[0] for line in done.stdout.splitlines() if line}
            assert said == set(history.graph.heads)


@pytest.mark.parametrize("project", marked())
def test_the_default_rules_pass_the_history_as_it_stands(project: Project, unpacked) -> None:
    root, _ = unpacked(project)
    repo = locate(root, elsewhere())
    tree = work_tree(repo)
    report = judge(Moments(tree, tree, on_base=True), Settings(), all_rules())
    assert report.verdict is Verdict.PASS
    assert not report.findings  # two of them have several heads, on purpose: under labels


def on_a_branch(repo: Repo, paths: list[str]) -> None:
    """Make `older` a commit without `paths`, and HEAD one on top of it that has them."""
    everything = repo.git("rev-parse", "HEAD^{tree}")
    aside = Repo(repo.root, {"GIT_INDEX_FILE": str(repo.root / ".git" / "aside")}, repo.clock)
    aside.git("read-tree", everything)
    aside.git("rm", "--quiet", "--cached", "--", *paths)
    older = repo.git("commit-tree", aside.git("write-tree"), "-m", "Older")
    repo.git("update-ref", "refs/heads/older", older)
    repo.git("update-ref", "HEAD", repo.git("commit-tree", everything, "-p", older, "-m", "Newer"))


@pytest.mark.parametrize("project", marked())
def test_the_five_newest_as_a_branch_are_accused_of_what_is_known(
    project: Project, unpacked, capsys: pytest.CaptureFixture[str]
) -> None:
    root, histories = unpacked(project)
    migbot = Command(capsys, root)
    for known in project.environments:
        graph = histories[known["name"]].graph
        newest = graph.order[-5:]
        on_a_branch(Repo(root), [graph.by_id[each].path for each in newest])
        said = migbot("check", "--base", "older", "--json", "-n", known["name"])
        report = json.loads(said.out)
        (judged,) = report["environments"]
        assert sorted(judged["added"]) == sorted(newest)
        accused = [f"{each['code']} {each['revision']}" for each in report["findings"]]
        assert sorted(accused) == sorted(known.get("accused", []))
