"""Where each revision stands in a picture: one row each, newest first, in lanes side by side.

A lane is a column that waits for one revision. A revision stands in the lane that waits for it (a
head opens a new one) and leaves lanes behind that wait for its parents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from migbot.core.graph import RevisionGraph
from migbot.core.value import Value


class Row(Value):
    """One revision's place.

    `passing` are the other lanes in use beside it, `targets` the lanes in which its parents will
    stand, first parent first. `joining` is the lane that ends here, because its line goes on in
    this revision's lane from now on: pictures stay narrow so.
    """

    id: str
    lane: int
    passing: frozenset[int]
    targets: tuple[int, ...]
    joining: int | None = None


def rows(graph: RevisionGraph) -> Iterator[Row]:
    """Every revision of `graph` once, each above all that it needs; cycles are cut somewhere.

    A parent that is missing, or already stands above because of a cycle, gets no lane.
    """
    lanes: list[str] = []  # what each lane waits for, "" where it is free
    drawn: set[str] = set()
    for name in newest_first(graph):
        drawn.add(name)
        lane = lanes.index(name) if name in lanes else _free(lanes)
        lanes[lane] = ""
        passing = frozenset(number for number, waits in enumerate(lanes) if waits)
        parents = dict.fromkeys(graph.by_id[name].parents)
        wanted = [other for other in parents if other in graph.by_id and other not in drawn]
        targets = tuple(_await(lanes, other, lane) for other in wanted)
        if len(targets) == 1 and targets[0] > lane:
            lanes[lane], lanes[targets[0]] = lanes[targets[0]], ""
            yield Row(name, lane, passing, (lane,), joining=targets[0])
        else:
            yield Row(name, lane, passing, targets)
        while lanes and not lanes[-1]:
            lanes.pop()


def _await(lanes: list[str], name: str, near: int) -> int:
    """The lane that waits for `name`: one that does already, the one above it, or a free one."""
    if name in lanes:
        return lanes.index(name)
    number = _free(lanes) if lanes[near] else near
    lanes[number] = name
    return number


def _free(lanes: list[str]) -> int:
    if "" not in lanes:
        lanes.append("")
    return lanes.index("")


def newest_first(graph: RevisionGraph) -> Iterator[str]:
    """Every id, each before all that it needs, a branch in one piece; cycles are cut somewhere.

    The head with the longest history comes first, so that a side branch stands beside the place
    where it left, and not beside everything since.
    """
    needed_by = _needed_by(graph)
    height = _heights(graph)
    waiting = {name: len(needed_by[name]) for name in graph.by_id}
    ready = sorted((name for name in waiting if not waiting[name]), key=lambda n: (height[n], n))
    while waiting:
        name = ready.pop() if ready else _on_a_cycle(waiting, needed_by)
        del waiting[name]
        yield name
        for other in reversed(graph.needs(name)):
            if other in waiting:
                waiting[other] -= 1
                if not waiting[other]:
                    ready.append(other)


def _needed_by(graph: RevisionGraph) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name in graph.by_id:
        for other in graph.needs(name):
            found[other].append(name)
    return found


def _heights(graph: RevisionGraph) -> Mapping[str, int]:
    """How many revisions stand below each on its longest way down; 0 in a cycle."""
    height = dict.fromkeys(graph.by_id, 0)
    for name in graph.order:
        height[name] = max((height[other] + 1 for other in graph.needs(name)), default=0)
    return height


def _on_a_cycle(left: Collection[str], needed_by: Mapping[str, list[str]]) -> str:
    """Walk up from any of `left` until a revision comes round again: all have something above."""
    name, seen = min(left), set[str]()
    while name not in seen:
        seen.add(name)
        name = min(other for other in needed_by[name] if other in left)
    return name
