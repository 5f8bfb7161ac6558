"""A Report as Markdown: the comment on a pull request, and what its checks say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from migbot.core.model import Finding, Severity
from migbot.core.plan import PlanReport
from migbot.core.report import Accepted, Report, Verdict, verdict_of
from migbot.core.value import Value
from migbot.render.foreign import code, one_line, prose
from migbot.render.markdown_trips import counted, trip_sections

MARKER = "<!-- migbot:v1 "
"""How our comment begins; with our own account as its author, it is how we find it again."""

LARGEST = 60_000
"""Bytes. GitHub takes 65,536 characters and refuses a longer comment, which would then be lost."""

GRAPH_CHECK = "migbot / graph"
TRIP_CHECK = "migbot / round-trip"

_WORST_FIRST = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS)
_CONCLUSIONS = {
    Verdict.PASS: "success",
    Verdict.FAIL: "failure",
    # `neutral` and `skipped` pass branch protection: they would turn "could not look" green.
    Verdict.UNKNOWN: "action_required",
}


class CheckOutput(Value):
    """One check: its name, its conclusion in GitHub's words, and what is read there."""

    name: str
    conclusion: str
    title: str
    summary: str


class Room(Value):
    """How much evidence there is room for: findings, rows of a table, and details of failures."""

    findings: int
    rows: int
    details: int


LADDER = (Room(200, 200, 20), Room(200, 100, 5), Room(100, 40, 0), Room(30, 10, 0), Room(5, 0, 0))
"""Tried in order: the verdict and the way out always stay, evidence goes first."""


def comment(report: Report) -> str:
    """The body of the one comment; it begins with the marker, which other programs may read."""
    state = {"verdict": report.verdict, "head": report.subject.head, "base": report.subject.base}
    safe = {key: value for key, value in state.items() if re.fullmatch(r"[a-z0-9]{1,64}", value)}
    return f"{MARKER}{json.dumps(safe, separators=(',', ':'))} -->\n{markdown(report)}"


def markdown(report: Report) -> str:
    """The report as a Markdown page: the verdict, then the way out, then the evidence."""
    for room in LADDER:
        text = "\n\n".join(_sections(report, room)) + "\n"
        if len(text.encode()) <= LARGEST:
            break
    return text


def concerns_migrations(report: Report) -> bool:
    """Whether there is anything to say: a pull request without migrations gets no comment."""
    changed = any(e.added or e.edited or e.removed for e in report.environments)
    return changed or report.verdict is not Verdict.PASS or bool(report.findings)


def checks(report: Report) -> tuple[CheckOutput, ...]:
    """What the checks say: the graph's always, the round trip's where there was one.

    Verdicts are worked out again from what was found: a report may come from a stranger's run.
    """
    trips = verdict_of((), (), report.round_trips)
    graph = verdict_of(report.findings, report.unknown)
    if _worst(graph, trips) != _worst(graph, trips, report.verdict):
        graph = report.verdict  # the report knows of something worse than it tells
    static = report._replace(verdict=graph, round_trips=())
    run = report._replace(verdict=trips, findings=(), unknown=(), plan=None, accepted=())
    parts = [(GRAPH_CHECK, static), *([(TRIP_CHECK, run)] if report.round_trips else [])]
    return tuple(
        CheckOutput(name, _CONCLUSIONS[part.verdict], headline(part), markdown(part))
        for name, part in parts
    )


def headline(report: Report) -> str:
    """The verdict in one sentence of plain text, short enough for an e-mail's subject."""
    if report.verdict is Verdict.UNKNOWN:
        return "Not verified: migbot could not look at everything"
    if report.verdict is Verdict.FAIL:
        return f"{_trouble(report)} - fix needed"
    return _good_news(report)


def _worst(*verdicts: Verdict) -> Verdict:
    return min(verdicts, key=_WORST_FIRST.index)


def _trouble(report: Report) -> str:
    for environment in report.environments:
        if len(environment.heads) > max(1, len(environment.heads_before)):
            return f"{len(environment.heads)} heads after the merge"
    errors = sum(found.severity is Severity.ERROR for found in report.findings)
    failed = [trip for trip in report.round_trips if trip.verdict is Verdict.FAIL]
    if failed and not errors:
        return f"The round trip on {one_line(failed[0].database, 20)} failed"
    return counted(max(errors, 1), "problem")


def _good_news(report: Report) -> str:
    parts = []
    added = sum(len(environment.added) for environment in report.environments)
    edited = sum(len(e.edited) + len(e.removed) for e in report.environments)
    parts += [counted(added, "new revision")] if added else []
    parts += [counted(edited, "changed revision")] if edited else []
    if not parts:
        return "No migration changes"
    if len(report.environments) == 1:
        parts.append(counted(len(report.environments[0].heads), "head"))
    if report.round_trips:
        where = ", ".join(trip.database for trip in report.round_trips)
        parts.append(f"round trip passed on {one_line(where, 40)}")
    return ", ".join(parts)


def _sections(report: Report, room: Room) -> Iterator[str]:
    yield f"### Migrations: {prose(headline(report))}"
    yield from _unknown(report)
    if report.plan is not None:
        yield _plan(report.plan)
    yield from _findings(report.findings, room.findings)
    yield from trip_sections(report, rows=room.rows, details=room.details)
    if report.accepted:
        yield "\n".join(["**Accepted**", *map(_accepted, report.accepted[: room.findings])])
    yield _footer(report)


def _unknown(report: Report) -> Iterator[str]:
    if report.verdict is Verdict.UNKNOWN:
        yield "This is no verdict on the migrations, and no pass."
    if report.unknown:
        lines = (
            f"- **{prose(gap.what, 120)}**: {prose(gap.reason)}{_way_out(gap.hint)}"
            for gap in report.unknown[:8]
        )
        yield "\n".join([*lines, *_and_more(len(report.unknown), 8)])


def _plan(plan: PlanReport) -> str:
    lines = [f"**Fix:** run {code(f'migbot resolve --strategy {plan.strategy}')}, commit and push."]
    lines += [f"Why: {prose(plan.reason)}"] if plan.reason else []
    for edit in plan.edits[:10]:
        parents = ", ".join(code(parent, 40) for parent in edit.down_revision[:3]) or "nothing"
        lines.append(f"- {code(edit.path)}: {prose(edit.action, 20)}, so that it revises {parents}")
    return "\n".join([*lines, *_and_more(len(plan.edits), 10)])


def _findings(findings: Iterable[Finding], room: int) -> Iterator[str]:
    order = list(Severity)
    ranked = sorted(findings, key=lambda found: order.index(found.severity))
    if ranked:
        lines = [_finding(found) for found in ranked[:room]]
        yield "\n".join([*lines, *_and_more(len(ranked), room)])


def _finding(found: Finding) -> str:
    place = f" {code(f'{found.path}:{found.line}' if found.line else found.path)}"
    where = place if found.path else ""
    text = f"- **{found.severity} {prose(found.code, 20)}**{where}: {prose(found.message)}"
    return text + _way_out(found.hint)


def _accepted(one: Accepted) -> str:
    what = f"{code(one.code, 20)} {code(one.revision, 40)}".strip()
    return f"- {what}: {prose(one.reason)} (accepted by {prose(one.by, 60)})"


def _way_out(hint: str) -> str:
    return f"  \n  → {prose(hint)}" if hint else ""


def _and_more(count: int, room: int) -> list[str]:
    return [f"- … and {count - room} more, in the report"] if count > room else []


def _footer(report: Report) -> str:
    head, base = report.subject.head, report.subject.base
    of = f"Judged {code(head[:10])}" if head else "Judged a work tree"
    merged = f" merged into {code(base[:10])}" if base else ""
    return f"<sub>{of}{merged} by migbot {prose(report.tool.version, 30)}</sub>"
