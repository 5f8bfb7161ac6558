"""The ids of .pre-commit-hooks.yaml, run by the real pre-commit in its own environment."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from support.hooked import forked, path, project, revision
from support.parts import need
from support.repos import Repo

ROOT = Path(__file__).parents[2]
PARTS = ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
FOLDERS = ("migbot", "hooks", "docs")
STAGES = ("pre-commit", "pre-merge-commit", "commit-msg", "pre-push", "post-merge", "post-rewrite")


@pytest.fixture(scope="module")
def tools(tmp_path_factory) -> dict[str, str]:
    """The environment in which git runs: a home for pre-commit, and no dependencies of migbot.

    None are needed, as a hook imports nothing of them; pip's isolated build needs setuptools.
    """
    need("pre-commit")
    home = tmp_path_factory.mktemp("home")
    return {"HOME": str(home), "PRE_COMMIT_HOME": str(home / "pre-commit"), "PIP_NO_DEPS": "1"}


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Repo:
    """This project, committed, as pre-commit clones it."""
    repo = Repo.init(tmp_path_factory.mktemp("source"))
    unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info", "*.so")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, repo.root / name, ignore=unwanted)
    for name in PARTS:
        shutil.copy(ROOT / name, repo.root / name)
    repo.commit("Release")
    return repo


@pytest.fixture
def repo(tools, source, tmp_path) -> Repo:
    """Two branches that fork, with the hooks that pre-commit installs."""
    repo = forked(project(tmp_path / "app"))
    ids = ("migbot", "migbot-message", "migbot-push", "migbot-advise")
    hooks = "".join(f"      - id: {each}\n" for each in ids)
    config = f"repos:\n  - repo: {source.url}\n    rev: {source.sha()}\n    hooks:\n{hooks}"
    repo.write(".pre-commit-config.yaml", config)
    for name in ("feature", "main"):
        repo.switch(name)
        repo.write(".pre-commit-config.yaml", config)
        repo.commit("Use pre-commit")
    repo = Repo(repo.root, tools, repo.clock)
    stages = [word for stage in STAGES for word in ("--hook-type", stage)]
    repo.run(sys.executable, "-m", "pre_commit", "install", *stages)
    return repo


def run(repo: Repo, *command: str):
    done = repo.run("git", "-c", "protocol.file.allow=always", *command, check=False)
    return done.returncode, (done.stdout + done.stderr).decode(errors="replace")


def test_a_sound_commit_passes_and_a_fork_is_stopped(repo):
    repo.write(path("their2"), revision("their2", "their1"))
    repo.add()
    code, said = run(repo, "commit", "-m", "Add the table their2")
    assert code == 0, said
    repo.write(path("their3"), revision("their3", "their1"))
    repo.add()
    code, said = run(repo, "commit", "-m", "Add the table their3")
    assert code == 1
    assert "MB101" in said
    code, said = run(repo, "commit", "--no-verify", "-m", "Add the table their3")
    remote = Repo.init(repo.root.parent / "remote.git", bare=True)
    repo.git("remote", "add", "origin", remote.url)
    code, said = run(repo, "push", "origin", "main")
    assert code == 1
    assert "MB101" in said


def test_a_message_that_says_nothing_is_stopped(repo):
    repo.write(path("their2"), revision("their2", "their1"))
    repo.add()
    code, said = run(repo, "commit", "-m", "update")
    assert code == 1
    assert "does not say" in said


def test_a_clean_merge_that_forks_is_stopped(repo):
    code, said = run(repo, "merge", "--no-edit", "feature")
    assert code == 1
    assert "MB101" in said


def test_a_conflicted_merge_in_which_no_migration_conflicts_is_stopped(repo):
    for name in ("feature", "main"):
        repo.switch(name)
        repo.write("README.md", f"{name}\n")
        repo.git("commit", "--quiet", "--no-verify", "--all", "-m", "Change")
    run(repo, "merge", "--no-edit", "feature")
    repo.write("README.md", "Both.\n")
    repo.add("README.md")
    code, said = run(repo, "commit", "--no-edit")
    assert code == 1
    assert "MB101" in said


def test_a_fast_forward_and_a_rebase_that_bring_a_fork_are_told(repo):
    repo.git("switch", "--quiet", "-c", "old")
    repo.switch("main")
    repo.git("merge", "--quiet", "--no-edit", "--no-verify", "feature")
    repo.switch("old")
    code, said = run(repo, "merge", "--ff-only", "main")
    assert code == 0
    assert "MB101" in said
    repo.git("switch", "--quiet", "-c", "mine", "feature")
    code, said = run(repo, "rebase", "main~1")
    assert code == 0
    assert "MB101" in said


def test_a_new_branch_is_judged_when_it_is_pushed(repo):
    remote = Repo.init(repo.root.parent / "remote.git", bare=True)
    repo.git("remote", "add", "origin", remote.url)
    code, said = run(repo, "push", "origin", "main")
    assert code == 0, said
    repo.switch("feature")
    migrate_past_the_hooks(repo)
    code, said = run(repo, "push", "origin", "feature")
    assert code == 1
    assert "MB101" in said


def migrate_past_the_hooks(repo: Repo) -> None:
    repo.write(path("mine2"), revision("mine2", "base2"))
    repo.add()
    repo.git("commit", "--quiet", "--no-verify", "-m", "fork")
