from migbot.core.model import Severity
from migbot.rules.parents_once import parents_once
from support.histories import added, change, history, judged


def test_a_merge_of_two_heads_is_fine():
    after = history({"a1": None, "b2": "a1", "c3": "a1", "m": ("b2", "c3")})
    assert not judged(parents_once, change(history({"a1": None}), after))


def test_a_parent_named_twice_is_a_warning_with_the_line_to_write():
    (found,) = judged(parents_once, added("b2", parents=("a1", "a1")))
    assert found.severity is Severity.WARNING
    assert found.message == "b2 names a1 more than once in down_revision"
    assert found.hint == 'Write: down_revision = "a1"'


def test_the_other_parents_are_kept_in_their_order():
    after = history({"a1": None, "b2": "a1", "c3": "a1", "m": ("c3", "b2", "c3")})
    (found,) = judged(parents_once, change(history({"a1": None}), after))
    assert found.hint == "Write: down_revision = ('c3', 'b2')"


def test_one_that_was_there_before_is_left_alone():
    both = history({"a1": None, "b2": ("a1", "a1")})
    assert not judged(parents_once, change(both, both))
