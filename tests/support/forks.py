"""Random forked histories, as a hypothesis strategy."""

from __future__ import annotations

from hypothesis import assume
from hypothesis import strategies as st

from migbot.core.history import History
from support.histories import Parents, history

DATE = "create\n\nRevises: {}\nCreate Date: 2024-01-{:02} 00:00:00\n"


@st.composite
def forks(draw: st.DrawFn) -> tuple[History, frozenset[str]]:
    """A sound history of one base with at least two heads, and the ids on the base branch."""
    count = draw(st.integers(3, 14))
    names = draw(st.permutations([f"{number:02x}" for number in range(count)]))
    parents: dict[str, Parents] = {names[0]: None}
    for number in range(1, count):
        below = draw(st.sets(st.sampled_from(names[:number]), min_size=1, max_size=3))
        parents[names[number]] = tuple(sorted(below)) if len(below) > 1 else next(iter(below))
    docs = {name: DATE.format("", draw(st.integers(1, 28))) for name in names}
    depends = {
        name: draw(st.sampled_from(names[:number]))
        for number, name in enumerate(names)
        if number and draw(st.integers(0, 9)) == 0
    }
    found = history(parents, docs=docs, depends=depends)
    assume(len(found.graph.heads) > 1)
    on_base = found.graph.ancestors(draw(st.sets(st.sampled_from(names))))
    return found, on_base
