"""Keeps which rows of PostgreSQL's own tables are known, and tells which relations have changed.

The host's SQL (its `postgresql_changes`) tells what came since the last look. What is there is
among what was known and what came, so that numbers and sums that are equal say that nothing went.
"""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Set, Tuple

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
        self._rest: Dict[str, str] = {}

    def has(self, catalog: str) -> bool:
        """Whether a catalog whose rows are known has any, or a part of which they are counted."""
        return bool(self._rows.get(catalog)) or self._rest.get(catalog, "0") != "0"

    def parents(self) -> Set[int]:
        """The relations that have partitions or heirs, whose rows are theirs too."""
        return {each & 0xFFFFFFFF for each in self._rows.get("pg_inherits", ())}

    def tell(self, rows: TextRows, left: Left) -> Changed:
        """What is another than at the last look, which this becomes; what has no rows is the same.

        `rows` are those of `postgresql_changes.came`.
        """
        came = {each[0]: json.loads(each[3]) for each in rows if each[0]}
        relations = {each[0]: Relation(*each[2]) for each in came.get("pg_class", ())}
        old = {each: self.relations.get(each) for each in relations}
        whole = self._rest_is_other([each for each in rows if not each[0]])
        whole |= self._is_renamed(relations) | self._has_renamed(came.get("pg_attribute", []))
        changed = {each[1] for each in _new(came.get("pg_attribute", ()))}
        keys = False
        for name, number, total, _ in rows:
            if name and name != "pg_attribute":
                found, back = self._tell(name, came[name], (int(number), int(total)), left)
                changed |= found
                whole |= back
                keys |= bool(found) and name == "pg_trigger"
        was = {each: old.get(each, self.relations.get(each)) for each in changed}
        whole |= any(each.kind in _PARENTS for each in was.values() if each)
        self._drop_gone()
        return Changed({oid: each.name if each else "" for oid, each in was.items()}, keys, whole)

    def _drop_gone(self) -> None:
        there = self._rows["pg_class"]
        if len(there) != len(self.relations):
            self.relations = {oid: of for oid, of in self.relations.items() if oid in there}

    def _tell(
        self, name: str, came: List[Any], there: Tuple[int, int], left: Left
    ) -> Tuple[Set[int], bool]:
        """The relations of which a row came or went; and whether one is back that had gone."""
        known = self._rows.setdefault(name, {})
        new = _new(came)
        changed = {each[1] for each in new} | {known.get(each[0], each[1]) for each in new}
        known.update((each[0], each[1]) for each in came)
        if (len(known), sum(known)) == there:
            return changed, False
        ids = set(left(name))
        self._rows[name] = {row: of for row, of in known.items() if row in ids}
        went = {of for row, of in known.items() if row not in ids}
        return changed | went, not ids <= known.keys()

    def _rest_is_other(self, rows: TextRows) -> bool:
        new = {name: number for _, name, number, _ in rows}
        other = any(self._rest.get(name) != number for name, number in new.items())
        self._rest.update(new)
        return other or any(came != "0" for _, _, _, came in rows)

    def _has_renamed(self, came: List[Any]) -> bool:
        """Whether a relation has a column by another name."""
        renamed = any(name and self._columns.get(at, name) != name for at, _, name, _ in came)
        self._columns.update((at, name) for at, _, name, _ in came)
        return renamed

    def _is_renamed(self, new: Dict[int, Relation]) -> bool:
        """Whether a relation has another name; nobody else tells that of an index."""
        known = self.relations
        renamed = any(
            each[:2] != known.get(oid, each)[:2] and each.kind not in "iIt"
            for oid, each in new.items()
        )
        known.update(new)
        return renamed


def _new(came: Iterable[List[Any]]) -> List[List[Any]]:
    """The rows that came, without those that are only told once more."""
    return [each for each in came if each[3]]
