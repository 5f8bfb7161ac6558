import pytest

from migbot.core.model import Severity
from migbot.core.settings import MessageSettings, Settings
from migbot.errors import MigbotError
from migbot.rules.message_style import message_style
from support.histories import added, change, history, judged


def faults(message, **wanted):
    settings = Settings(messages=MessageSettings(**wanted))
    return judged(message_style, added("b2", message=message), settings)


@pytest.mark.parametrize("message", ["x", "Add email.", "add email", "y" * 500, "UPDATE"])
def test_nothing_is_asked_for_by_default(message):
    assert not faults(message)


@pytest.mark.parametrize(
    ("wanted", "good", "bad", "said"),
    [
        ({"min_length": 10}, "add emails", "add email", "has 9 characters, at least 10"),
        ({"max_length": 9}, "add email", "add emails", "has 10 characters, at most 9"),
        ({"min_words": 2}, "add email", "email", "has 1 word, at least 2"),
        ({"pattern": "^(add|drop) "}, "add email", "email", "does not match ^(add|drop) "),
        ({"ticket": r"[A-Z]+-\d+"}, "add email (ABC-1)", "add email", "names no ticket like"),
        ({"case": "lower"}, "add URL", "Add url", "begins with a capital letter"),
        ({"case": "sentence"}, "Add url", "add URL", "begins with a small letter"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_a_style_that_is_asked_for_is_held(wanted, good, bad, said):
    assert not faults(good, **wanted)
    (found,) = faults(bad, **wanted)
    assert found.severity is Severity.WARNING
    assert said in found.message
    assert found.hint == "Begin the docstring with: add column email to user"


def test_every_fault_is_told():
    assert len(faults("Email", min_words=2, case="lower", ticket="#")) == 3


@pytest.mark.parametrize("message", ["1st table", "42", "`users`: add email"])
def test_case_looks_at_the_first_letter(message):
    assert not faults(message, case="lower")


@pytest.mark.parametrize("key", ["pattern", "ticket"])
def test_a_pattern_that_is_no_regular_expression_is_told_by_its_key(key):
    with pytest.raises(MigbotError, match=rf"messages\] {key} is no regular expression"):
        faults("add email", **{key: "("})


def test_a_case_that_is_not_known_is_told():
    with pytest.raises(MigbotError, match="case takes one of lower, sentence, not 'UPPER'"):
        faults("add email", case="UPPER")


def test_a_merge_is_exempt():
    ids = {"a1": None, "b2": "a1", "c3": "a1"}
    after = history({**ids, "m": ("b2", "c3")}, messages={"m": "merge heads"})
    settings = Settings(messages=MessageSettings(ticket="#"))
    assert not judged(message_style, change(history(ids), after), settings)


def test_a_missing_message_is_not_told_twice():
    settings = Settings(messages=MessageSettings(min_length=20))
    assert not judged(message_style, added("b2", doc="empty message"), settings)
