"""What goes wrong on demand goes wrong there and then, and nowhere else."""

from __future__ import annotations

import time

import pytest
import requests

from fakes.github.faults import AFTER, Kind

COMMENTS = "/repos/ada/shop/issues/1/comments"
ANSWERED = {
    Kind.BAD_GATEWAY_BEFORE: 502, Kind.BAD_GATEWAY_AFTER: 502, Kind.ERROR_BEFORE: 500,
    Kind.UNAVAILABLE_AFTER: 503, Kind.HTML: 200, Kind.HTML_BAD_GATEWAY: 502, Kind.FORBIDDEN: 403,
    Kind.UNAUTHORIZED: 401, Kind.SLOW_DOWN: 403, Kind.SLOW_DOWN_SHORTLY: 403, Kind.SECONDARY: 403,
    Kind.TOO_MANY: 429, Kind.TOO_MANY_SHORTLY: 429, Kind.PRIMARY: 403,
}  # fmt: skip


@pytest.mark.parametrize(("kind", "status"), ANSWERED.items(), ids=lambda value: str(value))
def test_an_answer_that_goes_wrong_has_its_effect_or_not(shop, kind, status):
    shop.github.faults.add("POST", COMMENTS, kind)
    answer = shop.ask("POST", COMMENTS, {"body": "hello"})
    assert answer.status_code == status
    assert len(shop.pull.comments) == (kind in AFTER)
    assert ("html" in answer.headers["Content-Type"]) == (
        kind in (Kind.HTML, Kind.HTML_BAD_GATEWAY)
    )
    assert shop.ask("POST", COMMENTS, {"body": "again"}).status_code == 201


@pytest.mark.parametrize("kind", [Kind.CUT_BEFORE, Kind.CUT_AFTER])
def test_a_connection_is_cut(shop, kind):
    shop.github.faults.add("POST", COMMENTS, kind)
    with pytest.raises(requests.ConnectionError):
        shop.ask("POST", COMMENTS, {"body": "hello"})
    assert len(shop.pull.comments) == (kind is Kind.CUT_AFTER)


@pytest.mark.parametrize("kind", [Kind.STALL_BEFORE, Kind.STALL_AFTER])
def test_nobody_answers(shop, kind):
    shop.github.faults.add("POST", COMMENTS, kind)
    with pytest.raises(requests.ReadTimeout):
        requests.post(
            f"{shop.github.api_url}{COMMENTS}", json={"body": "hello"}, timeout=0.5,
            headers={"Authorization": f"Bearer {shop.token.value}"},
        )  # fmt: skip
    assert len(shop.pull.comments) == (kind is Kind.STALL_AFTER)


def test_an_answer_is_late(shop):
    shop.github.faults.add("GET", "/pulls/1", Kind.SLOW)
    started = time.monotonic()
    assert shop.ask("GET", "/repos/ada/shop/pulls/1").status_code == 200
    assert time.monotonic() - started >= shop.github.faults.late


def test_the_third_call_goes_wrong_and_a_star_stands_for_anything(shop):
    shop.github.faults.add("GET", "/repos/*/pulls/*", Kind.FORBIDDEN, times=1, skip=2)
    statuses = [shop.ask("GET", "/repos/ada/shop/pulls/1").status_code for _ in range(4)]
    assert statuses == [200, 200, 403, 200]


@pytest.mark.parametrize(
    ("kind", "seconds"),
    [(Kind.SLOW_DOWN, "30"), (Kind.SECONDARY, None), (Kind.TOO_MANY_SHORTLY, "1")],
)
def test_a_limit_says_how_long_to_wait_or_does_not(shop, kind, seconds):
    shop.github.faults.add("GET", "/pulls/1", kind)
    assert shop.ask("GET", "/repos/ada/shop/pulls/1").headers.get("Retry-After") == seconds


def test_the_primary_limit_says_when_it_ends(shop):
    shop.github.faults.add("GET", "/pulls/1", Kind.PRIMARY)
    headers = shop.ask("GET", "/repos/ada/shop/pulls/1").headers
    assert headers["X-RateLimit-Remaining"] == "0"
    assert int(headers["X-RateLimit-Reset"]) - time.time() > 2900
