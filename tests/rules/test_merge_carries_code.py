from migbot.core.model import Severity
from migbot.rules.merge_carries_code import merge_carries_code
from support.histories import ADD, DROP, added, change, history, judged

IDS = {"a1": None, "b2": "a1", "c3": "a1"}


def merged(body):
    after = history({**IDS, "m": ("b2", "c3")}, bodies={"m": body})
    return judged(merge_carries_code, change(history(IDS), after))


def test_an_empty_merge_is_fine():
    assert not merged(("pass", "pass"))


def test_a_merge_with_operations_is_a_note():
    (found,) = merged((ADD, DROP))
    assert found.severity is Severity.NOTE
    assert found.message == "m merges 2 heads and has code too"


def test_code_on_the_way_down_counts():
    assert merged(("pass", DROP))


def test_an_ordinary_revision_may_have_code():
    assert not judged(merge_carries_code, added(body=(ADD, DROP)))


def test_a_parent_named_twice_makes_no_merge():
    assert not judged(merge_carries_code, added(parents=("a1", "a1"), body=(ADD, DROP)))
