"""Where a long history is cut into parts that are proved side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from migbot.core.deployment import read_deploy
from migbot.core.environment import Environment
from migbot.core.graph import Ids, RevisionGraph
from migbot.core.value import Value

LEAST = {"sqlite": 100}
"""Revisions that are worth a part: SQLite proves them in 3 s, and a new part costs one."""

LEAST_OF_A_SERVER = 50
"""There it takes 3 s, and one more server half of one."""

MOST = 4
"""Parts at most: a server and a guest take 200 MB of memory."""

BUILT = 1 / 5
"""What a revision costs that is only built, of one that is proved: 8 ms of 40 on PostgreSQL, and
the first ones, on a small schema, take less than the last."""

ROOM = 1 / 4
"""How far from its place a cut may go to find one head, of the revisions of a part."""


class Stretch(Value):
    """A run of the order that is proved by itself, on what is built up to `base_heads`."""

    revisions: Ids
    base_heads: Ids


def least_of(database: str) -> int:
    """The revisions that are worth a part on a kind of database (`postgresql-15`)."""
    return LEAST.get(database.partition("-")[0], LEAST_OF_A_SERVER)


def parts_of(graph: RevisionGraph, order: Ids, most: int, least: int) -> tuple[Stretch, ...]:
    """The whole history's `order` in parts of `least` revisions: `most` of them, and MOST.

    Each but the first takes time to build what it stands on, and the last one for the deployment,
    so that the first are the longest. It stays in one where it is too short, or where no place is
    fit to be cut: one at which Alembic sees the heads that the graph does.
    """
    many = min(most, MOST, len(order) // max(least, 1))
    wanted = _shares(len(order), many) if many > 1 else []
    room = int(ROOM * len(order) / many) if many > 1 else 0
    heads = _heads(graph, order)
    places = [_nearest(heads, place, room) for place in wanted]
    cuts = sorted({place for place in places if place})
    ends = [0, *cuts, len(order)]
    return tuple(Stretch(order[begin:end], heads[begin]) for begin, end in pairwise(ends))


def _shares(length: int, many: int) -> list[int]:
    """The places of the cuts with which all parts end at about the same time.

    A part of n revisions on b takes n + BUILT * b, and the last one BUILT * length more.
    """
    share = length * (1 + BUILT) * BUILT / (1 - (1 - BUILT) ** many)
    ends = [0.0]
    for _ in range(many - 1):
        ends.append(ends[-1] * (1 - BUILT) + share)
    return [round(end) for end in ends[1:]]


def _heads(graph: RevisionGraph, order: Ids) -> list[Ids]:
    """The heads of the first 0, 1, 2 ... revisions, none where a dependency hides one of them."""
    parents: set[str] = set()
    needed: set[str] = set()
    heads: set[str] = set()
    found: list[Ids] = [()]
    for name in order:
        parents.update(graph.by_id[name].parents)
        needed.update(graph.needs(name))
        heads = {*heads, name} - parents
        found.append(() if heads & needed else tuple(sorted(heads)))
    return found


def _nearest(heads: Sequence[Ids], wanted: int, room: int) -> int:
    """The place nearest to the wanted one, with one head if there is such; 0 for none."""
    near = range(max(1, wanted - room), min(len(heads) - 1, wanted + room + 1))
    fit = [place for place in near if heads[place]]
    return min(fit, key=lambda at: (len(heads[at]) > 1, abs(at - wanted)), default=0)


def may_be_cut(environment: Environment) -> bool:
    """Whether a base that Alembic builds in one command has all that step by step would have.

    Not where rows of the project's own belong to a revision, the history begins on a baseline, or
    the project's own command may do more than upgrade.
    """
    settings = environment.roundtrip
    own = read_deploy(settings.deploy).own
    return not (settings.seeds or settings.baseline or settings.start or own)
