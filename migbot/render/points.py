"""What a report has to say, point by point, for the formats that other programs read.

Annotations, SARIF and workflow commands are all made of these points, so that none of them can
say less than another. A report that is not a pass has at least one.
"""

from __future__ import annotations

from collections.abc import Iterator

from migbot.core.model import Finding, Severity
from migbot.core.report import Report, Verdict
from migbot.render.place import NOWHERE, Place, place
from migbot.render.point import (
    FAILURE,
    LEVELS,
    NOTICE,
    UNKNOWN,
    WARNING,
    Point,
    not_known,
)
from migbot.render.trip_points import trip_points

_OF_SEVERITY = {Severity.ERROR: FAILURE, Severity.WARNING: WARNING, Severity.NOTE: NOTICE}


def points(report: Report) -> tuple[Point, ...]:
    """Every point of the report, the worst first, what is not known after what failed."""
    found = [
        *map(_finding, report.findings),
        *trip_points(report),
        *map(not_known, report.unknown),
    ]
    found += _untold(report, found)
    return tuple(sorted(found, key=_rank))


def _finding(found: Finding) -> Point:
    return Point(
        code=found.code,
        name=found.rule,
        level=_OF_SEVERITY[found.severity],
        what=f"{found.code} {found.rule}",
        said=(found.message, found.hint),
        place=place(found.path, found.line),
        environment=found.environment,
        revision=found.revision,
    )


def _untold(report: Report, found: list[Point]) -> Iterator[Point]:
    """A verdict for which the report gives no reason is a point too: it is not to be lost."""
    seen = {(each.code == UNKNOWN) for each in found if each.level == FAILURE}
    if report.verdict is Verdict.FAIL and False not in seen:
        yield Point("verdict", "verdict", FAILURE, "The verdict is: fail", ())
    if report.verdict is Verdict.UNKNOWN and True not in seen:
        said = "migbot could not look at everything."
        yield Point(UNKNOWN, UNKNOWN, FAILURE, "Not verified", (said,))


def _rank(point: Point) -> tuple[int, bool, bool, Place]:
    """What failed before what is not known, and what has a place before what has none."""
    known, placed = point.code != UNKNOWN, point.place != NOWHERE
    return LEVELS.index(point.level), not known, not placed, point.place
