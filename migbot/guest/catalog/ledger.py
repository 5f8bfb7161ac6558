"""Keeps which rows of PostgreSQL's own tables are known, and tells which relations have changed.

The host's SQL (its `postgresql_changes`) tells what came since the last look. What is there is
among what was known and what came, so that numbers and sums that are equal say that nothing went.
"""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Set, Tuple

TextRows = List[Tuple[str, ...]]

Left = Callable[[List[str]], Dict[str, List[int]]]
"""The ids that are there in each of some catalogs."""

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

    def files(self) -> Dict[int, str]:
        """The tables that hold rows of their own, and where each lies."""
        return {oid: each.file for oid, each in self.relations.items() if each.kind == "r"}

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
        whole |= self._is_renamed(relations) | self._has_renamed(came.get("pg_attribute", ()))
        columns = {each[1] for each in _new(came.pop("pg_attribute", ()))}
        there = {each[0]: (int(each[1]), int(each[2])) for each in rows if each[0] in came}
        found = {name: self._came(name, came[name]) for name in there}
        fewer = [name for name in there if self._sum(name) != there[name]]
        for name, ids in (left(fewer) if fewer else {}).items():
            whole |= not self._rows[name].keys() >= set(ids)  # one is back that had gone
            found[name] |= self._went(name, set(ids))
        changed = columns.union(*found.values())
        was = {each: old.get(each, self.relations.get(each)) for each in changed}
        whole |= any(each.kind in _PARENTS for each in was.values() if each)
        self._drop_gone()
        names = {oid: each.name if each else "" for oid, each in was.items()}
        return Changed(names, bool(found.get("pg_trigger")), whole)

    def _drop_gone(self) -> None:
        there = self._rows["pg_class"]
        if len(there) != len(self.relations):
            self.relations = {oid: of for oid, of in self.relations.items() if oid in there}

    def _came(self, name: str, came: List[Any]) -> Set[int]:
        """The relations of which a row came."""
        known = self._rows.setdefault(name, {})
        new = _new(came)
        changed = {each[1] for each in new} | {known.get(each[0], each[1]) for each in new}
        known.update((each[0], each[1]) for each in came)
        return changed

    def _sum(self, name: str) -> Tuple[int, int]:
        known = self._rows[name]
        return len(known), sum(known)

    def _went(self, name: str, left: Set[int]) -> Set[int]:
        """The relations of which a row went: only `left` are there."""
        known = self._rows[name]
        self._rows[name] = {row: of for row, of in known.items() if row in left}
        return {of for row, of in known.items() if row not in left}

    def _rest_is_other(self, rows: TextRows) -> bool:
        new = {name: number for _, name, number, _ in rows}
        other = any(self._rest.get(name) != number for name, number in new.items())
        self._rest.update(new)
        return other or any(came != "0" for _, _, _, came in rows)

    def _has_renamed(self, came: Iterable[List[Any]]) -> bool:
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
