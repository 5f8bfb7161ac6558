"""The verdict in one sentence of plain text: a comment's title, an e-mail's subject, a check's."""

from __future__ import annotations

from collections.abc import Iterator

from migbot.core.forecast import Clash
from migbot.core.model import Finding, Severity
from migbot.core.report import EnvironmentReport, Report, Verdict
from migbot.core.trips import RevisionVerdict
from migbot.core.wording import counted
from migbot.render.comment_kept import Kept
from migbot.render.foreign import one_line
from migbot.render.order_words import server_name
from migbot.render.verdicts import (
    NEUTRAL,
    NONE,
    changes_migrations,
    conflicts,
    failed_trips,
    forked_before,
    graph_word,
    trip_word,
)

LONGEST = 85
"""Characters, so that with its first word it stands in the 100 that an e-mail shows."""

LEADS = {
    "MB103": "A revision id is used twice",
    "MB104": "The history goes round in a circle",
    "MB102": "A parent is missing",
    "MB101": "The history is forked",
    "MB203": "A new revision lies below the base's",
    "MB202": "A revision of the base is gone",
    "MB201": "A revision of the base was edited",
}
"""What is told first where there are several errors, as the one may be why there is the other."""


def headline(report: Report, kept: Kept | None = None) -> str:
    """The verdict on everything; `kept` is what was proved of the same commit before."""
    graph, trip = graph_word(report), trip_word(report)
    if trip == NONE and kept:
        trip = kept.verdict
    said = trip_said(report) or (kept.said if kept else "")
    if Verdict.FAIL in (graph, trip):
        failed = (said or "The round trip failed") if trip == Verdict.FAIL else ""
        return one_line(trouble(report, failed), LONGEST)
    if Verdict.UNKNOWN in (graph, trip):
        return _not_known(report, graph)
    passed = (said or "round trip passed") if trip == Verdict.PASS else ""
    return one_line(", ".join(filter(None, (*_changes(report, graph), passed))), LONGEST)


def trip_said(report: Report) -> str:
    """What a headline says of the round trips that failed or passed; "" where they did neither."""
    word = trip_word(report)
    if word == Verdict.FAIL:
        return _failed_trip(report)
    one_way = _ways(report, RevisionVerdict.IRREVERSIBLE)
    told = [f"{one_way} one-way"] if one_way else []
    told.append(f"round trip passed on {_servers(report) or 'no database'}")
    return ", ".join(told) if word == Verdict.PASS else ""


def graph_title(report: Report) -> str:
    """What the check of the static half is called."""
    return headline(report._replace(round_trips=(), verdict=_verdict(graph_word(report))))


def trip_title(report: Report) -> str:
    """What the check of the round trips is called."""
    word, server = trip_word(report), _servers(report)
    if word == Verdict.FAIL:
        return one_line(_failed_trip(report), LONGEST)
    if word == Verdict.UNKNOWN:
        return "Could not run the round trip (not a verdict)"
    passed, one_way = (
        _ways(report, each) for each in (RevisionVerdict.PASS, RevisionVerdict.IRREVERSIBLE)
    )
    parts = [f"{counted(passed, 'revision')} up, down and up again"] if passed else []
    parts += [f"{one_way} one-way"] if one_way else []
    return one_line(f"{', '.join(parts) or 'Nothing to prove'} on {server}", LONGEST)


def _verdict(word: str) -> Verdict:
    return Verdict.PASS if word == NEUTRAL else Verdict(word)


def trouble(report: Report, failed: str = "") -> str:
    """What is wrong, and that it is to be mended; `failed` tells of a round trip that has."""
    if pulls := needed_pulls(report):
        others = ", ".join(map(pull, pulls[:3]))
        more = len(open_errors(report))
        also = f", and {counted(more, 'more problem')}" if more else ""
        return f"Depends on {others} - merge that first{also}"
    parts = list(_graph_troubles(report))
    if failed:
        parts.append("round trip failed" if parts else failed)
    return f"{', '.join(parts) or '1 problem'} - fix needed"


def pull(number: int) -> str:
    """A pull request's number as GitHub links it; this link is meant."""
    return f"#{number}" if 0 < number < 10**9 else "another pull request"


def needed_pulls(report: Report) -> tuple[int, ...]:
    """The open pull requests on whose revisions this one is built."""
    found = (each.pull for each in report.forecast if each.clash is Clash.NEEDS)
    return tuple(dict.fromkeys(found))


def open_errors(report: Report) -> list[Finding]:
    """The errors, but for parents that are missing because another open pull request has them."""
    needs = [each for each in report.forecast if each.clash is Clash.NEEDS]
    waiting = {(each.environment, name) for each in needs for name in each.revisions}
    return [
        found
        for found in report.findings
        if found.severity is Severity.ERROR
        and not (found.code == "MB102" and (found.environment, found.revision) in waiting)
    ]


def lead(report: Report) -> Finding | None:
    """The error that is told first; None where there is none."""
    errors, order = open_errors(report), list(LEADS)
    known = [found for found in errors if found.code in LEADS]
    return min(known, key=lambda found: order.index(found.code), default=next(iter(errors), None))


def forked(report: Report) -> tuple[EnvironmentReport, ...]:
    """The environments that would have more heads than there were, and than one."""
    told = {found.environment for found in report.findings if found.code == "MB101"}
    return tuple(
        each
        for each in report.environments
        if len(each.heads) > max(1, len(each.heads_before)) and (each.name in told or not told)
    )


def _graph_troubles(report: Report) -> Iterator[str]:
    first, errors = lead(report), len(open_errors(report))
    if first is None:
        return
    more = f", {counted(errors - 1, 'more problem')}" if errors > 1 else ""
    if first.code == "MB101" and forked(report):
        yield f"{len(forked(report)[0].heads)} heads after the merge{more}"
    elif first.code in LEADS:
        yield f"{LEADS[first.code]}{more}"
    else:
        yield counted(errors, "problem")


def _failed_trip(report: Report) -> str:
    for trip in failed_trips(report):
        return f"The round trip on {one_line(server_name(trip) or 'no database', 30)} failed"
    return "The round trip failed"


def _not_known(report: Report, graph: str) -> str:
    if files := conflicts(report):
        return f"Not verified: conflict with the base in {counted(len(files), 'file')}"
    if graph == Verdict.UNKNOWN:
        return "Could not look at everything (not a verdict)"
    return "Could not run the round trip (not a verdict)"


def _changes(report: Report, graph: str) -> Iterator[str]:
    if graph == NEUTRAL:
        heads = len(forked_before(report)[0].heads_before)
        yield f"The base has {heads} heads, not your pull request"
        return
    if not changes_migrations(report):
        yield "No migration changes"
        return
    added = sum(len(environment.added) for environment in report.environments)
    edited = sum(len(e.edited) + len(e.removed) for e in report.environments)
    yield from [counted(added, "new revision")] if added else []
    yield from [counted(edited, "changed revision")] if edited else []
    if len(report.environments) == 1:
        yield counted(len(report.environments[0].heads), "head")
    else:
        yield counted(len(report.environments), "environment")


def _servers(report: Report) -> str:
    return ", ".join(dict.fromkeys(one_line(server_name(t), 30) for t in report.round_trips))


def _ways(report: Report, way: RevisionVerdict) -> int:
    """The revisions that came to this, each once however many databases it was tried on."""
    found = (each for trip in report.round_trips for each in trip.revisions)
    return len({each.revision for each in found if each.verdict is way})
