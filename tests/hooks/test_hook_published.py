"""What a hook takes for published: what the base has, and not what this branch committed before."""

from pathlib import Path

import pytest

from support.hooked import hook, path, project, revision
from support.repos import Repo


def shared(tmp_path: Path) -> Repo:
    """A clone with hooks, whose main follows a remote."""
    return hook(project(tmp_path / "origin").clone(tmp_path / "clone"))


def commit(repo: Repo, *options: str) -> str:
    """What git says of a commit of everything; "" where it was made."""
    repo.add()
    done = repo.run("git", "commit", "--quiet", "-m", "Change", *options, check=False)
    return done.stderr.decode() if done.returncode else ""


EDIT = revision("mine1", "base2").replace("sa.Integer", "sa.BigInteger")


def with_own(repo: Repo) -> Repo:
    """The same repository, with a migration that only its current branch has."""
    repo.put({path("mine1"): revision("mine1", "base2")}, "Add mine1")
    return repo


def test_a_branch_may_mend_its_own_migration(tmp_path: Path) -> None:
    repo = shared(tmp_path)
    repo.switch("feature", create=True)
    with_own(repo).write(path("mine1"), EDIT)
    assert commit(repo) == ""


def test_what_was_committed_to_main_and_not_pushed_may_be_amended(tmp_path: Path) -> None:
    repo = with_own(shared(tmp_path))
    repo.write(path("mine1"), EDIT)
    assert commit(repo, "--amend") == ""


def test_without_a_remote_the_last_commit_on_main_may_be_amended(tmp_path: Path) -> None:
    repo = with_own(hook(project(tmp_path)))
    repo.write(path("mine1"), EDIT)
    assert commit(repo, "--amend") == ""


@pytest.mark.parametrize("branch", ["main", "feature"])
def test_what_the_base_has_may_not_be_edited(tmp_path: Path, branch: str) -> None:
    repo = shared(tmp_path)
    if branch != "main":
        repo.switch(branch, create=True)
    repo.write(path("base2"), revision("base2", "base1").replace("sa.Integer", "sa.BigInteger"))
    assert "MB201" in commit(repo)


def test_a_branch_that_merges_the_base_may_re_point_its_own(tmp_path: Path) -> None:
    repo = hook(project(tmp_path))
    repo.switch("feature", create=True)
    with_own(repo)
    repo.switch("main")
    repo.put({path("their1"): revision("their1", "base2")}, "Add their1")
    repo.switch("feature")
    assert repo.run("git", "merge", "--no-edit", "main", check=False).returncode == 1
    repo.write(path("mine1"), revision("mine1", "their1"))
    assert commit(repo) == ""


def test_a_branch_that_merges_the_base_may_not_re_point_the_bases(tmp_path: Path) -> None:
    repo = hook(project(tmp_path))
    repo.switch("feature", create=True)
    with_own(repo)
    repo.switch("main")
    repo.put({path("their1"): revision("their1", "base2")}, "Add their1")
    repo.switch("feature")
    repo.run("git", "merge", "--no-edit", "main", check=False)
    repo.write(path("their1"), revision("their1", "mine1"))
    said = commit(repo)
    assert "MB201" in said
    assert "MB203" in said


def test_an_older_warning_of_the_branch_is_not_said_again(tmp_path: Path) -> None:
    repo = shared(tmp_path)
    repo.switch("feature", create=True)
    repo.put({path("mine1"): revision("mine1", "base2", message="wip")}, "Add mine1")
    repo.write(path("mine2"), revision("mine2", "mine1"))
    repo.add()
    done = repo.run("git", "commit", "--quiet", "-m", "Add mine2")
    assert b"mine1" not in done.stderr
