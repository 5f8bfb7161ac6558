"""Reads the catalog of a PostgreSQL database again only where it is another since the last look.

In doubt everything is read: see `ledger.Changed`, and where the last look saw what was rolled
back since.
"""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Optional, Set, Tuple

from ..prepared import Prepared, TextRows
from .ledger import Changed, Ledger
from .snapshot import Catalog, Object, key

FIRST = "3"
"""Every row that can change came since this transaction (FirstNormalTransactionId)."""

Whole = Callable[[], Tuple[List[Object], Dict[str, str], Dict[str, List[str]]]]
"""Reads everything: the objects, how the tables stand in SQL, and their primary keys."""

_RELATIONS = ("table", "view", "materialised view", "sequence")
_VERSIONS = ("column order", "version_num")
"""The one column of Alembic's own tables, whatever they are called."""


class Seen(NamedTuple):
    """The catalog, and the tables that may hold rows: how they stand in SQL, their primary keys,
    and their texts."""

    catalog: Catalog
    quoted: Dict[str, str]
    keys: Dict[str, List[str]]
    texts: Dict[str, str]


class Looks:
    """What one connection sees, look after look; `sql` are the host's statements.

    The tables `ignored` are not told, nor those that look like Alembic's own.
    """

    def __init__(
        self, sql: Dict[str, Any], prepared: Prepared, whole: Whole, ignored: Iterable[str]
    ) -> None:
        self._sql = sql
        self._prepared = prepared
        self._whole = whole
        self._ignored = set(ignored)
        self._forget()

    def _forget(self) -> None:
        self._seen: Optional[Seen] = None
        self._ledger = Ledger()
        self._since, self._transaction = FIRST, ""
        self._open = Changed({}, False, False)

    def files(self) -> Dict[str, str]:
        """Where each table lay at the last look."""
        relations = self._ledger.relations.values()
        return {each.name: each.file for each in relations if each.kind == "r"}

    def ids(self, names: Iterable[str]) -> str:
        """The ids of tables, as an array in SQL."""
        wanted = set(names)
        relations = self._ledger.relations.items()
        found = [oid for oid, each in relations if each.kind in "rp" and each.name in wanted]
        return "{%s}" % ",".join(map(str, found))

    def check(self, objects: List[Object]) -> None:
        """Raise RuntimeError where all `objects` are not what the last look came to."""
        whole = _with(Seen({}, {}, {}, {}), objects, {}, self._ignored)
        if self._seen is not None and self._seen.catalog != whole.catalog:
            raise RuntimeError("what was read part by part is not what the catalog says")

    def look(self) -> Seen:
        """What is there now."""
        self._prepared.begin()
        rows = self._came()
        if not self._stands(rows):
            self._forget()
            rows = self._came()
        told = [each for each in rows if each[:2] not in (("", ""), ("", "last"))]
        found = self._ledger.tell(told, self._left)
        changed = _both(found, self._open)
        self._remember(rows, found)
        if self._seen is None or changed.whole:
            self._seen = self._everything()
        elif changed.relations:
            self._seen = self._part(self._seen, changed) or self._everything()
        return self._seen

    def _came(self) -> TextRows:
        return self._prepared.run("came", self._sql["came"], self._since, self._transaction)

    def _left(self, catalog: str) -> List[int]:
        ids: List[int] = json.loads(
            self._prepared.run("left_" + catalog, self._sql["left"][catalog])[0][0]
        )
        return ids

    def _stands(self, rows: TextRows) -> bool:
        """Whether what the last look saw was not rolled back since."""
        status = next(each[2] for each in rows if each[:2] == ("", "last"))
        if not self._transaction or status == "committed":
            return True
        return status == "in progress" and self._transaction == _moment(rows)[1]

    def _remember(self, rows: TextRows, found: Changed) -> None:
        """All that a transaction did may be undone until it ends, and is read again till then."""
        was, (self._since, self._transaction) = self._transaction, _moment(rows)
        if not self._transaction:
            self._open = Changed({}, False, False)
        elif self._transaction == was:
            self._open = _both(found, self._open)
        else:
            self._open = found

    def _everything(self) -> Seen:
        objects, quoted, keys = self._whole()
        return _with(Seen({}, quoted, keys, {}), objects, quoted, self._ignored)

    def _part(self, old: Seen, changed: Changed) -> Optional[Seen]:
        """The old with what the changed relations may tell in its place; None is not all of it."""
        wanted = "{%s}" % ",".join(map(str, changed.relations))
        rows = self._prepared.run("changed", self._sql["changed"], wanted, str(changed.keys))
        if any(each[:2] == ("", "all") for each in rows):
            return None
        read = {name: quoted for kind, what, name, quoted in rows if not kind and what == "read"}
        gone = {*changed.relations.values(), *read} - {""}
        kept = Seen(
            {at: each for at, each in old.catalog.items() if not _is_of(each, gone)},
            {name: text for name, text in old.quoted.items() if name not in gone},
            {name: each for name, each in old.keys.items() if name not in gone},
            {name: text for name, text in old.texts.items() if name not in gone},
        )
        quoted = {name: text for name, text in read.items() if text}
        kept.quoted.update(quoted)
        kept.keys.update((each[2], json.loads(each[3])) for each in rows if each[:2] == ("", "key"))
        objects: List[Any] = sorted(each for each in rows if each[0])
        return _with(kept, objects, quoted, self._ignored)


def _moment(rows: TextRows) -> Tuple[str, str]:
    """The first transaction that had not ended, and the one that this is in."""
    return next((each[2], each[3]) for each in rows if each[:2] == ("", ""))


def _both(one: Changed, other: Changed) -> Changed:
    relations = {**other.relations, **one.relations}
    return Changed(relations, one.keys or other.keys, one.whole or other.whole)


def _is_of(each: Object, names: Set[str]) -> bool:
    return each[2] in names or (each[1] in names and each[0] in _RELATIONS)


def _with(
    seen: Seen, objects: List[Object], quoted: Dict[str, str], ignored: Iterable[str]
) -> Seen:
    """With sorted objects in the catalog, and the texts of the tables in `quoted`."""
    unseen = {*ignored, *(name for kind, name, _, text in objects if (kind, text) == _VERSIONS)}
    texts: Dict[str, List[str]] = {name: [] for name in quoted if name not in unseen}
    for each in objects:
        if each[2] not in unseen and not (each[0] == "table" and each[1] in unseen):
            seen.catalog[key(each, seen.catalog)] = each
            texts.get(each[2], []).append(" ".join(each))
    seen.texts.update({name: "\n".join(lines) for name, lines in texts.items()})
    return seen
