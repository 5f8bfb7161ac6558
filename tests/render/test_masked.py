"""Secrets in foreign text: hidden by their form, and nothing else is touched."""

from __future__ import annotations

import time

import pytest

from migbot.render.masked import masked

PASSWORD = "hunter2"
GITHUB = "ghp_" + "a1B2" * 9

SECRETS = {
    "an engine's URL": (f"postgresql://ada:{PASSWORD}@db/shop", "postgresql://ada:***@db/shop"),
    "a URL without a user": (f"redis://:{PASSWORD}@db/0", "redis://:***@db/0"),
    "libpq's words": (f"host=db password={PASSWORD} user=ada", "host=db password=*** user=ada"),
    "ODBC's words": (f"UID=ada;PWD={PASSWORD};", "UID=ada;PWD=***;"),
    "a query": (f"https://x/?a=1&api_key={PASSWORD}&b=2", "https://x/?a=1&api_key=***&b=2"),
    "GitHub's token": (f"token {GITHUB}.", "token ***."),
    "a private key": (
        "x -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- y",
        "x *** y",
    ),
    "half a private key": ("-----BEGIN PRIVATE KEY-----\nMIIE", "***"),
}


@pytest.mark.parametrize(("text", "shown"), SECRETS.values(), ids=SECRETS)
def test_a_secret_is_hidden_and_what_is_round_it_stays(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert masked(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://db/shop",
        "UPDATE users SET password_hash = digest(name)",
        "ghp_short",
        "-----BEGIN CERTIFICATE-----",
        "add column token to sessions",
        "https://example.org/a?page=2&key_size=3",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert masked(text) == text


def test_a_long_text_of_beginnings_takes_no_longer_than_it_is() -> None:
    before = time.process_time()
    for hostile in ("://a:", "password=", "-----BEGIN PRIVATE KEY-----", "ghp_", "?key="):
        masked(hostile * 20_000)
    assert time.process_time() - before < 5
