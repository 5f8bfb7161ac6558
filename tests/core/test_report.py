"""The Report: out as JSON and in again, and nothing else is taken for one."""

import json

import pytest

from migbot.core.model import Finding, Severity
from migbot.core.plan import PlannedEdit, PlanReport
from migbot.core.report import Report, Unknown, Verdict, from_json, to_json, verdict_of
from migbot.core.trips import Leg, LegError, Residue, RevisionTrip, RevisionVerdict, RoundTrip, Rows

ERROR = Finding("MB101", "single-head", Severity.ERROR, "2 heads", "migbot resolve")
WARNING = Finding("MB303", "message-unique", Severity.WARNING, "twice")
BLIND = Unknown("versions/a.py:1", "is not valid Python")


def full() -> Report:
    leg = Leg("downgrade", False, 12.5, LegError("OperationalError", "no such table", "DROP t"))
    trip = RevisionTrip(
        "a", "m", RevisionVerdict.FAIL, (leg,), (Residue("table", "t", "left-behind"),), Rows(2, 1)
    )
    return Report(
        Verdict.FAIL,
        unknown=(BLIND,),
        findings=(ERROR,),
        plan=PlanReport("merge", "published", (PlannedEdit("v/m.py", "create", "m", ("a", "b")),)),
        round_trips=(RoundTrip("alembic", "sqlite", "3.40", Verdict.FAIL, (trip,)),),
    )


def test_what_is_written_is_read_again() -> None:
    assert from_json(to_json(full())) == full()


def test_keys_of_a_newer_migbot_are_passed_over() -> None:
    data = json.loads(to_json(full())) | {"novelty": 1}
    assert from_json(json.dumps(data)) == full()


NOT_REPORTS = {
    "no JSON": "{",
    "a list": "[]",
    "another schema": '{"schema": 2}',
    "no verdict": '{"schema": 1}',
    "a verdict of our dreams": '{"schema": 1, "verdict": "green"}',
    "a number for a text": '{"schema": 1, "verdict": "pass", "subject": {"head": 1}}',
    "true for a number": '{"schema": true, "verdict": "pass"}',
    "an object for a list": '{"schema": 1, "verdict": "pass", "findings": {}}',
    "a hundred thousand brackets": "[" * 100_000,
}


@pytest.mark.parametrize("text", NOT_REPORTS.values(), ids=NOT_REPORTS)
def test_anything_else_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        from_json(text)


def test_the_verdict_is_the_worst_of_all() -> None:
    trips = tuple(RoundTrip("a", "sqlite", "", each) for each in Verdict)
    assert verdict_of((), ()) is Verdict.PASS
    assert verdict_of((WARNING,), ()) is Verdict.PASS
    assert verdict_of((ERROR,), (BLIND,)) is Verdict.FAIL
    assert verdict_of((WARNING,), (BLIND,)) is Verdict.UNKNOWN
    assert verdict_of((), (), trips) is Verdict.FAIL
    assert verdict_of((), (), trips[::2]) is Verdict.UNKNOWN
