"""The verdict in one sentence: what is said first, and what is left for the rest of the page."""

from __future__ import annotations

from itertools import pairwise

import pytest

from migbot.core.report import Report, Verdict
from migbot.core.trips import RevisionVerdict
from migbot.render.comment_kept import Kept
from migbot.render.headlines import (
    LEADS,
    LONGEST,
    forked,
    graph_title,
    headline,
    lead,
    needed_pulls,
    open_errors,
    pull,
    trip_said,
    trip_title,
    trouble,
)
from support.every_field import report_of
from support.situations import (
    BASE_FORKED,
    CONFLICT,
    COULD_NOT_START,
    DEPENDS,
    FAILED,
    FORK,
    FORKED_REPORT,
    GREEN,
    ONE_WAY,
    PASSED,
    SEVERAL,
    STATIC,
    UNTOUCHED,
    error,
    report,
    trip,
)

SENTENCES = {
    "green": (GREEN, "1 new revision, 1 head, round trip passed on PostgreSQL 16.3, SQLite 3.40.1"),
    "static": (STATIC, "1 new revision, 1 head"),
    "untouched": (UNTOUCHED, "No migration changes"),
    "forked": (FORKED_REPORT, "2 heads after the merge - fix needed"),
    "failed": (FAILED, "The round trip on PostgreSQL 16.3 failed - fix needed"),
    "one way": (ONE_WAY, "1 new revision, 1 head, 1 one-way, round trip passed on PostgreSQL 16.3"),
    "base forked": (
        BASE_FORKED,
        "The base has 2 heads, not your pull request, round trip passed on PostgreSQL 16.3",
    ),
    "depends": (DEPENDS, "Depends on #815 - merge that first"),
    "conflict": (CONFLICT, "Not verified: conflict with the base in 2 files"),
    "no server": (COULD_NOT_START, "Could not run the round trip (not a verdict)"),
    "no way to look": (
        Report(Verdict.UNKNOWN),
        "Could not look at everything (not a verdict)",
    ),
    "no reason given": (Report(Verdict.FAIL), "1 problem - fix needed"),
}


@pytest.mark.parametrize(("made", "said"), SENTENCES.values(), ids=SENTENCES)
def test_the_verdict_is_one_sentence(made: Report, said: str) -> None:
    assert headline(made) == said


def test_what_was_proved_of_the_same_commit_before_is_told() -> None:
    kept = Kept("pass", "b" * 40, "text", "round trip passed on SQLite 3.40.1")
    assert headline(STATIC, kept).endswith("1 head, round trip passed on SQLite 3.40.1")
    failed = kept._replace(verdict="fail", said="The round trip on SQLite failed")
    assert headline(STATIC, failed) == "The round trip on SQLite failed - fix needed"
    assert headline(GREEN, failed) == headline(GREEN)


def test_the_error_that_may_be_why_there_are_others_is_told_first() -> None:
    order = ["MB103", "MB104", "MB102", "MB101", "MB203", "MB202", "MB201"]
    assert list(LEADS) == order
    for code, other in pairwise(order):
        both = report(Verdict.FAIL, findings=(error(other, "r", "m"), error(code, "r", "m")))
        found = lead(both)
        assert found is not None
        assert found.code == code
    assert lead(report(findings=(FORKED_REPORT.findings[0],))) is None


def test_an_error_of_no_known_kind_leads_where_there_is_no_other() -> None:
    made = report(Verdict.FAIL, findings=(error("MB999", "r", "m"), error("MB998", "r", "m")))
    found = lead(made)
    assert found is not None
    assert found.code == "MB999"
    assert trouble(made) == "2 problems - fix needed"


def test_more_errors_are_counted_and_a_failed_round_trip_is_said_beside_them() -> None:
    both = FORKED_REPORT._replace(
        findings=(FORK, error("MB201", "r", "m")), round_trips=FAILED.round_trips
    )
    assert headline(both) == (
        "2 heads after the merge, 1 more problem, round trip failed - fix needed"
    )


def test_a_parent_that_an_open_pull_request_has_is_no_error() -> None:
    assert needed_pulls(DEPENDS) == (815,)
    assert needed_pulls(DEPENDS._replace(forecast=DEPENDS.forecast * 2)) == (815,)
    assert open_errors(DEPENDS) == []
    other = error("MB102", "parent-exists", "m", revision="other")
    assert open_errors(DEPENDS._replace(findings=(*DEPENDS.findings, other))) == [other]


def test_a_number_that_is_none_is_not_made_a_link() -> None:
    assert [pull(number) for number in (7, 0, -1, 10**9)] == [
        "#7", "another pull request", "another pull request", "another pull request",
    ]  # fmt: skip


def test_a_fork_is_where_heads_were_added() -> None:
    assert [each.name for each in forked(FORKED_REPORT)] == ["alembic"]
    assert [each.name for each in forked(SEVERAL)] == ["shop"]
    assert forked(BASE_FORKED) == ()


def test_each_check_has_its_half_of_it_as_a_title() -> None:
    assert graph_title(FAILED) == "3 new revisions, 1 head"
    assert trip_title(FAILED) == "The round trip on PostgreSQL 16.3 failed"
    assert graph_title(FORKED_REPORT) == "2 heads after the merge - fix needed"
    assert trip_title(FORKED_REPORT) == "1 revision up, down and up again on PostgreSQL 16.3"
    assert trip_title(ONE_WAY) == "1 one-way on PostgreSQL 16.3"
    assert trip_title(COULD_NOT_START) == "Could not run the round trip (not a verdict)"


def test_on_two_databases_a_revision_is_counted_once() -> None:
    assert trip_title(GREEN).startswith("1 revision up, down and up again on PostgreSQL 16.3, SQL")
    one_way = PASSED._replace(verdict=RevisionVerdict.IRREVERSIBLE)
    both = (trip(one_way), trip(one_way, database="sqlite"))
    assert trip_said(GREEN._replace(round_trips=both)).startswith("1 one-way, round trip passed")


@pytest.mark.parametrize("pick", range(4))
def test_whatever_is_in_it_the_sentence_is_one_short_line(pick: int) -> None:
    for said in (
        headline(report_of("a\nb\x1b" * 99, pick)),
        trip_title(report_of("x" * 999, pick)),
    ):
        assert len(said) <= LONGEST + len(", round trip failed - fix needed")
        assert said.isprintable()
