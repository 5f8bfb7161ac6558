"""The surroundings of a fork as a Mermaid flowchart: heads, where they part, what is between."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping

from migbot.core.graph import RevisionGraph
from migbot.render.graph_mermaid import STYLES, classes, label
from migbot.render.marks import marks

MOST_NODES = 12
"""Revisions in one picture: it stands in a comment, and is about one place of the history."""


def draw_fork(
    graph: RevisionGraph,
    around: Iterable[str],
    *,
    new: Collection[str] = (),
    most: int = MOST_NODES,
) -> str:
    """The flowchart's source, newest on top: at most `most` revisions near those `around`.

    What was left out between two of them is counted on a dotted arrow. "" where the graph has none
    of them.
    """
    names = _near(graph, [name for name in around if name in graph.by_id], most)
    if not names:
        return ""
    shown = {name: f"n{number}" for number, name in enumerate(names)}
    marked = marks(graph, new)
    lines = [
        *(f'{key}["{label(graph, name, marked[name])}"]' for name, key in shown.items()),
        *(line for name in shown for line in _arrows(graph, name, shown)),
        *STYLES,
        *classes(shown, marked),
    ]
    return "flowchart BT\n" + "".join(f"  {line}\n" for line in lines)


def _near(graph: RevisionGraph, heads: list[str], most: int) -> list[str]:
    """The heads, where they part, and from there up; then what is near the heads."""
    ends = heads[: most // 2]
    pasts = [graph.ancestors([name], depends=True) for name in ends]
    shared = {name for past in pasts for name in past if sum(name in each for each in pasts) > 1}
    own = frozenset().union(*pasts) - shared
    partings = [n for n in sorted(shared) if _children(graph, n) & own]
    above = [name for name in sorted(own) if set(graph.needs(name)) & set(partings)]
    wanted = [*ends, *partings[: most // 4], *above, *_down(graph, ends, stop=set(partings))]
    return list(dict.fromkeys(wanted))[:most]


def _children(graph: RevisionGraph, name: str) -> set[str]:
    return set(graph.children.get(name, ()))


def _down(graph: RevisionGraph, names: Iterable[str], stop: Collection[str]) -> Iterator[str]:
    """Revisions on the way down from all of `names` at once, as far as `stop`."""
    waiting, seen = deque(names), set(names)
    while waiting:
        name = waiting.popleft()
        yield name
        further = () if name in stop else graph.needs(name)
        waiting.extend(other for other in further if other not in seen)
        seen.update(further)


def _arrows(graph: RevisionGraph, name: str, shown: Mapping[str, str]) -> Iterator[str]:
    parents = graph.by_id[name].parents
    for other in graph.needs(name):
        if other in shown:
            arrow = "-->" if other in parents else "-. depends on .->"
            yield f"{shown[other]} {arrow} {shown[name]}"
        else:
            for below, left_out in _next_shown(graph, other, shown).items():
                yield f"{shown[below]} -. {left_out} more .-> {shown[name]}"


def _next_shown(graph: RevisionGraph, name: str, shown: Collection[str]) -> dict[str, int]:
    """The first shown revisions below `name`, and how many were passed on the way to each."""
    found: dict[str, int] = {}
    waiting, seen = deque([(name, 1)]), {name}
    while waiting:
        here, passed = waiting.popleft()
        for other in graph.needs(here):
            if other in shown:
                found.setdefault(other, passed)
            elif other not in seen:
                seen.add(other)
                waiting.append((other, passed + 1))
    return found
