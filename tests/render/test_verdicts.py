"""What a report comes to: worked out again, and never better than it says."""

from __future__ import annotations

import pytest

from migbot.core.model import Severity
from migbot.core.report import Report, Unknown, Verdict
from migbot.core.trips import RevisionVerdict
from migbot.render.verdicts import (
    NEUTRAL,
    NONE,
    changes_migrations,
    conflicts,
    failed_trips,
    forked_before,
    graph_word,
    is_old_fork,
    of_trip,
    trip_word,
    unproved,
    worst,
)
from support.situations import (
    BASE_FORKED,
    CONFLICT,
    DEPENDS,
    FAILED,
    FORK,
    FORKED_REPORT,
    GREEN,
    PASSED,
    STATIC,
    TREE,
    UNTOUCHED,
    report,
    trip,
)

GAP = Unknown("x", "why")


def test_a_failure_outweighs_what_is_not_known_and_that_a_pass() -> None:
    assert worst(Verdict.PASS, Verdict.UNKNOWN, Verdict.FAIL) is Verdict.FAIL
    assert worst(Verdict.PASS, Verdict.UNKNOWN) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("made", "graph", "trips"),
    [
        (GREEN, "pass", "pass"),
        (STATIC, "pass", NONE),
        (FORKED_REPORT, "fail", "pass"),
        (FAILED, "pass", "fail"),
        (CONFLICT, "unknown", NONE),
        (DEPENDS, "fail", NONE),
        (BASE_FORKED, NEUTRAL, "pass"),
    ],
    ids=["green", "static", "forked", "failed", "conflict", "depends", "base-forked"],
)
def test_each_half_has_a_word_of_its_own(made: Report, graph: str, trips: str) -> None:
    assert (graph_word(made), trip_word(made)) == (graph, trips)


def test_a_report_that_calls_itself_worse_than_what_it_tells_is_as_bad() -> None:
    assert graph_word(GREEN._replace(verdict=Verdict.FAIL)) == "fail"
    assert graph_word(STATIC._replace(verdict=Verdict.UNKNOWN)) == "unknown"


def test_what_only_another_pull_request_has_is_no_pass_whatever_was_found() -> None:
    assert graph_word(GREEN._replace(forecast=DEPENDS.forecast)) == "fail"


def test_a_failed_round_trip_is_no_failure_of_the_graph() -> None:
    assert FAILED.verdict is Verdict.FAIL
    assert graph_word(FAILED) == "pass"


@pytest.mark.parametrize(
    ("made", "verdict"),
    [
        (trip(PASSED), "pass"),
        (trip(PASSED, unknown=(GAP,)), "unknown"),
        (trip(PASSED._replace(verdict=RevisionVerdict.FAIL)), "fail"),
        (trip(PASSED._replace(verdict=RevisionVerdict.NOT_RUN)), "unknown"),
        (trip(PASSED, verdict=Verdict.FAIL, unknown=(GAP,)), "fail"),
    ],
)
def test_a_round_trip_is_no_better_than_its_parts(made, verdict: str) -> None:
    assert of_trip(made) == verdict


def test_a_revision_that_no_round_trip_tells_of_is_not_proved() -> None:
    two = GREEN._replace(environments=(TREE._replace(added=("8f2a1c", "9a0b1d")),))
    assert unproved(two) == ("9a0b1d",)
    assert trip_word(two) == "unknown"
    assert unproved(two._replace(round_trips=())) == ()
    assert unproved(GREEN) == ()


def test_a_fork_of_the_base_is_not_the_change_s_doing_unless_it_grows() -> None:
    note = FORK._replace(severity=Severity.NOTE)
    assert is_old_fork(note)
    assert not is_old_fork(FORK)
    two = TREE._replace(heads=("8f2a1c", "c41e77"), heads_before=("a1b2c3", "c41e77"))
    old = report(environments=(two,), findings=(note,))
    assert forked_before(old) == (two,)
    three = two._replace(heads=("8f2a1c", "c41e77", "d0"))
    assert forked_before(old._replace(environments=(three,))) == ()
    assert forked_before(old._replace(findings=())) == ()


def test_a_file_in_conflict_is_told_from_what_else_is_unknown() -> None:
    mixed = CONFLICT._replace(unknown=(*CONFLICT.unknown, GAP))
    assert conflicts(mixed) == CONFLICT.unknown


def test_whether_migrations_change_and_which_round_trips_failed() -> None:
    assert changes_migrations(GREEN)
    assert not changes_migrations(UNTOUCHED)
    removed = UNTOUCHED.environments[0]._replace(removed=("a1",))
    assert changes_migrations(UNTOUCHED._replace(environments=(removed,)))
    assert [each.database for each in failed_trips(FAILED)] == ["postgresql"]
