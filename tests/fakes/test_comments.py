"""Comments of the fake: pages, permissions, reactions, folding, and reviews on lines."""

from __future__ import annotations

import pytest
from github import GithubException

COMMENTS = "/repos/ada/shop/issues/1/comments"


def test_a_comment_is_made_edited_and_deleted(shop, repo):
    made = repo.get_issue(1).create_comment("hello")
    made.edit("goodbye")
    assert [(one.body, one.account.login) for one in shop.pull.comments] == [
        ("goodbye", "github-actions[bot]")
    ]
    assert shop.pull.comments[0].updated > shop.pull.comments[0].created
    made.delete()
    assert shop.pull.comments == []


@pytest.mark.parametrize("body", ["", " \n", "x" * 65_537])
def test_a_comment_that_is_empty_or_too_long_is_refused(shop, body):
    assert shop.ask("POST", COMMENTS, {"body": body}).status_code == 422


def test_only_its_author_and_those_who_maintain_may_edit_a_comment(shop):
    world = shop.github.world
    made = shop.comment(world.account("grace"), "mine")
    path = f"/repos/ada/shop/issues/comments/{made.id}"
    shop.repository.roles["linus"] = "write"
    for login, status in (
        ("github-actions[bot]", 403), ("mallory", 403), ("grace", 200), ("linus", 200), ("ada", 200)
    ):  # fmt: skip
        answer = shop.ask("PATCH", path, {"body": f"{login} was here"}, world.token(login))
        assert answer.status_code == status, login
    assert shop.ask("DELETE", path).status_code == 403


def test_nobody_but_those_who_maintain_comments_where_it_is_locked(shop):
    shop.pull.locked = True
    assert shop.ask("POST", COMMENTS, {"body": "x"}).status_code == 403
    ada = shop.github.world.token("ada")
    assert shop.ask("POST", COMMENTS, {"body": "x"}, ada).status_code == 201


def test_reactions_are_made_once_and_taken_back(shop, repo):
    made = repo.get_issue(1).create_comment("hello")
    first, again = made.create_reaction("eyes"), made.create_reaction("eyes")
    assert first.id == again.id
    assert [(one.content, one.user.login) for one in made.get_reactions()] == [
        ("eyes", "github-actions[bot]")
    ]
    assert made.delete_reaction(first.id)
    assert shop.pull.comments[0].reactions == []


def test_a_comment_is_folded_away_and_unfolded_by_pygithub(shop, repo):
    made = repo.get_issue(1).create_comment("hello")
    assert made.minimize("OUTDATED")
    assert shop.pull.comments[0].minimized == "OUTDATED"
    assert made.unminimize()
    assert shop.pull.comments[0].minimized is None


def graphql(shop, query, **variables):
    """A question to GraphQL, through PyGithub's own way."""
    return shop.pygithub().requester.graphql_query(query, variables)[1]["data"]


def test_graphql_tells_who_asks_and_what_is_folded(shop):
    for number in range(3):
        shop.comment(shop.token.account, f"comment {number}").minimized = "RESOLVED"
    assert graphql(shop, "{ viewer { databaseId login } }")["viewer"]["login"] == (
        "github-actions[bot]"
    )
    query = (
        'query($after: String) { repository(owner: "ada", name: "shop") { pullRequest(number: 1)'
        " { comments(first: 2, after: $after) { nodes { databaseId isMinimized minimizedReason"
        " author { login __typename } } pageInfo { hasNextPage endCursor } } } } }"
    )
    first = graphql(shop, query)["repository"]["pullRequest"]["comments"]
    assert first["nodes"][0]["minimizedReason"] == "resolved"
    assert first["nodes"][0]["author"] == {"login": "github-actions", "__typename": "Bot"}
    assert first["pageInfo"]["hasNextPage"]
    after = first["pageInfo"]["endCursor"]
    rest = graphql(shop, query, after=after)["repository"]["pullRequest"]["comments"]
    assert [one["databaseId"] for one in rest["nodes"]] == [shop.pull.comments[2].id]
    assert not rest["pageInfo"]["hasNextPage"]


def test_graphql_lists_pull_requests(shop):
    query = (
        '{ repository(owner: "ada", name: "shop") { pullRequests(first: 5, states: [OPEN],'
        ' baseRefName: "main") { totalCount nodes { number headRefOid isDraft } } } }'
    )
    told = graphql(shop, query)["repository"]["pullRequests"]
    assert told["nodes"] == [{"number": 1, "headRefOid": shop.pull.head, "isDraft": False}]


@pytest.mark.parametrize(
    "query",
    [
        "{ viewer { shoeSize } }",
        'mutation { minimizeComment(input: {subjectId: "x", classifier: DULL}) { __typename } }',
        'mutation { minimizeComment(input: {subjectId: "x"}) { __typename } }',
        "{ viewer { login }",
    ],
    ids=["an unknown field", "an unknown reason", "a part is missing", "no GraphQL"],
)
def test_a_question_that_the_schema_does_not_know_is_an_error_and_a_violation(shop, query):
    with pytest.raises(GithubException):
        graphql(shop, query)
    assert shop.github.world.violations
    shop.github.world.violations.clear()


def test_a_node_that_is_not_there_is_told_and_is_no_violation(shop):
    fold = "mutation($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: RESOLVED})"
    with pytest.raises(GithubException, match="Could not resolve"):
        graphql(shop, fold + " { minimizedComment { isMinimized } } }", id="IC_none")


def lines(shop):
    """The pull request's head has a file of five lines, and the base has it without the third."""
    shop.work.git("switch", "--quiet", "main")
    shop.work.put({"five.txt": "1\n2\n4\n5\n"})
    shop.work.git("push", "--quiet", str(shop.repository.git.root), "HEAD:refs/heads/main")
    shop.work.git("switch", "--quiet", "feature")
    shop.work.merge("main")
    return shop.push({"five.txt": "1\n2\n3\n4\n5\n"})


def test_a_suggestion_stands_on_its_line(shop, repo):
    head = lines(shop)
    pull = repo.get_pull(1)
    body = "```suggestion\nthree\n```"
    commit = list(pull.get_commits())[-1]
    assert commit.sha == head
    made = pull.create_review_comment(body, commit, "five.txt", line=3)
    assert (made.path, made.line, made.body) == ("five.txt", 3, body)
    assert made.diff_hunk == "@@ -1,4 +1,5 @@\n 1\n 2\n+3"
    assert [one.id for one in pull.get_review_comments()] == [made.id]
    made.edit("never mind")
    assert shop.pull.review_comments[0].body == "never mind"
    made.delete()
    assert shop.pull.review_comments == []


@pytest.mark.parametrize(("path", "line"), [("five.txt", 9), ("README.md", 1), ("none.txt", 1)])
def test_a_line_outside_of_the_diff_takes_no_comment(shop, path, line):
    given = {"body": "x", "commit_id": lines(shop), "path": path, "line": line, "side": "RIGHT"}
    assert shop.ask("POST", "/repos/ada/shop/pulls/1/comments", given).status_code == 422


def test_a_review_brings_its_comments_or_none_at_all(shop, repo):
    lines(shop)
    pull = repo.get_pull(1)
    fine = {"path": "five.txt", "body": "one", "line": 3, "side": "RIGHT"}
    with pytest.raises(GithubException):
        pull.create_review(body="x", event="COMMENT", comments=[fine, fine | {"line": 99}])
    assert (shop.pull.reviews, shop.pull.review_comments) == ([], [])
    made = pull.create_review(body="x", event="COMMENT", comments=[fine, fine])
    assert made.state == "COMMENTED"
    assert [one.id for one in pull.get_reviews()] == [made.id]
    assert [one.review for one in shop.pull.review_comments] == [made.id, made.id]


def test_who_may_do_what_is_told(shop, repo):
    shop.repository.roles["grace"] = "write"
    for login, role in (("ada", "admin"), ("grace", "write"), ("mallory", "none")):
        shop.github.world.account(login)
        assert repo.get_collaborator_permission(login) == role
    with pytest.raises(GithubException, match="404"):
        repo.get_collaborator_permission("nobody")
