"""The way to GitHub: tokens, names, and every way in which GitHub fails to answer."""

from __future__ import annotations

import time

import pytest

from fakes.github.faults import Kind
from migbot.adapters.github_api import (
    AppKey,
    Forbidden,
    Unanswered,
    connect,
    installation_token,
    named,
    settled,
)
from migbot.adapters.github_pulls import read_pull
from migbot.errors import MigbotError
from support.github import scene
from support.keys import key_pair

PULL = "/repos/ada/shop/pulls/1"


@pytest.fixture
def shop(tmp_path):
    with scene(tmp_path) as made:
        yield made


def test_a_pull_request_is_read_as_it_is_now(shop):
    pull = read_pull(shop.connection(), "ada/shop", 1)
    assert (pull.head.sha, pull.base.sha) == (shop.pull.head, shop.pull.base)
    assert pull.base.repo.clone_url.endswith("/ada/shop.git")


def test_a_pull_request_whose_fork_was_deleted_is_read_all_the_same(shop):
    shop.pull.head_repository = None
    assert read_pull(shop.connection(), "ada/shop", 1).head.sha == shop.pull.head


@pytest.mark.parametrize("login", ["ada", "github-actions[bot]", "migbot[bot]"])
def test_every_kind_of_token_knows_whose_it_is(shop, login):
    token = shop.github.world.token(login)
    me = shop.connection(token).me()
    assert (me.id, me.login) == (token.account.id, login)


@pytest.mark.parametrize("kind", [Kind.BAD_GATEWAY_BEFORE, Kind.CUT_BEFORE])
def test_a_read_that_was_lost_is_asked_for_again(shop, kind):
    shop.github.faults.add("GET", PULL, kind, times=2)
    assert read_pull(shop.connection(), "ada/shop", 1).number == 1


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (Kind.BAD_GATEWAY_BEFORE, "GitHub did not answer"),
        (Kind.CUT_BEFORE, "GitHub did not answer"),
        (Kind.HTML, "not GitHub's interface"),
        (Kind.FORBIDDEN, "may not do this"),
        (Kind.SLOW_DOWN, "wait for 30 seconds"),
    ],
)
def test_a_read_that_fails_for_good_is_one_clear_error_with_a_way_out(shop, kind, message):
    shop.github.faults.add("GET", PULL, kind, times=9)
    started = time.monotonic()
    with pytest.raises(MigbotError, match=message) as caught:
        read_pull(shop.connection(), "ada/shop", 1)
    assert caught.value.hint
    assert time.monotonic() - started < 10


def test_a_list_that_is_a_web_page_is_no_list(shop):
    shop.github.faults.add("GET", "/comments", Kind.HTML)
    with pytest.raises(MigbotError, match="not GitHub's interface"):
        list(shop.connection().pages("/repos/ada/shop/issues/1/comments"))


@pytest.mark.parametrize(
    "kind", [Kind.BAD_GATEWAY_BEFORE, Kind.BAD_GATEWAY_AFTER, Kind.CUT_AFTER, Kind.HTML]
)
def test_a_write_is_sent_once_whatever_becomes_of_it(shop, kind):
    path = "/repos/ada/shop/issues/1/comments"
    shop.github.faults.add("POST", path, kind, times=9)
    with pytest.raises(Unanswered):
        shop.connection().write("POST", path, {"body": "hello"})
    assert shop.github.world.writes == [f"POST {path}"]


def test_a_write_that_is_refused_is_no_lost_answer(shop):
    token = shop.github.world.token(permissions={"pull_requests": "read"})
    with pytest.raises(Forbidden):
        shop.connection(token).write("POST", "/repos/ada/shop/issues/1/comments", {"body": "x"})


def test_a_token_that_nobody_knows_is_said_to_be_so_and_is_not_shown(shop):
    with pytest.raises(MigbotError, match="does not accept the token") as caught:
        read_pull(connect("ghs_wrong", api_url=shop.github.api_url, pause=0), "ada/shop", 1)
    assert "ghs_wrong" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(("repository", "number"), [("ada/gone", 1), ("ada/shop", 7)])
def test_what_is_not_there_is_said_to_be_missing_or_hidden(shop, repository, number):
    with pytest.raises(MigbotError, match="no such thing"):
        read_pull(shop.connection(), repository, number)


def test_nobody_there_is_one_clear_error():
    with pytest.raises(MigbotError, match="did not answer"):
        read_pull(connect("x", api_url="http://127.0.0.1:9", pause=0), "ada/shop", 1)


@pytest.mark.parametrize(
    "name", ["ada/..", "..", "a/b/c", "o/../../user", "a b/c", "ada/", "", "ada/x\n"]
)
def test_a_name_that_leads_elsewhere_is_refused(name):
    with pytest.raises(MigbotError, match="no repository's name"):
        named(name)


@pytest.mark.parametrize("url", ["http://api.example.org", "ftp://x", "api.github.com", ""])
def test_a_token_goes_over_tls_or_not_at_all(url):
    with pytest.raises(MigbotError, match="no https address"):
        connect("secret", api_url=url)


def test_a_connection_that_is_printed_does_not_show_its_token(shop):
    assert shop.token.value not in repr(shop.connection())
    assert "PRIVATE" not in repr(AppKey("1", key_pair().private))


def test_what_has_no_known_outcome_is_done_again_and_at_last_told():
    done = []

    def step():
        done.append(1)
        raise Unanswered("lost")

    with pytest.raises(Unanswered):
        settled(step, pause=0)
    assert len(done) == 3


@pytest.fixture
def app(shop):
    keys = key_pair()
    made = shop.github.world.app("migbot", keys.public)
    other = shop.github.world.repository("ada/other")
    installation = shop.github.world.install(made, shop.repository, other)
    return AppKey(str(made.id), keys.private), installation


def mint(shop, app, *, repository=None):
    key, installation = app
    wanted = shop.repository.id if repository is None else repository
    return installation_token(key, installation, wanted, api_url=shop.github.api_url, pause=0)


def test_an_app_gets_a_token_for_one_repository_with_the_least_permissions(shop, app):
    token = shop.github.world.tokens[mint(shop, app)]
    assert token.repositories == {shop.repository.id}
    assert token.permissions == {"contents": "read", "pull_requests": "write", "checks": "write"}
    assert token.account.login == "migbot[bot]"


def test_the_token_of_one_repository_is_of_no_use_in_another(shop, app):
    github = connect(mint(shop, app), api_url=shop.github.api_url, pause=0)
    with pytest.raises(MigbotError, match="no such thing"):
        read_pull(github, "ada/other", 1)


def test_a_token_is_minted_again_when_the_answer_was_lost(shop, app):
    shop.github.faults.add("POST", "/access_tokens", Kind.BAD_GATEWAY_AFTER)
    assert mint(shop, app) in shop.github.world.tokens


def test_an_installation_of_another_app_gives_no_token(shop, app):
    key, _ = app
    with pytest.raises(MigbotError, match="no such thing"):
        mint(shop, (key, 999_999))


def test_a_key_that_github_does_not_know_is_refused(shop, app):
    key, installation = app
    other = AppKey(key.id, key_pair("another").private)
    with pytest.raises(MigbotError, match="does not accept"):
        mint(shop, (other, installation))


@pytest.mark.parametrize(
    "text", ["", "secret-words", "-----BEGIN RSA PRIVATE KEY-----\nsecret-words\n"]
)
def test_a_key_that_is_none_is_told_so_without_being_shown(shop, app, text):
    _, installation = app
    with pytest.raises(MigbotError, match="no RSA key") as caught:
        mint(shop, (AppKey("1", text), installation))
    assert "secret-words" not in caught.value.message + caught.value.hint
    assert caught.value.__cause__ is None
