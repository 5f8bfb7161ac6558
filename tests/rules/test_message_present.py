import pytest

from migbot.core.model import Severity
from migbot.core.settings import Level, Settings
from migbot.rules.message_present import message_present
from support.histories import ADD, added, change, history, judged, judgement


@pytest.mark.parametrize(
    "doc",
    [
        *("", "   ", "\n\n", "empty message", "Empty message.", "  empty   message  "),
        *("Revision ID: b2\nRevises: a1", "\nRevision ID: b2\nRevises: a1\n", "${message}", "..."),
    ],
)
def test_a_docstring_without_a_message_is_a_finding(doc):
    (found,) = judged(message_present, added("b2", doc=doc))
    assert (found.severity, found.line) == (Severity.WARNING, 1)
    assert found.hint == "Begin the docstring with: add column email to user"


@pytest.mark.parametrize("text", ["pkce", "services", "fix", "Add email.", "add email", "初期"])
def test_any_other_text_is_a_message(text):
    assert not judged(message_present, added("b2", message=text))


def test_a_message_before_revision_id_counts():
    doc = "add email\n\nRevision ID: b2\nRevises: a1\n"
    assert not judged(message_present, added("b2", doc=doc))


def test_without_a_known_operation_nothing_is_suggested():
    (found,) = judged(message_present, added("b2", doc="", body=("print()", "pass")))
    assert found.hint.endswith("says what the migration does to the schema.")


def test_a_merge_needs_no_message():
    ids = {"a1": None, "b2": "a1", "c3": "a1"}
    after = history({**ids, "m": ("b2", "c3")}, docs={"m": "empty message"})
    assert not judged(message_present, change(history(ids), after))


def test_what_is_on_the_base_is_left_alone_until_its_file_does_something_else():
    ids = {"a1": None, "b2": "a1"}
    before = history(ids, docs={"b2": ""})
    assert not judged(message_present, change(before, before))
    after = history(ids, docs={"b2": ""}, bodies={"b2": (ADD, "pass")})
    assert judged(message_present, change(before, after))


def test_a_comment_with_a_reason_accepts_it_and_is_listed():
    extra = "# migbot: allow MB301 written by a generator"
    accepted = judgement(message_present, added("b2", doc="", extra=extra))
    assert not accepted.findings
    assert accepted.accepted[0].reason == "written by a generator"


def test_it_can_be_made_an_error_and_turned_off():
    case = added("b2", doc="")
    (found,) = judged(message_present, case, Settings(rules={"MB301": Level.ERROR}))
    assert found.severity is Severity.ERROR
    assert not judged(message_present, case, Settings(rules={"MB301": Level.OFF}))
