"""The graph: Alembic's own RevisionMap is the oracle, and broken histories are facts."""

import warnings
from collections.abc import Mapping

import pytest
from alembic.script.revision import Revision as AlembicRevision
from alembic.script.revision import RevisionMap
from hypothesis import given, settings
from hypothesis import strategies as st

from migbot.core.graph import RevisionGraph
from migbot.core.model import Revision


def graph(parents: Mapping[str, tuple[str, ...]], **more: Mapping[str, tuple[str, ...]]):
    return RevisionGraph(
        Revision(
            id=name,
            path=f"versions/{name}.py",
            parents=needed,
            depends_on=more.get("depends_on", {}).get(name, ()),
            labels=more.get("labels", {}).get(name, ()),
        )
        for name, needed in parents.items()
    )


@st.composite
def histories(draw: st.DrawFn) -> RevisionGraph:
    """Random sound histories: merges, several bases, labels, and depends_on by id and by label."""
    names = [f"r{number}" for number in range(draw(st.integers(1, 24)))]
    shuffled = draw(st.permutations(names))
    parents: dict[str, tuple[str, ...]] = {}
    depends: dict[str, tuple[str, ...]] = {}
    labels: dict[str, tuple[str, ...]] = {}
    for number, name in enumerate(shuffled):
        earlier = st.sampled_from(shuffled[:number]) if number else st.nothing()
        some = st.lists(earlier, unique=True, max_size=3) if number else st.just([])
        parents[name] = tuple(draw(some))
        if not parents[name] and draw(st.booleans()):
            labels[name] = (f"label-{name}",)
        if number and draw(st.integers(0, 5)) == 0:
            other = draw(earlier)
            depends[name] = (draw(st.sampled_from([other, *labels.get(other, ())])),)
    return graph(parents, depends_on=depends, labels=labels)


def alembics(found: RevisionGraph) -> RevisionMap:
    return RevisionMap(
        lambda: [
            AlembicRevision(
                each.id,
                each.parents or None,
                dependencies=each.depends_on or None,
                branch_labels=each.labels or None,
            )
            for each in found.revisions
        ]
    )


@settings(max_examples=250)
@given(histories())
def test_heads_bases_ancestors_and_order_agree_with_alembic(found: RevisionGraph) -> None:
    assert_agrees(found)


@pytest.mark.real
@settings(max_examples=2500)
@given(histories())
def test_they_agree_on_many_more_histories(found: RevisionGraph) -> None:
    assert_agrees(found)


def assert_agrees(found: RevisionGraph) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        oracle = alembics(found)
        assert set(found.heads) == set(oracle.heads)
        assert set(found.effective_heads) == set(oracle._real_heads)
        assert set(found.bases) == set(oracle.bases)
    for head in found.heads:
        below = {each.revision for each in oracle.iterate_revisions(head, "base", inclusive=True)}
        assert found.ancestors([head], depends=True) >= below >= found.ancestors([head])
    assert sorted(found.order) == sorted(found.by_id)
    position = {name: number for number, name in enumerate(found.order)}
    for name in found.by_id:
        assert all(position[other] < position[name] for other in found.needs(name))
    assert found.sound


def test_a_missing_parent_is_a_fact() -> None:
    found = graph({"a": (), "b": ("gone",)})
    assert [(each.id, name) for each, name in found.missing] == [("b", "gone")]
    assert not found.sound


def test_a_dependency_may_be_a_label_and_a_parent_may_not() -> None:
    labels = {"a": ("x",)}
    assert not graph({"a": (), "b": ()}, labels=labels, depends_on={"b": ("x",)}).missing
    assert graph({"a": (), "b": ("x",)}, labels=labels).missing


def test_duplicate_ids_keep_both_files() -> None:
    twice = [Revision("a", "versions/1.py"), Revision("a", "versions/2.py", parents=("b",))]
    found = RevisionGraph([*twice, Revision("b", "versions/b.py")])
    assert found.duplicates == {"a": tuple(twice)}
    assert found.by_id["a"].path == "versions/1.py"


CYCLES = {
    "a self-loop": ({"a": ("a",)}, {}, {"a"}),
    "two": ({"a": ("b",), "b": ("a",)}, {}, {"a", "b"}),
    "below a head": ({"h": ("a",), "a": ("b",), "b": ("a",)}, {}, {"a", "b"}),
    "through a dependency": ({"a": (), "b": ("a",)}, {"a": ("b",)}, {"a", "b"}),
}


@pytest.mark.parametrize(("parents", "depends", "members"), CYCLES.values(), ids=CYCLES)
def test_a_cycle_is_named_by_its_members(parents, depends, members) -> None:
    assert set(graph(parents, depends_on=depends).cycle) == members


def test_a_history_of_twenty_thousand_revisions_needs_no_deep_stack() -> None:
    chain = {f"r{number}": (f"r{number - 1}",) if number else () for number in range(20_000)}
    found = graph(chain)
    assert found.heads == ("r19999",)
    assert len(found.order) == 20_000
    assert found.cycle == ()


def test_descendants() -> None:
    found = graph({"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c")})
    assert found.descendants(["b"]) == {"b", "d"}
