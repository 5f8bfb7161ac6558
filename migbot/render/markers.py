"""The HTML comments of ours in what we post: how they begin, and plain values in them as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

MARKER = "<!-- migbot:v1 "
"""How our comment begins; with our own account as its author, it is how we find it again."""

PING = "<!-- migbot:ping "
"""How the short comment begins that tells an author of somebody else's merge."""

TRIPS = "<!-- migbot:trips "
"""How the part of a comment begins that tells of the round trips."""

TRIPS_END = "<!-- migbot:trips-end -->"

VALUES = r"(\{[^<>\r\n]{0,500}\}) -->"
"""What follows after one of the beginnings, as a pattern; the group is for `read`."""

_SAFE = re.compile(r"(?:[A-Za-z0-9 .,:]|-(?!-)){0,100}")
"""What a value may be made of: nothing in it ends a string, or a comment."""


def marker(beginning: str, values: Mapping[str, str]) -> str:
    """The whole HTML comment; a value that is not plain is left empty in it."""
    safe = {key: plain(value) for key, value in values.items()}
    return f"{beginning}{json.dumps(safe, separators=(',', ':'))} -->"


def plain(value: str) -> str:
    """The value, or "" where it has a character that none may have."""
    return value if _SAFE.fullmatch(value) else ""


def read(text: str) -> dict[str, str] | None:
    """The values of a marker; None where it has any other than plain ones."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict):
        return None
    safe = all(isinstance(value, str) and plain(value) == value for value in values.values())
    return values if safe else None
