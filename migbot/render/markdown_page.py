"""A Report as a Markdown page: the verdict, then the way out, then the evidence, as far as it fits.

The order is always the same, and the verdict with its way out never gives way to evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from migbot.core.graph import RevisionGraph
from migbot.core.report import EnvironmentReport, Report
from migbot.core.value import Value
from migbot.core.wording import counted
from migbot.render.comment_kept import Kept, trips_part
from migbot.render.foreign import code, prose
from migbot.render.headlines import LEADS, headline, needed_pulls, pull, trip_said
from migbot.render.markdown_findings import (
    accepted_section,
    conflict_sections,
    lead_section,
    other_findings,
    unknown_sections,
)
from migbot.render.markdown_fix import fix_sections
from migbot.render.markdown_forecast import heads_up, needs_sections
from migbot.render.markdown_trips import TripRoom, trips_text
from migbot.render.mermaid_fork import draw_fork
from migbot.render.verdicts import NONE, changes_migrations, conflicts, trip_word

LARGEST = 60_000
"""Bytes. GitHub takes 65,536 characters and refuses a longer comment, which would then be lost."""

MOST_TREES = 20
"""Environments of which a page with several has a line."""

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:\d+)?/[A-Za-z0-9._/#-]*")


class Extras(Value):
    """What a page shows beside the report: the histories by their environment's name, what was
    proved of the same commit before, and the address where the whole report is."""

    graphs: Mapping[str, RevisionGraph] = {}
    kept: Kept | None = None
    url: str = ""


class Room(Value):
    """How much evidence there is room for."""

    findings: int
    rows: int
    failures: int
    sql: bool
    graph: bool


LADDER = (
    Room(200, 200, 20, sql=True, graph=True),
    Room(200, 200, 20, sql=False, graph=True),
    Room(200, 200, 20, sql=False, graph=False),
    Room(100, 40, 10, sql=False, graph=False),
    Room(40, 0, 3, sql=False, graph=False),
    Room(5, 0, 0, sql=False, graph=False),
    Room(0, 0, 0, sql=False, graph=False),
)
"""Tried in order: SQL goes first, then the picture, then rows above 40, then all but counts."""


def page(report: Report, extras: Extras, *, first: str = "", marked: bool = False) -> str:
    """The page in at most LARGEST bytes; `first` is a line above it.

    `marked` puts the round trips between two comments, from which a later page can take them.
    """
    for room in LADDER:
        sections = filter(None, _sections(report, extras, room, marked=marked))
        text = (f"{first}\n" if first else "") + "\n\n".join(sections) + "\n"
        if len(text.encode()) <= LARGEST:
            return text
    least = (_title(report, extras), "Everything else is in the report.", _footer(report, ""))
    return (f"{first}\n" if first else "") + "\n\n".join(least) + "\n"


def _title(report: Report, extras: Extras) -> str:
    return f"### Migrations: {prose(headline(report, extras.kept))}"


def _sections(report: Report, extras: Extras, room: Room, *, marked: bool) -> Iterator[str]:
    yield _title(report, extras)
    yield from needs_sections(report)
    yield from lead_section(report)
    yield from fix_sections(report)
    yield from conflict_sections(report)
    told = conflicts(report)
    yield from unknown_sections([each for each in report.unknown if each not in told])
    yield from _trips(report, extras.kept, room, marked=marked)
    yield from _trees(report)
    yield from other_findings(report, room.findings)
    yield from heads_up(report)
    yield from accepted_section(report.accepted, room.findings)
    yield from _pictures(report, extras.graphs) if room.graph else ()
    yield _footer(report, extras.url)


def _trees(report: Report) -> Iterator[str]:
    """A line for each environment, where there are several."""
    trees = report.environments
    if len(trees) > 1:
        more = len(trees) - MOST_TREES
        lines = [f"- {_tree(each)}" for each in trees[:MOST_TREES]]
        lines += [f"- … and {counted(more, 'more environment')}"] if more > 0 else []
        yield "\n".join(lines)


def _tree(tree: EnvironmentReport) -> str:
    parts = [counted(len(tree.added), "new revision")] if tree.added else []
    changed = len(tree.edited) + len(tree.removed)
    parts += [counted(changed, "changed revision")] if changed else []
    parts = [*(parts or ["not touched"]), counted(len(tree.heads), "head")]
    return f"**{prose(tree.name, 60)}**: {', '.join(parts)}"


def _trips(report: Report, kept: Kept | None, room: Room, *, marked: bool) -> Iterator[str]:
    """The round trips of the report; without any, what was proved before, or why there are none."""
    text = trips_text(report, TripRoom(room.rows, room.failures, room.sql))
    if text:
        now = Kept(trip_word(report), report.subject.base, text, trip_said(report))
        yield trips_part(now) if marked else text
    elif kept:
        whole = kept.text if room.failures and kept.text else _short(kept, report)
        yield trips_part(kept._replace(text=whole)) if marked else whole
    elif pulls := needed_pulls(report):
        yield f"Round trip: not run, as it needs what only {pull(pulls[0])} has."
    elif conflicts(report):
        yield "Round trip: not run, as nobody knows what the merge would leave."
    elif changes_migrations(report):
        yield f"Round trip: none was made of this commit. {code('migbot roundtrip')} makes one."


def _short(kept: Kept, report: Report) -> str:
    on = f"{code(report.subject.head[:10])} merged into {code(kept.base[:10])}"
    return f"<sub>Round trip of {on}: {kept.verdict}; its details are in the report.</sub>"


def _pictures(report: Report, graphs: Mapping[str, RevisionGraph]) -> Iterator[str]:
    several = len(report.environments) > 1
    for tree in report.environments[:5]:
        around = _around(report, tree)
        graph = graphs.get(tree.name)
        drawn = draw_fork(graph, around, new=tree.added) if graph is not None and around else ""
        if drawn:
            title = f"Graph of {prose(tree.name, 60)}" if several else "Graph"
            picture = f"```mermaid\n{drawn.rstrip()}\n```"
            yield f"<details><summary>{title}</summary>\n\n{picture}\n\n</details>"


def _around(report: Report, tree: EnvironmentReport) -> list[str]:
    """What a picture is about: the heads of a fork, or the revisions that a structural finding
    names."""
    mine = [f for f in report.findings if f.code in LEADS and f.environment in ("", tree.name)]
    if any(found.code == "MB101" for found in mine):
        return list(tree.heads)
    return [found.revision for found in mine if found.revision]


def _footer(report: Report, url: str) -> str:
    head, base = report.subject.head, report.subject.base
    of = f"Judged {code(head[:10])}" if head else "Judged a work tree"
    merged = f" merged into {code(base[:10])}" if base else ""
    again = ", and again when the base moves" if base and changes_migrations(report) else ""
    link = f" · [report]({url})" if _ADDRESS.fullmatch(url) else ""
    return f"<sub>{of}{merged}{again} · migbot {prose(report.tool.version, 30)}{link}</sub>"


def state_words(report: Report, kept: Kept | None) -> str:
    """The verdict on the round trips that a page tells of."""
    word = trip_word(report)
    return kept.verdict if word == NONE and kept else word
