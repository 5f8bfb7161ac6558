"""Jobs run one at a time, in order, and a failing one takes nobody with it."""

from __future__ import annotations

import threading
import time

from migbot.app.events import Job
from migbot.app.jobs import one_at_a_time
from migbot.errors import MigbotError


def job(number: int) -> Job:
    return Job(1, 2, "ada/shop", number)


def test_a_job_is_handed_on_without_waiting_for_it():
    gate = threading.Event()
    done = []

    def act(each):
        gate.wait(10)
        done.append(each.pull)
        return []

    started = time.monotonic()
    with one_at_a_time(act) as hand_on:
        hand_on(job(1))
        assert time.monotonic() - started < 5
        assert done == []
        gate.set()
    assert done == [1]


def test_jobs_come_one_after_another_and_in_order():
    seen, together = [], threading.Semaphore(1)
    finished = threading.Event()

    def act(each):
        assert together.acquire(blocking=False), "two at once"
        time.sleep(0.02)
        seen.append(each.pull)
        together.release()
        if each.pull == 5:
            finished.set()
        return []

    with one_at_a_time(act) as hand_on:
        for number in range(1, 6):
            hand_on(job(number))
        assert finished.wait(10)
    assert seen == [1, 2, 3, 4, 5]


def test_a_job_that_fails_is_told_in_a_line_and_the_next_one_runs(caplog):
    done = threading.Event()

    def act(each):
        if each.pull == 1:
            raise MigbotError("GitHub is in trouble.", "Try again.")
        if each.pull == 2:
            raise ZeroDivisionError
        done.set()
        return []

    with one_at_a_time(act) as hand_on:
        for number in (1, 2, 3):
            hand_on(job(number))
        assert done.wait(10)
    assert "ada/shop#1: GitHub is in trouble. Try again." in caplog.messages
    assert any("ada/shop#2: a defect of migbot" in line for line in caplog.messages)


def test_what_was_not_begun_is_dropped_at_the_end():
    running, gate, seen = threading.Event(), threading.Event(), []

    def act(each):
        running.set()
        gate.wait(10)
        seen.append(each.pull)
        return []

    with one_at_a_time(act) as hand_on:
        hand_on(job(1))
        hand_on(job(2))
        assert running.wait(10)
        threading.Timer(0.2, gate.set).start()
    assert seen == [1]
