"""Reads the catalog of a PostgreSQL database again only where it is another since the last look.

In doubt everything is read: see `ledger.Changed`, and where the last look saw what was rolled
back since.
"""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Optional, Set, Tuple

from ..prepared import Prepared, TextRows
from .ledger import Changed, Ledger
from .row_counts import RowCounts
from .snapshot import Catalog, Object, key
from .written import Written

FIRST = "3"
"""Every row that can change came since this transaction (FirstNormalTransactionId)."""

Whole = Callable[[], Tuple[List[Object], Dict[str, str], Dict[str, List[str]]]]
"""Reads everything: the objects, how the tables stand in SQL, and their primary keys."""

_RELATIONS = ("table", "view", "materialised view", "sequence")
_UNION = "\nUNION ALL\n"
_VERSIONS = ("column order", "version_num")
"""The one column of Alembic's own tables, whatever they are called."""


class Moment(NamedTuple):
    """How a look begins: see `postgresql_changes.moment`."""

    since: str
    transaction: str
    last: str
    written: str
    rows: str


class Seen(NamedTuple):
    """The catalog, and the tables that may hold rows: how they stand in SQL, their primary keys,
    and their texts. `of` names what in the catalog is a relation's, or was."""

    catalog: Catalog
    quoted: Dict[str, str]
    keys: Dict[str, List[str]]
    texts: Dict[str, str]
    of: Dict[str, List[str]]


class Looks:
    """What one connection sees, look after look; `sql` are the host's statements.

    The tables `ignored` are not told, nor those that look like Alembic's own. `moved` are those
    that may hold other rows than when they were counted before; None where nobody knows.
    """

    def __init__(
        self, sql: Dict[str, Any], prepared: Prepared, whole: Whole, ignored: Iterable[str]
    ) -> None:
        self._sql = sql
        self._prepared = prepared
        self._whole = whole
        self._ignored = set(ignored)
        self._catalogs = prepared.plain(sql["ids"])
        self._forget()

    def _forget(self) -> None:
        self._seen: Optional[Seen] = None
        self._ledger = Ledger()
        self._files = self._ledger.files()
        self._tables = _array(self._files)
        self._written = Written(self._sql["catalogs"])
        self._counts = RowCounts()
        self._parents: Set[int] = set()
        self.moved: Optional[Set[str]] = None
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
        return _array(found)

    def check(self, objects: List[Object]) -> None:
        """Raise RuntimeError where all `objects` are not what the last look came to."""
        whole = _seen(objects, {}, {}, self._ignored)
        if self._seen is not None and self._seen.catalog != whole.catalog:
            raise RuntimeError("what was read part by part is not what the catalog says")

    def look(self) -> Seen:
        """What is there now."""
        counted = self._tables
        moment = self._begin(counted)
        undone = not self._stands(moment)
        if undone:
            self._forget()
        rows = self._came(self._written.since(moment.written, moment.transaction))
        found = self._ledger.tell(rows, self._left)
        changed = _both(found, self._open)
        if changed.relations:  # those that are only told again may lie where they lay before
            self._files = self._ledger.files()
            self._tables = _array(self._files)
        self._remember(moment, found)
        if self._seen is None or changed.whole:
            self._seen = self._everything()
        elif changed.relations:
            self._seen = self._part(self._seen, changed) or self._everything()
        self.moved = self._moved(moment.rows if counted == self._tables else self._counted())
        if undone:  # an undone row is counted and not there
            self.moved = set(self._seen.texts)
        return self._seen

    def counts(self) -> bool:
        """Whether the server has counted the rows that were written before the last look."""
        return self._counts.sure

    def count(self) -> None:
        """Take the rows that were written since the last look for known."""
        self._moved(self._counted())

    def _counted(self) -> str:
        """What the server has counted of the tables that there are now."""
        return self._prepared.plain(self._sql["counted"].replace("$tables", self._tables))

    def _moved(self, told: str) -> Optional[Set[str]]:
        """The tables that may hold other rows than when they were counted last."""
        relations = self._ledger.relations
        other = self._counts.since(told, self._files)
        # a partition that comes or goes takes its rows along, and nothing is written
        was, self._parents = self._parents, self._ledger.parents()
        if other is None or self._seen is None:
            return None
        other |= (was | self._parents) & relations.keys()
        names = {relations[oid].name for oid in other}
        tables = set(self._seen.texts)
        # a partition's rows are its parent's
        return names & tables if names <= self._seen.quoted.keys() else tables

    def _begin(self, tables: str) -> Moment:
        sql = self._sql["moment"].replace("$last", self._transaction)
        sql = sql.replace("$catalogs", self._catalogs).replace("$tables", tables)
        return Moment(*self._prepared.begin(sql, self._since, _array(self._open.relations)))

    def _came(self, written: Optional[Set[str]]) -> TextRows:
        """What came in the catalogs that may have been `written`: None for all."""
        parts = self._sql["came"]
        read = [not names or written is None or bool(written & {*names}) for _, names, _ in parts]
        name = self._name("came", read)
        sql = _UNION.join(part[2] for part, each in zip(parts, read) if each)
        return self._prepared.run(name, sql, self._since, _array(self._open.relations))

    def _name(self, what: str, parts: List[bool]) -> str:
        """A name for these parts of a statement, and another one once the database has doubled.

        A plan for few relations is a bad one for many.
        """
        mask = sum(1 << place for place, each in enumerate(parts) if each)
        return "%s_%d_%x" % (what, len(self._ledger.relations).bit_length(), mask)

    def _left(self, catalogs: List[str]) -> Dict[str, List[int]]:
        """The ids that are there in some of the catalogs whose rows are known."""
        left: Dict[str, str] = self._sql["left"]
        name = self._name("left", [each in catalogs for each in left])
        sql = _UNION.join(left[each] for each in left if each in catalogs)
        return {each[0]: json.loads(each[1]) for each in self._prepared.run(name, sql)}

    def _stands(self, moment: Moment) -> bool:
        """Whether what the last look saw was not rolled back since."""
        if not self._transaction or moment.last == "committed":
            return True
        return moment.last == "in progress" and self._transaction == moment.transaction

    def _remember(self, moment: Moment, found: Changed) -> None:
        """All that a transaction did may be undone until it ends, and is read again till then."""
        was, (self._since, self._transaction) = self._transaction, moment[:2]
        if not self._transaction:
            self._open = Changed({}, False, False)
        elif self._transaction == was:
            self._open = _both(found, self._open)
        else:
            self._open = found

    def _everything(self) -> Seen:
        objects, quoted, keys = self._whole()
        return _seen(objects, quoted, keys, self._ignored)

    def _part(self, old: Seen, changed: Changed) -> Optional[Seen]:
        """The old with what the changed relations may tell in its place; None is not all of it."""
        rows = self._changed(changed)
        if any(each[:2] == ("", "all") for each in rows):
            return None
        read = {name: quoted for kind, what, name, quoted in rows if not kind and what == "read"}
        kept = _without(old, {*changed.relations.values(), *read} - {""})
        quoted = {name: text for name, text in read.items() if text}
        kept.quoted.update(quoted)
        kept.keys.update((each[2], json.loads(each[3])) for each in rows if each[:2] == ("", "key"))
        objects: List[Any] = sorted(each for each in rows if each[0])
        return _with(kept, objects, quoted, self._ignored)

    def _changed(self, changed: Changed) -> TextRows:
        """What the changed relations may tell, by those parts that can tell anything."""
        frame, parts = self._sql["changed"]
        asked = [not needed or self._ledger.has(needed) for needed, _ in parts]
        name = self._name("changed", asked)
        sql = frame.replace("$parts", _UNION.join(part[1] for part, e in zip(parts, asked) if e))
        return self._prepared.run(name, sql, _array(changed.relations), str(changed.keys))


def _array(ids: Iterable[int]) -> str:
    return "{%s}" % ",".join(map(str, ids))


def _both(one: Changed, other: Changed) -> Changed:
    relations = {**other.relations, **one.relations}
    return Changed(relations, one.keys or other.keys, one.whole or other.whole)


def _owners(each: Object) -> Set[str]:
    """The relations that an object is told with."""
    return {each[2], each[1] if each[0] in _RELATIONS else ""} - {""}


def _without(seen: Seen, names: Set[str]) -> Seen:
    """The same without what is told with the relations `names`.

    The old catalog and texts stay as they are, which somebody else may still compare; the rest of
    the old is the new one's.
    """
    kept = seen._replace(catalog=seen.catalog.copy(), texts=seen.texts.copy())
    others: Set[str] = set()
    for name in names:
        kept.quoted.pop(name, None)
        kept.keys.pop(name, None)
        kept.texts.pop(name, None)
        for place in kept.of.pop(name, ()):
            if place in kept.catalog and name in _owners(kept.catalog[place]):
                others |= _owners(kept.catalog.pop(place))
    kept.texts.update((name, _text(kept, name)) for name in others & kept.texts.keys())
    return kept


def _text(seen: Seen, table: str) -> str:
    """All that the catalog has of a table."""
    places = {*seen.of.get(table, ())} & seen.catalog.keys()
    objects = sorted(seen.catalog[each] for each in places)
    return "\n".join(" ".join(each) for each in objects if each[2] == table)


def _seen(
    objects: List[Object],
    quoted: Dict[str, str],
    keys: Dict[str, List[str]],
    ignored: Iterable[str],
) -> Seen:
    """All that is there."""
    return _with(Seen({}, quoted, keys, {}, {}), objects, quoted, ignored)


def _with(
    seen: Seen, objects: List[Object], quoted: Dict[str, str], ignored: Iterable[str]
) -> Seen:
    """With sorted objects in the catalog, and the texts of the tables in `quoted`."""
    unseen = {*ignored, *(name for kind, name, _, text in objects if (kind, text) == _VERSIONS)}
    for each in objects:
        if each[2] not in unseen and not (each[0] == "table" and each[1] in unseen):
            place = key(each, seen.catalog)
            seen.catalog[place] = each
            for name in _owners(each):
                seen.of[name] = [*seen.of.get(name, ()), place]
    seen.texts.update({name: _text(seen, name) for name in quoted if name not in unseen})
    return seen
