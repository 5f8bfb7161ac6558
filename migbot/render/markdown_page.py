"""A Report as a Markdown page: the verdict, then the way out, then the evidence, as far as it fits.

The order is always the same, and the verdict with its way out never gives way to evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from migbot.core.graph import RevisionGraph
from migbot.core.report import CONFLICTS, EnvironmentReport, Report
from migbot.core.value import Value
from migbot.core.wording import counted
from migbot.render.comment_kept import Kept, trips_part
from migbot.render.comment_room import LADDER, LARGEST, Room
from migbot.render.foreign import code, prose
from migbot.render.headlines import LEADS, headline, needed_pulls, pull, trip_said
from migbot.render.markdown_findings import (
    Lines,
    Others,
    accepted_lines,
    accepted_section,
    conflict_sections,
    findings_sections,
    lead_section,
    other_findings,
    unknown_sections,
)
from migbot.render.markdown_fix import fix_sections
from migbot.render.markdown_forecast import heads_up, needs_sections
from migbot.render.markdown_trips import told_trips, trips_text
from migbot.render.mermaid_fork import draw_fork
from migbot.render.verdicts import NONE, changes_migrations, conflicts, trip_word

MOST_TREES = 20
"""Environments of which a page with several has a line."""

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:\d+)?/[A-Za-z0-9._/#-]*")


class Extras(Value):
    """What a page shows beside the report: the histories by their environment's name, what was
    proved of the same commit before, and the address where the whole report is."""

    graphs: Mapping[str, RevisionGraph] = {}
    kept: Kept | None = None
    url: str = ""


class _Told(Value):
    """All of a page that does not depend on the room, in the order in which it stands.

    Between `top` and `trees` come the round trips: `own` is what those of the report come to, and
    `untold` what is said where it has none. The other findings stand before `ahead`.
    """

    top: tuple[str, ...]
    own: Kept
    untold: str
    trees: tuple[str, ...]
    others: Others
    ahead: tuple[str, ...]
    accepted: Lines
    pictures: tuple[str, ...]
    footer: str


def page(report: Report, extras: Extras, *, first: str = "", marked: bool = False) -> str:
    """The page in at most LARGEST bytes; `first` is a line above it.

    `marked` puts the round trips between two comments, from which a later page can take them.
    """
    begin, told = f"{first}\n" if first else "", _told(report, extras)
    trips = cache(lambda sql: told_trips(report, sql=sql))
    for room in LADDER:
        now = told.own._replace(text=trips_text(trips(room.sql), room))
        part = _trips(now if now.text else _kept(report, extras.kept, room), marked=marked)
        sections = _sections(told, part or told.untold, room)
        text = begin + "\n\n".join(filter(None, sections)) + "\n"
        if len(text.encode()) <= LARGEST:
            return text
    least = (told.top[0], "Everything else is in the report.", _footer(report, ""))
    return begin + "\n\n".join(least) + "\n"


def _told(report: Report, extras: Extras) -> _Told:
    return _Told(
        tuple(_top(report, extras.kept)),
        Kept(trip_word(report), report.subject.base, said=trip_said(report)),
        _why_no_trips(report),
        tuple(_trees(report)),
        other_findings(report),
        tuple(heads_up(report)),
        accepted_lines(report.accepted),
        tuple(_pictures(report, extras.graphs)),
        _footer(report, extras.url),
    )


def _top(report: Report, kept: Kept | None) -> Iterator[str]:
    yield f"### Migrations: {prose(headline(report, kept))}"
    yield from needs_sections(report)
    yield from lead_section(report)
    yield from fix_sections(report)
    yield from conflict_sections(report)
    yield from unknown_sections([each for each in report.unknown if each.reason != CONFLICTS])


def _sections(told: _Told, trips: str, room: Room) -> Iterator[str]:
    yield from told.top
    yield trips
    yield from told.trees
    yield from findings_sections(told.others, room.findings)
    yield from told.ahead
    yield accepted_section(told.accepted, room.findings)
    yield from told.pictures if room.graph else ()
    yield told.footer


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


def _trips(kept: Kept | None, *, marked: bool) -> str:
    """The round trips of this report, or what was proved before it; "" without either."""
    if kept is None:
        return ""
    return trips_part(kept) if marked else kept.text


def _kept(report: Report, kept: Kept | None, room: Room) -> Kept | None:
    """What was proved before, in one line where there is no room for more."""
    if kept is None or (kept.text and room.failures):
        return kept
    return kept._replace(text=_short(kept, report))


def _why_no_trips(report: Report) -> str:
    if pulls := needed_pulls(report):
        return f"Round trip: not run, as it needs what only {pull(pulls[0])} has."
    if conflicts(report):
        return "Round trip: not run, as nobody knows what the merge would leave."
    if changes_migrations(report):
        return f"Round trip: none was made of this commit. {code('migbot roundtrip')} makes one."
    return ""


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
    merged = (
        f" {'against' if conflicts(report) else 'merged into'} {code(base[:10])}" if base else ""
    )
    again = ", and again when the base moves" if base and changes_migrations(report) else ""
    link = f" · [report]({url})" if _ADDRESS.fullmatch(url) else ""
    return f"<sub>{of}{merged}{again} · migbot {prose(report.tool.version, 30)}{link}</sub>"


def state_words(report: Report, kept: Kept | None) -> str:
    """The verdict on the round trips that a page tells of."""
    word = trip_word(report)
    return kept.verdict if word == NONE and kept else word
