"""Where a history is cut: parts that end together."""

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migbot.core.environment import Environment
from migbot.core.parts import MOST, RUN, least_of, may_be_cut, parts_of
from migbot.core.trip_settings import SeedSettings, TripSettings


def order(length: int) -> tuple[str, ...]:
    return tuple(f"r{number:03}" for number in range(length))


def test_a_short_history_stays_in_one() -> None:
    assert parts_of(order(99), 2, 50) == (order(99),)


def test_one_core_proves_it_in_one() -> None:
    assert parts_of(order(400), 1, 50) == (order(400),)


@given(st.integers(1, 900), st.integers(1, 9), st.integers(8, 99))
def test_no_revision_is_lost_and_there_are_no_more_parts_than_it_is_worth(length, most, least):
    parts = parts_of(order(length), most, least)
    assert sum(parts, ()) == order(length)
    worth = max(1, min(most, MOST, length // least))
    assert max(1, worth - 1) <= len(parts) <= worth
    assert all(parts)


@pytest.mark.parametrize("many", [2, 3, 4])
def test_all_parts_end_at_about_the_same_time(many: int) -> None:
    parts = parts_of(order(400), many, 50)
    ends = [0, *accumulate(len(part) for part in parts)]
    taken = [end - begin + RUN * begin for begin, end in pairwise(ends)]
    taken[-1] += RUN * 400  # the deployment
    assert max(taken) - min(taken) < 3


def test_what_a_part_is_worth_depends_on_the_database() -> None:
    assert least_of("sqlite") > least_of("postgresql-15") == least_of("mysql-any")


@pytest.mark.parametrize(
    "settings",
    [
        TripSettings(start="heads"),
        TripSettings(baseline=("a.sql",)),
        TripSettings(seeds=(SeedSettings("a.sql", after="a1"),)),
        TripSettings(deploy="flask db upgrade"),
    ],
)
def test_what_a_revision_has_that_is_not_only_run_forbids_to_cut(settings) -> None:
    assert may_be_cut(Environment("main", ("v",)))
    assert not may_be_cut(Environment("main", ("v",), roundtrip=settings))
