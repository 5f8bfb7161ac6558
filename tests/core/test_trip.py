"""The verdict on a revision and on the whole, from what a guest has said."""

import json

import pytest

from migbot.core.catalogs import Part, differences
from migbot.core.guest_words import Fate, LegSeen, Seen, hear
from migbot.core.report import Verdict
from migbot.core.trip import (
    fails_anyway,
    fails_on_rows,
    is_settled,
    joined,
    judge,
    on_rows,
    verdict_of_trips,
)
from migbot.core.trips import LegError, Residue, RevisionTrip, RevisionVerdict, Rows

COLUMN = {"column t.a": Part("column", "t.a", "t", "TEXT")}
TABLE = {"table t": Part("table", "t", "", ""), **COLUMN}


def leg(name: str, *, ok: bool = True, writes: int = 1, **more: object) -> LegSeen:
    error = None if ok else LegError("OperationalError", str(more.pop("message", "it broke")))
    return LegSeen("a1", "rt0", name, ok, 1.0, error, writes=writes, **more)  # type: ignore[arg-type]


def seen(*legs: LegSeen, **more: object) -> Seen:
    made = Seen("a1", "rt0", legs={each.leg: each for each in legs})
    made.catalogs = {"before": {}, "up": TABLE, "down": {}, "again": TABLE}
    for name, value in more.items():
        setattr(made, name, value)
    return made


UP, DOWN, AGAIN = leg("upgrade"), leg("downgrade"), leg("upgrade-again")


def test_three_good_legs_and_equal_schemas_pass() -> None:
    assert judge(seen(UP, DOWN, AGAIN)).verdict == "pass"


@pytest.mark.parametrize(
    "missing", [(), (UP,), (UP, DOWN)], ids=["all legs", "two legs", "the last leg"]
)
def test_a_leg_that_was_never_told_is_unknown(missing: tuple[LegSeen, ...]) -> None:
    trip = judge(seen(*missing, begun="downgrade"), ended="its process ended")
    assert (trip.verdict, trip.notes) == (
        "unknown",
        ("Its downgrade was not heard of again: its process ended.",),
    )


def test_legs_without_the_last_look_are_unknown() -> None:
    told = seen(UP, DOWN, AGAIN)
    del told.catalogs["again"]
    assert not is_settled(told)
    assert judge(told).verdict == "unknown"


def test_what_the_second_upgrade_does_otherwise_is_a_failure() -> None:
    told = seen(UP, DOWN, AGAIN)
    told.catalogs["again"] = {}
    assert judge(told).verdict == "fail"


def test_a_refusal_is_unknown_even_where_the_leg_went_on() -> None:
    trip = judge(seen(leg("upgrade", refusals=("a connection to prod",)), DOWN, AGAIN))
    assert (trip.verdict, trip.notes) == ("unknown", ("Refused: a connection to prod.",))


def test_a_declared_downgrade_that_changed_something_first_is_a_failure() -> None:
    raised = leg("downgrade", ok=False, declared=True)
    assert judge(seen(UP, raised)).verdict == "fail"


def test_a_table_is_told_once_and_not_once_for_each_column() -> None:
    assert differences({}, TABLE) == (Residue("table", "t", "left-behind", "", "t (a TEXT)"),)
    assert differences(TABLE, {}) == (Residue("table", "t", "missing", "t (a TEXT)", ""),)


def test_rows_of_untouched_tables_fail_and_those_of_touched_ones_are_told() -> None:
    fates = (Fate("t", 4, 3, 1, True, lost_up=1), Fate("u", 2, 0, 2, touched=False))
    trip = judge(seen(UP, DOWN, AGAIN, fates=fates, seeded=4))
    assert trip.verdict == "fail"
    assert trip.residue == (Residue("rows", "u", "changed", "2 rows", "0 lost, 2 changed"),)
    assert trip.rows == Rows(seeded=4, lost=3, changed=3)
    assert trip.notes == (
        "Of 4 rows in t: 1 lost in the upgrade, 2 lost in the downgrade, 1 came back changed.",
    )


def trip(verdict: str, *residue: Residue, **more: object) -> RevisionTrip:
    return RevisionTrip("a1", "", RevisionVerdict(verdict), residue=residue, **more)  # type: ignore[arg-type]


LEFT = Residue("table", "t", "left-behind")


@pytest.mark.parametrize(
    ("trips", "whole"),
    [
        ([], Verdict.PASS),
        ([trip("pass"), trip("irreversible"), trip("no-op-downgrade")], Verdict.PASS),
        ([trip("no-op-downgrade", LEFT)], Verdict.FAIL),
        ([trip("missing-downgrade")], Verdict.FAIL),
        ([trip("unknown"), trip("pass")], Verdict.UNKNOWN),
        ([trip("not-run"), trip("pass")], Verdict.UNKNOWN),
        ([trip("unknown"), trip("fail")], Verdict.FAIL),
    ],
)
def test_the_worst_decides(trips: list[RevisionTrip], whole: Verdict) -> None:
    assert verdict_of_trips(trips) is whole


@pytest.mark.parametrize(
    ("message", "seeded", "retried"),
    [
        ("NOT NULL constraint failed: t.a", 2, True),
        ("NOT NULL constraint failed: t.a", 0, False),
        ("no such table: t", 2, False),
        ("table t already exists", 2, False),
        ('relation "t" does not exist\nLINE 1: ...', 2, False),
        ('column "a" of relation "t" already exists', 2, False),
        ("<class 'asyncpg.exceptions.DuplicateObjectError'>: type \"m\" already exists", 2, False),
        ('duplicate key value\nDETAIL:  Key ("a b")=(x "y") already exists.', 2, True),
        ('column "a" of relation "t" contains null values', 2, True),
        ("(1060, \"Duplicate column name 'a'\")", 2, False),
        ("(1265, \"Data truncated for column 'a' at row 1\")", 2, True),
    ],
)
def test_only_what_may_be_of_the_rows_is_tried_without_them(
    message: str, seeded: int, retried: bool
) -> None:
    failed = judge(seen(leg("upgrade", ok=False, message=message), seeded=seeded))
    assert failed.verdict == "fail"
    assert on_rows(failed) is retried


def test_what_passes_without_rows_says_how_it_failed_with_them() -> None:
    failed = judge(seen(leg("upgrade", ok=False, message="too long"), seeded=2))
    told = fails_on_rows(judge(seen(UP, DOWN, AGAIN)), failed)
    assert (told.verdict, told.rows.seeded) == ("pass", 2)
    assert told.notes == (
        "Its upgrade fails on the rows that migbot put into the tables (too long) "
        "and passes on empty ones.",
    )


def test_what_fails_without_rows_too_shows_that_and_notes_how_it_failed_with_them() -> None:
    rows = judge(seen(leg("upgrade", ok=False, message="too long"), seeded=2))
    empty = judge(seen(leg("upgrade", ok=False, message="no such table: u")))
    told = fails_anyway(empty, rows)
    assert (told.legs, told.rows.seeded) == (empty.legs, 2)
    assert "otherwise: too long" in told.notes[0]
    assert fails_anyway(rows._replace(rows=Rows()), rows) is rows
    assert fails_anyway(judge(seen()), rows) is rows


def test_several_databases_are_one_trip_and_the_worst_counts() -> None:
    good = judge(seen(UP, DOWN, AGAIN))
    bad = judge(seen(UP, leg("downgrade", ok=False)))
    both = joined([("one.db", good), ("two.db", bad)])
    assert both.verdict == "fail"
    assert [(each.name, each.ok, each.ms) for each in both.legs] == [
        ("upgrade", True, 2.0),
        ("downgrade", False, 2.0),
        ("upgrade-again", True, 1.0),
    ]
    assert joined([("one.db", good)]) is good


def line(**words: object) -> bytes:
    return json.dumps(words).encode() + b"\n"


def test_lines_without_the_token_are_nobodys() -> None:
    answer = b"hello\n" + line(event="done") + line(token="other", event="done") + b'{"token": "t'
    assert not hear(answer, "t").done
    assert hear(line(token="t", event="done"), "t").done


@pytest.mark.parametrize(
    "words",
    [
        {"event": 3},
        {"event": "leg", "leg": "upgrade"},
        {"event": "begin", "revision": None},
        {"event": "objects", "id": "x", "base": "", "set": {}, "drop": []},
        {"event": "objects", "id": "x", "base": "", "set": {"k": ["too", "few"]}, "drop": []},
        {"event": "catalog", "revision": "a", "slot": "s", "when": "up", "id": "never sent"},
        {"event": "finished", "slot": "s", "master": "x", "id": ""},
    ],
    ids=str,
)
def test_what_is_not_understood_is_an_error(words: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  any reason will do
        hear(line(token="t", **words), "t")


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("UNIQUE (a)", "CONSTRAINT uq_t_a UNIQUE (a)", "pass"),
        ("FOREIGN KEY (a) REFERENCES u", "CONSTRAINT f FOREIGN KEY (a) REFERENCES u", "pass"),
        ("CONSTRAINT uq_t_a UNIQUE (a)", "UNIQUE (a)", "fail"),
        ("CONSTRAINT one UNIQUE (a)", "CONSTRAINT other UNIQUE (a)", "fail"),
        ("UNIQUE (a)", "CONSTRAINT uq UNIQUE (a, b)", "fail"),
    ],
)
def test_a_key_may_come_back_with_a_name_and_not_without_its_own(
    before: str, after: str, verdict: str
) -> None:
    def with_key(definition: str) -> dict[str, Part]:
        return {**TABLE, "unique constraint t": Part("unique constraint", "t", "t", definition)}

    told = seen(UP, DOWN, AGAIN)
    told.catalogs["before"], told.catalogs["down"] = with_key(before), with_key(after)
    trip = judge(told)
    assert trip.verdict == verdict
    assert bool(trip.notes) is (verdict == "pass")
