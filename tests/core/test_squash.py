import pytest

from migbot.core.squash import squash
from support.histories import change, history

BEFORE = history({"a1": None, "b2": "a1", "c3": "b2"})


@pytest.mark.parametrize(
    ("after", "base", "moved"),
    [
        ({"s": None, "c3": "s"}, {"s"}, {"c3"}),
        ({"s": None}, {"s"}, set()),
        ({"b2": None, "c3": "b2"}, {"b2"}, {"b2"}),
        ({"s": None, "t": "s", "c3": "t"}, {"s", "t"}, {"c3"}),
        ({"s": None, "c3": "s", "d4": "c3"}, {"s"}, {"c3"}),
    ],
    ids=["a new base", "everything", "a kept revision", "in two steps", "and a new revision"],
)
def test_a_bottom_replaced_by_a_base_is_a_squash(after, base, moved):
    found = squash(change(BEFORE, history(after)))
    assert (found.base, found.moved) == (base, moved)


def test_the_last_removed_revisions_are_what_databases_stand_at():
    fork = history({"a1": None, "b2": "a1", "x": "a1", "m": ("b2", "x")})
    assert squash(change(fork, history({"s": None, "m": "s"}))).last == ("b2", "x")


@pytest.mark.parametrize(
    "after",
    [
        {"a1": None, "b2": "a1", "c3": "b2", "d4": "c3"},
        {"a1": None, "b2": "a1"},
        {"a1": None, "c3": "a1"},
        {"c3": "b2", "b2": "a1"},
        {"a1": None, "b2": "a1", "s": None},
        {"a1": None, "b2": "a1", "c3": "b2", "s": None},
    ],
    ids=[
        *("growth", "a head deleted", "the middle deleted", "the base deleted"),
        *("a head deleted beside a new base", "a new base only"),
    ],
)
def test_anything_else_is_none(after):
    assert squash(change(BEFORE, history(after))) is None


def test_a_removed_revision_whose_dependency_stays_is_no_bottom():
    before = history({"a1": None, "x": None, "c3": "a1"}, depends={"a1": "x"})
    assert squash(change(before, history({"s": None, "x": None, "c3": "s"}))) is None


def test_what_was_edited_on_the_way_is_not_only_moved():
    after = history({"s": None, "c3": "s"}, bodies={"c3": ("op.drop_table('t')", "pass")})
    assert squash(change(BEFORE, after)).moved == set()


def test_what_was_moved_elsewhere_is_not_moved_by_the_squash():
    before = history({"a1": None, "b2": "a1", "x": None, "c3": "b2"})
    assert squash(change(before, history({"s": None, "x": None, "c3": "x"}))).moved == set()


def test_what_was_moved_without_need_is_not_moved_by_the_squash():
    before = history({"a1": None, "x": None, "c3": "x"})
    assert squash(change(before, history({"s": None, "x": None, "c3": "s"}))).moved == set()


def test_a_merge_keeps_the_parent_that_stays():
    before = history({"a1": None, "x": None, "m": ("a1", "x")})
    assert squash(change(before, history({"s": None, "x": None, "m": ("s", "x")}))).moved == {"m"}
