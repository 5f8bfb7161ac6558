"""The two checks on a commit: what each concludes, is called, shows, and notes on which lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from migbot.core.graph import RevisionGraph
from migbot.core.report import Report, Verdict
from migbot.core.value import Value
from migbot.render.annotations import MOST_ANNOTATIONS, Annotation
from migbot.render.annotations import annotations as notes_of
from migbot.render.headlines import graph_title, needed_pulls, pull, trip_title
from migbot.render.markdown_page import Extras, page
from migbot.render.verdicts import (
    NEUTRAL,
    NONE,
    changes_migrations,
    graph_word,
    is_old_fork,
    trip_word,
)

GRAPH_CHECK = "migbot / graph"
TRIP_CHECK = "migbot / round-trip"

_CONCLUSIONS = {
    "pass": "success",
    "fail": "failure",
    # `neutral` and `skipped` pass branch protection: they would turn "could not look" green.
    "unknown": "action_required",
    # It may pass: what is wrong is on the base already, and this change has not made it worse.
    NEUTRAL: "neutral",
}


class CheckOutput(Value):
    """One check: its name, its conclusion in GitHub's words, what is read there, and the notes on
    lines of files, as many as GitHub takes of them."""

    name: str
    conclusion: str
    title: str
    summary: str
    annotations: tuple[Annotation, ...] = ()


def checks(
    report: Report, graphs: Mapping[str, RevisionGraph] | None = None
) -> tuple[CheckOutput, ...]:
    """What the checks say: the graph's always, the round trip's where it is known.

    Verdicts are worked out again from what was found: a report may come from a stranger's run. A
    round trip that was to be made and was not has no check: a required one then waits, and what
    was said of the same commit before stays.
    """
    return (_graph(report, graphs or {}), *_trip(report))


def _graph(report: Report, graphs: Mapping[str, RevisionGraph]) -> CheckOutput:
    word = graph_word(report)
    verdict = Verdict.PASS if word == NEUTRAL else Verdict(word)
    static = report._replace(verdict=verdict, round_trips=())
    return CheckOutput(
        GRAPH_CHECK,
        _CONCLUSIONS[word],
        graph_title(report),
        page(static, Extras(graphs)),
        notes_of(_without_old_forks(static) if word == NEUTRAL else static, MOST_ANNOTATIONS),
    )


def _without_old_forks(report: Report) -> Report:
    """A note on a line of the change would accuse it."""
    mine = tuple(found for found in report.findings if not is_old_fork(found))
    return report._replace(findings=mine)


def _trip(report: Report) -> Iterator[CheckOutput]:
    word = trip_word(report)
    run = Report(
        Verdict.PASS if word == NONE else Verdict(word),
        report.subject,
        environments=report.environments,
        round_trips=report.round_trips,
        tool=report.tool,
    )
    if word != NONE:
        told, notes = page(run, Extras()), notes_of(run, MOST_ANNOTATIONS)
        yield CheckOutput(TRIP_CHECK, _CONCLUSIONS[word], trip_title(report), told, notes)
    elif pulls := needed_pulls(report):
        title = f"Not run: depends on {pull(pulls[0])}"
        why = f"### {title}\n\nIt needs what only that pull request has. No verdict, and no pass.\n"
        yield CheckOutput(TRIP_CHECK, _CONCLUSIONS["unknown"], title, why)
    elif not changes_migrations(report) and graph_word(report) in ("pass", NEUTRAL):
        yield CheckOutput(TRIP_CHECK, _CONCLUSIONS["pass"], graph_title(run), page(run, Extras()))
