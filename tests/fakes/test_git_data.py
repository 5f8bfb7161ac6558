"""git's objects through the fake's interface: made, read, and never overwritten without force."""

from __future__ import annotations

import base64

import pytest
from github import GithubException, InputGitTreeElement


@pytest.fixture
def writer(shop):
    """The repository, with a token that may write to it."""
    token = shop.github.world.token(permissions={"contents": "write", "metadata": "read"})
    return shop.pygithub(token).get_repo("ada/shop")


def test_a_commit_is_made_of_a_blob_and_a_tree_and_the_branch_follows(shop, writer):
    blob = writer.create_git_blob("merged\n", "utf-8")
    parent = writer.get_git_commit(shop.pull.head)
    entry = InputGitTreeElement("versions/m1.py", "100644", "blob", sha=blob.sha)
    gone = InputGitTreeElement("orders.txt", "100644", "blob", sha=None)
    tree = writer.create_git_tree([entry, gone], parent.tree)
    commit = writer.create_git_commit("Merge heads", tree, [parent])
    writer.get_git_ref("heads/feature").edit(commit.sha)
    git = shop.repository.git
    assert git.git("ls-tree", "-r", "--name-only", "feature").split() == [
        "README.md", "versions/m1.py",
    ]  # fmt: skip
    assert git.git("log", "-1", "--format=%an %s", "feature") == "github-actions[bot] Merge heads"
    assert shop.pull.head == commit.sha
    assert [one.path for one in writer.get_git_tree(commit.sha, recursive=True).tree] == [
        "README.md", "versions", "versions/m1.py",
    ]  # fmt: skip
    read = writer.get_git_blob(blob.sha)
    assert base64.b64decode(read.content) == b"merged\n"


def test_a_branch_that_has_moved_on_is_not_overwritten(shop, writer):
    ref = writer.get_git_ref("heads/feature")
    with pytest.raises(GithubException, match="not a fast forward"):
        ref.edit(shop.pull.base)
    assert shop.pull.head == shop.repository.tip("feature")
    ref.edit(shop.pull.base, force=True)
    assert shop.repository.tip("feature") == shop.pull.base


def test_a_ref_is_made_once_and_deleted(shop, writer):
    made = writer.create_git_ref("refs/heads/a/b", shop.pull.head)
    with pytest.raises(GithubException, match="already exists"):
        writer.create_git_ref("refs/heads/a/b", shop.pull.head)
    with pytest.raises(GithubException, match="404"):
        writer.get_git_ref("heads/a")
    made.delete()
    assert shop.repository.tip("a/b", missing="none") == "none"


def test_a_token_that_may_only_read_makes_nothing(repo):
    with pytest.raises(GithubException, match="not accessible"):
        repo.create_git_blob("x", "utf-8")


def test_files_and_folders_are_read_at_any_ref(shop, repo):
    shop.push({"a/é.txt": "é\n", "a/b.txt": b"\0\1"})
    file = repo.get_contents("a/é.txt", ref="feature")
    assert (file.decoded_content.decode(), file.path) == ("é\n", "a/é.txt")
    listed = repo.get_contents("a", ref=shop.pull.head)
    assert [(one.type, one.name) for one in listed] == [("file", "b.txt"), ("file", "é.txt")]
    with pytest.raises(GithubException, match="404"):
        repo.get_contents("a")
    with pytest.raises(GithubException, match="404"):
        repo.get_contents("README.md", ref="none")


def test_a_file_of_more_than_a_megabyte_comes_without_its_content(shop, repo):
    shop.push({"big.txt": "x" * 1_000_001})
    assert repo.get_contents("big.txt", ref="feature").encoding == "none"


def test_a_file_of_a_fork_is_read_there(shop):
    fork = shop.github.world.fork(shop.repository, "grace")
    fork.move("main", shop.pull.base)
    read = shop.pygithub().get_repo("grace/shop").get_contents("README.md")
    assert read.decoded_content == b"A shop\n"
