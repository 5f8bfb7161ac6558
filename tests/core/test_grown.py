"""A graph that was grown answers as the graph of all its files does, whatever was put on it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migbot.core.graph import RevisionGraph
from migbot.core.grown import GrownGraph, grown
from migbot.core.model import Revision, Unreadable

ANSWERS = (
    *("revisions", "unreadable", "by_id", "duplicates", "labels", "labelled", "missing", "heads"),
    *("bases", "children", "effective_heads", "order", "cycle", "sound", "paths"),
)


def same(one: RevisionGraph, other: RevisionGraph) -> None:
    for name in ANSWERS:
        assert getattr(one, name) == getattr(other, name), name
    assert list(one.by_id) == list(other.by_id)
    for names in (other.heads, *([each] for each in other.by_id), [*other.by_id, "nobody"]):
        assert one.descendants(names) == other.descendants(names)
        for depends in (False, True):
            assert one.ancestors(names, depends=depends) == other.ancestors(names, depends=depends)


@st.composite
def sound(draw: st.DrawFn) -> RevisionGraph:
    """A graph with nothing wrong, with merges, labels and dependencies by id and by label."""
    found: list[Revision] = []
    for number in range(draw(st.integers(0, 7))):
        earlier = [each.id for each in found]
        labels = [label for each in found for label in each.labels]
        parents = draw(st.lists(st.sampled_from(earlier), unique=True, max_size=2)) if found else []
        needs = draw(st.lists(st.sampled_from([*earlier, *labels]), max_size=1)) if found else []
        own = draw(st.sampled_from([(), (), (f"label{number}",)]))
        path = f"v/{draw(st.integers(0, 9))}-{number}.py"
        found.append(Revision(f"r{number}", path, tuple(parents), tuple(needs), own))
    return RevisionGraph(found)


@st.composite
def files(draw: st.DrawFn) -> list[Revision]:
    """A few files that know nothing of what is right: they name anything, and replace anything."""
    ids = ["n0", "n1", "n2", "r0", "r1", "label1"]
    names = [*ids, "r2", "r3", "gone", "label0"]
    many = st.lists(st.sampled_from(names), max_size=2)
    return [
        Revision(
            draw(st.sampled_from(ids)),
            draw(st.sampled_from([f"v/{number}-new.py", f"v/{number}-0.py"])),
            tuple(draw(many)),
            tuple(draw(many)),
            draw(st.sampled_from([(), (), (), ("label0",), ("r1",)])),
            unresolved=draw(st.sampled_from([frozenset(), frozenset({"branch_labels"})])),
        )
        for number in range(draw(st.integers(0, 3)))
    ]


@given(sound(), files(), files())
def test_it_answers_as_the_graph_of_all_files_does(below, first, second):
    once = grown(below, first)
    twice = grown(once, second)
    kept = {each.path: each for each in (*below.revisions, *first)}
    same(once, RevisionGraph(kept.values()))
    same(twice, RevisionGraph((kept | {each.path: each for each in second}).values()))


def line() -> RevisionGraph:
    return RevisionGraph([Revision("a", "v/a.py"), Revision("b", "v/b.py", ("a",))])


def test_what_is_only_added_is_not_walked_again():
    found = grown(line(), [Revision("c", "v/c.py", ("b",))])
    assert isinstance(found, GrownGraph)
    assert found.heads == ("c",)
    again = grown(found, [Revision("c", "v/c.py", ("a",))])
    assert isinstance(again, GrownGraph)
    assert again.below is found.below
    assert again.heads == ("b", "c")


@pytest.mark.parametrize(
    "felt",
    [
        Revision("b", "v/c.py", ("a",)),
        Revision("c", "v/b.py", ("a",)),
        Revision("c", "v/c.py", ("b",), labels=("x",)),
    ],
    ids=["an id that is there", "a file that is there", "a label"],
)
def test_what_the_others_can_feel_makes_a_new_graph(felt):
    assert not isinstance(grown(line(), [felt]), GrownGraph)


def test_an_id_that_is_a_label_below_means_what_it_means_in_the_graph_of_all():
    below = RevisionGraph([Revision("a", "v/a.py", labels=("wanted",))])
    own = [Revision("wanted", "v/w.py", ("k",)), Revision("k", "v/k.py", depends_on=("wanted",))]
    same(grown(below, own), RevisionGraph([*below.revisions, *own]))


def test_on_a_broken_graph_nothing_is_grown():
    broken = RevisionGraph([Revision("a", "v/a.py", ("gone",))])
    found = grown(broken, [Revision("gone", "v/gone.py")])
    assert not isinstance(found, GrownGraph)
    assert found.sound
    torn = RevisionGraph([], [Unreadable("v/a.py", "is a link")])
    assert grown(torn, [Revision("b", "v/b.py")]).unreadable == torn.unreadable
