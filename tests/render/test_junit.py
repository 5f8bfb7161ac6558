"""JUnit XML: as Jenkins and GitLab read it, and nothing that is not known counted as passed."""

import math
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from migbot.core.model import Severity
from migbot.core.report import Report, Unknown, Verdict
from migbot.core.trips import Leg, Residue, RevisionTrip, RevisionVerdict, RoundTrip
from migbot.render.junit import READ, WHOLE, render_junit
from support import reports
from support.every_field import report_of
from support.foreign import HOSTILE, anything

SCHEMA = xmlschema.XMLSchema10(str(Path(__file__).parent / "data/junit-10.xsd"))
FORMS = (
    reports.green(),
    reports.untouched(),
    reports.forked(),
    reports.broken_downgrade(),
    reports.unknown(),
)
OUTCOMES = ("failure", "error", "skipped")


def parsed(report: Report) -> ElementTree.Element:
    """The document, valid, and its sums right."""
    text = render_junit(report)
    assert text.isascii()
    root = ElementTree.fromstring(text)
    SCHEMA.validate(root)
    for element in (root, *root.iter("testsuite")):
        tests = list(element.iter("testcase"))
        assert element.get("tests") == str(len(tests))
        for outcome in OUTCOMES if element is not root else OUTCOMES[:2]:
            sum_of = {"failure": "failures", "error": "errors", "skipped": "skipped"}[outcome]
            assert element.get(sum_of) == str(len(list(element.iter(outcome))))
    return root


def outcomes(report: Report) -> dict[str, str]:
    """How each test ended, by its name: "" where it passed."""
    found = {}
    for case in parsed(report).iter("testcase"):
        ended = [each.tag for each in case if each.tag in OUTCOMES]
        assert len(ended) < 2  # Jenkins reads the first alone
        found[str(case.get("name"))] = "".join(ended)
    return found


def trip(*revisions: RevisionTrip, verdict: Verdict, **fields: object) -> Report:
    made = RoundTrip("alembic", "sqlite", "3.40", verdict, revisions)._replace(**fields)
    return Report(verdict, round_trips=(made,))


@pytest.mark.parametrize("report", FORMS)
def test_each_form_of_a_report_is_valid(report: Report) -> None:
    parsed(report)


def test_the_schema_refuses_what_is_not_junit() -> None:
    root = parsed(reports.green())
    root[0].set("took", "1")
    assert not SCHEMA.is_valid(root)


def test_a_revision_is_a_test_of_its_round_trip_with_its_time() -> None:
    suite = parsed(reports.green())[1]
    assert suite.get("name") == "round trip of alembic on sqlite 3.40.1"
    case = suite[0]
    assert case.attrib == {
        "classname": "migbot.alembic.sqlite",
        "name": "8f2a1c add orders",
        "time": "0.092",
    }
    assert list(case) == []
    assert suite.get("time") == "0.092"


def test_what_failed_is_a_failure_with_its_reasons() -> None:
    suite = parsed(reports.broken_downgrade())[1]
    (failure,) = suite.iter("failure")
    assert failure.get("message") == "8f2a1c: its downgrade fails on sqlite 3.40.1"
    text = failure.text or ""
    for part in ("no such index: ix_a", "left behind: type status_enum", "migbot roundtrip 8f2a1c"):
        assert part in text


def test_the_rules_that_found_something_are_tests_and_only_an_error_is_a_failure() -> None:
    assert outcomes(reports.forked()) == {
        READ: "",
        "MB101 single-head": "failure",
        "MB301 message-present": "",
    }
    (quiet,) = parsed(reports.forked()).iter("system-out")
    assert "The message `update` says nothing." in (quiet.text or "")


def test_findings_of_one_rule_are_one_test_that_lists_them_all() -> None:
    one = reports.forked().findings[0]
    more = tuple(one._replace(message=f"finding {n}", severity=Severity.NOTE) for n in range(30))
    last = one._replace(message="the last", severity=Severity.ERROR)
    report = Report(Verdict.FAIL, findings=(*more, last))
    (failure,) = parsed(report).iter("failure")
    assert failure.get("message") == "the last"
    assert "finding 29" in (failure.text or "")


def test_there_is_a_test_where_there_is_nothing_to_say() -> None:
    assert outcomes(Report(Verdict.PASS)) == {READ: ""}


def test_what_could_not_be_read_is_an_error() -> None:
    assert outcomes(reports.unknown()) == {READ: "error"}


def test_what_could_not_be_tried_is_an_error_and_what_was_not_run_is_skipped_with_the_reason() -> (
    None
):
    unsure = RevisionTrip("a1", "a", RevisionVerdict.UNKNOWN, notes=("Not heard of again.",))
    left = RevisionTrip("b2", "b", RevisionVerdict.NOT_RUN, notes=("It was not run: a1.",))
    report = trip(unsure, left, verdict=Verdict.UNKNOWN)
    assert outcomes(report) == {READ: "", "a1 a": "error", "b2 b": "skipped", WHOLE: ""}
    (skipped,) = parsed(report).iter("skipped")
    assert skipped.get("message") == "It was not run: a1."


def test_skipped_tests_alone_are_no_pass() -> None:
    left = RevisionTrip("b2", "b", RevisionVerdict.NOT_RUN, notes=("It was not run: a1.",))
    ended = outcomes(trip(left, verdict=Verdict.UNKNOWN))
    assert ended[WHOLE] == "error"


def test_where_nothing_ran_each_revision_is_an_error_with_the_reason() -> None:
    gap = Unknown("round trip of alembic", "no interpreter has Alembic", "pip install alembic")
    stopped = RevisionTrip("a1", "a", RevisionVerdict.UNKNOWN)
    report = trip(stopped, verdict=Verdict.UNKNOWN, unknown=(gap,))
    assert outcomes(report) == {READ: "", "a1 a": "error", WHOLE: "error"}
    for error in parsed(report).iter("error"):
        assert "no interpreter has Alembic" in f"{error.get('message')} {error.text}"


def test_a_declared_one_way_passes_and_says_so() -> None:
    note = "Declared irreversible: the data are gone."
    one_way = RevisionTrip("a1", "a", RevisionVerdict.IRREVERSIBLE, notes=(note,))
    report = trip(one_way, verdict=Verdict.PASS)
    assert outcomes(report)["a1 a"] == ""
    (said,) = parsed(report).iter("system-out")
    assert said.text == note


def test_a_downgrade_that_does_nothing_fails_where_it_has_something_to_undo() -> None:
    nothing = RevisionTrip("a1", "a", RevisionVerdict.NO_OP_DOWNGRADE)
    assert outcomes(trip(nothing, verdict=Verdict.PASS))["a1 a"] == ""
    left = nothing._replace(residue=(Residue("index", "ix", "left-behind"),))
    assert outcomes(trip(left, verdict=Verdict.FAIL))["a1 a"] == "failure"


@pytest.mark.parametrize(("verdict", "ended"), [("fail", "failure"), ("unknown", "error")])
def test_a_verdict_without_a_reason_is_a_test_that_did_not_pass(verdict: str, ended: str) -> None:
    assert ended in outcomes(Report(Verdict(verdict))).values()


@pytest.mark.parametrize("ms", [math.nan, math.inf, -1.0, 1e300])
def test_a_time_that_nothing_takes_is_a_number_all_the_same(ms: float) -> None:
    legs = (Leg("upgrade", True, ms),)
    case = RevisionTrip("a1", "a", RevisionVerdict.PASS, legs)
    root = parsed(trip(case, verdict=Verdict.PASS))
    assert re.fullmatch(r"\d+\.\d{3}", str(root.get("time")))


def test_what_xml_forbids_is_shown() -> None:
    found = reports.forked().findings[1]._replace(message=f"a{HOSTILE}\x0bb\ufffe]]><x>&amp;")
    (failure,) = parsed(Report(Verdict.FAIL, findings=(found,))).iter("failure")
    assert "\\x1b[2J" in (failure.text or "")
    assert "\\x0bb\\ufffe]]><x>&amp;" in (failure.text or "")


@given(anything, st.integers(0, 20), st.sampled_from(Verdict))
def test_whatever_is_in_a_report_it_is_valid_and_says_what_is_wrong(
    text: str, pick: int, verdict: Verdict
) -> None:
    ended = set()
    for case in parsed(report_of(text, pick)._replace(verdict=verdict)).iter("testcase"):
        ended |= {each.tag for each in case}
    assert {"fail": "failure", "unknown": "error"}.get(verdict, "") in (*ended, "")
