"""The fake is held to GitHub's own description: what GitHub would not say, it cannot say."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from fakes.github import bodies, contract, rest
from fakes.github.operations import OPERATIONS
from fakes.github.server import fake_github
from migbot.errors import MigbotError
from support.github import scene

CREATE = "/repos/ada/shop/check-runs"


def test_every_operation_is_described_and_answered():
    assert {operation.name for operation in contract.operations()} == set(OPERATIONS)
    assert set(rest.ROUTES) == set(OPERATIONS)


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "x"}',
        b'{"name": "x", "head_sha": 7}',
        b'{"name": "x", "head_sha": "a", "conclusion": "fine"}',
    ],
    ids=["a part is missing", "a wrong type", "an unknown conclusion"],
)
def test_a_request_that_github_would_not_take_is_a_violation(body):
    with pytest.raises(contract.Violation):
        contract.operation("POST", CREATE).check_request(body)


def test_an_answer_that_github_would_not_give_is_a_violation():
    with pytest.raises(contract.Violation, match="GET /app"):
        contract.operation("GET", "/app").check_answer(200, b'{"id": 1}')
    with pytest.raises(contract.Violation, match="never answers 202"):
        contract.operation("GET", "/app").check_answer(202, b"{}")


def test_an_operation_outside_of_the_subset_is_a_violation():
    with pytest.raises(contract.Violation, match="no DELETE /user"):
        contract.operation("DELETE", "/user")


@pytest.mark.parametrize(
    ("path", "query", "message"),
    [
        ("/repos/a/b/pulls", {"stat": "open"}, "no query parameter stat"),
        ("/repos/a/b/pulls", {"state": "opened"}, "query parameter state"),
        ("/repos/a/b/pulls", {"page": "two"}, "query parameter page"),
        ("/repos/a/b/pulls/one", {}, "path parameter pull_number"),
    ],
)
def test_a_parameter_that_github_does_not_know_is_a_violation(path, query, message):
    with pytest.raises(contract.Violation, match=message):
        contract.operation("GET", path).check_path(path, query)


def test_what_github_would_take_no_notice_of_is_a_violation():
    operation = contract.operation("POST", "/repos/a/b/issues/1/comments")
    with pytest.raises(contract.Violation, match="does not know text"):
        operation.check_request(b'{"body": "x", "text": "y"}')
    with pytest.raises(contract.Violation, match="has no body"):
        operation.check_request(b"")


def test_a_webhook_that_github_would_not_send_is_a_violation():
    with pytest.raises(contract.Violation, match="ref"):
        contract.check_webhook("push", "", {"before": "0" * 40})
    with pytest.raises(contract.Violation, match="no webhook star-created"):
        contract.check_webhook("star", "created", {})


def test_an_answer_that_the_fake_gets_wrong_fails_the_test(tmp_path, monkeypatch):
    def broken(name, home):
        return {"name": name}

    def careless():
        with scene(tmp_path) as shop:
            shop.pull.labels = ["bug"]
            assert shop.ask("GET", "/repos/ada/shop/issues/1/labels").status_code == 422

    monkeypatch.setattr("fakes.github.bodies.issues.label", broken)
    with pytest.raises(AssertionError, match='labels: 0: "color" is a required property'):
        careless()


def test_calls_and_writes_are_counted_from_a_mark(shop):
    shop.ask("GET", "/repos/ada/shop/pulls/1")
    mark = shop.github.world.mark
    shop.ask("GET", "/repos/ada/shop/pulls/1")
    made = shop.pygithub(lazy=True).get_repo("ada/shop").get_issue(1).create_comment("x")
    made.minimize()
    login = f"//x-access-token:{shop.token.value}@"
    shop.work.git("ls-remote", f"{shop.github.world.url}/ada/shop.git".replace("//", login))
    assert shop.github.world.calls_since(mark) == [
        "GET /repos/ada/shop/pulls/1",
        "POST /repos/ada/shop/issues/1/comments",
        "POST /api/graphql",
    ]
    assert shop.github.world.writes_since(mark) == [
        "POST /repos/ada/shop/issues/1/comments",
        "POST /api/graphql",
    ]


def test_who_has_no_token_is_told_nothing(shop):
    for path in ("/repos/ada/shop/pulls/1", "/repos/ada/none"):
        assert shop.ask("GET", path, token="wrong").status_code == 401


def test_requests_at_the_same_time_are_done_one_after_the_other(shop):
    url = f"{shop.github.api_url}/repos/ada/shop/pulls/1"
    headers = {"Authorization": f"Bearer {shop.token.value}"}
    with shop.github.world.lock, pytest.raises(requests.ReadTimeout):
        requests.get(url, headers=headers, timeout=0.5)
    assert requests.get(url, headers=headers, timeout=10).status_code == 200


def test_the_data_are_small_enough_to_be_committed():
    folder = Path(contract.__file__).parent
    assert sum(file.stat().st_size for file in folder.glob("*.json")) < 400_000


def test_a_ref_may_hold_slashes():
    found = contract.operation("GET", "/repos/a/b/git/ref/heads/x/y")
    assert found.arguments("/repos/a/b/git/ref/heads/x/y") == {
        "owner": "a", "repo": "b", "ref": "heads/x/y",
    }  # fmt: skip


def test_a_violation_fails_the_test_that_made_it(tmp_path):
    def careless():
        with scene(tmp_path) as shop, pytest.raises(MigbotError):
            shop.connection().write("POST", CREATE, {"name": "x"})

    with pytest.raises(AssertionError, match="head_sha"):
        careless()


@pytest.mark.parametrize(
    "token", ["", "wrong", "another repository's"], ids=["none", "wrong", "of another repository"]
)
def test_git_is_served_to_nobody_without_a_token_for_it(tmp_path, token):
    with scene(tmp_path) as shop:
        if token == "another repository's":
            token = shop.github.world.token(repositories={999}).value
        url = f"{shop.github.world.url}/ada/shop.git".replace("//", f"//x-access-token:{token}@")
        assert shop.work.run("git", "ls-remote", url, check=False).returncode != 0


def test_git_is_served_with_a_token(tmp_path):
    with scene(tmp_path) as shop:
        login = f"//x-access-token:{shop.token.value}@"
        url = f"{shop.github.world.url}/ada/shop.git".replace("//", login)
        assert shop.pull.head in shop.work.git("ls-remote", url)


def test_two_fakes_live_beside_one_another(tmp_path):
    with fake_github(tmp_path / "a") as one, fake_github(tmp_path / "b") as two:
        assert one.api_url != two.api_url


def test_an_example_can_be_changed_without_changing_the_next():
    bodies.example("GET /app")["slug"] = "changed"
    assert bodies.example("GET /app")["slug"] != "changed"
