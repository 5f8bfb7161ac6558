"""What our comment remembers between two runs: its marker, and what a round trip has proved.

A comment can be edited by everybody with write access, so this is a record and never an authority:
it saves a write, it keeps a proof in sight, and it never turns a check green.
"""

from __future__ import annotations

import re

from migbot.core.value import Value
from migbot.render.comment_kept import Kept, is_as_written, kept_in, one_kind_of_line_end
from migbot.render.comment_ping import ping
from migbot.render.markers import MARKER, PING, VALUES, marker, read

__all__ = ["PING", "Kept", "State", "kept_trips", "ping", "state_of", "unchanged"]

_FIRST_LINE = re.compile(MARKER + VALUES)
_GRAPH = ("pass", "fail", "unknown", "neutral")
_TRIP = ("pass", "fail", "unknown", "none")

_PASSING = (
    (re.compile(r'(?<="base":")[a-z0-9]{0,64}(?=")|(?<="sum":")[a-z0-9]{0,64}(?=")'), ""),
    (re.compile(r"(^<sub>.*\b(?:merged into|against) )`[a-z0-9]{1,64}`(?=.*</sub>$)"), r"\1"),
    (re.compile(r"(?<=\| )\d+(\.\d)? m?s(?= \|)"), ""),
)
"""What is no change, one line of ours at a time: the base's commit, and how long a leg took."""


class State(Value):
    """What a comment says of which commits: `graph` is `pass`, `fail`, `unknown` or `neutral`,
    `trip` `pass`, `fail`, `unknown` or `none`."""

    head: str
    base: str
    graph: str
    trip: str

    @property
    def marker(self) -> str:
        """The comment's first line; a value that is not plain is left empty in it."""
        return marker(MARKER, {"k": "sticky", **self._asdict()})


def state_of(body: str) -> State | None:
    """What one of our comments says of itself in its first line; None for any other text."""
    found = _FIRST_LINE.match(body)
    said = read(found[1]) if found else None
    if said is None:
        return None
    # Until 0.1 there was one verdict for both.
    graph, trip = said.get("graph", said.get("verdict", "")), said.get("trip", "none")
    known = graph in _GRAPH and trip in _TRIP
    return State(said.get("head", ""), said.get("base", ""), graph, trip) if known else None


def kept_trips(body: str, head: str) -> Kept | None:
    """What an earlier comment of ours has about the round trips of the same `head`.

    None where it is about another commit, has none, or was edited there since.
    """
    state = state_of(body)
    same = state is not None and bool(head) and state.head == head
    return kept_in(body) if same else None


def unchanged(old: str, new: str) -> bool:
    """Whether `new` says what the comment `old` says already, but for the base's commit and times.

    GitHub's own form writes CR LF and trims the end; what a person has edited is changed.
    """
    return is_as_written(old) and _settled(old) == _settled(new)


def _settled(body: str) -> list[str]:
    lines = one_kind_of_line_end(body).strip().split("\n")
    for pattern, instead in _PASSING:
        lines = [pattern.sub(instead, line) for line in lines]
    return [line.rstrip() for line in lines]
