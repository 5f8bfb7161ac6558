"""Pushes through real git: a forked tip is stopped, a base that moved is told, the rest passes."""

from __future__ import annotations

import pytest

from support.hooked import heads, hook, migrate, path, project, revision
from support.repos import Repo


@pytest.fixture
def origin(tmp_path) -> Repo:
    return project(tmp_path / "seed").clone(tmp_path / "origin.git", "--bare")


@pytest.fixture
def repo(origin, tmp_path) -> Repo:
    return hook(origin.clone(tmp_path / "app"))


@pytest.fixture
def colleague(origin, tmp_path) -> Repo:
    return origin.clone(tmp_path / "colleague")


def push(repo: Repo, *refs: str, options: tuple[str, ...] = ()):
    command = ("git", "-c", "protocol.file.allow=always", "push", *options, "origin", *refs)
    return repo.run(*command, check=False)


def fork(repo: Repo) -> None:
    """A commit with two heads, made past the hooks as a rebase would."""
    repo.write(path("mine1"), revision("mine1", "base2"))
    repo.write(path("mine2"), revision("mine2", "base2"))
    repo.add()
    repo.git("commit", "--quiet", "--no-verify", "--message=fork")


def moved(repo: Repo, colleague: Repo) -> None:
    """The colleague's migration is on origin/main, ours on a branch beside it; both fetched."""
    migrate(colleague, "their1", "base2")
    push(colleague, "main")
    repo.switch("feature", create=True)
    migrate(repo, "mine1", "base2")
    repo.git("fetch", "--quiet", "origin")


def test_a_new_branch_that_is_sound_passes_without_a_word_of_ours(repo, origin):
    repo.switch("feature", create=True)
    migrate(repo, "mine1", "base2")
    done = push(repo, "feature", options=("--quiet",))
    assert (done.returncode, done.stderr) == (0, b"")
    assert heads(origin, "feature") == ["mine1"]


def test_a_new_branch_whose_tip_is_forked_is_stopped(repo, origin):
    repo.switch("feature", create=True)
    fork(repo)
    done = push(repo, "feature")
    assert done.returncode == 1
    assert b"MB101" in done.stderr
    assert b"migbot resolve" in done.stderr
    assert origin.git("branch", "--list", "feature") == ""


def test_a_push_to_the_base_that_forks_it_is_stopped(repo, origin):
    fork(repo)
    assert push(repo, "main").returncode == 1
    assert heads(origin, "main") == ["base2"]


def test_a_push_of_a_branch_onto_the_base_is_judged_as_the_base(repo, origin):
    repo.switch("feature", create=True)
    fork(repo)
    assert push(repo, "feature:main").returncode == 1
    assert heads(origin, "main") == ["base2"]


def test_a_merge_made_past_the_hooks_is_stopped_at_the_push(repo, colleague):
    moved(repo, colleague)
    repo.git("merge", "--quiet", "--no-edit", "--no-verify", "origin/main")
    assert push(repo, "feature").returncode == 1


def test_a_branch_whose_base_moved_is_warned_and_passes(repo, colleague, origin):
    moved(repo, colleague)
    done = push(repo, "feature")
    assert done.returncode == 0
    assert b"feature and origin/main each have a head (mine1, their1)" in done.stderr
    assert heads(origin, "feature") == ["mine1"]


def test_a_base_that_moved_elsewhere_is_no_warning(repo, colleague):
    colleague.put({"README.md": "Changed.\n"})
    push(colleague, "main")
    repo.switch("feature", create=True)
    migrate(repo, "mine1", "base2")
    repo.git("fetch", "--quiet", "origin")
    assert push(repo, "feature", options=("--quiet",)).stderr == b""


def test_a_deleted_branch_passes(repo, origin):
    repo.switch("feature", create=True)
    push(repo, "feature")
    assert push(repo, "--delete", "feature").returncode == 0
    assert origin.git("branch", "--list", "feature") == ""


def test_a_tag_on_a_forked_commit_passes(repo):
    fork(repo)
    repo.git("tag", "old")
    assert push(repo, "old").returncode == 0


def test_one_forked_branch_of_several_stops_them_all(repo, origin):
    repo.switch("sound", create=True)
    migrate(repo, "sound1", "base2")
    repo.git("switch", "--quiet", "-c", "forked", "main")
    fork(repo)
    assert push(repo, "sound", "forked").returncode == 1
    assert origin.git("branch", "--list", "sound", "forked") == ""


def test_a_fork_that_the_base_has_already_is_not_the_newcomers_fault(origin, tmp_path):
    repo = origin.clone(tmp_path / "app")
    fork(repo)
    push(repo, "main")
    hook(repo)
    repo.switch("feature", create=True)
    repo.put({"README.md": "Changed.\n"})
    assert push(repo, "feature").returncode == 0
    assert push(repo, "feature:main").returncode == 0


def test_the_first_push_to_an_empty_remote(tmp_path):
    repo = hook(project(tmp_path / "app"))
    empty = Repo.init(tmp_path / "empty.git", bare=True)
    repo.git("remote", "add", "origin", empty.url)
    assert push(repo, "main").returncode == 0
    fork(repo)
    assert push(repo, "HEAD:refs/heads/other").returncode == 1


def test_a_push_to_a_remote_that_was_never_fetched(repo, tmp_path):
    other = Repo.init(tmp_path / "other.git", bare=True)
    fork(repo)
    command = ("git", "-c", "protocol.file.allow=always", "push", other.url, "main")
    assert repo.run(*command, check=False).returncode == 1


def test_a_push_without_verifying_is_the_users_word(repo):
    fork(repo)
    assert push(repo, "main", options=("--no-verify",)).returncode == 0


def test_a_branch_with_a_name_that_looks_like_an_option(repo, origin):
    migrate(repo, "mine1", "base2")
    repo.branch("--output=x")
    assert push(repo, "refs/heads/--output=x:refs/heads/x").returncode == 0
    assert heads(origin, "x") == ["mine1"]


def test_a_branch_whose_settings_cannot_be_read_passes_with_a_line(repo):
    fork(repo)
    repo.write("migbot.toml", "autofixed = true\n")
    repo.add()
    repo.git("commit", "--quiet", "--no-verify", "--message=settings")
    done = push(repo, "HEAD:refs/heads/x", options=("--quiet",))
    assert done.returncode == 0
    assert done.stderr.count(b"\n") == 1
    assert b"so this pre-push was not checked" in done.stderr
