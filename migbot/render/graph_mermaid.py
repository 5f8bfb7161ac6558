"""A history as a Mermaid flowchart, as GitHub shows it in a comment: the heads and what is near.

A flowchart and not a gitGraph, because that one cannot show three parents, two bases or a
dependency.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping

from migbot.core.graph import RevisionGraph
from migbot.render.marks import Mark, marks
from migbot.render.neutral import cut, plain

MOST_NODES = 40
"""Revisions in one picture; with more of them nobody can read it, and GitHub draws slowly."""

MOST_MESSAGE = 48
"""Characters of a message in a node."""

STYLES = (
    "classDef head stroke-width:3px",
    "classDef new stroke:#2da44e,stroke-width:3px",
    "classDef broken stroke:#d1242f,stroke-width:3px,stroke-dasharray:5 3",
)
"""How a head, a new revision and a broken one look, for `classes` to name."""


def draw_mermaid(graph: RevisionGraph, *, new: Collection[str] = (), most: int = MOST_NODES) -> str:
    """The flowchart's source, newest on top; at most `most` revisions, those nearest the heads.

    An arrow goes from a parent to its child, a dotted one to what depends on it. No character of
    a label reaches Mermaid but letters, digits and spaces: the others are entities.
    """
    marked = marks(graph, new)
    shown = {name: f"n{number}" for number, name in enumerate(_near_heads(graph, most))}
    lines = [
        *(f'{key}["{label(graph, name, marked[name])}"]' for name, key in shown.items()),
        *(line for name in shown for line in _arrows(graph, name, shown)),
        *_older(graph, shown),
        *STYLES,
        *classes(shown, marked),
    ]
    return "flowchart BT\n" + "".join(f"  {line}\n" for line in lines)


def _near_heads(graph: RevisionGraph, most: int) -> list[str]:
    """The first `most` revisions on the way down from all heads at once (any, without a head)."""
    found: dict[str, None] = {}
    waiting = deque([*graph.effective_heads, *graph.heads, *graph.cycle])
    while waiting and len(found) < most:
        name = waiting.popleft()
        if name not in found:
            found[name] = None
            waiting.extend(graph.needs(name))
    return list(found)


def label(graph: RevisionGraph, name: str, mark: Mark) -> str:
    """The words in a revision's node: its id, what it is, its message."""
    words = [name, *([", ".join(mark.words)] if mark.words else [])]
    message = graph.by_id[name].message
    words += [cut(message, MOST_MESSAGE)] if message else []
    return "<br/>".join(escaped(plain(each)) for each in words)


def escaped(text: str) -> str:
    """`text` with everything but letters, digits and spaces as an entity (`#34;`)."""
    return "".join(c if c.isalnum() or c == " " else f"#{ord(c)};" for c in text)


def _arrows(graph: RevisionGraph, name: str, shown: Mapping[str, str]) -> Iterator[str]:
    parents = set(graph.by_id[name].parents)
    for other in graph.needs(name):
        if other in shown:
            arrow = "-->" if other in parents else "-. depends on .->"
            yield f"{shown[other]} {arrow} {shown[name]}"


def _older(graph: RevisionGraph, shown: Mapping[str, str]) -> Iterator[str]:
    """A node that stands for all that is left out."""
    left = len(graph.by_id) - len(shown)
    if left:
        yield f'older(["{left} more revisions"])'
        for name, key in shown.items():
            if any(other not in shown for other in graph.needs(name)):
                yield f"older --> {key}"


def classes(shown: Mapping[str, str], marked: Mapping[str, Mark]) -> Iterator[str]:
    """The lines that give each node that is `shown` its style."""
    for name, key in shown.items():
        mark = marked[name]
        if mark.broken or mark.new or mark.head:
            yield f"class {key} {'broken' if mark.broken else 'new' if mark.new else 'head'}"
