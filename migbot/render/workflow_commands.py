"""A Report in a GitHub workflow's log: commands that annotate, then what a person reads.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from migbot.core.report import Report
from migbot.render.place import NOWHERE
from migbot.render.point import FAILURE, LEVELS, NOTICE, WARNING, Point
from migbot.render.points import points
from migbot.render.text import render_text

MOST = 10
"""Annotations of each level that GitHub shows for one step; what is beyond is dropped unseen."""

_COMMANDS = {FAILURE: "error", WARNING: "warning", NOTICE: "notice"}
_COMMAND = re.compile(r"(?m)^(\s*)(?=::)|(?<=##)(?=\[)")
"""Where the runner would read a command: `::` after spaces, and the older `##[` anywhere.

https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
"""


def workflow_commands(report: Report, *, width: int = 80) -> str:
    """A command for each point of the report, the worst first, then its text for people.

    What is more than GitHub shows is counted in a last notice. No line of foreign text is a
    command.
    """
    return "".join(f"{line}\n" for line in _commands(points(report))) + _obeyed_by_nobody(
        render_text(report, width=width)
    )


def _commands(told: Sequence[Point]) -> Iterator[str]:
    """Those that GitHub shows, and a notice that counts the others, for which it needs room."""
    every = {level: _of_level(told, level) for level in LEVELS}
    fits = all(len(commands) <= MOST for commands in every.values())
    room = {FAILURE: MOST, WARNING: MOST, NOTICE: MOST if fits else MOST - 1}
    for level, commands in every.items():
        yield from commands[: room[level]]
    left = sum(len(commands[room[level] :]) for level, commands in every.items())
    if left:
        yield f"::notice title=migbot::{left} more, in the log of this step"


def _of_level(told: Sequence[Point], level: str) -> list[str]:
    return list(dict.fromkeys(_command(each) for each in told if each.level == level))


def _command(point: Point) -> str:
    properties = {"title": point.title}
    if point.place != NOWHERE:
        properties = {"file": point.place.path, "line": str(point.place.line), **properties}
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[point.level]} {told}::{_data(point.message)}"


def _data(text: str) -> str:
    """`text` as the runner takes it back: it knows these three escapes in data."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """And these two more in properties."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _obeyed_by_nobody(text: str) -> str:
    """`text` with a backslash where the runner would begin to read a command."""
    return _COMMAND.sub(lambda found: found[0] + "\\", text)
