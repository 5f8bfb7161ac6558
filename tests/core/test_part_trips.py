"""When the later parts are believed, and what becomes of their trips."""

import pytest

from migbot.core.catalogs import Part
from migbot.core.part_trips import Proof, is_smooth, is_steady, joined_parts, stand_on
from migbot.core.report import Unknown, Verdict
from migbot.core.trips import (
    Deployment,
    Drift,
    Leg,
    LegError,
    Residue,
    RevisionTrip,
    RevisionVerdict,
    RoundTrip,
)

ONE = {"rt0": {"table t": Part("table", "t", "t", "")}}
TWO = {"rt0": {"table u": Part("table", "u", "u", "")}}
UP = Deployment("upgrade heads", True)


def trip(*revisions: RevisionTrip, verdict: Verdict = Verdict.PASS, **more) -> RoundTrip:
    return RoundTrip("main", "sqlite", "3", verdict, revisions, **more)


def of(name: str, verdict: RevisionVerdict = RevisionVerdict.PASS, **more) -> RevisionTrip:
    return RevisionTrip(name, "", verdict, **more)


LAST = Proof(trip(of("b"), deployment=UP), ONE, TWO)


def test_a_part_is_believed_that_begins_where_the_one_below_it_has_ended() -> None:
    assert stand_on(ONE, [LAST])
    assert not stand_on(TWO, [LAST])
    assert not stand_on({**ONE, "rt1": {}}, [LAST])


def test_of_an_end_that_nobody_knows_nothing_follows() -> None:
    assert not stand_on({}, [LAST._replace(begins={})])


def test_every_joint_has_to_hold() -> None:
    middle = Proof(trip(of("a")), ONE, ONE)
    assert stand_on(ONE, [middle, LAST])
    assert not stand_on(ONE, [middle._replace(ends=TWO), LAST])
    assert not stand_on(TWO, [middle, LAST])


@pytest.mark.parametrize("deployment", [None, UP._replace(ok=False)])
def test_a_deployment_that_did_not_arrive_is_for_one_run_of_all_to_tell(deployment) -> None:
    assert not stand_on(ONE, [LAST._replace(trip=trip(of("b"), deployment=deployment))])


def test_a_part_in_which_something_is_unknown_is_not_believed() -> None:
    unsure = trip(of("b"), deployment=UP, unknown=(Unknown("orders", "killed", ""),))
    assert not stand_on(ONE, [LAST._replace(trip=unsure)])


def test_others_stand_on_what_was_run() -> None:
    assert is_steady([of("a"), of("b", RevisionVerdict.FAIL)])
    assert not is_steady([of("a"), of("b", RevisionVerdict.NOT_RUN)])
    assert not is_steady([of("a"), of("b", RevisionVerdict.UNKNOWN)])


def test_a_step_that_failed_is_not_smooth_unless_it_was_declared() -> None:
    legs = (Leg("upgrade", True, 1), Leg("downgrade", False, 1, LegError("E", "no")))
    assert is_smooth([of("a", legs=legs[:1])])
    assert not is_smooth([of("a", RevisionVerdict.FAIL, legs=legs)])
    assert is_smooth([of("a", RevisionVerdict.IRREVERSIBLE, legs=legs)])


def test_lost_rows_are_not_smooth_and_what_is_left_of_the_schema_is() -> None:
    left = of("a", RevisionVerdict.FAIL, residue=(Residue("index", "ix", "left-behind"),))
    lost = of("a", RevisionVerdict.FAIL, residue=(Residue("rows", "t", "missing"),))
    assert is_smooth([left])
    assert not is_smooth([lost])


def test_the_whole_has_all_revisions_and_ends_as_the_last_part_does() -> None:
    lower = trip(of("a"), isolation="sandbox", notes=("x", "y"))
    upper = trip(
        of("b"), deployment=UP, drift=(Drift("add", "c"),), isolation="audit", notes=("y", "z")
    )
    whole = joined_parts([lower, upper])
    assert [each.revision for each in whole.revisions] == ["a", "b"]
    assert (whole.deployment, whole.drift) == (UP, (Drift("add", "c"),))
    assert (whole.isolation, whole.notes) == ("audit", ("x", "y", "z"))


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [
        ((Verdict.PASS, Verdict.PASS), Verdict.PASS),
        ((Verdict.FAIL, Verdict.PASS), Verdict.FAIL),
        ((Verdict.PASS, Verdict.FAIL), Verdict.FAIL),
        ((Verdict.UNKNOWN, Verdict.FAIL), Verdict.FAIL),
        ((Verdict.UNKNOWN, Verdict.PASS), Verdict.UNKNOWN),
    ],
)
def test_the_worst_part_decides(verdicts, whole) -> None:
    assert joined_parts([trip(verdict=each) for each in verdicts]).verdict is whole
