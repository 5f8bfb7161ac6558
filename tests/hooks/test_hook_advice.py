"""What no hook can stop (fast-forwards, rebases, cherry-picks): told afterwards, or at the end."""

from __future__ import annotations

import pytest

from support.hooked import forked, heads, hook, migrate, path, project, revision
from support.repos import Repo


@pytest.fixture
def repo(tmp_path) -> Repo:
    return hook(forked(project(tmp_path / "app")))


def run(repo: Repo, *command: str):
    return repo.run("git", "-c", "protocol.file.allow=always", *command, check=False)


def test_a_rebase_that_forks_ends_with_advice(repo):
    repo.switch("feature")
    done = run(repo, "rebase", "main")
    assert done.returncode == 0
    assert b"MB101" in done.stderr
    assert b"migbot resolve" in done.stderr
    assert heads(repo) == ["mine1", "their1"]


def test_a_pull_with_rebase_that_forks_ends_with_advice(repo, tmp_path):
    clone = hook(repo.clone(tmp_path / "clone"))
    migrate(clone, "clone1", "their1")
    migrate(repo, "their2", "their1")
    done = run(clone, "pull", "--rebase", "origin", "main")
    assert done.returncode == 0
    assert b"MB101" in done.stderr


def test_a_rebase_that_forks_nothing_is_silent(repo):
    repo.git("switch", "--quiet", "-c", "plain", "main~1")
    repo.put({"README.md": "Changed.\n"})
    assert run(repo, "rebase", "--quiet", "main").stderr == b""


def test_a_fast_forward_that_brings_a_fork_ends_with_advice(repo, tmp_path):
    clone = hook(repo.clone(tmp_path / "clone"))
    repo.git("merge", "--quiet", "--no-edit", "--no-verify", "feature")
    done = run(clone, "pull", "--ff-only", "origin", "main")
    assert done.returncode == 0
    assert b"MB101" in done.stderr


def test_a_fast_forward_that_brings_nothing_bad_is_silent(repo, tmp_path):
    clone = hook(repo.clone(tmp_path / "clone"))
    migrate(repo, "their2", "their1")
    assert run(clone, "pull", "--quiet", "--ff-only", "origin", "main").stderr == b""


def test_a_merge_without_verifying_ends_with_advice(repo):
    done = run(repo, "merge", "--no-edit", "--no-verify", "feature")
    assert done.returncode == 0
    assert b"MB101" in done.stderr


def test_an_amended_commit_past_the_hooks_ends_with_advice(repo):
    repo.write(path("more"), revision("more", "base2"))
    repo.add()
    done = run(repo, "commit", "--amend", "--no-edit", "--no-verify")
    assert done.returncode == 0
    assert b"MB101" in done.stderr


def test_a_clean_cherry_pick_passes_every_hook_and_is_caught_by_the_push(repo, tmp_path):
    remote = Repo.init(tmp_path / "remote.git", bare=True)
    repo.git("remote", "add", "origin", remote.url)
    assert run(repo, "cherry-pick", "feature").returncode == 0
    assert heads(repo) == ["mine1", "their1"]
    done = run(repo, "push", "origin", "main")
    assert done.returncode == 1
    assert b"MB101" in done.stderr


def test_a_continued_cherry_pick_is_judged_and_told_how_to_go_on(tmp_path):
    repo = project(tmp_path / "app")
    repo.switch("feature", create=True)
    repo.put({"README.md": "Mine.\n", path("mine1"): revision("mine1", "base2")})
    repo.switch("main")
    repo.put({"README.md": "Theirs.\n", path("their1"): revision("their1", "base2")})
    hook(repo)
    run(repo, "cherry-pick", "feature")
    repo.write("README.md", "Both.\n")
    repo.add("README.md")
    done = run(repo, "cherry-pick", "--continue")
    assert done.returncode == 1
    assert b"MB101" in done.stderr
    assert b"git cherry-pick --abort" in done.stderr
    repo.write(path("mine1"), revision("mine1", "their1"))
    repo.add()
    assert run(repo, "cherry-pick", "--continue").returncode == 0
    assert heads(repo) == ["mine1"]


def test_a_commit_in_the_middle_of_a_rebase_is_told_how_to_go_on(repo):
    repo.switch("feature")
    repo.put({"README.md": "Mine.\n"})
    edit = {"GIT_SEQUENCE_EDITOR": "sed -i s/^pick/edit/"}
    repo.run("git", "rebase", "-i", "main", env=edit)
    repo.write(path("more"), revision("more", "base2"))
    repo.add()
    done = run(repo, "commit", "--message=more")
    assert done.returncode == 1
    assert b"git rebase --continue" in done.stderr


def test_autofix_keeps_out_of_cherry_picks(tmp_path):
    repo = project(tmp_path / "app", settings="autofix = true\n")
    repo.switch("feature", create=True)
    repo.put({"README.md": "Mine.\n", path("mine1"): revision("mine1", "base2")})
    repo.switch("main")
    repo.put({"README.md": "Theirs.\n", path("their1"): revision("their1", "base2")})
    hook(repo)
    run(repo, "cherry-pick", "feature")
    repo.write("README.md", "Both.\n")
    repo.add("README.md")
    before = repo.status()
    assert run(repo, "cherry-pick", "--continue").returncode == 1
    assert repo.status() == before
