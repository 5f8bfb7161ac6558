"""Pull requests of the fake: found, read, forked, moved, closed, with PyGithub as it is."""

from __future__ import annotations

import pytest

from fakes.github.people import READ


def branch(shop, name, files, base="main"):
    """A commit on a new branch of the work tree."""
    shop.work.git("switch", "--quiet", "--detach", base)
    sha = shop.work.put(files)
    shop.work.git("push", "--quiet", str(shop.repository.git.root), f"{sha}:refs/heads/{name}")
    return sha


def test_a_pull_request_tells_what_a_reader_needs(shop, repo):
    ada = shop.github.world.account("ada")
    sha = branch(shop, "drafty", {"a.txt": "a"})
    made = shop.repository.open_pull(
        sha, shop.pull.base, author=ada, head_ref="drafty", draft=True, labels=["bug", "a b"],
        title="Add a",
    )  # fmt: skip
    read = repo.get_pull(made.number)
    assert (read.number, read.title, read.draft, read.state) == (2, "Add a", True, "open")
    assert (read.user.login, read.user.id) == ("ada", ada.id)
    assert [label.name for label in read.labels] == ["bug", "a b"]
    assert (read.head.sha, read.head.ref, read.head.repo.full_name) == (sha, "drafty", "ada/shop")
    assert (read.base.ref, read.mergeable, read.merged) == ("main", True, False)


def test_pull_requests_are_listed_by_state_head_base_and_page(shop, repo):
    for number in range(2, 8):
        sha = branch(shop, f"b{number}", {f"{number}.txt": "x"})
        shop.repository.open_pull(sha, shop.pull.base, head_ref=f"b{number}")
    shop.repository.pulls[2].close()
    shop.repository.pulls[3].retarget("b4")
    assert [pull.number for pull in repo.get_pulls()] == [7, 6, 5, 4, 3, 1]
    assert [pull.number for pull in repo.get_pulls(state="closed")] == [2]
    assert [pull.number for pull in repo.get_pulls(base="b4")] == [3]
    assert [pull.number for pull in repo.get_pulls(head="ada:b5")] == [5]
    assert [pull.number for pull in repo.get_pulls(sort="created", direction="asc")][:2] == [1, 3]
    paged = shop.ask("GET", "/repos/ada/shop/pulls?per_page=2&page=2&state=all")
    assert [one["number"] for one in paged.json()] == [5, 4]
    assert 'page=3&state=all>; rel="next"' in paged.headers["Link"]
    assert 'rel="next"' not in shop.ask("GET", "/repos/ada/shop/pulls?per_page=6").headers


def test_a_page_s_link_leads_to_the_next_with_what_was_asked(shop, repo):
    for number in range(150):
        shop.comment(shop.token.account, f"comment {number}")
    assert [one.body for one in repo.get_issue(1).get_comments()][-1] == "comment 149"


def test_a_pull_request_of_a_fork_has_its_head_there_and_its_ref_here(shop, repo):
    fork = shop.github.world.fork(shop.repository, "grace")
    sha = shop.work.put({"fork.txt": "f"})
    shop.work.git("push", "--quiet", str(fork.git.root), f"{sha}:refs/heads/theirs")
    grace = shop.github.world.account("grace")
    made = shop.repository.open_pull(
        sha, shop.pull.base, author=grace, fork=fork, head_ref="theirs"
    )
    read = repo.get_pull(made.number)
    assert (read.head.repo.full_name, read.head.repo.fork) == ("grace/shop", True)
    assert read.head.user.login == "grace"
    assert repo.get_pulls(head="grace:theirs")[0].number == made.number
    login = f"//x-access-token:{shop.token.value}@"
    url = f"{shop.github.world.url}/ada/shop.git".replace("//", login)
    shop.work.git("fetch", "--quiet", url, f"refs/pull/{made.number}/head")
    assert shop.work.sha("FETCH_HEAD") == sha


def test_a_push_to_a_fork_moves_the_pull_request_and_its_ref(shop, repo):
    fork = shop.github.world.fork(shop.repository, "grace")
    shop.work.git("push", "--quiet", str(fork.git.root), "HEAD:refs/heads/theirs")
    made = shop.repository.open_pull(shop.work.sha(), shop.pull.base, fork=fork, head_ref="theirs")
    sha = shop.work.put({"more.txt": "m"})
    shop.work.git("push", "--quiet", str(fork.git.root), f"{sha}:refs/heads/other")
    made.push(sha)
    assert repo.get_pull(made.number).head.sha == sha
    assert shop.repository.git.sha(f"refs/pull/{made.number}/head") == sha


def test_a_fork_that_was_deleted_leaves_no_repository(shop, repo):
    shop.pull.head_repository = None
    assert shop.ask("GET", "/repos/ada/shop/pulls/1").json()["head"]["repo"] is None
    assert shop.ask("GET", "/repos/ada/shop/pulls").json()[0]["head"]["repo"] is None


def test_a_public_fork_is_read_with_a_token_of_another_repository(shop):
    world = shop.github.world
    world.repository("grace/shop", public=True)
    world.repository("grace/secret")
    token = world.token(repositories={shop.repository.id})
    assert shop.ask("GET", "/repos/grace/shop", token=token).status_code == 200
    assert shop.ask("GET", "/repos/grace/secret", token=token).status_code == 404


def test_the_files_of_a_pull_request_are_what_git_says(shop, repo):
    shop.work.git("switch", "--quiet", "main")
    old = shop.work.put({"old.txt": "1\n2\n3\n4\n5\n", "gone.txt": "x\n", "edit.txt": "a\nb\n"})
    shop.work.git("push", "--quiet", str(shop.repository.git.root), "HEAD:refs/heads/main")
    shop.work.git("mv", "old.txt", "new.txt")
    shop.work.git("rm", "--quiet", "gone.txt")
    sha = shop.work.put({"edit.txt": "a\nc\n", "é.bin": b"\0\1", "add.txt": "one\ntwo\n"})
    shop.work.git("push", "--quiet", str(shop.repository.git.root), f"{sha}:refs/heads/all")
    made = shop.repository.open_pull(sha, old, head_ref="all")
    files = {file.filename: file for file in repo.get_pull(made.number).get_files()}
    assert {name: file.status for name, file in files.items()} == {
        "add.txt": "added", "edit.txt": "modified", "gone.txt": "removed", "new.txt": "renamed",
        "é.bin": "added",
    }  # fmt: skip
    assert files["new.txt"].previous_filename == "old.txt"
    assert files["edit.txt"].patch == "@@ -1,2 +1,2 @@\n a\n-b\n+c"
    assert (files["add.txt"].additions, files["add.txt"].deletions) == (2, 0)
    assert files["é.bin"].patch is None


def test_files_come_in_pages(shop, repo):
    sha = branch(shop, "many", {f"{number:03}.txt": "x" for number in range(130)})
    made = shop.repository.open_pull(sha, shop.pull.base, head_ref="many")
    assert repo.get_pull(made.number).get_files().totalCount == 130
    first = shop.ask("GET", f"/repos/ada/shop/pulls/{made.number}/files").json()
    assert [one["filename"] for one in first] == [f"{number:03}.txt" for number in range(30)]


def test_commits_and_the_pull_requests_of_a_commit(shop, repo):
    assert [commit.sha for commit in repo.get_pull(1).get_commits()] == [shop.pull.head]
    found = shop.ask("GET", f"/repos/ada/shop/commits/{shop.pull.head}/pulls").json()
    assert [one["number"] for one in found] == [1]


def test_a_conflict_a_draft_and_an_unknown_can_be_told_apart(shop, repo):
    sha = branch(shop, "one", {"README.md": "One\n"})
    shop.repository.open_pull(sha, shop.pull.base, head_ref="one")
    shop.repository.move("main", branch(shop, "two", {"README.md": "Two\n"}))
    assert (repo.get_pull(2).mergeable, repo.get_pull(2).mergeable_state) == (False, "dirty")
    shop.pull.to_draft()
    assert repo.get_pull(1).mergeable_state == "draft"
    shop.pull.undecided = True
    assert (repo.get_pull(1).mergeable, repo.get_pull(1).mergeable_state) == (None, "unknown")


def test_a_pull_request_is_closed_and_retargeted_through_the_interface(shop, repo):
    shop.repository.move("release", shop.pull.base)
    repo.get_pull(1).edit(base="release", title="New")
    assert (shop.pull.base_ref, shop.pull.title) == ("release", "New")
    repo.get_pull(1).edit(state="closed")
    assert shop.pull.state == "closed"


def test_a_merge_moves_the_base(shop, repo):
    merged = shop.pull.merge()
    assert repo.get_branch("main").commit.sha == merged
    assert (repo.get_pull(1).state, repo.get_pull(1).merged) == ("closed", True)


def test_what_a_pull_request_was_based_on_stays_until_it_is_pushed_to(shop, repo):
    before = shop.pull.base
    moved = branch(shop, "later", {"later.txt": "x"})
    shop.repository.move("main", moved)
    assert repo.get_pull(1).base.sha == before
    shop.work.switch("feature")
    shop.push({"again.txt": "x"})
    assert repo.get_pull(1).base.sha == moved


def test_a_pull_request_is_an_issue_too_with_labels(shop, repo):
    issue = repo.get_issue(1)
    assert issue.pull_request.html_url.endswith("/ada/shop/pull/1")
    issue.add_to_labels("migrations", "needs a look")
    issue.remove_from_labels("migrations")
    assert [label.name for label in issue.get_labels()] == ["needs a look"]
    assert shop.pull.labels == ["needs a look"]


@pytest.mark.parametrize("verb", ["PATCH"])
def test_a_fork_s_token_reads_and_does_not_write(shop, verb):
    token = shop.github.world.token(permissions=READ)
    assert shop.ask("GET", "/repos/ada/shop/pulls/1", token=token).status_code == 200
    refused = shop.ask(verb, "/repos/ada/shop/pulls/1", {"title": "x"}, token)
    assert refused.status_code == 403
    assert refused.json()["message"] == "Resource not accessible by integration"
