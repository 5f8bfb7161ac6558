"""Secrets that stand in foreign text, written as `***`: nobody meant to post them."""

from __future__ import annotations

import re

HIDDEN = "***"

_PATTERNS = (
    # scheme://user:password@host, as an engine's URL is quoted in an error
    (re.compile(r"(?<=://)([^\s/@:'\"]*):[^\s/@'\"]+@"), rf"\1:{HIDDEN}@"),
    # libpq's and ODBC's words, and the keys of an address's query
    (
        re.compile(
            r"(?i)\b(password|passwd|pwd|passphrase|secret|token|odbc_connect)=(?!\*)[^\s&;'\",)]+"
        ),
        rf"\1={HIDDEN}",
    ),
    (re.compile(r"(?i)(?<=[?&])(key|apikey|api_key)=[^\s&'\"]+"), rf"\1={HIDDEN}"),
    # https://docs.github.com/authentication, "GitHub's token formats"
    (re.compile(r"\b(?:gh[opsur]_|github_pat_)\w{16,}"), HIDDEN),
    (
        re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*KEY-----|\Z)", re.S),
        HIDDEN,
    ),
)

_SUSPECT = re.compile(r"(?i)=|://|gh[opsur]_|github_pat_|-----BEGIN")


def masked(text: str) -> str:
    """`text` without passwords in addresses, GitHub's tokens and private keys.

    What migbot runs has no secrets of its own; a project may write one into its files, and a
    database quotes what it is sent. This catches what can be told by its form.
    """
    if not _SUSPECT.search(text):  # nearly always
        return text
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text
