"""What became of each thing that was to stand on a pull request."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from migbot.core.value import Value

T = TypeVar("T")


class Outcome(StrEnum):
    """What became of one thing on the pull request."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    NOT_NEEDED = "not needed"
    REFUSED = "refused"
    OUTDATED = "outdated"


WROTE = frozenset({Outcome.CREATED, Outcome.UPDATED})


class Done(Value):
    """One outcome, and what is worth a line about it."""

    outcome: Outcome
    note: str = ""


class Published(Value):
    """What was done: an outcome by name (`comment`, and each check's), and what is worth a line."""

    outcomes: dict[str, Outcome]
    notes: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """What a person reads of it."""
        return [*(f"{name}: {outcome}" for name, outcome in self.outcomes.items()), *self.notes]


def seen_once(seen: T, look: Callable[[], T]) -> Callable[[], T]:
    """A look that costs nothing the first time, when `seen` is still fresh."""
    fresh = [seen]
    return lambda: fresh.pop() if fresh else look()
