"""Merges of every kind, through real git, without and with `autofix`."""

from __future__ import annotations

import os
import shutil
import stat
import time
from pathlib import Path

import pytest

from support.hooked import VERSIONS, forked, heads, hook, migrate, path, project, revision
from support.repos import Repo

FIX = "autofix = true\n"


@pytest.fixture
def repo(tmp_path) -> Repo:
    return hook(forked(project(tmp_path / "app")))


@pytest.fixture
def fixing(tmp_path) -> Repo:
    return hook(forked(project(tmp_path / "app", settings=FIX)))


def merge(repo: Repo, *options: str, env=None):
    return repo.run("git", "merge", "--no-edit", *options, check=False, env=env)


def commit(repo: Repo, *options: str):
    return repo.run("git", "commit", "--no-edit", *options, check=False)


def join(repo: Repo) -> None:
    """The merge revision, as `migbot resolve` or a person would write it."""
    repo.write(path("join"), revision("join", "mine1", "their1", message="Merge mine1 and their1"))
    repo.add()


def conflict(repo: Repo) -> None:
    """Both branches change the same line of the README."""
    repo.switch("feature")
    repo.put({"README.md": "Mine.\n"})
    repo.switch("main")
    repo.put({"README.md": "Theirs.\n"})


def settle(repo: Repo) -> None:
    repo.write("README.md", "Both.\n")
    repo.add("README.md")


def test_a_clean_merge_that_forks_is_stopped_twice_and_passes_when_mended(repo):
    before = repo.sha()
    done = merge(repo, "feature")
    assert done.returncode == 1
    assert b"MB101" in done.stderr
    assert b"git merge --abort" in done.stderr
    assert repo.sha() == before
    assert commit(repo).returncode == 1, "git finishes through pre-commit, which must look again"
    join(repo)
    assert commit(repo).returncode == 0
    assert heads(repo) == ["join"]
    assert len(repo.git("log", "-1", "--format=%P").split()) == 2


def test_a_stopped_merge_can_be_given_up(repo):
    before = repo.sha()
    merge(repo, "feature")
    repo.git("merge", "--abort")
    assert (repo.sha(), repo.status()) == (before, "")


def test_a_merge_that_leaves_one_head_passes_without_a_word(repo):
    repo.switch("feature")
    migrate(repo, "mine2", "mine1")
    repo.git("branch", "--force", "trunk", "main~1")
    repo.switch("trunk")
    repo.put({"README.md": "Changed.\n"})
    done = merge(repo, "--quiet", "feature")
    assert (done.returncode, done.stderr) == (0, b"")
    assert heads(repo) == ["mine2"]


def test_a_merge_without_fast_forward_that_forks_nothing(repo):
    repo.git("branch", "--force", "trunk", "main~1")
    repo.switch("trunk")
    assert merge(repo, "--no-ff", "feature").returncode == 0


def test_the_messages_that_a_merge_brings_are_their_authors_business(tmp_path):
    repo = project(tmp_path / "app", settings='rules.MB302 = "error"\n')
    repo.switch("feature", create=True)
    repo.put({path("mine1"): revision("mine1", "base2", message="update")})
    repo.switch("main")
    repo.put({"README.md": "Changed.\n"})
    hook(repo)
    assert merge(repo, "feature").returncode == 0
    repo.write(path("mine2"), revision("mine2", "mine1", message="update"))
    repo.add()
    assert commit(repo).returncode == 1, "what is committed here is ours"


def test_an_octopus_that_forks_is_stopped(repo):
    repo.switch("main")
    repo.git("checkout", "--quiet", "-b", "third", "main~1")
    migrate(repo, "other1", "base2")
    repo.git("checkout", "--quiet", "-b", "trunk", "main~1")
    repo.put({"README.md": "Changed.\n"})
    done = merge(repo, "feature", "third")
    assert done.returncode == 1
    assert b"mine1" in done.stderr
    assert b"other1" in done.stderr


def test_a_pull_that_forks_is_stopped(repo, tmp_path):
    clone = hook(repo.clone(tmp_path / "clone"))
    clone.git("switch", "--quiet", "feature")
    done = clone.run(
        *("git", "-c", "protocol.file.allow=always", "pull", "--no-rebase", "--no-edit"),
        *("origin", "main"),
        check=False,
    )
    assert done.returncode == 1
    assert b"MB101" in done.stderr


def test_a_conflicted_merge_is_judged_when_it_is_committed(repo):
    conflict(repo)
    assert merge(repo, "feature").returncode == 1
    settle(repo)
    done = commit(repo)
    assert done.returncode == 1
    assert b"MB101" in done.stderr
    join(repo)
    assert repo.run("git", "merge", "--continue").returncode == 0
    assert heads(repo) == ["join"]


def test_a_conflict_in_a_migration_that_is_committed_with_its_markers(repo):
    repo.switch("feature")
    repo.put({path("base2"): revision("base2", "base1") + "# mine\n"})
    repo.switch("main")
    repo.put({path("base2"): revision("base2", "base1") + "# theirs\n"})
    merge(repo, "feature")
    done = repo.run("git", "commit", "--all", "--no-edit", check=False)
    assert done.returncode == 1
    assert b"conflict markers" in done.stderr


def test_a_squash_that_forks_is_told_at_once_and_stopped_at_the_commit(repo):
    done = merge(repo, "--squash", "feature")
    assert b"MB101" in done.stderr
    done = commit(repo)
    assert done.returncode == 1
    assert b"MB101" in done.stderr


def test_autofix_stages_the_merge_revision_and_one_command_finishes(fixing):
    done = merge(fixing, "feature")
    assert done.returncode == 1
    assert b"git commit --no-edit" in done.stderr
    assert fixing.status().startswith("A  ")
    assert fixing.run("git", "commit", "--no-edit", "--quiet").stderr == b""
    assert len(heads(fixing)) == 1
    assert fixing.status() == ""
    assert len(fixing.git("log", "-1", "--format=%P").split()) == 2


@pytest.mark.parametrize("way", [("commit", "--all", "--no-edit"), ("merge", "--continue")])
def test_autofix_is_finished_by_whatever_finishes_a_merge(fixing, way):
    merge(fixing, "feature")
    fixing.run("git", *way)
    assert len(heads(fixing)) == 1
    assert fixing.status() == ""


def test_autofix_is_given_up_with_the_merge(fixing):
    merge(fixing, "feature")
    fixing.git("merge", "--abort")
    assert fixing.status() == ""
    assert heads(fixing) == ["their1"]


def test_autofix_puts_the_merge_revision_into_the_commit_of_a_conflicted_merge(fixing):
    conflict(fixing)
    merge(fixing, "feature")
    settle(fixing)
    done = commit(fixing)
    assert done.returncode == 0
    assert b"migbot" in done.stderr
    assert len(heads(fixing)) == 1
    assert fixing.status() == ""


@pytest.mark.parametrize("option", [(), ("--all",)], ids=["commit", "commit all"])
def test_autofix_puts_the_merge_revision_into_the_commit_of_a_squash(fixing, option):
    merge(fixing, "--squash", "feature")
    assert commit(fixing, *option).returncode == 0
    assert len(heads(fixing)) == 1
    assert fixing.status() == ""


def test_autofix_refuses_a_commit_of_named_files_and_leaves_everything_as_it_is(fixing):
    merge(fixing, "--squash", "feature")
    before = fixing.status()
    done = commit(fixing, path("mine1"))
    assert done.returncode == 1
    assert b"without naming files" in done.stderr
    assert fixing.status() == before


def test_autofix_writes_nothing_into_an_ordinary_commit(fixing):
    fixing.write(path("extra"), revision("extra", "base2"))
    fixing.add()
    before = fixing.status()
    done = fixing.run("git", "commit", "--message=x", check=False)
    assert done.returncode == 1
    assert fixing.status() == before


def test_autofix_that_cannot_write_stops_the_merge_and_says_why(fixing):
    fixing.write(".gitignore", f"{VERSIONS}/*_merge_*\n{VERSIONS}/*.py\n")
    fixing.commit()
    before = sorted(os.listdir(fixing.root / VERSIONS))
    done = merge(fixing, "feature")
    assert done.returncode == 1
    assert b"MB101" in done.stderr
    assert b"autofix wrote nothing" in done.stderr
    assert sorted(os.listdir(fixing.root / VERSIONS)) == sorted([*before, "mine1.py"])


def test_two_people_get_the_same_bytes_for_the_same_fork(fixing, tmp_path):
    clone = hook(fixing.clone(tmp_path / "clone"))
    clone.git("switch", "--quiet", "feature")
    merge(clone, "origin/main")
    merge(fixing, "feature")
    repos = (fixing, clone)
    for each in repos:
        each.git("commit", "--no-edit", "--quiet")
    made = [each.git("diff", "--name-only", "HEAD^1", "--", VERSIONS).split() for each in repos]
    new = [[name for name in names if "mine1" not in name.split("/")[-1][:6]] for names in made]
    own = [next(p for p in names if Path(p).stem not in ("mine1", "their1")) for names in new]
    assert own[0] == own[1]
    assert fixing.git("show", f"HEAD:{own[0]}") == clone.git("show", f"HEAD:{own[1]}")


def slow_git(tmp_path: Path, when: str, then: str) -> dict[str, str]:
    """An environment in which git's own programs have a `git` that does `then` on `when`."""
    real = os.popen("git --exec-path").read().strip()
    fake = tmp_path / "git-core"
    fake.mkdir()
    for name in os.listdir(real):
        (fake / name).symlink_to(f"{real}/{name}")
    (fake / "git").unlink()
    (fake / "git").write_text(
        f'#!/bin/sh\ncase "$*" in *{when}*) {then} ;; esac\nexec {shutil.which("git")} "$@"\n'
    )
    (fake / "git").chmod(stat.S_IRWXU)
    return {"GIT_EXEC_PATH": str(fake)}


def test_a_merge_that_takes_too_long_to_read_passes_with_a_line(repo, tmp_path):
    slow = slow_git(tmp_path, "diff-index", "exec sleep 30")
    started = time.monotonic()
    done = merge(repo, "feature", env=slow)
    assert time.monotonic() - started < 8
    assert done.returncode == 0
    assert b"longer than 2 seconds, so this pre-merge-commit was not checked" in done.stderr
    assert b"MB101" in done.stderr, "post-merge says it, when nothing waits any more"


def test_a_kill_between_writing_and_staging_is_finished_by_the_next_try(fixing, tmp_path):
    before = fixing.sha()
    done = merge(fixing, "feature", env=slow_git(tmp_path, "' add '", "kill -9 $PPID; exit 1"))
    assert b"could not run" in done.stderr
    left = [line for line in fixing.status().split("\n") if line]
    assert len(left) == 1, "the merge revision is complete, and not staged"
    assert left[0].startswith("??")
    assert left[0].endswith(".py")
    fixing.git("reset", "--quiet", "--hard", before)
    merge(fixing, "feature")
    assert commit(fixing).returncode == 0
    assert len(heads(fixing)) == 1
    assert fixing.status() == ""


def test_a_kill_while_reading_changes_nothing(fixing, tmp_path):
    fixing.switch("feature")
    fixing.write(path("bad"), revision("bad", "base2"))
    fixing.add()
    before = fixing.status()
    killed = slow_git(tmp_path, "ls-files", "kill -9 $PPID")
    killed |= {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "migbot.strict"}
    done = fixing.run(
        "git", "commit", "--message=x", check=False, env=killed | {"GIT_CONFIG_VALUE_0": "true"}
    )
    assert done.returncode == 1, "strict: what was not looked at does not pass"
    assert fixing.status() == before
    assert not (fixing.root / ".git/index.lock").exists()
