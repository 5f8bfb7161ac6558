"""A Report as Markdown: the comment on a pull request, and what its checks say."""

from __future__ import annotations

from collections.abc import Mapping

from migbot.core.graph import RevisionGraph
from migbot.core.report import Report, Verdict
from migbot.render.comment_kept import Kept
from migbot.render.comment_room import LADDER, LARGEST
from migbot.render.comment_state import State
from migbot.render.headlines import headline
from migbot.render.markdown_checks import GRAPH_CHECK, TRIP_CHECK, CheckOutput, checks
from migbot.render.markdown_page import Extras, page, state_words
from migbot.render.markers import MARKER
from migbot.render.verdicts import changes_migrations, graph_word

__all__ = [
    "GRAPH_CHECK",
    "LADDER",
    "LARGEST",
    "MARKER",
    "TRIP_CHECK",
    "CheckOutput",
    "checks",
    "comment",
    "concerns_migrations",
    "headline",
    "markdown",
]


def comment(
    report: Report,
    *,
    kept: Kept | None = None,
    graphs: Mapping[str, RevisionGraph] | None = None,
    url: str = "",
) -> str:
    """The body of the one comment; it begins with the marker, which other programs may read.

    `kept` is what an earlier comment has proved of the same commit; round trips of the report's
    own go before it. `graphs` are the histories that were judged, by the environment's name, and
    `url` is where the whole report is.
    """
    subject = report.subject
    state = State(subject.head, subject.base, graph_word(report), state_words(report, kept))
    return page(report, Extras(graphs or {}, kept, url), first=state.marker, marked=True)


def markdown(
    report: Report, graphs: Mapping[str, RevisionGraph] | None = None, *, url: str = ""
) -> str:
    """The report as a Markdown page: the verdict, then the way out, then the evidence.

    `graphs` and `url` are as in `comment`.
    """
    return page(report, Extras(graphs or {}, url=url))


def concerns_migrations(report: Report) -> bool:
    """Whether there is anything to say: a pull request without migrations gets no comment."""
    troubled = report.verdict is not Verdict.PASS or bool(report.findings)
    return changes_migrations(report) or troubled
