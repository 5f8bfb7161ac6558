"""How much a comment has room for: less on each rung, and no line more than a page can hold."""

from __future__ import annotations

from itertools import pairwise

from migbot.render.comment_room import LADDER, LARGEST, MOST, as_fits


def test_each_rung_has_room_for_less_of_something_and_for_more_of_nothing() -> None:
    for above, below in pairwise(LADDER):
        assert above != below
        assert all(more >= less for more, less in zip(above, below, strict=True))
    assert LADDER[0] == MOST


def test_lines_end_with_the_one_that_a_page_can_no_longer_hold() -> None:
    made = iter(["é" * 20_000] * 5)
    assert len(list(as_fits(made))) == 2  # 80,000 bytes
    assert len(list(made)) == 3
    assert list(as_fits(["a" * LARGEST, "b", "c"])) == ["a" * LARGEST, "b"]
    assert list(as_fits(["aa", "b", "c"], 2)) == ["aa", "b"]
