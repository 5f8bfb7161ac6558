"""MB106: the id of a new migration was drawn, not typed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from migbot.core.check import Remark, rule
from migbot.core.history import Change
from migbot.core.model import Severity
from migbot.core.settings import Settings
from migbot.core.suggest import fresh_id
from migbot.core.wording import shown

STEPS = 4
"""Steps of one in every other character that make a staircase. A drawn id has them once in about
twenty thousand; 160 of 2,645 real ids have, and where two people type one they type the same."""

SHORTEST = 8
"""Characters; below it, numbering (`0001`, `1000`) is as likely as typing."""

_ORDER = "0123456789abcdefghijklmnopqrstuvwxyz"


@rule("MB106", Severity.WARNING)
def id_looks_invented(change: Change, settings: Settings) -> Iterator[Remark]:
    """An id such as a1b2c3d4e5f6 in an added file: the next person invents the same one."""
    for revision in change.added:
        if looks_invented(revision.id):
            yield Remark(
                f"the id {shown(revision.id)!r} looks typed rather than drawn, "
                "and somebody else will type the same",
                f'Write another, here and in what names it: revision = "{fresh_id(revision)}"',
                revision,
            )


def looks_invented(name: str) -> bool:
    """Whether an id is a staircase (a1b2c3...), a sequence (123456789abc) or a repetition."""
    name = name.lower()
    if len(name) < SHORTEST or not all(each in _ORDER for each in name):
        return False
    return (
        _longest_run(name[::2]) >= STEPS
        or _longest_run(name[1::2]) >= STEPS
        or _longest_run(name) >= SHORTEST - 1
        or any(name == (name[:unit] * len(name))[: len(name)] for unit in (1, 2, 3))
    )


def _longest_run(characters: str) -> int:
    """The most steps in a row from a character to the next in 0-9a-z; 9 is followed by 0 too, and
    f by a, as whoever types hexadecimal digits wraps around."""
    longest = run = 0
    for one, other in pairwise(characters):
        follows = _ORDER.index(other) == _ORDER.index(one) + 1 or one + other in ("90", "fa")
        run = run + 1 if follows else 0
        longest = max(longest, run)
    return longest
