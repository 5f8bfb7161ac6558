"""Tells which of PostgreSQL's own tables somebody has written to since the last look."""

from __future__ import annotations

from typing import Dict, List, Optional, Set, Tuple

Counted = Dict[str, Tuple[str, str]]
"""Of each catalog how many rows this transaction has written at most, and a number for all."""


class Written:
    """What was counted at the last look; `catalogs` are those that the host's SQL counts."""

    def __init__(self, catalogs: List[str]) -> None:
        self._catalogs = catalogs
        self._began = ""
        self._known: Counted = {}
        self._transaction = ""
        self._open: Set[str] = set()

    def since(self, told: str, transaction: str) -> Optional[Set[str]]:
        """The catalogs that may be another than at the last look; None where nobody knows.

        `told` is what `postgresql_changes.moment` says was written, and `transaction` is the one
        that this is in. What the last look's had written may have been undone: that is not counted.
        """
        began, counted = self._counted(told)
        sure = bool(began) and began == self._began
        differing = {each for each in counted if counted[each][1] != self._number(each)}
        again = differing | self._open if sure else None
        self._open = self._undone(differing, counted, transaction) if transaction else set()
        self._began, self._known, self._transaction = began, counted, transaction
        return again

    def _number(self, catalog: str) -> str:
        return self._known[catalog][1] if catalog in self._known else ""

    def _undone(self, differing: Set[str], counted: Counted, transaction: str) -> Set[str]:
        """The catalogs to which the transaction, which may end otherwise, has written."""
        before = self._open if transaction == self._transaction else set()
        both = (differing | before) & counted.keys()
        return {each for each in both if counted[each][0] != "0"}

    def _counted(self, told: str) -> Tuple[str, Counted]:
        began, *words = told.split() or [""]
        return began, dict(zip(self._catalogs, zip(words[::2], words[1::2])))
