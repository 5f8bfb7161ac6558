"""One thing that a report has to say to other programs: what, how bad, where, in plain text."""

from __future__ import annotations

from migbot.core.report import Unknown
from migbot.core.value import Value
from migbot.render.comment_room import as_fits
from migbot.render.neutral import cut, paragraph, plain
from migbot.render.place import NOWHERE, Place, named_place

FAILURE, WARNING, NOTICE = LEVELS = ("failure", "warning", "notice")
"""GitHub's words for the level of an annotation, worst first.

https://docs.github.com/en/rest/checks/runs#create-a-check-run
"""

ROUND_TRIP = "round-trip"
"""The code of what a round trip has found: it is no rule, and has none of a rule's codes."""

UNKNOWN = "not-verified"
"""The code of what is not known: never a finding, and never a pass."""

LONGEST_TITLE = 255
LARGEST_MESSAGE = 64 * 1024
"""Characters and bytes that GitHub takes for an annotation (same page as the levels)."""


class Point(Value):
    """One thing that is wrong or not known.

    `code` is a rule's, or one of the two above, and `name` the rule's name. `what` it is and what
    is `said` of it may be a stranger's text as it stands; the title and the message are made of
    them where they are read, because of thousands of points most are only counted. `detail` tells
    it from other points of the same code and revision, and stays the same when lines move.
    """

    code: str
    name: str
    level: str
    what: str
    said: tuple[str, ...]
    place: Place = NOWHERE
    environment: str = ""
    revision: str = ""
    detail: str = ""

    @property
    def title(self) -> str:
        """What it is: one plain line of at most `LONGEST_TITLE` characters; never empty."""
        return title(self.what)

    @property
    def message(self) -> str:
        """What is said of it: plain lines, long ones cut; never empty."""
        return message(*self.said)


def title(text: str) -> str:
    """`text` as a title: one plain line of at most `LONGEST_TITLE` characters; never empty."""
    line = " ".join(text.split())[: LONGEST_TITLE + 1]
    return cut(plain(line), LONGEST_TITLE) or "migbot"


def message(*texts: str) -> str:
    """The texts one below the other, plain, long ones cut; never empty."""
    lines = as_fits((line for text in texts if text for line in paragraph(text)), LARGEST_MESSAGE)
    return fitting("\n".join(lines) or "No reason was given.")


def fitting(text: str) -> str:
    """`text` in at most `LARGEST_MESSAGE` bytes."""
    if len(text.encode()) <= LARGEST_MESSAGE:
        return text
    return text.encode()[: LARGEST_MESSAGE - 3].decode(errors="ignore") + "..."


def not_known(gap: Unknown) -> Point:
    """The point of something that could not be looked at."""
    return Point(
        code=UNKNOWN,
        name=UNKNOWN,
        level=FAILURE,
        what=f"Not verified: {gap.what}",
        said=(gap.reason, gap.hint),
        place=named_place(gap.what),
        detail=gap.what,
    )
