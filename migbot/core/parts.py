"""Where a long history is cut into parts that are proved side by side."""

from __future__ import annotations

from itertools import pairwise

from migbot.core.deployment import read_deploy
from migbot.core.environment import Environment
from migbot.core.graph import Ids

LEAST = {"sqlite": 100}
"""Revisions that are worth a part: SQLite proves them in 3 s, and a new part costs one."""

LEAST_OF_A_SERVER = 50
"""There it takes 3 s, and one more server half of one."""

MOST = 4
"""Parts at most: a server and a guest take 200 MB of memory."""

RUN = 7 / 40
"""What a revision costs that is only run, of one that is proved. Tried on 400 revisions on
PostgreSQL with two cores: with 3/20 the first part ended one to three seconds before the last, with
1/5 one second after it."""


def least_of(database: str) -> int:
    """The revisions that are worth a part on a kind of database (`postgresql-15`)."""
    return LEAST.get(database.partition("-")[0], LEAST_OF_A_SERVER)


def parts_of(order: Ids, most: int, least: int) -> tuple[Ids, ...]:
    """The whole history's `order` in parts of `least` revisions: `most` of them, and MOST.

    Each but the first takes time to run what it stands on, and the last one for the deployment,
    so that the first are the longest. It stays in one where it is too short.
    """
    many = max(1, min(most, MOST, len(order) // max(least, 1)))
    ends = sorted({0, *_shares(len(order), many), len(order)})
    return tuple(order[begin:end] for begin, end in pairwise(ends))


def _shares(length: int, many: int) -> list[int]:
    """The places of the cuts with which all parts end at about the same time.

    A part of n revisions on b takes n + RUN * b, and the last one RUN * length more.
    """
    share = length * (1 + RUN) * RUN / (1 - (1 - RUN) ** many)
    ends = [0.0]
    for _ in range(many - 1):
        ends.append(ends[-1] * (1 - RUN) + share)
    return [round(end) for end in ends[1:]]


def may_be_cut(environment: Environment) -> bool:
    """Whether a part has all that it stands on where the revisions below it are only run.

    Not where rows of the project's own belong to a revision, the history begins on a baseline, or
    the project's own command may do more than upgrade.
    """
    settings = environment.roundtrip
    own = read_deploy(settings.deploy).own
    return not (settings.seeds or settings.baseline or settings.start or own)
