"""Where a history is cut: parts that end together, at places that Alembic can be sent to."""

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migbot.core.environment import Environment
from migbot.core.parts import BUILT, MOST, Stretch, least_of, may_be_cut, parts_of
from migbot.core.trip_settings import SeedSettings, TripSettings
from support.graphs import chain, graph, ladder, revision


def cuts(parts: tuple[Stretch, ...]) -> list[int]:
    return list(accumulate(len(part.revisions) for part in parts))[:-1]


def test_a_short_history_stays_in_one() -> None:
    found = chain(99)
    assert [part.revisions for part in parts_of(found, found.order, 2, 50)] == [found.order]


def test_one_core_proves_it_in_one() -> None:
    found = chain(400)
    assert [part.revisions for part in parts_of(found, found.order, 1, 50)] == [found.order]


def test_each_part_stands_on_the_head_of_what_is_below_it() -> None:
    found = chain(100)
    first, second = parts_of(found, found.order, 2, 50)
    assert first.base_heads == ()
    assert second.base_heads == (first.revisions[-1],)
    assert first.revisions + second.revisions == found.order


@given(st.integers(1, 900), st.integers(1, 9), st.integers(8, 99))
def test_no_revision_is_lost_and_there_are_as_many_parts_as_it_is_worth(length, most, least):
    found = chain(length)
    parts = parts_of(found, found.order, most, least)
    assert sum((part.revisions for part in parts), ()) == found.order
    assert len(parts) == max(1, min(most, MOST, length // least))


@pytest.mark.parametrize("many", [2, 3, 4])
def test_all_parts_end_at_about_the_same_time(many: int) -> None:
    found = chain(400)
    ends = [0, *cuts(parts_of(found, found.order, many, 50)), 400]
    taken = [end - begin + BUILT * begin for begin, end in pairwise(ends)]
    taken[-1] += BUILT * 400  # the deployment
    assert max(taken) - min(taken) < 3


def test_a_place_with_one_head_is_preferred() -> None:
    found = ladder(20, 3)  # forks of seven revisions; while the second side runs, there are two
    parts = parts_of(found, found.order, 4, 10)
    assert [len(part.base_heads) for part in parts] == [0, 1, 1, 1]


def test_two_lines_that_never_meet_are_cut_where_each_has_its_head() -> None:
    found = graph(
        *(revision(f"a{n:02}", *([f"a{n - 1:02}"] if n else [])) for n in range(20)),
        *(revision(f"b{n:02}", *([f"b{n - 1:02}"] if n else [])) for n in range(60)),
    )
    first, second = parts_of(found, found.order, 2, 10)
    assert second.base_heads == ("a19", first.revisions[-1])


def test_where_a_dependency_hides_a_head_is_no_place_for_a_cut() -> None:
    arms = [revision("a"), revision("z0", depends_on=("a",))]
    arms += [revision(f"z{n}", f"z{n - 1}") for n in range(1, 40)]
    found = graph(*arms)
    assert len(parts_of(found, found.order, 2, 10)) == 1


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
def test_what_step_by_step_has_and_one_command_does_not_forbids_to_cut(settings) -> None:
    assert may_be_cut(Environment("main", ("v",)))
    assert not may_be_cut(Environment("main", ("v",), roundtrip=settings))
