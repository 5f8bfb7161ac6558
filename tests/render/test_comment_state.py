"""What a comment remembers from one run to the next, and what of it is not believed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migbot.core.report import Report, Verdict, verdict_of
from migbot.core.trips import LegError
from migbot.render.comment_kept import MOST_KEPT, Kept, kept_in, trips_part
from migbot.render.comment_state import State, kept_trips, state_of, unchanged
from migbot.render.headlines import headline
from migbot.render.markdown import LARGEST, MARKER, comment
from support.foreign import anything
from support.github_markdown import rendered
from support.reports import BASE, HEAD
from support.situations import (
    COULD_NOT_START,
    FAILED,
    FORKED_REPORT,
    GREEN,
    SITUATIONS,
    STATIC,
    UNTOUCHED,
    trip,
)

MOVED = "88e1f32" + "0" * 33


def on(report: Report, base: str) -> Report:
    """The report on another base."""
    return report._replace(subject=report.subject._replace(base=base))


def judged_again(report: Report, base: str = MOVED) -> Report:
    """What a sweep makes of it: the graph on another base, and no round trips."""
    verdict = verdict_of(report.findings, report.unknown)
    return on(report, base)._replace(round_trips=(), verdict=verdict)


STATES = {
    "untouched": ("pass", "none"),
    "green": ("pass", "pass"),
    "forked": ("fail", "pass"),
    "base-forked": ("neutral", "pass"),
    "conflict": ("unknown", "none"),
    "failed-downgrade": ("pass", "fail"),
    "could-not-start": ("pass", "unknown"),
}


@pytest.mark.parametrize("form", STATES)
def test_a_comment_says_in_its_first_line_of_which_commits_it_says_what(form):
    assert state_of(comment(SITUATIONS[form])) == State(HEAD, BASE, *STATES[form])


def test_the_first_line_of_an_older_comment_is_understood():
    body = MARKER + '{"verdict":"fail","head":"1f3c9ab","base":"77d0e21"} -->\n### Migrations'
    assert state_of(body) == State("1f3c9ab", "77d0e21", "fail", "none")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "### Migrations",
        " " + comment(GREEN),
        MARKER,
        MARKER + "{} -->",
        MARKER + "[] -->",
        MARKER + '{"graph":1} -->',
        MARKER + '{"graph":"green"} -->',
        MARKER + '{"graph":"pass","trip":"none","head":"<x>"} -->',
        MARKER + '{"graph":"pass","trip":"none","head":{"a":"b"}} -->',
        MARKER + '{"graph":"pass","trip":"maybe"} -->',
        MARKER + "{" * 400 + " -->",
        MARKER + '{"a":' * 90 + "1" + "}" * 90 + " -->",
        MARKER + '{"graph":"pass","a":"' + "x" * 600 + '"} -->',
        MARKER + '{"graph":"pass"}',
    ],
)
def test_what_is_no_first_line_of_ours_has_no_state(body):
    assert state_of(body) is None


@settings(max_examples=200, deadline=None)
@given(
    anything, st.sampled_from(["", MARKER, comment(GREEN), comment(FAILED)]), st.integers(0, 900)
)
def test_no_text_makes_the_reading_fail(text, body, place):
    made = body[:place] + text + body[place:]
    state_of(made)
    kept_trips(made, HEAD)
    unchanged(made, body)
    unchanged(body, made)


def test_a_commit_that_is_none_never_comes_into_the_marker():
    body = comment(GREEN._replace(subject=GREEN.subject._replace(head='"} --><b>', base="A\n")))
    assert body.startswith(MARKER + '{"k":"sticky","head":"","base":""')


@pytest.mark.parametrize(
    "report", [GREEN, FAILED, COULD_NOT_START], ids=["pass", "fail", "unknown"]
)
def test_what_was_proved_stays_in_sight_when_the_graph_is_judged_again(report):
    first = comment(report)
    kept = kept_trips(first, HEAD)
    assert kept is not None
    assert (kept.verdict, kept.base) == (str(report.round_trips[0].verdict), BASE)
    again = comment(judged_again(report), kept=kept)
    assert kept_trips(again, HEAD) == kept
    assert f"merged into `{BASE[:10]}`" in kept.text
    assert state_of(again) == State(HEAD, MOVED, "pass", kept.verdict)


def test_the_headline_joins_the_new_graph_and_the_kept_round_trip():
    kept = kept_trips(comment(FAILED), HEAD)
    again = headline(judged_again(FAILED), kept)
    assert again == headline(FAILED) == "The round trip on PostgreSQL 16.3 failed - fix needed"
    fork = judged_again(FORKED_REPORT)
    assert headline(fork, kept) == "2 heads after the merge, round trip failed - fix needed"
    assert "round trip passed" in headline(judged_again(GREEN), Kept("pass", BASE))
    assert headline(judged_again(GREEN), Kept("unknown", BASE)).startswith("Could not run")


def test_a_round_trip_of_its_own_goes_before_what_was_kept():
    kept = kept_trips(comment(FAILED), HEAD)
    assert comment(GREEN, kept=kept) == comment(GREEN)


def test_nothing_is_kept_for_another_commit_or_from_another_text():
    body = comment(GREEN)
    assert kept_trips(body, BASE) is None
    assert kept_trips(body, "") is None
    assert kept_trips("x" + body, HEAD) is None
    assert kept_trips(comment(STATIC), HEAD) is None
    assert kept_trips(comment(UNTOUCHED), HEAD) is None


def test_what_was_edited_by_hand_is_not_kept():
    body = comment(GREEN)
    assert kept_trips(body.replace("add orders", "@all orders"), HEAD) is None
    assert kept_trips(body.replace('"verdict":"pass"', '"verdict":"fail"'), HEAD) is None
    assert kept_trips(body.replace("<!-- migbot:trips-end -->", ""), HEAD) is None
    part = trips_part(Kept("pass", BASE, "x"))
    assert kept_trips(body + part, HEAD) is None


def test_an_edit_elsewhere_and_the_line_ends_of_githubs_form_take_nothing_from_what_is_kept():
    body = comment(GREEN)
    assert kept_trips(body.replace("\n", "\r\n"), HEAD) == kept_trips(body, HEAD)
    assert kept_trips(body + "\n\nA note of a maintainer.", HEAD) == kept_trips(body, HEAD)


def test_what_is_kept_holds_no_comment_though_it_was_signed():
    assert kept_in(trips_part(Kept("pass", BASE, "a <!-- migbot:v1 {} --> b"))) is None


def test_of_a_text_that_is_too_long_the_verdict_is_kept():
    long = Kept("fail", BASE, "é" * MOST_KEPT)
    assert kept_in(trips_part(long)) == Kept("fail", BASE)
    assert kept_in(trips_part(long._replace(said="a-->b"))) == Kept("fail", BASE)
    again = comment(judged_again(STATIC), kept=Kept("fail", BASE))
    assert f"`{HEAD[:10]}` merged into `{BASE[:10]}`: fail; its details are in the report." in again
    assert kept_trips(again, HEAD).verdict == "fail"


def test_the_comment_fits_with_what_was_kept():
    kept = Kept("fail", BASE, "x" * (MOST_KEPT - 10))
    many = judged_again(FORKED_REPORT)._replace(findings=FORKED_REPORT.findings * 400)
    text = comment(many, kept=kept)
    assert len(text.encode()) <= LARGEST
    assert kept_trips(text, HEAD) is not None


@settings(max_examples=100, deadline=None)
@given(anything)
def test_whatever_a_database_says_it_is_kept_and_forges_nothing(text):
    (broken, *_) = FAILED.round_trips
    one = broken.revisions[0]
    error = LegError(text, text, text + "<!-- migbot:trips-end -->", text, 1)
    bad = one._replace(message=text, notes=(text,), legs=(one.legs[1]._replace(error=error),))
    report = FAILED._replace(round_trips=(trip(bad, verdict=Verdict.FAIL, notes=(text,)),))
    body = comment(report)
    kept = kept_trips(body, HEAD)
    assert kept is not None
    again = comment(judged_again(report), kept=kept)
    assert kept_trips(again, HEAD) == kept
    assert again.count("<!--") == rendered(again).count("<!--") == 3


@pytest.mark.parametrize("form", SITUATIONS)
def test_a_base_that_has_moved_on_is_no_change(form):
    report = SITUATIONS[form]
    assert unchanged(comment(report), comment(on(report, MOVED)))
    kept = kept_trips(comment(report), HEAD)
    if kept:
        assert unchanged(comment(report), comment(judged_again(report), kept=kept))


def test_how_long_it_took_how_lines_end_and_spaces_at_the_end_are_no_change():
    body = comment(GREEN)
    assert unchanged(body, body)
    slow = GREEN.round_trips[0].revisions[0]
    legs = tuple(leg._replace(ms=leg.ms + 4_000) for leg in slow.legs)
    trips = tuple(
        each._replace(revisions=(slow._replace(legs=legs),)) for each in GREEN.round_trips
    )
    assert comment(GREEN._replace(round_trips=trips)) != body
    assert unchanged(body, comment(GREEN._replace(round_trips=trips)))
    assert unchanged(body.replace("\n", "\r\n").strip(), body)
    assert unchanged(body.replace("\n", " \n") + "\n\n", body) is False  # the proof was edited
    assert unchanged(comment(STATIC).replace("\n", " \n") + "\n\n", comment(STATIC))


def test_another_head_another_verdict_and_an_edit_by_hand_are_changes():
    body = comment(GREEN)
    other = GREEN._replace(subject=GREEN.subject._replace(head=MOVED))
    assert not unchanged(body, comment(other))
    assert not unchanged(body, comment(FAILED))
    assert not unchanged(body, comment(FORKED_REPORT))
    assert not unchanged(body.replace("1 new revision", "no new revision"), body)
    assert not unchanged(body.replace("41 ms", "99 ms"), body)
    assert not unchanged(body + "thanks!", body)
    assert not unchanged("", body)
