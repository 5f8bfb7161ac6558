"""The heads of a history on a terminal: one a line, and what to do where there are too many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from migbot.core.graph import RevisionGraph
from migbot.core.history import History
from migbot.core.report import EnvironmentReport, Report
from migbot.render.neutral import plain
from migbot.render.text_lines import counted

FORK = "MB101"
"""The rule that knows a fork from heads that are meant."""


def render_heads(report: Report, histories: Mapping[str, History] | None = None) -> str:
    """The heads of each environment of `report`: id, branch labels, message.

    `histories` are the histories that were looked at, by the environment's name; without one the
    ids stand alone. A fork is told where the report has found one: several heads on purpose, each
    under a label of its own, are none. What could not be read is said below the heads.
    """
    lines: list[str] = []
    for each in report.environments:
        if len(report.environments) > 1:
            lines.append(f"{plain(each.name)}:")
        forked = any(
            found.code == FORK and found.environment == each.name for found in report.findings
        )
        lines += _heads(each, (histories or {}).get(each.name), forked)
    for unknown in report.unknown:
        lines.append(f"(not known: {plain(unknown.what)}: {plain(unknown.reason)})")
    return "".join(f"{line}\n" for line in lines)


def _heads(environment: EnvironmentReport, history: History | None, forked: bool) -> Iterator[str]:
    for name in environment.heads:
        yield "  ".join([plain(name), *(_about(history.graph, name) if history else ())])
    if forked:
        expected = history.environment.expected_heads if history else 1
        found = counted(len(environment.heads), "head")
        yield f"({found}, expected {expected}: run migbot resolve)"
    elif not environment.heads:
        yield "(no heads)"


def _about(graph: RevisionGraph, name: str) -> Iterator[str]:
    """The labels of a head, its own and those of what it stands on (as Alembic hands them on)."""
    below = (graph.by_id[each] for each in graph.ancestors([name]))
    labels = sorted({label for each in below for label in each.labels})
    if labels:
        yield f"({', '.join(map(plain, labels))})"
    if name in graph.by_id and graph.by_id[name].message:
        yield plain(graph.by_id[name].message)
