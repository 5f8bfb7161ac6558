"""The round trips of a report: what failed in full, then a table, and as much as there is room."""

from __future__ import annotations

from migbot.core.report import Report, Unknown, Verdict
from migbot.core.trips import Drift, Leg, RevisionVerdict, RoundTrip
from migbot.render.comment_room import LADDER, MOST, Room
from migbot.render.markdown_trips import MOST_TRIPS, told_trips, trips_text
from support.situations import (
    COULD_NOT_START,
    DEPLOYMENT,
    FAILED,
    FAILED_DOWN,
    GREEN,
    ONE_WAY,
    ORDERS,
    PASSED,
    SEVERAL,
    STATIC,
    TREE,
    report,
    trip,
)

LAST = LADDER[-1]


def said(made: Report, room: Room = MOST) -> str:
    return trips_text(told_trips(made, sql=room.sql), room)


def of(*trips: RoundTrip) -> Report:
    return report(round_trips=trips)


def test_without_round_trips_nothing_is_said() -> None:
    assert said(STATIC) == ""


def test_what_passed_is_folded_away_with_its_count_as_the_title() -> None:
    text = said(GREEN)
    assert text.startswith(
        "<details><summary>Round trip on PostgreSQL 16.3: 1 revision passed</summary>"
    )
    assert "| `8f2a1c` | add orders | 41 ms | 12 ms | 39 ms | nothing | 3 kept |" in text
    assert "Kept apart: no program that was started had a network." in text
    assert text.endswith("<sub>Round trip of `1f3c9ab000` merged into `77d0e21000`</sub>")


def test_what_failed_stands_first_and_open() -> None:
    text = said(FAILED._replace(round_trips=FAILED.round_trips[::-1]))
    order = [
        "**Fix:** mend",
        "#### Round trip on PostgreSQL 16.3 failed",
        "the downgrade failed**",
        "1 revision not run. It was not run: 8f2a1c, which it needs, could not be.",
        "autogenerate would write: add\\_column `orders.total`",
        "| revision | message |",
        "| `8f2a1c` | add orders | 41 ms | **failed** | - | 2 objects | **1 lost, 0 changed** of",
        "<details><summary>Round trip on SQLite",
    ]
    places = [text.index(each) for each in order]
    assert places == sorted(places)
    assert text.index("<details>") > places[-2]


def test_rows_that_failed_come_first_since_a_table_is_cut_at_its_end() -> None:
    made = trip(PASSED, FAILED_DOWN._replace(revision="bad"), verdict=Verdict.FAIL)
    text = said(of(made), MOST._replace(rows=1))
    assert "| `bad` |" in text
    assert "| `8f2a1c` |" not in text
    assert "… and 1 more, in the report." in text


def test_failures_for_which_there_is_no_room_are_counted() -> None:
    made = trip(FAILED_DOWN, FAILED_DOWN, FAILED_DOWN, verdict=Verdict.FAIL)
    text = said(of(made), MOST._replace(failures=1))
    assert text.count("the downgrade failed**") == 1
    assert "… and 2 more failures, in the report." in text


def test_in_the_least_room_each_is_a_line_of_counts() -> None:
    text = said(FAILED, LAST)
    assert "Round trip on PostgreSQL 16.3: 3 revisions: 1 failed, 1 not run, 1 passed; each" in text
    assert "|" not in text
    assert "####" not in text


def test_of_many_round_trips_the_first_are_told_and_the_others_counted() -> None:
    text = said(of(*[trip(PASSED)] * (MOST_TRIPS + 2)))
    assert text.count("<details>") == MOST_TRIPS
    assert "… and 2 more round trips, in the report." in text


def test_among_several_environments_each_is_named() -> None:
    assert "Round trip on PostgreSQL 16.3 (billing)" in said(SEVERAL)
    assert "(alembic)" not in said(GREEN)


def test_what_could_not_start_says_why_once_and_has_no_table() -> None:
    text = said(COULD_NOT_START)
    assert "could not be run to its end" in text
    assert "**Not known (not a verdict, and no pass)**" in text
    assert "| revision" not in text


def test_a_revision_without_any_word_is_not_proved() -> None:
    many = tuple(f"r{number}" for number in range(7))
    made = of(trip(PASSED))._replace(environments=(TREE._replace(added=("8f2a1c", *many)),))
    assert (
        "**Not proved:** no round trip tells of `r0`, `r1`, `r2`, `r3`, `r4` and 2 more."
        in said(made)
    )
    assert "Not proved" not in said(GREEN)


def test_what_is_no_failure_and_not_to_be_missed_is_told_outside_of_the_fold() -> None:
    noted = PASSED._replace(notes=("Its upgrade left 1 connection of its own open.",))
    drift = tuple(Drift("add_column", f"t.c{number}") for number in range(9))
    made = trip(noted, notes=("Production has 15.",), drift=drift)
    text = said(of(made)).partition("<details>")[0]
    assert "`8f2a1c` add orders: Its upgrade left 1 connection of its own open." in text
    assert "Note: Production has 15." in text
    assert "`t.c7` and 1 more" in text
    assert "t.c8" not in text
    assert "**One-way:** `8f2a1c`" in said(ONE_WAY).partition("<details>")[0]


def test_the_deployment_and_the_orders_are_told() -> None:
    assert "**The deployment's own path**, everything in one command (`upgrade head`)" in said(
        DEPLOYMENT
    )
    assert "DROP INDEX" in said(DEPLOYMENT)
    assert "DROP INDEX" not in said(DEPLOYMENT, LADDER[1])
    assert "**It depends on the order:**\n\n- 8f2a1c and c41e77 do not commute" in said(ORDERS)


def test_a_leg_says_how_long_it_took_or_what_it_was() -> None:
    slow = PASSED._replace(legs=(Leg("upgrade", True, 1234), Leg("downgrade", False, 1)))
    assert "| 1.2 s | **failed** | - |" in said(of(trip(slow)))
    missing = PASSED._replace(verdict=RevisionVerdict.MISSING_DOWNGRADE, legs=slow.legs[:1])
    assert "| 1.2 s | **missing** | - |" in said(of(trip(missing)))


def test_why_some_were_not_run_is_told_once_for_all_of_them() -> None:
    left = PASSED._replace(verdict=RevisionVerdict.NOT_RUN, legs=(), notes=("Why.",))
    assert said(of(trip(PASSED, left, left, left))).count("3 revisions not run. Why.") == 1
    gap = Unknown("x", "no server")
    assert "2 revisions not run.\n" in said(of(trip(left, left, unknown=(gap,))))
