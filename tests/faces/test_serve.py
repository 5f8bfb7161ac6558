"""`migbot serve`, end to end: a signed webhook over HTTP becomes a comment and a check."""

from __future__ import annotations

import time

import pytest

from migbot.errors import MigbotError
from migbot.faces.serve import application, serve
from support.github import scene
from support.histories import migration
from support.keys import key_pair
from support.serving import address, serving
from support.webhooks import SECRET, deliver, headers, payload

INI = "[alembic]\nscript_location = migrations\n"


@pytest.fixture
def shop(tmp_path):
    with scene(tmp_path) as made:
        made.work.switch("main")
        made.work.put({"alembic.ini": INI, "migrations/versions/a1.py": migration("a1")})
        made.work.switch("feature")
        made.work.merge("main")
        made.push({"migrations/versions/b2.py": migration("b2", "a1", message="add orders")})
        made.work.switch("main")
        made.work.put({"migrations/versions/c3.py": migration("c3", "a1", message="add bills")})
        made.work.git("push", "--quiet", str(made.repository.git.root), "HEAD:refs/heads/main")
        yield made


@pytest.fixture
def environ(shop):
    keys = key_pair()
    app = shop.github.world.app("migbot", keys.public)
    shop.token.account = app.bot
    return {
        "GITHUB_APP_ID": str(app.id),
        "GITHUB_APP_PRIVATE_KEY": keys.private,
        "GITHUB_WEBHOOK_SECRET": SECRET,
        "GITHUB_API_URL": shop.github.api_url,
    }


def knock(shop, environ, url, **changes):
    app = shop.github.world.apps[int(environ["GITHUB_APP_ID"])]
    installation = shop.github.world.install(app, shop.repository)
    body = payload(
        installation={"id": installation},
        repository={"id": shop.repository.id, "full_name": "ada/shop"},
        **changes,
    )
    return deliver(url, body)


def wait_for(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def test_a_signed_webhook_becomes_one_comment_and_one_check(shop, environ, tmp_path):
    with application(environ, tmp_path / "data", pause=0) as app, serving(app) as server:
        assert knock(shop, environ, address(server)) == 202
        wait_for(lambda: shop.ours())
    (check,) = shop.repository.checks
    assert (check["name"], check["conclusion"]) == ("migbot / graph", "failure")
    assert check["head_sha"] == shop.pull.head
    assert "2 heads after the merge" in shop.ours()[0].body
    assert any(".git/git-upload-pack" in e.path for e in shop.github.world.exchanges)


def test_the_same_delivery_twice_is_one_comment_and_one_check(shop, environ, tmp_path):
    with application(environ, tmp_path / "data", pause=0) as app, serving(app) as server:
        for _ in range(2):
            assert knock(shop, environ, address(server)) == 202
        done = "/repos/ada/shop/issues/1/comments"
        wait_for(lambda: [e.path for e in shop.github.world.exchanges].count(done) >= 3)
    assert (len(shop.ours()), len(shop.repository.checks)) == (1, 1)


def test_deliveries_out_of_order_end_with_the_newest_head(shop, environ, tmp_path):
    with application(environ, tmp_path / "data", pause=0) as app, serving(app) as server:
        knock(shop, environ, address(server), action="synchronize")
        wait_for(lambda: shop.ours())
        shop.work.switch("feature")
        newest = shop.push({"more.txt": "more"})
        knock(shop, environ, address(server), action="opened")
        wait_for(lambda: newest in shop.ours()[0].body)
    assert shop.repository.checks[-1]["head_sha"] == newest


def test_a_webhook_with_another_secret_does_nothing(shop, environ, tmp_path):
    environ["GITHUB_WEBHOOK_SECRET"] = "another"
    with application(environ, tmp_path / "data", pause=0) as app, serving(app) as server:
        assert knock(shop, environ, address(server)) == 401
    assert shop.github.world.exchanges == []


def test_a_wrong_installation_is_logged_and_nothing_is_posted(shop, environ, tmp_path, caplog):
    with application(environ, tmp_path / "data", pause=0) as app, serving(app) as server:
        assert deliver(address(server), payload()) == 202
        wait_for(lambda: any("no such thing" in line for line in caplog.messages))
    assert shop.github.world.writes == []


def test_no_secret_is_ever_logged(shop, environ, tmp_path, caplog):
    caplog.set_level("DEBUG")
    with application(environ, tmp_path / "data", pause=0) as app, serving(app) as server:
        knock(shop, environ, address(server))
        deliver(address(server), b"{}", headers(b"{}", X_Hub_Signature_256="sha256=" + "0" * 64))
        wait_for(lambda: shop.ours())
    minted = [value for value in shop.github.world.tokens if value.endswith("minted")]
    secrets = [SECRET, environ["GITHUB_APP_PRIVATE_KEY"].splitlines()[1], *minted]
    assert minted
    assert not [secret for secret in secrets if secret in caplog.text]


def test_the_key_may_be_in_a_file_or_have_its_line_ends_escaped(environ, tmp_path):
    pem = environ.pop("GITHUB_APP_PRIVATE_KEY")
    (tmp_path / "key.pem").write_text(pem)
    with application(
        environ | {"GITHUB_APP_PRIVATE_KEY_FILE": str(tmp_path / "key.pem")}, tmp_path
    ):
        pass
    escaped = pem.replace("\n", "\\n")
    with application(environ | {"GITHUB_APP_PRIVATE_KEY": escaped}, tmp_path):
        pass


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"GITHUB_APP_ID": ""}, "GITHUB_APP_ID is not set"),
        ({"GITHUB_WEBHOOK_SECRET": ""}, "GITHUB_WEBHOOK_SECRET is not set"),
        ({"GITHUB_APP_PRIVATE_KEY": ""}, "GITHUB_APP_PRIVATE_KEY or"),
        ({"GITHUB_APP_PRIVATE_KEY": "words"}, "no RSA key"),
        ({"GITHUB_APP_PRIVATE_KEY_FILE": "/no/such.pem"}, "cannot be read"),
        ({"GITHUB_API_URL": "http://api.example.org"}, "no https address"),
    ],
)
def test_what_is_missing_is_told_before_anything_listens(environ, tmp_path, changes, message):
    def listen(*_, **__):
        raise AssertionError("it listens")

    with pytest.raises(MigbotError, match=message) as caught:
        serve(environ | changes, data_dir=tmp_path / "data", run=listen)
    assert caught.value.hint


def test_a_folder_that_cannot_be_made_is_told(environ, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(MigbotError, match="file"), application(environ, tmp_path / "file" / "data"):
        pass


def test_it_listens_where_it_is_told_to(environ, tmp_path):
    asked = []
    serve(
        environ,
        host="0.0.0.0",
        port=9,
        data_dir=tmp_path,
        run=lambda app, **options: asked.append(options),
    )
    assert (asked[0]["host"], asked[0]["port"]) == ("0.0.0.0", 9)
