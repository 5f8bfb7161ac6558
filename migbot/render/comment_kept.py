"""What a comment keeps of a round trip, so that a later one need not run it to tell of it.

The text stands between two HTML comments of ours, the first of which has its verdict, the base that
it was proved on, and a sum by which an edit is noticed; a signature it is none.
"""

from __future__ import annotations

import hashlib
import re

from migbot.core.value import Value
from migbot.render.markers import TRIPS, TRIPS_END, VALUES, marker, plain, read

MOST_KEPT = 40_000
"""Bytes of a text that are kept from one comment to the next; of a longer one only the verdict."""

_PART = re.compile(rf"^{TRIPS}{VALUES}\n\n(.*?)\n\n{TRIPS_END}$", re.M | re.S)
_VERDICTS = ("pass", "fail", "unknown")


class Kept(Value):
    """What was proved before: its verdict, the base it was merged into, our own words about it (""
    where they were too long to be kept), and what a headline says of it."""

    verdict: str
    base: str
    text: str = ""
    said: str = ""


def trips_part(kept: Kept) -> str:
    """The part of a comment that tells of the round trips, between two comments of ours."""
    said = plain(kept.said)
    values = {"base": kept.base, "verdict": kept.verdict, "said": said}
    values["sum"] = _sum(kept.verdict, said, kept.text)
    return f"{marker(TRIPS, values)}\n\n{kept.text}\n\n{TRIPS_END}"


def kept_in(body: str) -> Kept | None:
    """What a comment has kept; None where it has nothing, or that was edited by hand."""
    values, words = _part(body) or ({}, "")
    verdict, said = values.get("verdict", ""), values.get("said", "")
    if values.get("sum") != _sum(verdict, said, words):
        return None
    if verdict not in _VERDICTS or "<!--" in words:
        return None
    short = len(words.encode("utf-8", "replace")) <= MOST_KEPT
    return Kept(verdict, values.get("base", ""), words if short else "", said)


def is_as_written(body: str) -> bool:
    """Whether nobody has edited what is kept, as far as there is anything."""
    return TRIPS not in body or kept_in(body) is not None


def one_kind_of_line_end(body: str) -> str:
    """The text as we wrote it: GitHub's own form makes every line end CR LF."""
    return body.replace("\r\n", "\n")


def _part(body: str) -> tuple[dict[str, str], str] | None:
    """The values and the text, where there is exactly one part."""
    text = one_kind_of_line_end(body)
    found = _PART.search(text) if text.count(TRIPS) == 1 else None
    said = read(found[1]) if found else None
    return (said, found[2]) if found and said is not None else None


def _sum(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode("utf-8", "replace")).hexdigest()[:16]
