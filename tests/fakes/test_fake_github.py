"""The fake is held to GitHub's own description: what GitHub would not say, it cannot say."""

from __future__ import annotations

import pytest

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
