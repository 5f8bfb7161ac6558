"""What a sweep of pull requests came to, before anybody is told."""

from __future__ import annotations

from collections.abc import Mapping

from migbot.adapters.sweep import Swept
from migbot.core.value import Value
from migbot.errors import MigbotError

Answers = Mapping[int, Swept | MigbotError]

LOST = MigbotError("It could not be fetched.")
"""The answer of a pull request that has none."""


class Judged(Value):
    """The commit of each pull request that was fetched, what it came to, and those of the commits
    that had migrations once, whatever a merge of them brings."""

    heads: Mapping[int, str] = {}
    answers: Mapping[int, Swept | MigbotError] = {}
    had: frozenset[str] = frozenset()
