"""MB102: every parent and dependency that a migration names is there."""

from __future__ import annotations

from collections.abc import Iterator

from migbot.core.check import Remark, rule
from migbot.core.graph import RevisionGraph
from migbot.core.history import Change
from migbot.core.model import Revision, Severity
from migbot.core.settings import Settings
from migbot.core.wording import listed, shown

SYMBOLS = ("head", "heads", "base", "current")
"""What Alembic's command line takes in place of an id; a file cannot."""


@rule("MB102", structural=True)
def parent_exists(change: Change, settings: Settings) -> Iterator[Remark]:
    """A file names an id that no file has: every Alembic command stops with a KeyError."""
    old = {(each.id, name) for each, name in change.before.graph.missing}
    for revision, name in dict.fromkeys(change.after.graph.missing):
        before = (revision.id, name) in old and not change.on_base
        at = "down_revision" if name in revision.parents else "depends_on"
        reason, hint = _reason(change, revision, name, at)
        yield Remark(
            f"{shown(revision.id)} names {shown(name)!r} in {at}, {reason}"
            + (" (it did so before this change)" if before else ""),
            hint,
            revision,
            at=at,
            severity=Severity.WARNING if before else None,
        )


def _reason(change: Change, revision: Revision, name: str, at: str) -> tuple[str, str]:
    """Why the name finds nothing, and what to do about it."""
    graph = change.after.graph
    if "@" in name or name in SYMBOLS or name in graph.labels:
        found = _meant(graph, revision, name)
        return "which only the command line understands: a file needs the id itself", _write(
            at, found
        )
    if longer := [each for each in graph.by_id if each.startswith(name)]:
        return f"which is only the beginning of {listed(sorted(longer))}", _write(at, longer)
    if name in change.before.graph.by_id:
        path = change.before.graph.by_id[name].path
        return "which this change deletes", f"Bring {path} back, or name another parent."
    from difflib import get_close_matches  # a commit without this finding need not load it

    if close := get_close_matches(name[:64], graph.by_id, n=1, cutoff=0.8):
        return f"which no file has; {shown(close[0])} is close to it", _write(at, close)
    hint = "Bring in the branch that has it; `migbot check` looks for the id on the other refs."
    return "which no file has", hint


def _meant(graph: RevisionGraph, revision: Revision, name: str) -> list[str]:
    """The heads that `label@head`, a label or a symbol can stand for, as seen from `revision`."""
    label = name.partition("@")[0]
    roots = [graph.labels[label]] if label in graph.labels else list(graph.by_id)
    within = graph.descendants(roots)
    own = graph.descendants([revision.id])
    return [each for each in graph.heads if each in within and each not in own]


def _write(at: str, ids: list[str]) -> str:
    """What to write in the file, as far as that is clear."""
    if len(ids) == 1:
        return f'Write the whole id: {at} = "{ids[0]}"'
    return f"Write the whole id in {at}."
