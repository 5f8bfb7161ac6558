"""Apps of the fake: installations, and the life of a token."""

from __future__ import annotations

import pytest
from github import Auth, GithubIntegration

from support.keys import key_pair

PULL = "/repos/ada/shop/pulls/1"


@pytest.fixture
def app(shop):
    return shop.github.world.app("migbot", key_pair().public)


@pytest.fixture
def installation(shop, app):
    return shop.github.world.install(app, shop.repository)


@pytest.fixture
def integration(shop, app):
    auth = Auth.AppAuth(app.id, key_pair().private)
    return GithubIntegration(auth=auth, base_url=shop.github.api_url, retry=None)


def jwt(app):
    return Auth.AppAuth(app.id, key_pair().private).create_jwt()


def minted(shop, integration, installation):
    """PyGithub asks for `permissions: {}`, which means all that the App has."""
    value = integration.get_access_token(installation).token
    return shop.github.world.tokens[value]


def test_an_app_finds_where_it_is_installed(shop, app, integration, installation):
    assert integration.get_app().slug == "migbot"
    assert [one.id for one in integration.get_installations()] == [installation]
    found = integration.get_repo_installation("ada", "shop")
    assert (found.id, found.app_slug, found.suspended_at) == (installation, "migbot", None)
    token = minted(shop, integration, installation)
    assert (token.permissions, token.account) == (app.permissions, app.bot)
    told = shop.ask("GET", "/installation/repositories", token=token).json()
    assert [one["full_name"] for one in told["repositories"]] == ["ada/shop"]


def test_a_token_has_the_permissions_that_were_asked_for_and_no_others(shop, app, installation):
    path = f"/app/installations/{installation}/access_tokens"
    less = shop.ask("POST", path, {"permissions": {"checks": "write"}}, jwt(app)).json()
    assert less["permissions"] == {"checks": "write"}
    assert shop.ask("GET", PULL, token=less["token"]).status_code == 403
    more = shop.ask("POST", path, {"permissions": {"administration": "write"}}, jwt(app))
    assert more.status_code == 422


def test_a_token_runs_out(shop, integration, installation):
    token = minted(shop, integration, installation)
    token.uses = 2
    statuses = [shop.ask("GET", PULL, token=token).status_code for _ in range(3)]
    assert statuses == [200, 200, 401]


def test_a_token_is_given_back(shop, integration, installation):
    token = minted(shop, integration, installation)
    assert shop.ask("DELETE", "/installation/token", token=token).status_code == 204
    assert shop.ask("GET", PULL, token=token).status_code == 401


def test_a_suspended_installation_answers_nothing(shop, app, integration, installation):
    token = minted(shop, integration, installation)
    shop.github.world.suspend(app, installation)
    assert shop.ask("GET", PULL, token=token).status_code == 403
    path = f"/app/installations/{installation}/access_tokens"
    assert shop.ask("POST", path, {}, jwt(app)).status_code == 403


def test_an_app_that_was_removed_has_no_token_any_more(shop, app, integration, installation):
    token = minted(shop, integration, installation)
    shop.github.world.uninstall(app, installation)
    assert shop.ask("GET", PULL, token=token).status_code == 401
    assert list(integration.get_installations()) == []
