"""A Report as annotations: what GitHub shows beside the lines of a pull request."""

from collections.abc import Iterable, Iterator
from itertools import islice

from migbot.core.report import Report
from migbot.core.value import Value
from migbot.render.place import NOWHERE
from migbot.render.points import points

MOST_ANNOTATIONS = 50
"""In one request (docs.github.com, "Checks"); a second request would be a fourth write."""


class Annotation(Value):
    """One remark beside a line; `level` is `failure`, `warning` or `notice`.

    `path` is inside of the repository and `line` from 1. Title and message are plain text, short
    enough for GitHub.
    """

    path: str
    line: int
    level: str
    title: str
    message: str


def annotations(report: Report, most: int | None = None) -> tuple[Annotation, ...]:
    """Every point of the report that has a place, the worst first, none twice; at most `most`."""
    placed = [each for each in points(report) if each.place != NOWHERE]
    # Thousands may be alike as they stand, and others once they are cut to what GitHub takes.
    alike = {(each.place, each.level, each.what, each.said): each for each in placed}
    every = alike.values()
    made = (Annotation(*each.place, each.level, each.title, each.message) for each in every)
    return tuple(islice(_once(made), most))


def _once(made: Iterable[Annotation]) -> Iterator[Annotation]:
    seen: set[Annotation] = set()
    for each in made:
        if each not in seen:
            seen.add(each)
            yield each
