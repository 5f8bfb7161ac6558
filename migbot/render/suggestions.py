"""Review suggestions, to be taken with a click: the lines of a repair, and better messages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from migbot.core.model import Finding, NewLine
from migbot.core.plan import PlannedEdit, PlanReport
from migbot.core.report import Report
from migbot.core.value import Value
from migbot.render.foreign import code, prose
from migbot.render.neutral import plain
from migbot.render.place import NOWHERE, place

MOST_LINES = 2
"""Lines of one file: `down_revision`, and `Revises:` in the docstring."""

MOST_FILES = 5
"""Beyond it, `migbot resolve` is quicker than a click for each line."""

LONGEST = 300
"""Characters of a line that is suggested: who clicks has read it."""


class Suggestion(Value):
    """A review comment on one line, whose `body` holds the line that is to stand there."""

    path: str
    line: int
    body: str


def suggestions(report: Report) -> tuple[Suggestion, ...]:
    """One suggestion for each line that the report's plan rewrites, and for each message that says
    too little where a better one is known.

    Of a plan all or none: a repair that is taken in part is none. There are none where it writes a
    new file, rewrites more than single lines, or a line holds what cannot be seen.
    """
    return (*_of_plan(report.plan), *_of_findings(report.findings))


def _of_findings(findings: Iterable[Finding]) -> Iterator[Suggestion]:
    """A line for each finding that one line mends; of what two say of a line the first."""
    found: dict[tuple[str, int], Suggestion] = {}
    for each in findings:
        new = each.instead
        if new is not None and place(each.path) != NOWHERE and _is_plain(new):
            why = f"{prose(each.message[:1].upper() + each.message[1:].rstrip('.'))}."
            body = "\n".join([why, "", *_block(new.now)])
            found.setdefault((each.path, new.line), Suggestion(each.path, new.line, body))
    yield from list(found.values())[:MOST_FILES]


def _of_plan(plan: PlanReport | None) -> tuple[Suggestion, ...]:
    if plan is None or not _is_small(plan):
        return ()
    return tuple(
        Suggestion(edit.path, new.line, _body(plan, new, _others(plan, edit, new)))
        for edit in plan.edits
        for new in edit.lines
    )


def _is_small(plan: PlanReport) -> bool:
    return 0 < len(plan.edits) <= MOST_FILES and all(map(_is_clickable, plan.edits))


def _is_clickable(edit: PlannedEdit) -> bool:
    single = edit.action == "rewrite" and 1 <= len(edit.lines) <= MOST_LINES
    return single and place(edit.path) != NOWHERE and all(map(_is_plain, edit.lines))


def _is_plain(new: NewLine) -> bool:
    """Whether the line is short and shows all that it holds: what is clicked has been seen."""
    hidden = plain(new.now) != new.now or "\N{REPLACEMENT CHARACTER}" in new.now
    return new.line >= 1 and len(new.now) <= LONGEST and not hidden


def _others(plan: PlanReport, mine: PlannedEdit, new: NewLine) -> tuple[str, ...]:
    """The other lines of the repair, as a reader finds them."""
    return tuple(
        f"line {each.line}" if edit.path == mine.path else f"{edit.path}:{each.line}"
        for edit in plan.edits
        for each in edit.lines
        if (edit.path, each.line) != (mine.path, new.line)
    )


def _body(plan: PlanReport, new: NewLine, others: tuple[str, ...]) -> str:
    return "\n".join([" ".join(_why(plan, others)), "", *_block(new.now)])


def _why(plan: PlanReport, others: tuple[str, ...]) -> Iterator[str]:
    yield prose(plan.reason) if plan.reason else "This makes the history one line again."
    if others:
        places = ", ".join(code(each) for each in others)
        both = "both" if len(others) == 1 else "all"
        yield f"It belongs together with the suggestion on {places}: commit {both} in one batch."
    yield "The parent is on the base branch: merge that into yours before you upgrade."
    if plan.first:
        commands = ", ".join(map(code, plan.first[:3]))
        yield f"Whoever has run the revision already runs {commands} before."


def _block(line: str) -> list[str]:
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", line)), default=0))
    return [f"{fence}suggestion", line, fence]
