"""Who may knock, and how: signatures, sizes, shapes, over real HTTP."""

from __future__ import annotations

import http.client
import json
import socket
from urllib.parse import urlsplit

import pytest

from migbot.app import web
from support import webhooks
from support.serving import address, serving
from support.webhooks import ask, deliver, headers, payload, sign

SECRET = webhooks.SECRET.encode()


@pytest.fixture
def jobs():
    return []


@pytest.fixture
def url(jobs):
    with serving(web.application(SECRET, jobs.append)) as server:
        yield address(server)


def test_a_signed_webhook_is_handed_on_and_answered_at_once(url, jobs):
    assert deliver(url, payload()) == 202
    assert [str(job) for job in jobs] == ["ada/shop#1"]


def test_githubs_own_example_of_a_signature_is_accepted():
    """From docs.github.com, "Validating webhook deliveries"."""
    known = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert web.signed(b"Hello, World!", known, b"It's a Secret to Everybody")


BODY = json.dumps(payload()).encode()
GOOD = sign(BODY)


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        sign(BODY, "another secret"),
        sign(b"{}"),
        "sha1=" + "0" * 40,
        GOOD.removeprefix("sha256="),
        "sha256=" + GOOD.removeprefix("sha256=").upper(),
        GOOD.upper(),
        GOOD[:-1],
        GOOD + "0",
        "sha256=" + "\u00e9" * 64,
        "sha256=" + "\u00b2" * 64,
        GOOD[:-1] + "\u00ff",
    ],
    ids=[
        "missing",
        "empty",
        "wrong secret",
        "of another body",
        "sha1",
        "no prefix",
        "upper-case hex",
        "all upper case",
        "63 digits",
        "65 digits",
        "not ASCII",
        "digits not ASCII",
        "one not ASCII",
    ],
)
def test_a_signature_that_does_not_fit_is_refused(url, jobs, signature):
    assert deliver(url, BODY, headers(BODY, X_Hub_Signature_256=signature)) == 401
    assert jobs == []


def test_an_old_signature_beside_none_is_not_enough(url, jobs):
    given = headers(BODY, X_Hub_Signature_256=None, X_Hub_Signature="sha1=" + "0" * 40)
    assert deliver(url, BODY, given) == 401
    assert jobs == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe{}",
        b"{",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"null",
        b"[]",
        b"payload=%7B%7D",
        b'{"action": "opened"}',
        b"1" * 5_000,
        b'{"action": "opened", "number": ' + b"1" * 5_000 + b"}",
    ],
    ids=[
        "empty",
        "invalid UTF-8",
        "cut off",
        "deep lists",
        "deep objects",
        "null",
        "a list",
        "a form",
        "no pull request",
        "a huge number",
        "a huge pull request number",
    ],
)
def test_a_signed_body_that_is_no_payload_is_refused(url, jobs, body):
    assert deliver(url, body) == 400
    assert jobs == []


def test_of_a_key_that_comes_twice_the_last_counts_as_for_github(url, jobs):
    body = b'{"action": "closed", ' + BODY[1:]
    assert deliver(url, body) == 202


def test_a_form_is_told_which_content_type_to_set(url, jobs):
    assert (
        deliver(url, BODY, headers(BODY, Content_Type="application/x-www-form-urlencoded")) == 415
    )
    assert jobs == []


def test_a_webhook_without_its_event_is_refused(url, jobs):
    assert deliver(url, BODY, headers(BODY, X_GitHub_Event=None)) == 400


@pytest.mark.parametrize("event", ["ping", "push", "installation", "invented", "PULL_REQUEST"])
def test_an_event_that_is_not_ours_is_taken_and_nothing_is_done(url, jobs, event):
    assert deliver(url, BODY, headers(BODY, event)) == 200
    assert jobs == []


def test_an_unknown_action_is_taken_and_nothing_is_done(url, jobs):
    assert deliver(url, payload("invented")) == 200
    assert jobs == []


def test_a_body_of_25_megabytes_is_taken_and_one_byte_more_is_not(url, jobs):
    filler = b" " * (web.LARGEST_BODY - len(BODY))
    assert deliver(url, BODY + filler) == 202
    with_one_more = BODY + filler + b" "
    assert deliver(url, with_one_more, headers(with_one_more)) == 413


def test_a_body_that_is_announced_as_too_large_is_not_waited_for(url):
    parts = urlsplit(url)
    line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    line.putrequest("POST", "/webhook")
    line.putheader("Content-Length", str(10**12))
    line.endheaders()
    assert line.getresponse().status == 413
    line.close()


def test_a_body_in_pieces_is_counted_too(url, jobs):
    pieces = (b" " * 1024 * 1024 for _ in range(30))
    parts = urlsplit(url)
    line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    line.request(
        "POST", "/webhook", pieces, encode_chunked=True, headers={"Transfer-Encoding": "chunked"}
    )
    assert line.getresponse().status == 413
    line.close()


def test_a_body_that_drips_is_given_up(url, monkeypatch):
    monkeypatch.setattr(web, "SLOWEST_BODY", 0.3)
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as line:
        line.sendall(b"POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        assert b" 408 " in line.recv(200)


@pytest.mark.parametrize("verb", ["GET", "PUT", "DELETE", "PATCH"])
def test_only_a_post_is_a_webhook(url, verb):
    assert ask(url, verb, "/webhook") == 405


def test_the_door_says_that_it_is_open(url):
    assert ask(url, "GET", "/healthz") == 200


def test_there_is_nothing_else(url):
    assert ask(url, "GET", "/") == 404
    assert ask(url, "POST", "/webhook/../admin") == 404
