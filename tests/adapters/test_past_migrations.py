"""Which heads had migrations of their own, on real repositories."""

from __future__ import annotations

from pathlib import Path

import pytest

from migbot.adapters.git_read import locate
from migbot.adapters.past_migrations import had_migrations
from support.repos import Repo

FOLDER = "migrations/versions"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo.init(tmp_path / "repo")
    made.put({f"{FOLDER}/a1.py": "a", "README": "r"})
    return made


def branch(repo: Repo, *steps: dict[str, str]) -> str:
    """The head of a branch from main with a commit for each of `steps`; "" deletes a file."""
    repo.git("checkout", "-q", "--detach", "main")
    for files in steps:
        for gone in (path for path, text in files.items() if not text):
            repo.git("rm", "-q", gone)
        repo.put({path: text for path, text in files.items() if text})
    return repo.sha()


def had(repo: Repo, *heads: str, folders: tuple[str, ...] = (FOLDER,)) -> frozenset[str]:
    return had_migrations(locate(repo.root), repo.sha("main"), heads, folders)


def test_one_that_added_one_and_one_that_took_it_back_had_migrations(repo: Repo) -> None:
    path = f"{FOLDER}/b2.py"
    adds = branch(repo, {path: "b"})
    took_back = branch(repo, {path: "b"}, {path: "", "README": "more"})
    never = branch(repo, {"README": "other"})
    assert had(repo, adds, took_back, never) == {adds, took_back}
    assert had(repo, never) == frozenset()


def test_what_landed_on_the_base_by_another_way_was_its_own_all_the_same(repo: Repo) -> None:
    mine = branch(repo, {f"{FOLDER}/b2.py": "b"})
    repo.switch("main")
    repo.put({f"{FOLDER}/b2.py": "b"})
    assert had(repo, mine) == {mine}


def test_what_a_merge_of_the_base_brought_is_not_its_own(repo: Repo) -> None:
    mine = branch(repo, {"README": "mine"})
    repo.switch("main")
    repo.put({f"{FOLDER}/b2.py": "b"})
    repo.git("checkout", "-q", "--detach", mine)
    repo.git("merge", "-q", "--no-edit", "main")
    assert had(repo, repo.sha()) == frozenset()


def test_its_own_is_seen_below_a_merge_after_which_nothing_of_it_is_left(repo: Repo) -> None:
    path = f"{FOLDER}/b2.py"
    mine = branch(repo, {path: "b"})
    repo.switch("main")
    repo.put({path: "b"})
    repo.git("checkout", "-q", "--detach", "main")
    repo.git("merge", "-q", "--no-edit", mine)
    assert had(repo, repo.sha()) == {repo.sha()}


@pytest.mark.parametrize("folder", ["", "-x/[a]*", ":(icase)versions"])
def test_a_folder_is_a_name_and_no_pattern(repo: Repo, folder: str) -> None:
    inside = branch(repo, {f"{folder}/b2.py".lstrip("/"): "b"})
    outside = branch(repo, {"-x/aa/b2.py": "b", "Versions/b2.py": "b"})
    found = had(repo, inside, outside, folders=(folder,))
    assert found == ({inside, outside} if not folder else {inside})


def test_nothing_is_asked_where_nothing_is_named(repo: Repo) -> None:
    assert had(repo) == frozenset()
    assert had(repo, branch(repo, {"README": "x"}), folders=()) == frozenset()
