"""What open pull requests will do to one another: merging every pair for real is the oracle."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from hypothesis import example, given
from hypothesis import strategies as st

from migbot.core.environment import Environment
from migbot.core.files import Entry
from migbot.core.forecast import Clash, Forecast
from migbot.core.forecasting import MOST, addition, forecasts
from migbot.core.graph import RevisionGraph
from migbot.core.history import Change, History
from migbot.core.model import Revision

Files = Mapping[str, tuple[Revision, str]]
"""Path -> the revision in it, and the id of its content."""


def file(id: str, *parents: str, name: str = "", content: str = "") -> Files:
    path = f"v/{name or id}.py"
    return {path: (Revision(id, path, parents), content or f"{id} on {parents}")}


def files(*several: Files) -> Files:
    return {path: each for one in several for path, each in one.items()}


def history(found: Files, expected: int = 1, name: str = "main") -> History:
    entries = {path: Entry(path, content) for path, (_, content) in found.items()}
    graph = RevisionGraph(revision for revision, _ in found.values())
    environment = Environment(name, ("v",), expected_heads=expected)
    return History(environment, graph, entries, lambda asked: {})


def change(base: Files, added: Files, expected: int = 1, name: str = "main") -> Change:
    return Change(history(base, expected, name), history({**base, **added}, expected, name))


def told(base: Files, *pulls: Files, expected: int = 1) -> dict[int, tuple[Forecast, ...]]:
    """The forecasts of pull requests 1, 2, ..."""
    found = enumerate((addition(change(base, each, expected)) for each in pulls), start=1)
    return forecasts({number: [each] for number, each in found})


BASE = files(file("a"), file("b", "a"))
B1, B2 = file("x", "b"), file("y", "b")


def test_two_on_one_parent_fork_whoever_is_merged_second():
    assert told(BASE, B1, B2) == {
        1: (Forecast(Clash.FORK, 2, "main", ("x",), ("y",)),),
        2: (Forecast(Clash.FORK, 1, "main", ("y",), ("x",)),),
    }


def test_one_that_has_all_of_the_other_is_a_stack_and_no_clash():
    assert told(BASE, B1, files(B1, file("z", "x"))) == {}


def test_two_on_top_of_one_that_both_have_fork_there():
    found = told(BASE, files(B1, file("z", "x")), files(B1, file("w", "x")))
    assert found[1] == (Forecast(Clash.FORK, 2, "main", ("z",), ("w",)),)


def test_what_forks_the_base_by_itself_is_told_of_no_other():
    assert told(BASE, file("x", "a"), B2) == {}


def test_the_same_merge_revision_made_twice_is_one():
    forked = files(file("a"), file("b", "a"), file("c", "a"))
    merge = file("m", "b", "c")
    assert told(forked, merge, merge) == {}


def test_a_merge_of_two_heads_and_a_revision_on_one_of_them_fork():
    forked = files(file("a"), file("b", "a"), file("c", "a"))
    found = told(forked, file("m", "b", "c"), file("x", "b"))
    assert {each.clash for each in found[1]} == {Clash.FORK}


def test_two_files_with_one_id_are_the_same_id_and_no_fork():
    found = told(BASE, B1, file("x", "b", name="other"))
    assert found == {
        1: (Forecast(Clash.SAME_ID, 2, "main", ("x",), ("x",)),),
        2: (Forecast(Clash.SAME_ID, 1, "main", ("x",), ("x",)),),
    }


def test_one_file_with_two_contents_is_the_same_id_too():
    found = told(BASE, B1, file("x", "b", content="something else"))
    assert {each.clash for each in found[1]} == {Clash.SAME_ID}


def test_who_names_a_revision_that_only_another_has_needs_that_one():
    assert told(BASE, B1, file("z", "x")) == {
        1: (Forecast(Clash.NEEDED, 2, "main", ("x",), ("z",)),),
        2: (Forecast(Clash.NEEDS, 1, "main", ("z",), ("x",)),),
    }


def test_what_the_base_was_missing_before_is_nobodys_need():
    base = files(BASE, file("old", "gone"))
    assert told(base, file("gone", "b")) == {}


def test_environments_are_told_apart():
    one = [addition(change(BASE, B1, name="users"))]
    other = [addition(change(BASE, B2, name="orders"))]
    assert forecasts({1: one, 2: other}) == {}
    assert forecasts({1: [*one, *other], 2: other}) == {}
    both = [addition(change(BASE, file("z", "b"), name="orders"))]
    assert forecasts({1: [*one, *other], 2: both})[1][0].environment == "orders"


def test_where_more_heads_are_expected_two_may_add_theirs_but_not_a_third():
    assert told(BASE, B1, B2, expected=2) == {}
    found = told(BASE, file("x", "a"), file("y", "a"), expected=2)
    assert {each.clash for each in found[1]} == {Clash.FORK}


def test_who_takes_something_away_from_the_base_forks_with_nobody():
    base = files(BASE, file("c", "b"))
    kept = {path: each for path, each in base.items() if path != "v/c.py"}
    less = addition(Change(history(base), history(files(kept, file("e", "b")))))
    more = addition(change(base, file("f", "c", "b")))
    assert forecasts({1: [less], 2: [more]}) == {}


def test_no_more_than_some_are_told_and_the_lowest_numbers_first():
    found = told(BASE, *(file(f"x{number}", "b") for number in range(30)))
    assert [each.pull for each in found[30]] == list(range(1, MOST + 1))


def test_a_thousand_on_one_parent_are_told_at_once():
    every = {number: [addition(change(BASE, file(f"x{number}", "b")))] for number in range(1, 1001)}
    began = time.process_time()
    found = forecasts(every)
    assert len(found) == 1000
    assert time.process_time() - began < 2


# ------------------------------------------------------------------------ against real merges

POOL = ("p0", "p1", "p2", "p3")


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Files, int, list[Files]]:
    """A base that may be forked, and pull requests out of one pool, so that some are stacks."""
    base: Files = {}
    for number in range(draw(st.integers(1, 4))):
        earlier = [each.id for each, _ in base.values()]
        base = files(base, file(f"b{number}", *_some(draw, earlier)))
    ids = [each.id for each, _ in base.values()]
    pool = []
    for number, id in enumerate(POOL):
        names = [*ids, *POOL[:number], "gone"]
        pool.append(file(id, *_some(draw, names)))
        pool.append(file(id, *_some(draw, names), name=draw(st.sampled_from([id, f"{id}-twin"]))))
    several = st.lists(st.sampled_from(pool), max_size=3)
    pulls = [files(*draw(several)) for _ in range(draw(st.integers(2, 4)))]
    return base, draw(st.integers(1, 3)), pulls


def _some(draw: st.DrawFn, names: Sequence[str]) -> tuple[str, ...]:
    if not names:
        return ()
    return tuple(draw(st.lists(st.sampled_from(names), unique=True, max_size=2)))


def heads(found: Files) -> int:
    return len(history(found).graph.heads)


def alone(base: Files, added: Files, expected: int) -> bool:
    graph = history({**base, **added}).graph
    return graph.sound and len(graph.heads) <= max(expected, heads(base))


def twins(one: Files, other: Files) -> set[str]:
    def by_id(found: Files, id: str) -> set[tuple[str, str]]:
        return {(path, content) for path, (each, content) in found.items() if each.id == id}

    ids = [{each.id for each, _ in found.values()} for found in (one, other)]
    return {id for id in ids[0] & ids[1] if by_id(one, id) != by_id(other, id)}


def both_graphs(base: Files, *sides: Files) -> list[RevisionGraph]:
    return [history({**base, **each}).graph for each in sides]


def clashes(base: Files, expected: int, one: Files, other: Files) -> set[Clash]:
    """What there is between two, found by merging the one and then the other."""
    found = {Clash.SAME_ID} if twins(one, other) else set()
    if one and other and not found and all(alone(base, each, expected) for each in (one, other)):
        both = heads({**base, **one, **other})
        first = min(heads({**base, **one}), heads({**base, **other}))
        found |= {Clash.FORK} if both > max(expected, first) else set()
    mine, theirs = ({name for _, name in graph.missing} for graph in both_graphs(base, one, other))
    found |= {Clash.NEEDS} if mine & {each.id for each, _ in other.values()} else set()
    found |= {Clash.NEEDED} if theirs & {each.id for each, _ in one.values()} else set()
    return found


@given(scenes())
@example((files(file("b0"), file("b1")), 3, [file("p0"), file("p1")]))
@example(  # above an id that both have, and mean differently
    (
        files(file("b0")),
        1,
        [
            files(file("p0", "b0"), file("p1", "p0")),
            files(file("p0", "b0", name="p0-twin"), file("p2", "p0")),
        ],
    )
)
def test_every_pair_is_told_what_merging_both_does(scene):
    base, expected, pulls = scene
    found = told(base, *pulls, expected=expected)
    for number, mine in enumerate(pulls, start=1):
        for other, theirs in enumerate(pulls, start=1):
            if number != other:
                seen = {each.clash for each in found.get(number, ()) if each.pull == other}
                assert seen == clashes(base, expected, mine, theirs), (number, other)


@given(scenes())
def test_what_one_is_told_of_the_other_the_other_is_told_of_it(scene):
    base, expected, pulls = scene
    found = told(base, *pulls, expected=expected)
    back = {Clash.NEEDS: Clash.NEEDED, Clash.NEEDED: Clash.NEEDS}
    every = {(number, each) for number, those in found.items() for each in those}
    for number, each in every:
        clash = back.get(each.clash, each.clash)
        mirrored = Forecast(clash, number, each.environment, each.others, each.revisions)
        assert (each.pull, mirrored) in every
