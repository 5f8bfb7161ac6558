"""A Report as one page that needs nothing else: no script, no link to anywhere, no request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from migbot.core.graph import RevisionGraph
from migbot.core.model import Finding, Severity
from migbot.core.plan import PlanReport
from migbot.core.report import Accepted, EnvironmentReport, Report, Verdict, verdict_of
from migbot.render.html_elements import (
    Html,
    codes,
    command,
    element,
    facts,
    said,
    tag,
    together,
)
from migbot.render.html_graph import draw_list
from migbot.render.html_style import STYLE
from migbot.render.html_trips import trip_section, unknowns, verdict_of_trip, way_out
from migbot.render.markdown import headline
from migbot.render.text_lines import counted

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Even if something of a stranger's became markup, a browser would fetch, run and send nothing."""

_KINDS = {Severity.ERROR: "fail", Severity.WARNING: "unknown", Severity.NOTE: "dim"}
_WORST_FIRST = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS)


def render_html(report: Report, graphs: Mapping[str, RevisionGraph] | None = None) -> str:
    """The page; `graphs` are the histories that were judged, by the environment's name.

    The verdict is worked out again from what was found, and never better than the report's own.
    """
    report = report._replace(verdict=_verdict(report))
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"migbot: {_title(report)}"),
        element("style", Html(STYLE)),
    )
    main = element("main", *_sections(report, graphs or {}))
    body = element("body", _header(report), main, _footer(report))
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _verdict(report: Report) -> Verdict:
    trips = (verdict_of_trip(each) for each in report.round_trips)
    found = (report.verdict, verdict_of(report.findings, report.unknown), *trips)
    return min(found, key=_WORST_FIRST.index)


def _title(report: Report) -> str:
    if report.verdict is Verdict.UNKNOWN:
        return "Unknown: migbot could not look at everything"
    return f"{str(report.verdict).capitalize()}: {headline(report)}"


def _header(report: Report) -> Html:
    inside = [element("h1", _title(report))]
    if report.verdict is Verdict.UNKNOWN:
        inside.append(element("p", "This is no verdict on the migrations, and no pass."))
    return element(
        "header",
        element("div", *inside, class_=f"verdict {report.verdict}"),
        facts(_subject(report)),
    )


def _subject(report: Report) -> Iterator[tuple[str, str]]:
    subject = report.subject
    judged = element("code", subject.head) if subject.head else Html("a work tree")
    more = " and what is not committed yet" if subject.dirty else ""
    yield "Judged", together((judged, more))
    if subject.base:
        yield "Against", element("code", subject.base)
    if subject.merged_tree:
        yield "Merged tree", element("code", subject.merged_tree)


def _sections(report: Report, graphs: Mapping[str, RevisionGraph]) -> Iterator[Html]:
    several = len(report.environments) > 1
    trips = [trip_section(t, n, several=several) for n, t in enumerate(report.round_trips)]
    histories = [_environment(each, graphs.get(each.name)) for each in report.environments]
    parts = (
        ("Could not look", [unknowns(report.unknown)] if report.unknown else []),
        ("Repair", list(_plan(report.plan))),
        ("Findings", list(_findings(report.findings))),
        ("Round trip", trips),
        ("History", histories),
        ("Accepted", list(_accepted(report.accepted))),
    )
    for title, inside in parts:
        if inside:
            name = title.lower().replace(" ", "-")
            heading = element("h2", title, id=name)
            yield element("section", heading, *inside, aria_labelledby=name)


def _plan(plan: PlanReport | None) -> Iterator[Html]:
    if plan is None:
        return
    yield element("p", element("strong", plan.strategy), ": ", said(plan.reason))
    if plan.first:
        yield element("p", "If you already ran a moved revision, run this first:")
        yield from map(command, plan.first)
    yield command(f"migbot resolve --strategy {plan.strategy}")
    edits = (
        element(
            "li",
            f"{edit.action} ",
            element("code", edit.path),
            ": ",
            element("code", edit.revision),
            " on ",
            codes(edit.down_revision) if edit.down_revision else "nothing",
        )
        for edit in plan.edits
    )
    yield element("ul", *edits)
    if plan.then:
        yield element("p", "Then:")
        yield from map(command, plan.then)


def _findings(findings: tuple[Finding, ...]) -> Iterator[Html]:
    order = list(Severity)
    ranked = sorted(findings, key=lambda each: order.index(each.severity))
    if ranked:
        yield element("ul", *map(_finding, ranked), class_="plain", role="list")


def _finding(found: Finding) -> Html:
    head = tag(found.severity, _KINDS[found.severity])
    rule = element("span", f" {found.code} {found.rule}")
    return element(
        "li",
        element("p", head, rule, " ", _place(found), class_="said"),
        element("p", said(found.message), class_="said"),
        way_out(found.hint),
    )


def _place(found: Finding) -> Html:
    if found.path:
        return element("code", f"{found.path}:{found.line}" if found.line else found.path)
    where = f"environment {found.environment}" if found.environment else "the history"
    return element("span", where, class_="dim")


def _environment(environment: EnvironmentReport, graph: RevisionGraph | None) -> Html:
    rows = (
        ("Folders", environment.versions),
        ("Heads", environment.heads),
        ("Heads before", environment.heads_before),
        ("New", environment.added),
        ("Edited", environment.edited),
        ("Removed", environment.removed),
    )
    return element(
        "section",
        element("h3", f"{environment.name}: {counted(len(environment.heads), 'head')}"),
        facts((term, codes(names)) for term, names in rows if names),
        draw_list(graph, environment.added) if graph is not None else Html(""),
    )


def _accepted(accepted: tuple[Accepted, ...]) -> Iterator[Html]:
    if accepted:
        items = (
            element(
                "li",
                element("span", f"{each.code} "),
                element("code", each.revision) if each.revision else Html(""),
                ": ",
                said(each.reason),
                element("span", f" (by {each.by})", class_="dim"),
            )
            for each in accepted
        )
        yield element("ul", *items)


def _footer(report: Report) -> Html:
    return element("footer", element("p", f"migbot {report.tool.version}"))
