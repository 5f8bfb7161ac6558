"""What round trips have to say: what failed and where, and never nothing where one did not pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migbot.core.report import EnvironmentReport, Report, Unknown, Verdict
from migbot.core.trips import (
    Deployment,
    Leg,
    LegError,
    Order,
    Residue,
    RevisionTrip,
    RevisionVerdict,
    RoundTrip,
    Rows,
)
from migbot.render.place import NOWHERE, Place
from migbot.render.point import FAILURE, ROUND_TRIP, UNKNOWN, WARNING, Point
from migbot.render.points import points
from support import reports

FILE = "migrations/versions/a1.py"
ERROR = LegError("OperationalError", "no such table: t", "DROP TABLE t", FILE, 31)
INDEX = Residue("index", "ix_a", "left-behind")


def revision(verdict: RevisionVerdict, **fields: object) -> RevisionTrip:
    return RevisionTrip("a1", "add a", verdict, path=FILE, line=20)._replace(**fields)


def trip(*revisions: RevisionTrip, verdict: Verdict = Verdict.FAIL, **fields: object) -> RoundTrip:
    made = RoundTrip("alembic", "sqlite", "3.40", verdict, revisions)
    return made._replace(**fields)


def said(*trips: RoundTrip, verdict: Verdict = Verdict.FAIL) -> list[Point]:
    environment = EnvironmentReport("alembic", ("migrations/versions",))
    return list(points(Report(verdict, environments=(environment,), round_trips=trips)))


def test_a_leg_that_fails_is_told_where_it_failed() -> None:
    legs = (Leg("upgrade", True, 1), Leg("downgrade", False, 1, ERROR))
    assert said(trip(revision(RevisionVerdict.FAIL, legs=legs))) == [
        Point(
            ROUND_TRIP,
            ROUND_TRIP,
            FAILURE,
            "a1: its downgrade fails on sqlite 3.40",
            (
                "OperationalError: no such table: t",
                "DROP TABLE t",
                "To see it again: migbot roundtrip a1",
            ),
            Place(FILE, 31),
            "alembic",
            "a1",
            "sqlite: its downgrade fails",
        )
    ]


def test_a_leg_that_fails_outside_of_the_repository_is_told_at_the_revision() -> None:
    error = ERROR._replace(path="/usr/lib/python3/sqlalchemy/engine.py")
    legs = (Leg("upgrade", False, 1, error),)
    assert said(trip(revision(RevisionVerdict.FAIL, legs=legs)))[0].place == Place(FILE, 20)


def test_what_is_left_behind_and_lost_rows_are_told_at_the_revision() -> None:
    lost = Residue("rows", "t", "missing", "3 rows", "1 lost, 0 changed")
    fields = {"residue": (INDEX, lost), "rows": Rows(3, 1, 0)}
    (point,) = said(trip(revision(RevisionVerdict.FAIL, **fields)))
    assert point.title == "a1: its downgrade does not undo its upgrade on sqlite 3.40"
    assert point.message.startswith(
        "left behind: index ix_a\nmissing: rows t\nrows: 1 lost and 0 changed of 3\n"
    )
    assert point.place == Place(FILE, 20)


def test_a_long_list_of_what_is_left_behind_is_counted() -> None:
    many = tuple(Residue("index", f"ix_{n}", "left-behind") for n in range(50))
    (point,) = said(trip(revision(RevisionVerdict.FAIL, residue=many)))
    assert "ix_19" in point.message
    assert "ix_20" not in point.message
    assert "and 30 more" in point.message


def test_a_downgrade_that_does_nothing_fails_only_where_there_is_something_to_undo() -> None:
    failed = revision(RevisionVerdict.NO_OP_DOWNGRADE, residue=(INDEX,))
    (point,) = said(trip(failed))
    assert (point.level, point.title) == (FAILURE, "a1: its downgrade does nothing on sqlite 3.40")
    data = trip(revision(RevisionVerdict.NO_OP_DOWNGRADE), verdict=Verdict.PASS)
    assert [each.level for each in said(data, verdict=Verdict.PASS)] == [WARNING]


def test_a_missing_downgrade_fails() -> None:
    (point,) = said(trip(revision(RevisionVerdict.MISSING_DOWNGRADE)))
    assert (point.level, point.title) == (FAILURE, "a1: it has no downgrade on sqlite 3.40")


@pytest.mark.parametrize("verdict", [RevisionVerdict.PASS, RevisionVerdict.IRREVERSIBLE])
def test_there_is_nothing_to_say_of_what_passed(verdict: RevisionVerdict) -> None:
    assert not said(trip(revision(verdict), verdict=Verdict.PASS), verdict=Verdict.PASS)


def test_what_was_not_run_because_of_another_is_not_told_beside_it() -> None:
    above = revision(RevisionVerdict.NOT_RUN, revision="b2", notes=("It was not run: a1.",))
    (point,) = said(trip(revision(RevisionVerdict.FAIL, residue=(INDEX,)), above))
    assert point.revision == "a1"


def test_what_could_not_be_tried_is_not_verified_and_no_failure_of_the_migration() -> None:
    unsure = revision(RevisionVerdict.UNKNOWN, notes=("Its upgrade was not heard of again.",))
    (point,) = said(trip(unsure, verdict=Verdict.UNKNOWN), verdict=Verdict.UNKNOWN)
    assert (point.code, point.level) == (UNKNOWN, FAILURE)
    assert point.title == "Not verified: a1: it could not be tried on sqlite 3.40"
    assert "not heard of again" in point.message
    assert point.place == Place(FILE, 20)


def test_where_nothing_ran_the_reason_is_told_once() -> None:
    revisions = (revision(RevisionVerdict.UNKNOWN, revision=str(n)) for n in range(50))
    gap = Unknown("round trip of alembic", "no interpreter has Alembic", "pip install alembic")
    stopped = trip(*revisions, verdict=Verdict.UNKNOWN, unknown=(gap,))
    (point,) = said(stopped, verdict=Verdict.UNKNOWN)
    assert point.title == "Not verified: round trip of alembic"
    assert point.message == "no interpreter has Alembic\npip install alembic"


def test_revisions_that_were_not_run_alone_are_no_pass() -> None:
    left = revision(RevisionVerdict.NOT_RUN, notes=("It was not run: x, which it needs.",))
    (point,) = said(trip(left, verdict=Verdict.UNKNOWN), verdict=Verdict.UNKNOWN)
    assert (point.code, point.level) == (UNKNOWN, FAILURE)
    assert "which it needs" in point.message


def test_the_deployment_is_told_where_it_fails_by_itself() -> None:
    run = Deployment("upgrade", False, ERROR)
    passed = trip(revision(RevisionVerdict.PASS), deployment=run)
    (point,) = said(passed)
    assert "the deployment's own path (upgrade)" in point.title
    assert point.place == Place(FILE, 31)
    legs = (Leg("upgrade", False, 1, ERROR),)
    failed = trip(revision(RevisionVerdict.FAIL, legs=legs), deployment=run)
    assert [each.revision for each in said(failed)] == ["a1"]


def test_a_deployment_of_which_nothing_is_known_is_no_failure_of_the_migration() -> None:
    run = Deployment("upgrade", False, LegError("Unknown", "not heard of again"))
    passed = trip(revision(RevisionVerdict.PASS), deployment=run, verdict=Verdict.UNKNOWN)
    (point,) = said(passed, verdict=Verdict.UNKNOWN)
    assert (point.code, point.level) == (UNKNOWN, FAILURE)
    assert point.message == "Unknown: not heard of again"


def test_orders_that_end_otherwise_are_told_with_the_way_out() -> None:
    orders = (Order(("a1", "b2"), True, name="fresh"), Order(("b2", "a1"), False, "t.x", "main"))
    (point,) = said(trip(revision(RevisionVerdict.PASS), orders=orders))
    assert point.title == "The round trip of alembic on sqlite 3.40 depends on the order"
    assert "migbot resolve --strategy rebase" in point.message


def test_a_round_trip_that_fails_without_a_reason_is_told_all_the_same() -> None:
    (point,) = said(trip(revision(RevisionVerdict.PASS)))
    assert point.title == "The round trip of alembic on sqlite 3.40 failed"
    assert point.place == NOWHERE


def test_a_repair_that_could_not_be_proved_is_a_warning_where_it_is_no_failure() -> None:
    gap = Unknown("round trip", "no server", "")
    unproved = trip(verdict=Verdict.UNKNOWN, unknown=(gap,))
    plan = reports.forked().plan
    report = Report(Verdict.PASS, plan=plan, round_trips=(unproved,))
    assert [(p.code, p.level) for p in points(report)] == [(UNKNOWN, WARNING)]


@given(
    st.sampled_from(RevisionVerdict),
    st.sampled_from([Verdict.FAIL, Verdict.UNKNOWN]),
    st.booleans(),
)
def test_whatever_did_not_pass_has_a_point_that_says_so(
    of: RevisionVerdict, verdict: Verdict, ok: bool
) -> None:
    legs = (Leg("upgrade", ok, 1),)
    found = said(trip(revision(of, legs=legs), verdict=verdict), verdict=verdict)
    assert found[0].level == FAILURE
    assert verdict is not Verdict.FAIL or found[0].code != UNKNOWN
