import pytest

from migbot.core.model import Severity
from migbot.rules.message_unique import message_unique
from support.histories import change, history, judged

BEFORE = history({"a1": None, "z9": "a1"}, messages={"z9": "add email"})


def grown(messages, more=None):
    ids = {"a1": None, "z9": "a1", **(more or {"b2": "z9"})}
    return change(BEFORE, history(ids, messages={"z9": "add email", **messages}))


@pytest.mark.parametrize("message", ["add email", "Add Email", " add   email ", "add email."])
def test_a_message_that_another_revision_has_is_a_finding(message):
    (found,) = judged(message_unique, grown({"b2": message}))
    assert (found.revision, found.severity) == ("b2", Severity.WARNING)
    assert found.message.endswith("is that of z9 too")


def test_another_message_is_fine():
    assert not judged(message_unique, grown({"b2": "add email again"}))


def test_of_two_new_ones_the_later_is_accused():
    found = judged(message_unique, grown({"y": "add x", "b2": "add x"}, {"y": "z9", "b2": "y"}))
    assert [each.revision for each in found] == ["b2"]


def test_old_duplicates_are_left_alone():
    both = history({"a1": None, "b2": "a1"}, messages={"a1": "add x", "b2": "add x"})
    assert not judged(message_unique, change(both, both))


def test_missing_messages_are_no_duplicates():
    assert not judged(
        message_unique,
        grown({"y": "empty message", "b2": "empty message"}, {"y": "z9", "b2": "y"}),
    )


def test_merges_are_exempt_and_accuse_nobody():
    more = {"b2": "z9", "c3": "z9", "m": ("b2", "c3"), "d4": "m", "e5": "m", "n": ("d4", "e5")}
    assert not judged(message_unique, grown({"m": "merge heads", "n": "merge heads"}, more))
    assert not judged(message_unique, grown({"m": "join", "d4": "join"}, more))
