import pytest

from migbot.core.model import Severity
from migbot.rules.docstring_agrees import docstring_agrees
from support.histories import ADD, added, change, history, judged


def claims(revises, revision="b2"):
    return f"add email\n\nRevision ID: {revision}\nRevises: {revises}\nCreate Date: 2024-01-01\n"


@pytest.mark.parametrize("revises", ["a1", "'a1'", "a1 (release 2)"])
def test_a_docstring_that_agrees_is_fine(revises):
    assert not judged(docstring_agrees, added("b2", doc=claims(revises)))


def test_a_docstring_without_the_lines_says_nothing_wrong():
    assert not judged(docstring_agrees, added("b2", doc="add email"))


@pytest.mark.parametrize("revises", ["", "None", "<base>"])
def test_a_base_revises_nothing(revises):
    assert not judged(docstring_agrees, added("b2", parents=None, doc=claims(revises)))


def test_the_order_of_the_parents_of_a_merge_does_not_matter():
    after = history(
        {"a1": None, "b2": "a1", "c3": "a1", "m": ("b2", "c3")},
        docs={"m": claims("c3, b2", "m")},
    )
    assert not judged(docstring_agrees, change(history({"a1": None}), after))


@pytest.mark.parametrize(
    ("revises", "said"), [("ffff", "ffff"), ("", "nothing"), ("a1, ffff", "a1 and ffff")]
)
def test_a_revises_line_that_lies_is_told_with_the_line_to_write(revises, said):
    (found,) = judged(docstring_agrees, added("b2", doc=claims(revises)))
    assert found.severity is Severity.WARNING
    assert found.message == f"the docstring says that it revises {said}, the code a1"
    assert found.hint == "Write in the docstring: Revises: a1"


def test_a_revision_id_line_that_lies_is_told():
    (found,) = judged(docstring_agrees, added("b2", doc=claims("a1", "ffff")))
    assert "Revision ID: ffff, the code b2" in found.message


def test_an_old_lie_is_left_alone_until_its_file_is_edited():
    ids, docs = {"a1": None, "b2": "a1"}, {"b2": claims("ffff")}
    before = history(ids, docs=docs)
    assert not judged(docstring_agrees, change(before, before))
    after = history(ids, docs=docs, bodies={"b2": (ADD, "pass")})
    assert judged(docstring_agrees, change(before, after))
