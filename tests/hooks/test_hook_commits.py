"""Commits of every kind, through real git: which are stopped, which pass, and what they say."""

from __future__ import annotations

import pytest

from support.hooked import hook, migrate, path, project, revision
from support.repos import Repo


@pytest.fixture
def repo(tmp_path) -> Repo:
    return hook(project(tmp_path / "app"))


def fork(repo: Repo) -> None:
    """Stage a second head."""
    repo.write(path("mine1"), revision("mine1", "base2"))
    repo.write(path("mine2"), revision("mine2", "base2"))
    repo.add()


def commit(repo: Repo, *options: str, env=None):
    return repo.run("git", "commit", "--message=change", *options, check=False, env=env)


def test_a_sound_migration_is_committed_without_a_word(repo):
    migrate(repo, "mine1", "base2")
    repo.write(path("mine2"), revision("mine2", "mine1"))
    repo.add()
    done = commit(repo, "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_commit_that_forks_is_stopped_and_told_the_way_out(repo):
    before = repo.sha()
    fork(repo)
    done = commit(repo)
    said = done.stderr.decode()
    assert done.returncode == 1
    assert "MB101" in said
    assert "mine1" in said
    assert "mine2" in said
    assert "migbot resolve" in said
    assert repo.sha() == before


def test_commit_all_is_judged_by_what_it_stages_itself(repo):
    migrate(repo, "mine1", "base2")
    migrate(repo, "mine2", "mine1")
    repo.write(path("mine2"), revision("mine2", "base2"))
    assert commit(repo, "--all").returncode == 1
    assert repo.run("git", "commit", "--quiet", "--all", "-m", "x", "--no-verify").returncode == 0


def test_commit_of_one_file_is_judged_without_what_else_is_staged(repo):
    fork(repo)
    assert commit(repo, path("mine1")).returncode == 0
    assert repo.status() == f"A  {path('mine2')}"
    assert commit(repo).returncode == 1


def test_an_amended_commit_is_judged_too(repo):
    migrate(repo, "mine1", "base2")
    repo.write(path("mine2"), revision("mine2", "base2"))
    repo.add()
    assert commit(repo, "--amend").returncode == 1
    assert repo.git("log", "--format=%s", "-1") == "Add mine1"


def test_what_is_not_staged_has_no_say(repo):
    migrate(repo, "mine1", "base2")
    repo.write(path("mine2"), revision("mine2", "mine1"))
    repo.add()
    repo.write(path("mine2"), revision("mine2", "base2"))
    assert commit(repo).returncode == 0


def test_no_verify_is_the_users_word(repo):
    fork(repo)
    assert commit(repo, "--no-verify").returncode == 0


def test_a_new_migration_that_is_not_python_is_stopped(repo):
    repo.write(path("mine1"), "<<<<<<< ours\n=======\n>>>>>>> theirs\n")
    repo.add()
    done = commit(repo)
    assert done.returncode == 1
    assert b"conflict markers" in done.stderr


def test_an_old_unreadable_file_is_told_in_a_line_and_stops_nobody(repo):
    repo.write(path("old"), "revision = (\n")
    repo.add()
    commit(repo, "--no-verify")
    repo.write(path("mine1"), revision("mine1", "base2"))
    repo.add()
    done = commit(repo, "--quiet")
    assert done.returncode == 0
    assert done.stderr.count(b"\n") == 1
    assert b"old.py" in done.stderr


def test_the_first_commit_of_a_repository(tmp_path):
    repo = hook(Repo.init(tmp_path / "new"))
    repo.write("alembic.ini", "[alembic]\nscript_location = migrations\n")
    repo.write("migrations/env.py")
    repo.write(path("a"), revision("a"))
    repo.write(path("b"), revision("b", "a"))
    repo.write(path("c"), revision("c", "a"))
    repo.add()
    assert commit(repo).returncode == 1
    repo.write(path("c"), revision("c", "b"))
    repo.add()
    assert commit(repo).returncode == 0


def test_a_detached_head(repo):
    repo.git("checkout", "--quiet", "--detach")
    fork(repo)
    assert commit(repo).returncode == 1


def test_a_linked_worktree_is_judged_by_its_own_index(repo, tmp_path):
    tree = repo.worktree(tmp_path / "linked", "-b", "feature")
    fork(tree)
    assert commit(tree).returncode == 1
    assert commit(repo, "--allow-empty").returncode == 0
    repo.write(path("mine1"), revision("mine1", "base2"))
    repo.add()
    assert commit(repo).returncode == 0


def test_a_submodule_has_its_own_hooks(repo, tmp_path):
    outer = Repo.init(tmp_path / "outer")
    outer.git("submodule", "--quiet", "add", repo.url, "inner")
    outer.commit()
    inner = hook(Repo(outer.root / "inner", outer.env, outer.clock))
    assert (outer.root / ".git/modules/inner/hooks/pre-commit").is_file()
    assert not (outer.root / ".git/hooks/pre-commit").exists()
    fork(inner)
    assert commit(inner).returncode == 1


def test_the_worktrees_of_a_bare_repository(repo, tmp_path):
    bare = repo.clone(tmp_path / "bare.git", "--bare")
    hook(bare)
    tree = bare.worktree(tmp_path / "tree", "-b", "feature")
    fork(tree)
    assert commit(tree).returncode == 1


def test_a_commit_from_a_subdirectory(repo):
    fork(repo)
    done = repo.run("git", "-C", "migrations", "commit", "--message=x", check=False)
    assert done.returncode == 1


def test_a_branch_that_was_forked_before_is_not_the_newcomers_fault(repo):
    fork(repo)
    commit(repo, "--no-verify")
    repo.write(path("mine3"), revision("mine3", "mine2"))
    repo.add()
    assert commit(repo).returncode == 0


@pytest.mark.parametrize("option", [(), ("--literal-pathspecs",)])
def test_a_new_environment_is_seen_without_installing_again(repo, option):
    repo.write("other/alembic.ini", "[alembic]\nscript_location = %(here)s/alembic\n")
    repo.write("other/alembic/env.py")
    for name in ("a", "b"):
        repo.write(f"other/alembic/versions/{name}.py", revision(name))
    repo.add()
    done = repo.run("git", *option, "commit", "--message=x", check=False)
    assert done.returncode == 1
    assert b"other/alembic/versions" in done.stderr


def test_the_structural_word_of_a_branch_is_its_bases(repo):
    repo.switch("feature", create=True)
    repo.put({"migbot.toml": "base = 'main'\n"})
    repo.branch("main", "feature")
    fork(repo)
    repo.write("migbot.toml", "base = 'main'\nexpected_heads = 2\n")
    repo.add()
    assert commit(repo).returncode == 1
