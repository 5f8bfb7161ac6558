"""Jobs beside one another: their results in order, and none that goes on when nobody waits."""

import time
from threading import Event

import pytest

from migbot.adapters.side_by_side import beside


def test_they_run_at_the_same_time_and_answer_in_order() -> None:
    second_ran = Event()

    def first(called_off):
        return "first" if second_ran.wait(10) else "alone"

    def second(called_off):
        second_ran.set()
        return "second"

    with beside([first, second]) as results:
        assert list(results) == ["first", "second"]


def test_what_a_job_raises_is_raised_where_its_result_is_asked_for() -> None:
    def fails(called_off):
        raise LookupError("lost")

    with pytest.raises(LookupError, match="lost"), beside([fails]) as results:
        list(results)


def test_a_job_whose_result_nobody_asks_for_is_called_off_and_waited_for() -> None:
    ended = []

    def waits(called_off):
        deadline = time.monotonic() + 10
        while not called_off() and time.monotonic() < deadline:
            time.sleep(0.01)
        ended.append(called_off())

    with pytest.raises(KeyboardInterrupt), beside([waits, waits]):
        raise KeyboardInterrupt
    assert ended == [True, True]
