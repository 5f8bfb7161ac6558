"""A Report as JUnit XML: what Jenkins, GitLab and others show as tests.

A round trip is a suite and a revision a test in it; the rules that found something are tests of
one more suite. What is not known is an error, so that nobody's CI counts it as passed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from migbot.core.model import Finding, Severity
from migbot.core.report import Report, Verdict
from migbot.core.trip import fails
from migbot.core.trips import RevisionTrip, RevisionVerdict, RoundTrip
from migbot.core.value import Value
from migbot.render.point import FAILURE, UNKNOWN, Point, fitting, message, title
from migbot.render.text_trips import nothing_ran
from migbot.render.trip_points import revision_points, server, whole_points

PASSED, FAILED, ERROR, SKIPPED = "", "failure", "error", "skipped"
"""How a test ended, in the words of JUnit's own elements."""

READ = "everything could be read"
VERDICT = "the verdict has its reasons"
WHOLE = "the round trip as a whole"


class Case(Value):
    """One test; its texts are plain, and `said` is what it has to say where it passed, too."""

    of: str
    name: str
    outcome: str = PASSED
    reason: str = ""
    said: str = ""
    seconds: float = 0.0


class Suite(Value):
    """One suite and its tests."""

    name: str
    cases: tuple[Case, ...]


def render_junit(report: Report) -> str:
    """The report as one XML document, ASCII only, with no character that XML forbids."""
    suites = _suites(report)
    root = Element("testsuites", {"name": "migbot", **_sums([c for s in suites for c in s.cases])})
    del root.attrib["skipped"]  # the schema of Jenkins has it for a suite only
    for suite in suites:
        _write(root, suite)
    indent(root)
    text = tostring(root, encoding="us-ascii").decode("ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suites(report: Report) -> list[Suite]:
    suites = [Suite("rules", (_read(report), *_rules(report.findings)))]
    suites += [_trip(each) for each in report.round_trips]
    return [*suites, *_untold(report, suites)]


def _read(report: Report) -> Case:
    """The test that is always there: an empty file is an error in some CI systems."""
    gaps = [f"{gap.what}: {gap.reason}\n{gap.hint}" for gap in report.unknown]
    if not gaps:
        return Case("migbot", READ)
    return Case("migbot", READ, ERROR, title(f"Not verified: {gaps[0]}"), message(*gaps))


def _rules(findings: Iterable[Finding]) -> Iterator[Case]:
    """A test for each rule that found something in an environment."""
    ranked = sorted(findings, key=_of_rule)
    for (environment, code, name), found in groupby(ranked, key=_of_rule):
        yield _rule(_class("rules", environment), title(f"{code} {name}"), list(found))


def _of_rule(found: Finding) -> tuple[str, str, str]:
    return found.environment, found.code, found.rule


def _rule(of: str, name: str, found: Sequence[Finding]) -> Case:
    errors = [each for each in found if each.severity is Severity.ERROR]
    said = fitting("\n".join(map(_told, found)))
    if not errors:
        return Case(of, name, said=said)
    return Case(of, name, FAILED, title(errors[0].message), said)


def _told(found: Finding) -> str:
    where = f"{found.path}:{found.line}: " if found.path else ""
    return message(f"{where}{found.severity}: {found.message}", found.hint)


def _trip(trip: RoundTrip) -> Suite:
    of = _class(trip.database or "database", trip.environment)
    cases = tuple(_revision(trip, each, of) for each in trip.revisions)
    where = f" of {trip.environment}" if trip.environment else ""
    return Suite(title(f"round trip{where} on {server(trip)}"), (*cases, _whole(trip, of)))


def _class(kind: str, environment: str) -> str:
    """The name under which CI systems group a test: they split it at its last dot."""
    words = filter(None, (environment.replace(".", "_"), kind.replace(".", "_")))
    return title(".".join(("migbot", *words)))


def _revision(trip: RoundTrip, each: RevisionTrip, of: str) -> Case:
    told = revision_points(trip, each)
    outcome = _outcome(each)
    reason = title(told[0].title if told else " ".join(each.notes) or "not run")
    said = _said(told) if told else message(*each.notes) if each.notes else ""
    if nothing_ran(trip):  # the reason is the same for each, and is told of the whole
        gap = trip.unknown[0]
        reason, said = title(f"Not verified: {gap.reason}"), message(gap.reason, gap.hint)
    name = title(f"{each.revision} {each.message}")
    return Case(of, name, outcome, reason, said, _seconds(each))


def _outcome(each: RevisionTrip) -> str:
    if fails(each):
        return FAILED
    undecided = {RevisionVerdict.UNKNOWN: ERROR, RevisionVerdict.NOT_RUN: SKIPPED}
    return undecided.get(each.verdict, PASSED)


def _said(told: Iterable[Point]) -> str:
    return fitting("\n".join(f"{each.title}\n{each.message}" for each in told))


def _seconds(each: RevisionTrip) -> float:
    """How long its legs took; a stranger's report may hold any number."""
    took = sum(leg.ms for leg in each.legs) / 1000
    return took if math.isfinite(took) and took > 0 else 0.0


def _whole(trip: RoundTrip, of: str) -> Case:
    """What is to be said of it beside its revisions; skipped ones alone are never a pass."""
    of_revisions = [point for each in trip.revisions for point in revision_points(trip, each)]
    told = whole_points(trip, [] if nothing_ran(trip) else of_revisions)
    worst = [each for each in told if each.level == FAILURE]
    if not worst:
        return Case(of, WHOLE, said=message(*trip.notes) if trip.notes else "")
    known = any(each.code != UNKNOWN for each in worst)
    return Case(of, WHOLE, FAILED if known else ERROR, worst[0].title, _said(worst))


def _untold(report: Report, suites: Iterable[Suite]) -> Iterator[Suite]:
    """A verdict for which no test gives the reason is a test of its own."""
    outcomes = {case.outcome for suite in suites for case in suite.cases}
    wanted = {Verdict.FAIL: FAILED, Verdict.UNKNOWN: ERROR}.get(report.verdict, PASSED)
    if wanted not in (PASSED, *outcomes):
        reason = f"The verdict is: {report.verdict}"
        yield Suite("verdict", (Case("migbot", VERDICT, wanted, reason, message("")),))


def _write(root: Element, suite: Suite) -> None:
    element = SubElement(root, "testsuite", {"name": suite.name, **_sums(suite.cases)})
    for case in suite.cases:
        named = {"classname": case.of, "name": case.name, "time": f"{case.seconds:.3f}"}
        test = SubElement(element, "testcase", named)
        if case.outcome:
            told = {"message": case.reason, "type": case.outcome}
            SubElement(test, case.outcome, told).text = case.said
        elif case.said:
            SubElement(test, "system-out").text = case.said


def _sums(cases: Sequence[Case]) -> dict[str, str]:
    outcomes = [case.outcome for case in cases]
    return {
        "tests": str(len(cases)),
        "failures": str(outcomes.count(FAILED)),
        "errors": str(outcomes.count(ERROR)),
        "skipped": str(outcomes.count(SKIPPED)),
        "time": f"{sum(case.seconds for case in cases):.3f}",
    }
