"""Histories in a line each, for tests that draw them or ask them."""

from __future__ import annotations

from migbot.core.graph import RevisionGraph
from migbot.core.model import Revision


def revision(name: str, *parents: str, message: str = "", **more: tuple[str, ...]) -> Revision:
    """A revision in v/NAME.py on `parents`; `depends_on` and `labels` are keywords."""
    return Revision(name, f"v/{name}.py", parents, message=message or f"Make {name}", **more)


def graph(*revisions: Revision) -> RevisionGraph:
    """The graph of `revisions`."""
    return RevisionGraph(revisions)


def fork() -> RevisionGraph:
    """Two heads on one base."""
    return graph(revision("a"), revision("b", "a"), revision("c", "a"))


def everything() -> RevisionGraph:
    """A fork merged by three, a side head, a labelled base that depends on another tree, and what
    is broken: a file twice, a parent that is gone, a cycle."""
    return graph(
        revision("a"), revision("b", "a"), revision("c", "b"), revision("d", "b"),
        revision("e", "b"), revision("m", "c", "d", "e"), revision("side", "a"),
        revision("x", labels=("billing",)), revision("y", "x", depends_on=("m",)),
        revision("lost", "gone"), Revision("d", "v/twice.py", ("b",)),
        revision("k1", "k2"), revision("k2", "k1"),
    )  # fmt: skip


def chain(length: int) -> RevisionGraph:
    """`length` revisions in a row, r0 at the bottom."""
    return graph(*(revision(f"r{n}", *([f"r{n - 1}"] if n else [])) for n in range(length)))


def ladder(merges: int, between: int) -> RevisionGraph:
    """`merges` forks, one above the other, each side `between` revisions long, each merged."""
    found = [revision("m0")]
    for number in range(1, merges + 1):
        for side in "lr":
            below = f"m{number - 1}"
            for step in range(between):
                found.append(revision(f"{side}{number}.{step}", below))
                below = found[-1].id
        ends = (f"l{number}.{between - 1}", f"r{number}.{between - 1}")
        found.append(revision(f"m{number}", *ends))
    return graph(*found)


def star(arms: int) -> RevisionGraph:
    """One merge of `arms` bases: as many lanes side by side."""
    names = [f"b{number}" for number in range(arms)]
    return graph(*map(revision, names), revision("m", *names))
