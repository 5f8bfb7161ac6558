"""A Report as annotations: what GitHub shows beside the lines of a pull request."""

from migbot.core.report import Report
from migbot.core.value import Value
from migbot.render.place import NOWHERE
from migbot.render.points import points


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


def annotations(report: Report) -> tuple[Annotation, ...]:
    """Every point of the report that has a place, the worst first, none twice."""
    placed = (each for each in points(report) if each.place != NOWHERE)
    made = (Annotation(*each.place, each.level, each.title, each.message) for each in placed)
    return tuple(dict.fromkeys(made))
