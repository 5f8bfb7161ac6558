"""Webhooks of the fake: signed, delivered in order, lost and delivered again."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from github import Auth

from support.keys import key_pair

SECRET = "It's a Secret to Everybody"
DELIVERIES = "/app/hook/deliveries"


@pytest.fixture
def received():
    """What came in at a small receiver, each as (headers, body); `url` is where it listens."""

    class Received(list):
        url = ""

    got = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append((self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(202)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    got.url = f"http://127.0.0.1:{server.server_port}/webhook"
    threading.Thread(target=server.serve_forever).start()
    yield got
    server.shutdown()
    server.server_close()


@pytest.fixture
def hooks(shop, received):
    shop.github.world.hooks.to(received.url, SECRET, installation=7)
    return shop.github.world.hooks


def events(received):
    return [
        (headers["X-GitHub-Event"], json.loads(body).get("action")) for headers, body in received
    ]


def test_everything_that_happens_is_told_and_signed(shop, hooks, received):
    shop.push({"more.txt": "m"})
    shop.ask("POST", "/repos/ada/shop/issues/1/comments", {"body": "hello"})
    check = {"name": "x", "head_sha": shop.pull.head, "conclusion": "success"}
    shop.ask("POST", "/repos/ada/shop/check-runs", check)
    shop.repository.run(shop.pull)
    shop.repository.enqueue(shop.pull)
    shop.repository.move("release", shop.pull.base)
    shop.pull.retarget("release")
    shop.pull.to_draft()
    shop.pull.ready()
    shop.pull.merge()
    app = shop.github.world.app("migbot", "no key")
    installation = shop.github.world.install(app, shop.repository)
    shop.github.world.suspend(app, installation)
    shop.github.world.uninstall(app, installation)
    hooks.settle()
    assert events(received) == [
        ("push", None), ("pull_request", "synchronize"), ("issue_comment", "created"),
        ("check_run", "created"), ("check_run", "completed"), ("workflow_run", "completed"),
        ("merge_group", "checks_requested"), ("push", None), ("pull_request", "edited"),
        ("pull_request", "converted_to_draft"), ("pull_request", "ready_for_review"),
        ("push", None), ("pull_request", "closed"), ("installation", "created"),
        ("installation", "suspend"), ("installation", "deleted"),
    ]  # fmt: skip
    for headers, body in received:
        right = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        assert headers["X-Hub-Signature-256"] == f"sha256={right}"
    assert len({headers["X-GitHub-Delivery"] for headers, _ in received}) == len(received)


def test_a_payload_says_where_and_by_whom(shop, hooks, received):
    grace = shop.github.world.account("grace")
    sha = shop.work.put({"x.txt": "x"})
    shop.work.git("push", "--quiet", str(shop.repository.git.root), f"{sha}:refs/heads/x")
    shop.repository.open_pull(sha, shop.pull.base, author=grace, head_ref="x", draft=True)
    hooks.settle()
    payload = json.loads(received[-1][1])
    assert (payload["action"], payload["number"]) == ("opened", 2)
    assert payload["pull_request"]["head"]["sha"] == sha
    assert (payload["sender"]["login"], payload["installation"]["id"]) == ("grace", 7)
    assert payload["repository"]["full_name"] == "ada/shop"


def test_a_lost_delivery_is_found_and_delivered_again(shop, hooks, received):
    app = shop.github.world.app("migbot", key_pair().public)
    token = Auth.AppAuth(app.id, key_pair().private).create_jwt()
    hooks.lost = 1
    shop.pull.close()
    shop.pull.reopen()
    hooks.settle()
    assert events(received) == [("pull_request", "reopened")]
    first = shop.ask("GET", f"{DELIVERIES}?per_page=1", token=token)
    assert [one["action"] for one in first.json()] == ["reopened"]
    rest = shop.ask("GET", first.headers["Link"].split("v3")[1].split(">")[0], token=token)
    (lost,) = rest.json()
    assert (lost["action"], lost["status_code"], lost["redelivery"]) == ("closed", 0, False)
    assert shop.ask("POST", f"{DELIVERIES}/{lost['id']}/attempts", token=token).status_code == 202
    hooks.settle()
    assert events(received)[-1] == ("pull_request", "closed")
    assert received[-1][0]["X-GitHub-Delivery"] == lost["guid"]
    newest = shop.ask("GET", DELIVERIES, token=token).json()[0]
    assert (newest["guid"], newest["redelivery"], newest["status_code"]) == (
        lost["guid"], True, 202,
    )  # fmt: skip
    whole = shop.ask("GET", f"{DELIVERIES}/{newest['id']}", token=token).json()
    assert whole["request"]["payload"]["action"] == "closed"


def test_without_an_address_nothing_is_written_down(shop):
    shop.pull.close()
    assert shop.github.world.hooks.deliveries == []
