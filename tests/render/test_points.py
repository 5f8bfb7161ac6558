"""What a report has to say, point by point: the worst first, and never nothing without a pass."""

from hypothesis import given
from hypothesis import strategies as st

from migbot.core.model import Finding, Severity
from migbot.core.report import Report, Unknown, Verdict
from migbot.render.place import Place
from migbot.render.point import (
    FAILURE,
    LARGEST_MESSAGE,
    LONGEST_TITLE,
    NOTICE,
    UNKNOWN,
    WARNING,
    fitting,
    message,
)
from migbot.render.points import points
from support import reports
from support.every_field import report_of
from support.foreign import anything, unseen


def test_findings_are_told_with_the_way_out() -> None:
    worst, other = points(reports.forked())
    assert (worst.code, worst.level, worst.title) == ("MB101", FAILURE, "MB101 single-head")
    assert worst.message.endswith("(add invoice table).\nRun `migbot resolve`.")
    assert worst.place == Place("migrations/versions/8f2a1c_add_orders.py", 12)
    assert (other.code, other.level) == ("MB301", WARNING)


def test_a_note_is_a_notice_and_the_worst_come_first() -> None:
    severities = (Severity.NOTE, Severity.ERROR, Severity.WARNING, Severity.ERROR)
    found = tuple(
        Finding(f"MB{n}", "x", severity, "m", path="a.py", line=9 - n)
        for n, severity in enumerate(severities)
    )
    unknown = (Unknown("x.py", "computed"),)
    told = points(Report(Verdict.FAIL, findings=found, unknown=unknown))
    assert [(each.code, each.level) for each in told] == [
        ("MB3", FAILURE),
        ("MB1", FAILURE),
        (UNKNOWN, FAILURE),
        ("MB2", WARNING),
        ("MB0", NOTICE),
    ]


def test_what_could_not_be_read_is_told_at_its_line() -> None:
    gap = Unknown("migrations/versions/x.py:7", "`down_revision` is computed", "Write a literal.")
    (point,) = points(Report(Verdict.UNKNOWN, unknown=(gap,)))
    assert point.place == Place("migrations/versions/x.py", 7)
    assert point.title == "Not verified: migrations/versions/x.py:7"
    assert point.message == "`down_revision` is computed\nWrite a literal."


def test_a_verdict_without_a_reason_is_told_all_the_same() -> None:
    assert [each.code for each in points(Report(Verdict.FAIL))] == ["verdict"]
    assert [each.code for each in points(Report(Verdict.UNKNOWN))] == [UNKNOWN]
    only = (Unknown("x.py", "computed"),)
    told = points(Report(Verdict.FAIL, unknown=only))
    assert [each.code for each in told] == ["verdict", UNKNOWN]


def test_there_is_nothing_to_say_of_what_passed() -> None:
    assert not points(reports.green())
    assert not points(reports.untouched())


@given(anything, st.integers(0, 20), st.integers(1, 5000))
def test_titles_and_messages_are_plain_and_short_enough(text: str, pick: int, times: int) -> None:
    for each in points(report_of(text * times, pick)):
        assert 0 < len(each.title) <= LONGEST_TITLE
        assert 0 < len(each.message.encode()) <= LARGEST_MESSAGE
        assert not unseen(each.message)
        assert not unseen(each.title)
        assert "\n" not in each.title


def test_a_warning_is_no_reason_for_a_verdict_of_fail() -> None:
    report = reports.forked()._replace(findings=reports.forked().findings[:1])
    assert [(each.code, each.level) for each in points(report)] == [
        ("verdict", FAILURE),
        ("MB301", WARNING),
    ]


def test_a_message_of_many_long_texts_is_cut_to_what_github_takes() -> None:
    assert len(message(*["é" * 390] * 100).encode()) == LARGEST_MESSAGE


def test_a_message_beyond_what_github_takes_is_cut_between_characters() -> None:
    assert fitting("é" * LARGEST_MESSAGE) == "é" * (LARGEST_MESSAGE // 2 - 2) + "..."
    assert fitting("x" * LARGEST_MESSAGE) == "x" * LARGEST_MESSAGE
