"""One revision's failed round trip: which leg, where, in whose words, and what is left."""

from __future__ import annotations

import pytest

from migbot.core.trips import Leg, LegError, Residue, RevisionTrip, RevisionVerdict
from migbot.render.markdown_failures import (
    MOST_RESIDUE,
    error_sections,
    failure,
    mend_section,
    place_of,
    seen_again,
)
from support.situations import (
    DROP,
    FAILED,
    FAILED_DOWN,
    GREEN,
    LEGS,
    NO_OP,
    PASSED,
    PATH,
    SEVERAL,
    report,
    trip,
)

WHOLE = trip(FAILED_DOWN)
LEFT = Residue("table", "orders", "left-behind", "", "orders (id INTEGER)")
AGAIN = PASSED._replace(
    verdict=RevisionVerdict.FAIL,
    legs=(*LEGS[:2], Leg("upgrade-again", False, 1, DROP)),
    residue=(LEFT,),
)


def said(each: RevisionTrip, *, sql: bool = True) -> str:
    return "\n\n".join(failure(each, WHOLE, several=False, sql=sql))


def mended(each: RevisionTrip) -> str:
    (text,) = mend_section(report(round_trips=(trip(each),)))
    return text


def test_a_leg_that_failed_is_told_with_its_place_and_the_database_s_words() -> None:
    text = said(FAILED_DOWN)
    assert text.startswith(f"**`8f2a1c` add orders: the downgrade failed** at `{PATH}:31`")
    assert '```text\nProgrammingError: index "ix_orders_total" does not exist\n```' in text
    assert "```sql\nDROP INDEX ix_orders_total\n```" in text


def test_what_is_left_which_rows_and_which_locks_are_told_below_it() -> None:
    text = said(FAILED_DOWN)
    order = [
        "Not as it was before the upgrade:",
        "- type `order_status` left behind: nothing → `ENUM ('new', 'paid')`",
        "- column `users.email` changed: `VARCHAR(80)` → `VARCHAR(120)`",
        "1 row lost and 0 changed of 3. Of 3 rows in users: 1 lost in the downgrade.",
        "Locks: `ACCESS EXCLUSIVE on users`.",
        "See it again: `migbot roundtrip 8f2a1c --database postgresql`",
    ]
    places = [text.index(each) for each in order]
    assert places == sorted(places)


def test_where_there_is_no_room_statements_and_definitions_go() -> None:
    text = said(FAILED_DOWN, sql=False)
    assert "DROP INDEX" not in text
    assert "- column `users.email` changed\n" in f"{text}\n"
    assert "does not exist" in text


def test_two_legs_that_failed_are_one_title() -> None:
    both = FAILED_DOWN._replace(legs=tuple(each._replace(ok=False) for each in AGAIN.legs[1:]))
    assert "the downgrade and the upgrade again failed**" in said(both)


@pytest.mark.parametrize(
    ("each", "title"),
    [
        (PASSED._replace(verdict=RevisionVerdict.NO_OP_DOWNGRADE), "its downgrade does nothing"),
        (PASSED._replace(verdict=RevisionVerdict.MISSING_DOWNGRADE), "it has no downgrade"),
        (PASSED._replace(verdict=RevisionVerdict.UNKNOWN), "it could not be tried to its end"),
        (PASSED._replace(verdict=RevisionVerdict.FAIL, residue=(LEFT,)), "up and down is not"),
        (
            PASSED._replace(
                verdict=RevisionVerdict.FAIL,
                residue=(Residue("rows", "orders", "missing", "3 rows", "3 lost"),),
            ),
            "it loses rows",
        ),
    ],
)
def test_without_a_failed_leg_the_title_says_what_it_is(each: RevisionTrip, title: str) -> None:
    assert f"**`8f2a1c` add orders: {title}" in said(each)


def test_of_a_long_list_the_beginning_is_shown_and_the_rest_counted() -> None:
    text = said(FAILED_DOWN._replace(residue=(LEFT,) * (MOST_RESIDUE + 3)))
    assert text.count("- table `orders`") == MOST_RESIDUE
    assert "- … and 3 more, in the report" in text


def test_as_much_of_an_error_is_told_as_is_known() -> None:
    assert list(error_sections(None, sql=True)) == []
    assert list(error_sections(LegError("", "no", ""), sql=True)) == ["```text\nno\n```"]
    assert list(error_sections(LegError("KeyError", ""), sql=True)) == ["KeyError"]
    blank = LegError("E", "m", "\n\nSELECT 1\n\n")
    assert list(error_sections(blank, sql=True))[1] == "```sql\nSELECT 1\n```"


def test_a_place_ends_a_sentence_and_nowhere_is_nothing() -> None:
    assert place_of(DROP) == f" at `{PATH}:31`"
    assert place_of(DROP._replace(line=0)) == f" at `{PATH}`"
    assert place_of(DROP._replace(path="")) == place_of(None) == ""


def test_the_command_names_what_is_needed_and_nothing_that_nobody_knows() -> None:
    assert seen_again(PASSED, WHOLE, several=True).endswith("--database postgresql -n alembic")
    odd = WHOLE._replace(database="oracle; x")
    assert seen_again(PASSED._replace(revision="a b"), odd, several=False) == (
        "migbot roundtrip 'a b'"
    )


def test_what_to_mend_is_the_function_that_failed() -> None:
    assert mended(FAILED_DOWN).startswith(
        f"**Fix:** mend `downgrade()` of `8f2a1c` at `{PATH}:31`. Run `migbot roundtrip 8f2a1c "
    )
    upgrade = FAILED_DOWN._replace(legs=(Leg("upgrade", False, 1, DROP),))
    assert mended(upgrade).startswith("**Fix:** mend `upgrade()` of")


def test_an_upgrade_that_fails_the_second_time_alone_is_the_downgrade_s_fault() -> None:
    assert mended(AGAIN).startswith(
        "**Fix:** let `downgrade()` of `8f2a1c` bring back what was there before, "
        "so that `upgrade()` goes through again."
    )


def test_a_downgrade_that_does_nothing_is_written_or_declared() -> None:
    (text,) = mend_section(NO_OP)
    assert (
        'write `downgrade()` of `8f2a1c`, or declare that it has none: `irreversible = "wh' in text
    )
    left = PASSED._replace(verdict=RevisionVerdict.FAIL, residue=(LEFT,))
    assert "let `downgrade()` of `8f2a1c` bring back what was there before. Run" in mended(left)


def test_one_thing_is_to_be_mended_first_and_nothing_where_nothing_failed() -> None:
    two = report(round_trips=(trip(FAILED_DOWN, AGAIN), trip(AGAIN)))
    assert [text[:30] for text in mend_section(two)] == ["**Fix:** mend `downgrade()` of "[:30]]
    assert len(list(mend_section(FAILED))) == 1
    assert list(mend_section(GREEN)) == []
    (text,) = mend_section(SEVERAL)
    assert "-n billing" in text
