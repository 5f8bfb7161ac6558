"""Keeps which rows of PostgreSQL's own tables are known, and tells which relations have changed.

The host's SQL (its `postgresql_changes`) tells what came since the last look. What is there is
among what was known and what came, so that numbers and sums that are equal say that nothing went.
"""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, List, NamedTuple, Set, Tuple

TextRows = List[Tuple[str, ...]]

Left = Callable[[str], List[int]]
"""The ids that are there in a catalog."""

_PARENTS = "pfc"
"""Kinds of relation that more hangs on than is read with them: partitioned, foreign, composite."""


class Changed(NamedTuple):
    """Relations that have changed (id -> the name they had, "" for none), and their doubts.

    `keys`: whether triggers have, of which those of foreign keys count for two tables. `whole`:
    something has changed that is told all over the schema, or has another name.
    """

    relations: Dict[int, str]
    keys: bool
    whole: bool


class Relation(NamedTuple):
    """A relation as `pg_class` has it: one letter for its kind, and the file it lies in."""

    kind: str
    name: str
    file: str


class Ledger:
    """What was there at the last look."""

    def __init__(self) -> None:
        self.relations: Dict[int, Relation] = {}
        self._rows: Dict[str, Dict[int, int]] = {}
        self._columns: Dict[int, str] = {}
        self._rest: TextRows = []

    def tell(self, rows: TextRows, left: Left) -> Changed:
        """What is another than at the last look, which this becomes."""
        names = {oid: each.name for oid, each in self.relations.items()}
        came = {each[0]: json.loads(each[3]) for each in rows if each[0]}
        whole = self._rest_is_other([each for each in rows if not each[0]])
        whole |= self._is_renamed(came["pg_class"]) | self._has_renamed(came["pg_attribute"])
        changed = {each[1] for each in came["pg_attribute"]}
        keys = False
        for name, number, total, _ in rows:
            if name and name != "pg_attribute":
                found, back = self._tell(name, came[name], (int(number), int(total)), left)
                changed |= found
                whole |= back
                keys |= bool(found) and name == "pg_trigger"
        whole |= any(self.relations[each].kind in _PARENTS for each in changed & names.keys())
        there = self._rows["pg_class"]
        self.relations = {oid: each for oid, each in self.relations.items() if oid in there}
        return Changed({each: names.get(each, "") for each in changed}, keys, whole)

    def _tell(
        self, name: str, came: List[Any], there: Tuple[int, int], left: Left
    ) -> Tuple[Set[int], bool]:
        """The relations of which a row came or went; and whether one is back that had gone."""
        known = self._rows.setdefault(name, {})
        changed = {each[1] for each in came} | {known.get(each[0], each[1]) for each in came}
        known.update((each[0], each[1]) for each in came)
        if (len(known), sum(known)) == there:
            return changed, False
        ids = set(left(name))
        self._rows[name] = {row: of for row, of in known.items() if row in ids}
        went = {of for row, of in known.items() if row not in ids}
        return changed | went, not ids <= known.keys()

    def _rest_is_other(self, rows: TextRows) -> bool:
        old, self._rest = self._rest, [each[:3] for each in rows]
        return old != self._rest or any(came != "0" for _, _, _, came in rows)

    def _has_renamed(self, came: List[Any]) -> bool:
        """Whether a relation has a column by another name."""
        renamed = any(name and self._columns.get(at, name) != name for at, _, name in came)
        self._columns.update((at, name) for at, _, name in came)
        return renamed

    def _is_renamed(self, came: List[Any]) -> bool:
        """Whether a relation has another name; nobody else tells that of an index."""
        new = {oid: Relation(*each) for oid, _, each in came}
        known = self.relations
        renamed = any(
            each[:2] != known.get(oid, each)[:2] and each.kind not in "iIt"
            for oid, each in new.items()
        )
        known.update(new)
        return renamed
