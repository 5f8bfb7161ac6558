"""What the two checks conclude, row by row, and what stands in them."""

from __future__ import annotations

import pytest

from migbot.core.forecast import Clash, Forecast
from migbot.core.report import Report, Verdict
from migbot.core.trips import RevisionVerdict
from migbot.render.markdown import MARKER, checks
from support.situations import (
    BASE_FORKED,
    COULD_NOT_START,
    DEPENDS,
    EDITED,
    FAILED,
    FORKED_REPORT,
    GREEN,
    MISSING,
    PASSED,
    SITUATIONS,
    STATIC,
    UNTOUCHED,
    trip,
)

GRAPH, TRIP = "migbot / graph", "migbot / round-trip"


def conclusions(report: Report) -> tuple[str, ...]:
    """The conclusions, the graph's first; where a check is not posted there is none."""
    made = {check.name: check.conclusion for check in checks(report)}
    return tuple(made[name] for name in (GRAPH, TRIP) if name in made)


ROWS = {
    "untouched": ("success", "success"),
    "green": ("success", "success"),
    "static": ("success",),
    "forked": ("failure", "success"),
    "forked-without-a-plan": ("failure",),
    "heads-up": ("success", "success"),
    "base-forked": ("neutral", "success"),
    "conflict": ("action_required",),
    "depends": ("failure", "action_required"),
    "one-way": ("success", "success"),
    "failed-downgrade": ("success", "failure"),
    "no-op-downgrade": ("success", "failure"),
    "failed-deployment": ("success", "failure"),
    "orders": ("success", "failure"),
    "edited": ("failure",),
    "duplicate-id": ("failure",),
    "missing-parent": ("failure",),
    "could-not-start": ("success", "action_required"),
    "dynamic": ("action_required",),
    "accepted": ("success", "success"),
    "several-environments": ("failure", "failure"),
}


@pytest.mark.parametrize("row", SITUATIONS)
def test_each_situation_has_its_conclusions(row):
    assert conclusions(SITUATIONS[row]) == ROWS[row]


TITLES = {
    "untouched": ("No migration changes", "No migration changes"),
    "forked": ("2 heads after the merge - fix needed", "1 revision up, down and up again on"),
    "base-forked": ("The base has 2 heads, not your pull request", "1 revision up"),
    "conflict": ("Not verified: conflict with the base in 2 files",),
    "depends": ("Depends on #815 - merge that first", "Not run: depends on #815"),
    "one-way": ("1 new revision, 1 head", "1 one-way on PostgreSQL 16.3"),
    "failed-downgrade": ("3 new revisions, 1 head", "The round trip on PostgreSQL 16.3 failed"),
    "could-not-start": ("1 new revision, 1 head", "Could not run the round trip (not a verdict)"),
    "dynamic": ("Could not look at everything (not a verdict)",),
    "edited": ("A revision of the base was edited - fix needed",),
    "duplicate-id": ("A revision id is used twice - fix needed",),
    "missing-parent": ("A parent is missing - fix needed",),
}


@pytest.mark.parametrize("row", TITLES)
def test_a_title_says_what_it_is_about(row):
    made = [check.title for check in checks(SITUATIONS[row])]
    assert len(made) == len(TITLES[row])
    assert all(title.startswith(wanted) for title, wanted in zip(made, TITLES[row], strict=True))


def test_a_forked_base_is_no_excuse_for_another_problem():
    also = BASE_FORKED._replace(findings=(*BASE_FORKED.findings, *EDITED.findings))
    assert conclusions(also)[0] == "failure"
    unread = BASE_FORKED._replace(verdict=Verdict.UNKNOWN)
    assert conclusions(unread)[0] == "action_required"


def test_a_fork_that_the_change_made_worse_is_its_own():
    tree = BASE_FORKED.environments[0]._replace(heads=("a", "b", "c"))
    assert conclusions(BASE_FORKED._replace(environments=(tree,)))[0] != "neutral"


def test_nobodys_lines_are_marked_for_a_fork_of_the_base():
    assert checks(BASE_FORKED)[0].annotations == ()
    assert "MB101" not in checks(BASE_FORKED)[0].summary


def test_heads_that_are_meant_are_no_fork():
    assert conclusions(BASE_FORKED._replace(findings=()))[0] == "success"


def test_a_report_that_claims_to_pass_is_judged_by_what_it_found():
    claimed = FORKED_REPORT._replace(verdict=Verdict.PASS)
    assert conclusions(claimed)[0] == "failure"
    lying = FAILED.round_trips[0]._replace(verdict=Verdict.PASS)
    assert conclusions(FAILED._replace(verdict=Verdict.PASS, round_trips=(lying,)))[1] == "failure"
    silent = COULD_NOT_START.round_trips[0]._replace(verdict=Verdict.PASS, revisions=())
    told = COULD_NOT_START._replace(verdict=Verdict.PASS, round_trips=(silent,))
    assert conclusions(told)[1] == "action_required"


def test_a_report_that_claims_to_fail_and_shows_nothing_is_believed():
    assert conclusions(GREEN._replace(verdict=Verdict.FAIL)) == ("failure", "success")


@pytest.mark.parametrize("verdict", list(Verdict))
def test_no_conclusion_passes_protection_but_success(verdict):
    made = conclusions(UNTOUCHED._replace(verdict=verdict))
    assert (made[0] == "success") is (verdict is Verdict.PASS)
    assert made[0] in ("success", "failure", "action_required")


def test_a_round_trip_that_leaves_a_new_revision_out_is_no_pass():
    tree = GREEN.environments[0]._replace(added=("8f2a1c", "9a0b1d"))
    assert conclusions(GREEN._replace(environments=(tree,)))[1] == "action_required"
    other = tree._replace(name="billing", added=("77aa10",))
    assert conclusions(GREEN._replace(environments=(*GREEN.environments, other)))[1] == (
        "action_required"
    )


def test_without_a_round_trip_there_is_no_check_for_it_and_no_green():
    assert [check.name for check in checks(STATIC)] == [GRAPH]


def test_what_is_needed_from_another_pull_request_fails_the_graph_even_if_no_rule_says_so():
    assert conclusions(DEPENDS._replace(findings=(), verdict=Verdict.PASS))[0] == "failure"


def test_another_problem_is_told_beside_what_is_waited_for():
    also = DEPENDS._replace(findings=(*DEPENDS.findings, *EDITED.findings))
    (graph, _) = checks(also)
    assert graph.title == "Depends on #815 - merge that first, and 1 more problem"
    assert "MB201" in graph.summary
    other = DEPENDS._replace(
        forecast=(Forecast(Clash.NEEDS, 815, "billing", ("8f2a1c",), ("d00d1e",)),)
    )
    assert "MB102" in checks(other)[0].summary


@pytest.mark.parametrize("row", SITUATIONS)
def test_a_summary_has_no_marker_and_is_about_its_own_half(row):
    for check in checks(SITUATIONS[row]):
        assert MARKER not in check.summary
        assert "<!--" not in check.summary
        assert ("MB1" in check.summary) <= (check.name == GRAPH)
        assert ("Round trip on" in check.summary) <= (check.name == TRIP)


def test_findings_are_noted_in_the_one_check_and_failed_legs_in_the_other():
    both = FAILED._replace(findings=FORKED_REPORT.findings)
    graph, run = checks(both)
    assert {note.line for note in graph.annotations} == {1, 12}
    assert {note.line for note in run.annotations} == {31}
    assert checks(MISSING)[0].annotations


def test_a_revision_without_a_downgrade_fails_the_round_trip_whatever_its_verdict_says():
    bad = PASSED._replace(verdict=RevisionVerdict.MISSING_DOWNGRADE)
    assert conclusions(GREEN._replace(round_trips=(trip(bad),)))[1] == "failure"
