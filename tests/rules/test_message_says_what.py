import pytest

from migbot.core.model import Severity
from migbot.core.settings import MessageSettings, Settings
from migbot.rules.message_says_what import message_says_what
from support.histories import added, change, history, judged


@pytest.mark.parametrize(
    "message",
    [
        *("update", "fix", "wip", "auto", "changes", "migration", "temp", "test", "Update."),
        *("new migration", "db changes", "schema update", "auto_migration", "WIP 2", "fix2"),
        *("another fix", "update models", "misc", "  Fixes  ", "more changes!", "new fixes"),
    ],
)
def test_a_message_of_nothing_but_generic_words_is_a_finding(message):
    (found,) = judged(message_says_what, added("b2", message=message))
    assert (found.severity, found.line) == (Severity.WARNING, 1)
    assert found.hint == "Begin the docstring with: add column email to user"


@pytest.mark.parametrize(
    "message",
    [
        *("initial", "init", "initial migration", "fix nullable", "update tags", "pkce", "models"),
        *(
            "add email",
            "migrate tags",
            "merge point",
            "0.8 changes",
            "remove constraint",
            "user_id",
        ),
        *(
            "fix_hash",
            "store updates",
            "Release [0.21.0].",
            "log more",
            "new_dataset_models_take_2",
        ),
        *("test coverage table", "update user email", "2024-01-01", "初期"),
    ],
)
def test_a_message_with_a_word_of_its_own_is_fine(message):
    assert not judged(message_says_what, added("b2", message=message))


@pytest.mark.parametrize("doc", ["", "empty message"])
def test_a_missing_message_is_not_told_twice(doc):
    assert not judged(message_says_what, added("b2", doc=doc))


@pytest.mark.parametrize("own", ["sprint", "Sprint 12"])
def test_the_settings_add_words_and_whole_messages(own):
    settings = Settings(messages=MessageSettings(generic=(own,)))
    assert judged(message_says_what, added("b2", message="sprint 12"), settings)
    assert not judged(message_says_what, added("b2", message="add sprint"), settings)


@pytest.mark.parametrize("message", ["merge heads", "update", "Merging"])
def test_a_merge_is_exempt(message):
    ids = {"a1": None, "b2": "a1", "c3": "a1"}
    after = history({**ids, "m": ("b2", "c3")}, messages={"m": message})
    assert not judged(message_says_what, change(history(ids), after))


def test_what_is_on_the_base_is_left_alone():
    before = history({"a1": None}, messages={"a1": "update"})
    after = history({"a1": None, "b2": "a1"}, messages={"a1": "update"})
    assert not judged(message_says_what, change(before, after))
