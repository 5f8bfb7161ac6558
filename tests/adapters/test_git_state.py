import sys

import pytest

from migbot.adapters.git_read import locate
from migbot.adapters.git_state import Operation, State, state
from support.repos import Repo


@pytest.fixture
def repo(tmp_path):
    """Two branches that change one file differently; on main."""
    made = Repo.init(tmp_path / "app")
    made.put({"a.py": "base"})
    made.switch("feature", create=True)
    made.put({"a.py": "feature"})
    made.switch("main")
    made.put({"a.py": "main"})
    return made


def test_nothing_is_going_on(repo):
    assert state(locate(repo.root)) == State()


def test_a_conflicted_merge_brings_their_head_in(repo):
    repo.merge("feature", check=False)
    now = state(locate(repo.root))
    assert now == State(Operation.MERGE, (repo.sha("feature"),))
    assert now.merging == (repo.sha("feature"),)
    assert not now.swapped


def test_an_octopus_merge_brings_all_of_them_in(repo):
    for name in ("one", "two"):
        repo.git("switch", "--quiet", "--create", name, "main")
        repo.put({f"{name}.py": name})
    repo.switch("main")
    repo.put({"main.py": "main"})
    repo.merge("--no-commit", "one", "two")
    assert state(locate(repo.root)).merging == (repo.sha("one"), repo.sha("two"))


@pytest.mark.parametrize("backend", ["--merge", "--apply"])
def test_a_rebase_swaps_the_sides_and_knows_its_branch(repo, backend):
    repo.switch("feature")
    repo.run("git", "rebase", backend, "main", check=False)
    now = state(locate(repo.root))
    assert now == State(Operation.REBASE, (repo.sha("feature"),), "refs/heads/feature")
    assert now.swapped
    assert now.merging == ()


def test_a_rebase_of_a_detached_head_has_no_branch(repo):
    repo.git("switch", "--quiet", "--detach", "feature")
    repo.run("git", "rebase", "main", check=False)
    assert state(locate(repo.root)).branch == ""


@pytest.mark.parametrize(
    ("command", "operation"),
    [
        (["cherry-pick", "feature"], Operation.CHERRY_PICK),
        (["revert", "--no-edit", "HEAD~1"], Operation.REVERT),
    ],
)
def test_a_pick_brings_one_commit_in_that_will_be_no_parent(repo, command, operation):
    repo.run("git", *command, check=False)
    now = state(locate(repo.root))
    assert now == State(operation, (repo.sha(command[-1]),))
    assert now.merging == ()


def test_am_is_no_rebase(repo):
    repo.git("switch", "--quiet", "--detach", "main")
    patch = repo.git("format-patch", "--stdout", "feature~1..feature")
    repo.run("git", "am", "--quiet", stdin=patch.encode(), check=False)
    assert state(locate(repo.root)) == State(Operation.AM)


def test_a_bisect_is_known(repo):
    repo.git("bisect", "start")
    assert state(locate(repo.root)) == State(Operation.BISECT)


def test_each_linked_work_tree_has_its_own(repo, tmp_path):
    linked = repo.worktree(tmp_path / "linked", "feature")
    linked.merge("main", check=False)
    assert state(locate(linked.root)).merging == (repo.sha("main"),)
    assert state(locate(repo.root)) == State()


def test_in_pre_merge_commit_the_other_side_is_known_before_there_is_a_merge_head(repo, tmp_path):
    repo.git("switch", "--quiet", "--create", "clean", "main~1")
    clean = repo.put({"b.py": "b"})
    repo.switch("main")
    script = tmp_path / "hook.py"
    script.write_text(
        "from pathlib import Path\n"
        "from migbot.adapters.git_read import locate\n"
        "from migbot.adapters.git_state import state\n"
        "repo = locate(Path())\n"
        "said = (*state(repo).merging, (repo.git_dir / 'MERGE_HEAD').exists())\n"
        f"Path({str(tmp_path / 'said')!r}).write_text(repr(said))\n"
    )
    hook = repo.root / ".git/hooks/pre-merge-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nexec {sys.executable} {script}\n")
    hook.chmod(0o755)
    repo.merge("clean")
    assert (tmp_path / "said").read_text() == repr((clean, False))
