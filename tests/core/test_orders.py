"""The sides of a fork, what they touch, and where they meet."""

from collections.abc import Mapping

from migbot.core.catalogs import ORDER, Part
from migbot.core.orders import (
    MOST_CONFLICTS,
    Fork,
    Side,
    Thing,
    clashes,
    fork_of,
    obstacles,
    touched,
)
from migbot.core.trips import Conflict, Residue
from support.histories import history

FORK = Fork(("a1",), (Side("b2", ("b1", "b2"), "main"), Side("c2", ("c1", "c2"), "feature")))


def thing(kind: str, name: str, table: str = "t", slot: str = "one") -> Thing:
    return Thing(slot, kind, name, table)


def touches(**things: Thing) -> Mapping[str, frozenset[Thing]]:
    return {name: frozenset([each]) for name, each in things.items()}


def test_a_fork_is_what_all_stand_on_and_what_each_side_has_alone() -> None:
    parents = {"a1": None, "a2": "a1", "b1": "a2", "b2": "b1", "c1": "a2"}
    fork = fork_of(history(parents).graph, ("b2", "c1"), {"b2": "main"})
    assert fork == Fork(("a2",), (Side("b2", ("b1", "b2"), "main"), Side("c1", ("c1",), "c1")), 2)


def test_what_a_side_depends_on_is_below_it_too() -> None:
    parents = {"a1": None, "x1": None, "b1": "a1", "c1": "a1"}
    graph = history(parents, depends={"c1": "x1"}).graph
    assert fork_of(graph, ("b1", "c1")).sides[1].own == ("x1", "c1")


def test_sides_may_have_nothing_in_common() -> None:
    fork = fork_of(history({"b1": None, "c1": None}).graph, ("b1", "c1"))
    assert fork == Fork((), (Side("b1", ("b1",), "b1"), Side("c1", ("c1",), "c1")))


def test_what_comes_goes_or_changes_is_touched_but_not_the_order_of_columns() -> None:
    table, index = Part("table", "T", "", ""), Part("index", "ix", "T", "(a)")
    before = {"t": table, "a": Part("column", "T.a", "T", "INT"), "o": Part(ORDER, "T", "T", "a")}
    after = {"t": table, "i": index, "o": Part(ORDER, "T", "T", "b")}
    assert touched("one", before, after) == {
        thing("column", "T.a", "T"),
        thing("index", "ix", "T"),
    }
    assert touched("one", {}, {"t": table}) == {thing("table", "T", "T")}


NAME = Residue("column", "t.x", "changed", "VARCHAR(5)", "VARCHAR(9)")


def test_only_the_revisions_that_touch_it_are_named() -> None:
    column = thing("column", "t.x")
    known = touches(b1=thing("table", "u", "u"), b2=column, c1=column, c2=thing("column", "t.y"))
    assert clashes(FORK, known, {"one": [NAME]}) == (
        Conflict(("b2", "c1"), "column", "t.x", "", "VARCHAR(5)", "VARCHAR(9)"),
    )


def test_names_are_told_apart_by_more_than_case() -> None:
    known = touches(b1=thing("column", "T.X", "T"), c1=thing("column", "t.x"))
    assert clashes(FORK, known, {"one": [NAME]})[0].revisions == ("b1", "c1")


def test_sides_that_only_meet_in_the_table_are_told_with_it() -> None:
    known = touches(b1=thing("index", "ix"), c1=thing("column", "t.x"), c2=thing("view", "v", ""))
    index = Residue("index", "ix", "changed", "(a)", "(b)")
    assert clashes(FORK, known, {"one": [index]}) == (
        Conflict(("b1", "c1"), "index", "ix", "t", "(a)", "(b)"),
    )


def test_of_two_revisions_of_one_side_the_later_is_named_alone() -> None:
    known = touches(
        c1=thing("column", "t.x"), c2=thing("column", "t.x"), b1=thing("table", "u", "u")
    )
    assert clashes(FORK, known, {"one": [NAME]})[0] == Conflict(
        ("c2",), "column", "t.x", "", "VARCHAR(5)", "VARCHAR(9)"
    )


def test_what_nobody_was_seen_to_touch_is_told_alone() -> None:
    assert clashes(FORK, {}, {"one": [NAME]})[0].revisions == ()


def test_the_same_name_on_another_database_is_another_object() -> None:
    known = touches(b1=thing("column", "t.x"), c1=thing("column", "t.x", slot="two"))
    assert clashes(FORK, known, {"two": [NAME]})[0].revisions == ("c1",)


def test_of_many_differences_the_first_are_told() -> None:
    many = [NAME._replace(name=f"t.{number}") for number in range(50)]
    assert len(clashes(FORK, {}, {"one": many})) == MOST_CONFLICTS


def test_what_failed_is_told_with_those_of_the_other_side_that_touch_the_same() -> None:
    column = thing("column", "t.x")
    known = touches(b1=column, b2=thing("column", "t.y"), c1=column)
    assert obstacles(FORK, known, "c1") == (Conflict(("c1", "b1"), "column", "t.x"),)


def test_a_table_that_both_make_is_told_without_its_columns() -> None:
    both = frozenset([thing("table", "t"), thing("column", "t.x"), thing("column", "t.y")])
    assert obstacles(FORK, {"b1": both, "c1": both}, "c1") == (
        Conflict(("c1", "b1"), "table", "t"),
    )


def test_what_failed_meets_others_in_a_table_where_no_object_is_the_same() -> None:
    known = touches(b1=thing("table", "T", "T"), c1=thing("column", "t.x"), c2=thing("index", "i"))
    (conflict,) = obstacles(FORK, known, "c1")
    assert (conflict.revisions, conflict.kind) == (("c1", "b1"), "table")


def test_what_failed_without_meeting_anybody_has_no_conflict() -> None:
    assert obstacles(FORK, touches(c1=thing("column", "t.x")), "c1") == ()
    assert obstacles(FORK, {}, "") == ()
