"""What a person reads on a terminal: the findings with their way out, and the verdict last.

The verdict stands last because the last line is the one beside the prompt, and the one that git
shows when a hook stops a commit. Where all is well it is the only line.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from migbot.core.model import Finding, Severity
from migbot.core.report import Accepted, EnvironmentReport, Report, Unknown, Verdict
from migbot.core.trip import fails
from migbot.core.trips import RevisionVerdict, RoundTrip
from migbot.render.ink import Pen, pen
from migbot.render.neutral import plain
from migbot.render.text_lines import counted, unknowns, way_out, wrapped
from migbot.render.text_trips import is_of_a_repair, nothing_ran, proof_section, trips_section

_INKS = {
    Severity.ERROR: "red",
    Severity.WARNING: "yellow",
    Severity.NOTE: "dim",
    Verdict.PASS: "green",
    Verdict.FAIL: "red",
    Verdict.UNKNOWN: "yellow",
}


def render_text(report: Report, *, colour: bool = False, width: int = 80) -> str:
    """The report in words; `colour` says whether ANSI colours may be used, `width` the columns.

    No foreign text in it holds a control character (see `neutral`). It ends with a newline.
    """
    ink = pen(colour)
    trips = trips_section(report, ink, width)
    sections = (
        _findings(report.findings, ink, width),
        () if is_of_a_repair(report) else trips,
        _unknown(report.unknown, ink, width),
        _plan(report, ink, width),
        trips if is_of_a_repair(report) else (),  # what was done comes before what it came to
        _accepted(report.accepted, ink, width),
        proof_section(report, ink, width),
    )
    blocks = ["\n".join(lines) for lines in map(list, sections) if lines]
    return "\n\n".join([*blocks, _verdict(report, ink)]) + "\n"


def _findings(findings: tuple[Finding, ...], ink: Pen, width: int) -> Iterator[str]:
    before = None
    for (path, place), found in groupby(findings, key=lambda each: (each.path, _place(each))):
        if before not in (None, path):
            yield ""
        before = path
        yield ink("bold", place)
        for each in found:
            yield from _finding(each, ink, width)


def _place(found: Finding) -> str:
    if found.path:
        return plain(found.path) + (f":{found.line}" if found.line else "")
    return f"environment {plain(found.environment)}" if found.environment else "the history"


def _finding(found: Finding, ink: Pen, width: int) -> Iterator[str]:
    head = f"{plain(found.code)} {found.severity}:"
    yield from _headed(head, _INKS[found.severity], found.message, 2, ink, width)
    yield from way_out(found.hint, ink)


def _headed(head: str, colour: str, text: str, indent: int, ink: Pen, width: int) -> Iterator[str]:
    """`text` wrapped after `head`, which alone is painted."""
    first, *more = wrapped(f"{head} {text}", indent, width)
    yield first.replace(head, ink(colour, head), 1)
    yield from more


def _unknown(unknown: tuple[Unknown, ...], ink: Pen, width: int) -> Iterator[str]:
    if unknown:
        yield ink("bold", "could not look")
        yield from unknowns(unknown, ink, width)


def _plan(report: Report, ink: Pen, width: int) -> Iterator[str]:
    """The repair; of a merge to come one sentence, as there is nothing to write before it."""
    plan = report.plan
    if plan is None:
        return
    if not is_of_a_repair(report):
        why = plan.reason.rstrip(". ")
        yield from wrapped(f"Merge the base first; then migbot resolve {why}.", 0, width)
        return
    yield from _headed(f"{plain(plan.strategy)}:", "bold", plan.reason, 0, ink, width)
    yield from _commands("if you already ran a moved revision, run this first", plan.first, ink)
    for edit in plan.edits:
        parents = ", ".join(map(plain, edit.down_revision)) or "nothing"
        yield f"  {plain(edit.action)} {plain(edit.path)}"
        yield f"      {plain(edit.revision)} on {parents}"
    yield from _commands("then", plan.then, ink)


def _commands(when: str, commands: tuple[str, ...], ink: Pen) -> Iterator[str]:
    if commands:
        yield f"  {when}:"
    for each in commands:
        yield from way_out(each, ink)


def _accepted(accepted: tuple[Accepted, ...], ink: Pen, width: int) -> Iterator[str]:
    if accepted:
        yield ink("bold", "accepted")
    for each in accepted:
        what = " ".join(filter(None, (each.code, each.revision)))
        yield from wrapped(f"{what}: {each.reason} (by {each.by})", 2, width)


def _verdict(report: Report, ink: Pen) -> str:
    facts = _facts(report) if report.verdict is Verdict.PASS else ()
    said = ", ".join([*_problems(report), *facts])
    line = f"migbot: {ink(_INKS[report.verdict], report.verdict.value)}"
    return f"{line} ({said})" if said else line


def _problems(report: Report) -> Iterator[str]:
    for severity in Severity:
        found = sum(each.severity is severity for each in report.findings)
        if found:
            yield counted(found, str(severity))
    yield from _failures(report.round_trips)
    trips = () if is_of_a_repair(report) else report.round_trips
    unknown = len(report.unknown) + sum(map(_untold, trips))
    if unknown:
        yield f"{counted(unknown, 'thing')} not known"
    if report.accepted:
        yield f"{len(report.accepted)} accepted"


def _failures(trips: tuple[RoundTrip, ...]) -> Iterator[str]:
    """The revisions that fail their round trip, and round trips that fail as a whole alone."""
    revisions = sum(fails(each) for trip in trips for each in trip.revisions)
    if revisions:
        yield f"{counted(revisions, 'revision')} failed"
    alone = sum(t.verdict is Verdict.FAIL and not any(map(fails, t.revisions)) for t in trips)
    if alone:
        yield f"{counted(alone, 'round trip')} failed"


def _untold(trip: RoundTrip) -> int:
    """What is not known of it: revisions, and reasons as a whole."""
    if nothing_ran(trip):
        return len(trip.unknown)
    revisions = sum(each.verdict is RevisionVerdict.UNKNOWN for each in trip.revisions)
    return (revisions + len(trip.unknown)) or int(trip.verdict is Verdict.UNKNOWN)


def _facts(report: Report) -> Iterator[str]:
    environments = report.environments
    if environments:
        yield counted(sum(len(each.added) for each in environments), "new revision")
        yield _heads(environments)
    for trip in () if is_of_a_repair(report) else report.round_trips:
        passed = sum(each.verdict is RevisionVerdict.PASS for each in trip.revisions)
        server = " ".join(filter(None, (plain(trip.database), plain(trip.server_version))))
        yield f"{passed} up, down and up again on {server}"


def _heads(environments: tuple[EnvironmentReport, ...]) -> str:
    if len(environments) > 1:
        return counted(len(environments), "environment")
    heads = environments[0].heads
    return ": ".join(filter(None, (counted(len(heads), "head"), ", ".join(map(plain, heads)))))
