"""What an untrusted run reports: taken as its own words, and never for more than it says."""

from __future__ import annotations

from migbot.core.report import EnvironmentReport, Report, Verdict
from migbot.core.reported import with_reported_trips, without_trips
from migbot.core.trips import Leg, RevisionTrip, RevisionVerdict, RoundTrip

LEGS = tuple(Leg(name, True, 1.0) for name in ("upgrade", "downgrade", "upgrade-again"))
MAIN = EnvironmentReport("main", ("v",), ("b",), ("a",), added=("b",))
OTHER = EnvironmentReport("other", ("w",), ("y",), ("x",), added=("y",))
IDLE = EnvironmentReport("idle", ("i",), ("k",), ("k",))
OWN = Report(Verdict.PASS, environments=(MAIN, IDLE))


def trip(environment="main", *revisions, verdict=Verdict.PASS, of=RevisionVerdict.PASS):
    told = tuple(RevisionTrip(name, "m", of, LEGS) for name in revisions or ("b",))
    return RoundTrip(environment, "postgresql", "16", verdict, told)


def reported(*trips):
    return Report(Verdict.PASS, round_trips=trips)


def test_a_round_trip_of_what_has_changed_is_taken_with_a_word_on_whose_it_is():
    joined = with_reported_trips(OWN, reported(trip()), "Said by run 7.")
    assert joined.verdict is Verdict.PASS
    assert [(each.environment, each.notes) for each in joined.round_trips] == [
        ("main", ("Said by run 7.",))
    ]


def test_a_failure_that_is_reported_fails_the_whole():
    failed = trip(verdict=Verdict.FAIL, of=RevisionVerdict.FAIL)
    assert with_reported_trips(OWN, reported(failed)).verdict is Verdict.FAIL


def test_a_pass_above_a_revision_that_failed_is_a_failure():
    forged = trip(verdict=Verdict.PASS, of=RevisionVerdict.FAIL)
    assert with_reported_trips(OWN, reported(forged)).verdict is Verdict.FAIL


def test_an_added_revision_that_is_not_told_of_makes_it_unknown():
    joined = with_reported_trips(OWN, reported(trip("main", "z")))
    assert joined.verdict is Verdict.UNKNOWN
    assert "nothing of b" in joined.round_trips[0].unknown[0].reason


def test_an_environment_that_is_left_out_beside_another_is_unknown():
    own = OWN._replace(environments=(MAIN, OTHER))
    joined = with_reported_trips(own, reported(trip()))
    assert [each.verdict for each in joined.round_trips] == [Verdict.PASS, Verdict.UNKNOWN]
    assert joined.verdict is Verdict.UNKNOWN


def test_an_environment_that_nobody_has_is_left_out():
    joined = with_reported_trips(OWN, reported(trip(), trip("made up", "q", verdict=Verdict.FAIL)))
    assert [each.environment for each in joined.round_trips] == ["main"]
    assert joined.verdict is Verdict.PASS


def test_a_run_that_proves_nothing_adds_nothing():
    assert with_reported_trips(OWN, reported()) == OWN


def test_nothing_else_of_the_other_report_is_taken():
    theirs = Report(Verdict.FAIL, environments=(OTHER,), round_trips=(trip(),))
    joined = with_reported_trips(OWN, theirs)
    assert joined._replace(round_trips=()) == OWN


def test_what_is_missing_is_unknown_for_each_environment_that_changed():
    told = without_trips(OWN, "The run 7 has left no report.", "Run it again.")
    assert told.verdict is Verdict.UNKNOWN
    assert [each.environment for each in told.round_trips] == ["main"]
    assert told.round_trips[0].unknown[0].reason == "The run 7 has left no report."


def test_where_nothing_changed_nothing_is_missing():
    assert without_trips(OWN._replace(environments=(IDLE,)), "x", "").verdict is Verdict.PASS
