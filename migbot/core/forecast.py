"""What other open pull requests will do to one, told before either is merged."""

from __future__ import annotations

from enum import StrEnum

from migbot.core.value import Value


class Clash(StrEnum):
    """How two open pull requests get in each other's way.

    `FORK`: both are sound, and whichever is merged second forks the history. `SAME_ID`: both add
    a revision of that id. `NEEDS`: this one builds on revisions that only the other one has.
    `NEEDED`: the other way round.
    """

    FORK = "fork"
    SAME_ID = "same-id"
    NEEDS = "needs"
    NEEDED = "needed"


class Forecast(Value):
    """One other open pull request, `pull` its number, and what there will be between the two.

    `revisions` are those of this pull request that are concerned, `others` those of the other.
    """

    clash: Clash
    pull: int
    environment: str
    revisions: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
