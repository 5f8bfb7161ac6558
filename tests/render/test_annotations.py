"""Annotations: what GitHub shows beside the lines of a pull request."""

from hypothesis import given
from hypothesis import strategies as st

from migbot.core.model import Finding, Severity
from migbot.core.report import Report, Verdict
from migbot.render.annotations import MOST_ANNOTATIONS, Annotation, annotations
from migbot.render.markdown import checks
from support import reports
from support.every_field import report_of
from support.foreign import anything

PATH = "migrations/versions/8f2a1c_add_orders.py"


def test_a_fork_is_shown_at_its_line_before_the_warning() -> None:
    assert annotations(reports.forked()) == (
        Annotation(
            PATH,
            12,
            "failure",
            "MB101 single-head",
            "The merge has 2 heads: `8f2a1c` (add orders) and `c41e77` (add invoice table).\n"
            "Run `migbot resolve`.",
        ),
        Annotation(
            PATH,
            1,
            "warning",
            "MB301 message-present",
            "The message `update` says nothing.\nSay what the migration does: `add orders`.",
        ),
    )


def test_a_leg_that_failed_is_shown_at_the_operation() -> None:
    worst = annotations(reports.broken_downgrade())[0]
    assert (worst.path, worst.line, worst.level) == ("migrations/versions/8f2a1c.py", 31, "failure")
    assert worst.title == "8f2a1c: its downgrade fails on sqlite 3.40.1"


def test_what_has_no_place_is_left_to_the_comment() -> None:
    found = Finding("MB101", "single-head", Severity.ERROR, "2 heads")
    assert annotations(Report(Verdict.FAIL, findings=(found,))) == ()


def test_the_same_remark_from_two_environments_stands_there_once() -> None:
    one = reports.forked().findings[0]
    report = Report(Verdict.PASS, findings=(one, one._replace(environment="other")))
    assert len(annotations(report)) == 1


@given(st.one_of(anything, st.just("migrations/a.py")), st.integers(0, 20))
def test_every_annotation_is_one_that_github_takes(text: str, pick: int) -> None:
    made = annotations(report_of(text, pick))
    assert len(set(made)) == len(made)
    for each in made:
        assert each.level in ("failure", "warning", "notice")
        assert each.line >= 1
        assert not each.path.startswith("/")
        assert ".." not in each.path.split("/")
        assert len(each.title) <= 255
        assert len(each.message.encode()) <= 64 * 1024


def test_no_more_than_are_wanted_are_made_and_those_are_the_worst() -> None:
    note, error = reports.forked().findings
    many = tuple(note._replace(line=line) for line in range(1, 10))
    report = Report(Verdict.FAIL, findings=(*many, *many, error))
    assert [each.line for each in annotations(report, 3)] == [12, 1, 2]
    assert len(annotations(report)) == 10


def test_a_check_has_as_many_as_github_takes_in_one_request() -> None:
    many = tuple(reports.forked().findings[0]._replace(line=line) for line in range(1, 99))
    graph, *_ = checks(Report(Verdict.PASS, findings=many))
    assert len(graph.annotations) == MOST_ANNOTATIONS
