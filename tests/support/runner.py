"""GitHub's runner, as far as it reads commands in what a step prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from hypothesis import strategies as st

from support.foreign import anything

COMMANDS = {"error", "warning", "notice", "group", "endgroup", "add-mask", "stop-commands", "debug"}

PAYLOADS = (
    "::error::forged",
    "x\n::stop-commands::token",
    "x\r::add-mask::a",
    "  \t::warning file=a::b",
    "\u200b::error::behind what is not seen",
    "\u3000::error::behind a space",
    "##[error]forged",
    "words ##[add-mask]a",
    "a,line=9::error::b",
    "100%25 %0A::error::c",
    "a b " * 30 + "::error::at the beginning of a wrapped line",
)
"""Texts of strangers that would be commands if they were printed as they are."""

hostile = st.sampled_from(PAYLOADS) | anything


class Said(NamedTuple):
    """One command that the runner has obeyed."""

    name: str
    properties: dict[str, str]
    data: str


def obeyed(text: str) -> list[Said]:
    """The commands in `text`, by the rules of the runner's ActionCommand, both its versions."""
    return [said for line in re.split("\r\n|\n|\r", text) for said in _command(line)]


def _command(line: str) -> Iterator[Said]:
    new = re.match(r"\s*::([^\s:]+)(?: (.*?))?::(.*)", line, re.S)
    if new and new[1].lower() in COMMANDS:
        pairs = [each.split("=", 1) for each in (new[2] or "").split(",") if "=" in each]
        yield Said(new[1], {key: _back(value) for key, value in pairs}, _back(new[3]))
        return
    old = re.search(r"##\[([^\s\]]+)[^\]]*\](.*)", line, re.S)
    if old and old[1].lower() in COMMANDS:
        yield Said(old[1], {}, old[2])


def _back(text: str) -> str:
    for escape, meant in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, meant)
    return text
