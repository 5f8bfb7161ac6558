"""Jobs, one after another in one thread: there is no queue on disk yet, a crash forgets them.

One at a time is what keeps two jobs from writing on one pull request, or in one mirror, together.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from migbot.app.events import Job
from migbot.errors import MigbotError

_LOG = logging.getLogger(__name__)


@contextmanager
def one_at_a_time(act: Callable[[Job], Iterable[str]]) -> Iterator[Callable[[Job], None]]:
    """What takes a job and returns at once. Leaving ends the job that runs and drops the others."""
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="migbot-job")

    def hand_on(job: Job) -> None:
        pool.submit(_done, act, job)

    try:
        yield hand_on
    finally:
        pool.shutdown(cancel_futures=True)


def _done(act: Callable[[Job], Iterable[str]], job: Job) -> None:
    try:
        for line in act(job):
            _LOG.info("%s: %s", job, line)
    except MigbotError as error:
        _LOG.error("%s: %s %s", job, error.message, error.hint)
    except Exception:
        _LOG.exception("%s: a defect of migbot", job)
