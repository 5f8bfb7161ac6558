"""Suggestions, to be taken with a click: a repair, all of it or nothing, and better messages."""

import re

import cmarkgfm
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migbot.core.model import Finding, NewLine, Severity
from migbot.core.plan import PlannedEdit, PlanReport
from migbot.core.report import Report, Verdict
from migbot.render.suggestions import LONGEST, MOST_FILES, Suggestion, suggestions
from support import reports
from support.every_field import report_of
from support.foreign import anything

PATH = "migrations/versions/8f2a1c_add_orders.py"
REVISES = NewLine(4, "Revises: a1b2c3", "Revises: c41e77")
PARENT = NewLine(12, 'down_revision = "a1b2c3"', 'down_revision = "c41e77"')


def planned(*edits: PlannedEdit, **fields: object) -> Report:
    plan = PlanReport("rebase", "`8f2a1c` is new in this branch.", edits)._replace(**fields)
    return Report(Verdict.FAIL, plan=plan)


def edit(*lines: NewLine, path: str = PATH, action: str = "rewrite") -> PlannedEdit:
    return PlannedEdit(path, action, "8f2a1c", ("c41e77",), lines)


def suggested(body: str) -> str:
    """The line that GitHub would write: the content of the one code block `suggestion`."""
    page = cmarkgfm.github_flavored_markdown_to_html(body)
    blocks = re.findall(r'<pre lang="suggestion"><code>(.*?)\n?</code></pre>', page, re.S)
    (block,) = blocks
    return (
        block.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    )


def test_a_re_point_is_one_suggestion_with_its_reason() -> None:
    assert suggestions(planned(edit(PARENT))) == (
        Suggestion(
            PATH,
            12,
            "`8f2a1c` is new in this branch. The parent is on the base branch: merge that into "
            'yours before you upgrade.\n\n```suggestion\ndown_revision = "c41e77"\n```',
        ),
    )


def test_two_lines_of_a_file_are_two_suggestions_that_name_each_other() -> None:
    first, second = suggestions(planned(edit(REVISES, PARENT)))
    assert (first.line, second.line) == (4, 12)
    assert "with the suggestion on `line 12`: commit both in one batch" in first.body
    assert "with the suggestion on `line 4`: commit both in one batch" in second.body
    assert suggested(first.body) == "Revises: c41e77"
    assert suggested(second.body) == 'down_revision = "c41e77"'


def test_lines_of_other_files_are_named_with_their_file() -> None:
    first, _ = suggestions(planned(edit(PARENT), edit(PARENT, path="versions/b.py")))
    assert "`versions/b.py:12`" in first.body


def test_whoever_has_run_the_revision_is_told_what_to_run_before() -> None:
    (one,) = suggestions(planned(edit(PARENT), first=("alembic downgrade a1b2c3",)))
    assert "has run the revision already runs `alembic downgrade a1b2c3` before" in one.body


def test_a_line_keeps_its_spaces_and_quotes() -> None:
    now = "    down_revision: str = 'c\"1`'  # `` why ``` "
    (one,) = suggestions(planned(edit(PARENT._replace(now=now))))
    assert "\n````suggestion\n" in one.body
    assert suggested(one.body) == now


@pytest.mark.parametrize(
    "now",
    [
        'down_revision = "a"\tx',
        'down_revision = "\u202ea"',
        'down_revision = "a\u200b"',
        'down_revision = "\ufffd"',
        'down_revision = "\x1b[1m"',
        "x" * (LONGEST + 1),
        "a\nb",
    ],
)
def test_a_line_that_hides_something_is_not_suggested_nor_is_the_other_one(now: str) -> None:
    assert suggestions(planned(edit(REVISES, PARENT._replace(now=now)))) == ()


def test_there_is_none_for_a_part_of_a_repair() -> None:
    assert suggestions(planned(edit(PARENT), edit(action="create", path="v/merge.py"))) == ()
    assert suggestions(planned(edit(PARENT), edit(path="v/b.py"))) == ()
    assert suggestions(planned(edit(PARENT), edit(PARENT, path="../b.py"))) == ()
    assert suggestions(planned(edit(REVISES, PARENT, NewLine(20, "a", "b")))) == ()
    assert suggestions(planned(*(edit(PARENT, path=f"v/{n}.py") for n in range(6)))) == ()
    assert suggestions(planned()) == ()
    assert suggestions(reports.green()) == ()


@given(st.one_of(anything, st.text("`~\\<>&@#!- x", max_size=40)), anything)
def test_nothing_in_a_line_or_a_reason_gets_out_of_its_place(now: str, reason: str) -> None:
    for one in suggestions(planned(edit(PARENT._replace(now=now)), reason=reason)):
        assert suggested(one.body) == now


@given(anything, st.integers(0, 5))
def test_a_strangers_report_suggests_nothing_outside_of_the_repository(text: str, n: int) -> None:
    for one in suggestions(report_of(text, n)):
        assert not one.path.startswith("/")
        assert ".." not in one.path.split("/")


MESSAGE = NewLine(1, '"""update', '"""add orders')


def found(new: NewLine | None = MESSAGE, path: str = PATH, said: str = "the message") -> Finding:
    return Finding(
        "MB302", "message-says-what", Severity.WARNING, said, path=path, line=1, instead=new
    )


def of(*findings: Finding) -> tuple[Suggestion, ...]:
    return suggestions(Report(Verdict.PASS, findings=findings))


def test_a_message_that_says_too_little_is_suggested_with_what_is_wrong_with_it() -> None:
    said = "the message 'update' does not say what changes"
    assert of(found(None), found(said=said)) == (
        Suggestion(
            PATH,
            1,
            "The message 'update' does not say what changes.\n\n"
            '```suggestion\n"""add orders\n```',
        ),
    )


def test_of_what_two_say_of_a_line_the_first_is_said() -> None:
    (one,) = of(found(said="it is short"), found(said="it is another's too"))
    assert one.body.startswith("It is short.")


def test_of_many_messages_as_many_are_suggested_as_anybody_clicks() -> None:
    assert len(of(*(found(path=f"v/{n}.py") for n in range(9)))) == MOST_FILES


@pytest.mark.parametrize("other", [found(path="../a.py"), found(MESSAGE._replace(now="a\u202eb"))])
def test_what_cannot_be_seen_or_lies_elsewhere_is_not_suggested(other: Finding) -> None:
    assert of(other) == ()


def test_a_repair_and_a_message_stand_side_by_side() -> None:
    both = planned(edit(PARENT))._replace(findings=(found(),))
    assert [one.line for one in suggestions(both)] == [12, 1]
