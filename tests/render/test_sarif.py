"""SARIF: valid against its schema, the same result where lines move, and never an empty pass."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migbot.core.model import Finding, Severity
from migbot.core.report import Accepted, Report, Unknown, Verdict
from migbot.faces.explain import pages
from migbot.render.points import points
from migbot.render.sarif import ROOT, render_sarif
from migbot.rules import all_rules
from support import reports
from support.every_field import report_of
from support.foreign import anything

SCHEMA = json.loads((Path(__file__).parent / "data/sarif-2.1.0.schema.json").read_text())
VALIDATOR = jsonschema_rs.Draft4Validator(SCHEMA, validate_formats=True)
FORMS = (
    reports.green(),
    reports.untouched(),
    reports.forked(),
    reports.broken_downgrade(),
    reports.unknown(),
)


def run_of(report: Report) -> dict[str, Any]:
    """The one run in a file that is valid, and that code scanning takes."""
    text = render_sarif(report, pages())
    log = json.loads(text)
    VALIDATOR.validate(log)
    assert text.isascii()
    (run,) = log["runs"]
    rules = [each["id"] for each in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        (location,) = result["locations"]  # GitHub refuses a file where one has none
        inside(location["physicalLocation"]["artifactLocation"])
    return run


def inside(file: dict[str, str]) -> None:
    assert file["uriBaseId"] == ROOT
    assert not any(urlsplit(file["uri"])[:2])
    assert not unquote(file["uri"]).startswith("/")
    assert ".." not in unquote(file["uri"]).split("/")


def successful(run: dict[str, Any]) -> bool:
    said: bool = run["invocations"][0]["executionSuccessful"]
    return said


def fingerprints(report: Report) -> list[str]:
    return [each["partialFingerprints"]["migbot/v1"] for each in run_of(report)["results"]]


@pytest.mark.parametrize("report", FORMS)
def test_each_form_of_a_report_is_valid(report: Report) -> None:
    run_of(report)


def test_the_schema_refuses_what_is_not_sarif() -> None:
    log = json.loads(render_sarif(reports.forked()))
    log["runs"][0]["results"][0]["level"] = "failure"
    assert not VALIDATOR.is_valid(log)


def test_a_finding_is_a_result_with_the_page_of_its_rule() -> None:
    run = run_of(reports.forked())
    worst = run["results"][0]
    assert (worst["ruleId"], worst["level"]) == ("MB101", "error")
    assert worst["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {
                    "uri": "migrations/versions/8f2a1c_add_orders.py",
                    "uriBaseId": ROOT,
                },
                "region": {"startLine": 12},
            }
        }
    ]
    rule = run["tool"]["driver"]["rules"][0]
    assert rule["shortDescription"]["text"] == "the history has no more heads than it should have"
    assert "## Mend it" in rule["help"]["markdown"]
    assert successful(run)


def test_every_rule_has_a_short_description_and_a_page() -> None:
    found = tuple(Finding(r.code, r.name, r.severity, "m", path="a.py") for r in all_rules())
    rules = run_of(Report(Verdict.FAIL, findings=found))["tool"]["driver"]["rules"]
    assert [each["id"] for each in rules] == [each.code for each in all_rules()]
    for rule in rules:
        assert 10 < len(rule["shortDescription"]["text"]) < 120
        assert len(rule["help"]["markdown"]) > 100


def test_a_round_trip_that_failed_is_a_result_at_the_operation() -> None:
    results = run_of(reports.broken_downgrade())["results"]
    assert {each["ruleId"] for each in results} == {"round-trip"}
    assert results[0]["message"]["text"].startswith(
        "8f2a1c: its downgrade fails on sqlite 3.40.1\n"
    )
    assert results[0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 31}


@pytest.mark.parametrize("report", [reports.unknown(), Report(Verdict.UNKNOWN)])
def test_what_is_not_known_is_no_empty_list_of_results_that_was_a_success(report: Report) -> None:
    run = run_of(report)
    assert run["results"] == []
    assert not successful(run)
    (said,) = run["invocations"][0]["toolExecutionNotifications"]
    assert said["level"] == "error"
    assert said["message"]["text"].startswith("Not verified")


def test_a_failure_without_a_reason_is_a_result() -> None:
    assert [each["level"] for each in run_of(Report(Verdict.FAIL))["results"]] == ["error"]


def test_something_unknown_beside_a_failure_is_told_too() -> None:
    gap = (Unknown("x.py", "`down_revision` is computed"),)
    run = run_of(reports.forked()._replace(unknown=gap))
    assert run["results"]
    assert not successful(run)


def test_the_same_finding_has_the_same_fingerprint_where_lines_and_files_move() -> None:
    report = reports.forked()
    moved = tuple(
        each._replace(line=each.line + 40, path=f"moved/{each.path}", message="said otherwise")
        for each in report.findings
    )
    assert fingerprints(report._replace(findings=moved)) == fingerprints(report)


@pytest.mark.parametrize("field", ["code", "environment", "revision"])
def test_another_code_environment_or_revision_is_another_result(field: str) -> None:
    report = reports.forked()
    one = report.findings[1]
    other = one._replace(**{field: "other"})
    both = fingerprints(report._replace(findings=(one, other)))
    assert len({each.partition(":")[0] for each in both}) == 2


def test_two_findings_of_a_rule_in_one_revision_are_two_results() -> None:
    report = reports.forked()
    one = report.findings[1]
    both = fingerprints(report._replace(findings=(one, one._replace(message="another column"))))
    assert len(set(both)) == 2


def test_what_no_file_is_to_blame_for_is_shown_at_the_folder_of_its_migrations() -> None:
    found = Finding("MB101", "single-head", Severity.ERROR, "2 heads", environment="alembic")
    report = reports.forked()._replace(findings=(found, found._replace(environment="")))
    uris = [
        each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for each in run_of(report)["results"]
    ]
    assert uris == ["migrations/versions", "."]


def test_paths_are_percent_encoded() -> None:
    path = "a b/é#1?:x%20.py"
    found = reports.forked().findings[1]._replace(path=path)
    (result,) = run_of(Report(Verdict.FAIL, findings=(found,)))["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "a%20b/%C3%A9%231%3F%3Ax%2520.py"
    assert unquote(uri) == path


def test_nothing_that_a_stranger_wrote_is_a_link() -> None:
    found = reports.forked().findings[1]._replace(message="[click](https://example.org)")
    (result,) = run_of(Report(Verdict.FAIL, findings=(found,)))["results"]
    assert "](" not in result["message"]["text"]
    assert "[click]" in result["message"]["text"]


def test_what_was_accepted_is_told_and_is_no_open_result() -> None:
    accepted = (Accepted("MB301", "8f2a1c", "an old one", "settings"),)
    run = run_of(reports.green()._replace(accepted=accepted))
    assert run["results"] == []
    assert successful(run)
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note == {
        "level": "note",
        "message": {"text": "Accepted by settings: MB301 8f2a1c\nan old one"},
    }


@given(st.one_of(anything, st.just("a b/c%.py")), st.integers(0, 20), st.sampled_from(Verdict))
def test_whatever_is_in_a_report_it_is_valid_and_says_what_is_wrong(
    text: str, pick: int, verdict: Verdict
) -> None:
    report = report_of(text, pick)._replace(verdict=verdict)
    run = run_of(report)
    told = len(run["results"]) + len(run["invocations"][0]["toolExecutionNotifications"])
    assert told == len(points(report)) + len(report.accepted)
    assert verdict is not Verdict.UNKNOWN or not successful(run)
    assert verdict is not Verdict.FAIL or "error" in [each["level"] for each in run["results"]]
