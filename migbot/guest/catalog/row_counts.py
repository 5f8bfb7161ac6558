"""Tells to which tables somebody has written rows since the last look, by the server's own count.

Whoever wrote them: a statement past SQLAlchemy, a function, a trigger, another connection.
"""

from __future__ import annotations

from typing import Dict, Mapping, Optional, Set, Tuple


class RowCounts:
    """What was counted of each table at the last look, and the file that it lay in then."""

    def __init__(self) -> None:
        self._began = ""
        self._known: Dict[int, Tuple[str, str]] = {}

    @property
    def sure(self) -> bool:
        """Whether the rows were counted at the last look."""
        return bool(self._began)

    def since(self, told: str, files: Mapping[int, str]) -> Optional[Set[int]]:
        """The tables of `files` that may hold other rows than then; None where nobody knows.

        `told` is what `postgresql_changes.counted` says of them. Where counting has ended,
        somebody has come who may have written to any.
        """
        began, *words = told.split() or [""]
        counted = dict(zip(map(int, words[::2]), words[1::2]))
        now = {oid: (counted.get(oid, ""), file) for oid, file in files.items()}
        was, known = self._began, self._known
        self._began, self._known = began, now
        if not was:
            return None
        return {oid for oid, each in now.items() if began != was or each != known.get(oid)}
