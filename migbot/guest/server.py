"""Throw-away databases of a server: one for each database that the project names."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, Callable, Dict, Iterable, List, Optional, Set, Tuple

from . import passage, seed
from .catalog.postgresql import Looks
from .catalog.snapshot import Catalog, Object, Snapshot, key
from .drivers import arguments_for
from .prepared import Prepared, text
from .rows import MOST_ROWS, Answered, Ask, Rows, TableRows

Announce = Callable[[Dict[str, str]], None]


class Server:
    """The databases of one process of a round trip; what it shares with `files.Files` is one port.

    `told` is what the host says of the server: where it listens, which databases it has made, and
    the SQL that reads a catalog, so that host and guest run the same. `names` maps a database that
    the project names to one of ours; `want` is called when there is none left.
    """

    def __init__(
        self,
        told: Dict[str, Any],
        names: Dict[str, str],
        announce: Announce,
        want: Callable[[], None],
    ) -> None:
        self.told = told
        self.names = names
        self.dialect = told["title"]
        self.drops_only_rows_of_its_own = told["name"] == "postgresql"
        self._announce = announce
        self._want = want
        self._quoted: Dict[str, str] = {}
        self._ours: List[Tuple[str, str]] = []
        self._keys: Dict[str, List[str]] = {}
        self._looks: Dict[Ask, Looks] = {}
        self._prepared: Dict[Ask, Prepared] = {}
        self._mark: Any = None

    def accepts(self, dialect: str) -> bool:
        """Whether a database of this kind can stand in for one of `dialect`."""
        return dialect in self.told["dialects"]

    def key(self, positional: List[Any], arguments: Dict[str, Any]) -> str:
        """One name for a database, whoever asks for it and by which driver."""
        host = str(arguments.get("host") or arguments.get("unix_sock") or "localhost").lower()
        port = arguments.get("port") or self.told["usual_port"]
        name = arguments.get("dbname") or arguments.get("database") or arguments.get("db") or ""
        return "%s:%s/%s" % ("localhost" if host == "127.0.0.1" else host, port, name)

    def connect(self, dialect: Any, key: str, arguments: Dict[str, Any]) -> Any:
        """A connection to the throw-away database for `key`."""
        place = {**self.told, "database": self._database(self._slot(key))}
        with passage.opened():
            return dialect.connect(**arguments_for(dialect.driver, place, arguments))

    def _database(self, slot: str) -> str:
        return "%s%s" % (self.told["prefix"], slot)

    def _slot(self, database: str) -> str:
        if database not in self.names:
            self.names[database] = "rt%d" % len(self.names)
            self._announce(self.names)
        if self.names[database] not in self.told["databases"]:
            self._want()
        return self.names[database]

    def elsewhere(self, connection: Any) -> str:
        """Where an open connection leads to, "" for one of ours."""
        cursor = connection.cursor()
        try:
            cursor.execute(self.told["where"])
            name, place = (text(value) for value in cursor.fetchall()[0])
        finally:
            cursor.close()
            connection.rollback()
        known = [self._database(slot) for slot in self.names.values()]
        ours = place.strip('"') == self.told["place"] and name in known
        return "" if ours else "%s at %s" % (name, place)

    def slot(self, ask: Ask) -> str:
        """The slot that a connection is at."""
        return text(ask(self.told["where"])[1][0][0])[len(self.told["prefix"]) :]

    def version_tables(self, ask: Ask) -> List[str]:
        """Alembic's own tables."""
        return [text(row[0]) for row in self._asked(ask, "versions")]

    def snapshot(self, ask: Ask, ignored: Iterable[str]) -> Snapshot:
        """What a connection sees, committed or not."""
        return self._looked(ask, ignored) if self.told.get("changes") else self._all(ask, ignored)

    def _looked(self, ask: Ask, ignored: Iterable[str]) -> Snapshot:
        """What is known, what has changed since the last look read again."""

        def whole() -> Tuple[List[Object], Dict[str, str], Dict[str, List[str]]]:
            return self._rows(ask, "catalog"), self._tables(ask), self._primary_keys(ask)

        if ask not in self._looks:
            self._prepared[ask] = Prepared(ask)
            self._looks[ask] = Looks(self.told["changes"], self._prepared[ask], whole, ignored)
        seen = self._looks[ask].look()
        self._quoted, self._keys = seen.quoted, seen.keys
        return Snapshot(seen.catalog, seen.texts)

    def _tables(self, ask: Ask) -> Dict[str, str]:
        return {text(row[0]): text(row[1]) for row in self._asked(ask, "tables")}

    def _primary_keys(self, ask: Ask) -> Dict[str, List[str]]:
        keys: Dict[str, List[str]] = {}
        for table, column in self._asked(ask, "primary_keys"):
            keys.setdefault(text(table), []).append(text(column))
        return keys

    def _all(self, ask: Ask, ignored: Iterable[str]) -> Snapshot:
        unseen = {*ignored, *self.version_tables(ask)}
        found = [each for each in self._rows(ask, "catalog") if each[2] not in unseen]
        catalog: Catalog = {}
        texts: Dict[str, List[str]] = {}
        for each in found:
            if not (each[0] == "table" and each[1] in unseen):
                catalog[key(each, catalog)] = each
                texts.setdefault(each[2], []).append(" ".join(each))
        self._quoted, self._keys = self._tables(ask), self._primary_keys(ask)
        tables = {name: "\n".join(texts.get(name, ())) for name in self._quoted}
        return Snapshot(catalog, {each: tables[each] for each in tables if each not in unseen})

    def _rows(self, ask: Ask, what: str) -> List[Object]:
        rows = self._asked(ask, what)
        return sorted((text(a), text(b), text(c), text(d)) for a, b, c, d in rows)

    def master(self, ask: Ask) -> List[List[str]]:
        """The catalog as it stands, which the host compares with its own reading.

        Raises RuntimeError where it is not what the looks have come to.
        """
        rows = self._rows(ask, "catalog")
        if ask in self._looks:
            self._looks[ask].check(rows)
        return [list(each) for each in rows]

    def rows(self, ask: Ask, names: List[str]) -> Rows:
        """The rows of tables."""
        read = self._at_once if self.told["json_rows"] else self._in_turn
        return {
            name: TableRows(columns, tuple(self._keys.get(name, ())), rows)
            for name, (columns, rows) in read(ask, names).items()
        }

    def _select(self, name: str, place: int = 0) -> str:
        known = {"table": self._quoted[name], "most": MOST_ROWS, "place": place}
        return str(self.told["select"] % known)

    def _in_turn(self, ask: Ask, names: List[str]) -> Dict[str, Answered]:
        found = {name: ask(self._select(name)) for name in names}
        return {name: (columns, [tuple(row) for row in r]) for name, (columns, r) in found.items()}

    def _at_once(self, ask: Ask, names: List[str]) -> Dict[str, Answered]:
        """One question for all: each by itself costs more than its rows."""
        asked = " UNION ALL ".join(self._select(name, place) for place, name in enumerate(names))
        texts: List[List[str]] = [[] for _ in names]
        for place, row in ask(asked, named=False)[1]:
            texts[int(place)].append(text(row))
        return {name: _from_json(texts[place]) for place, name in enumerate(names)}

    def _asked(self, ask: Ask, what: str, *given: str) -> List[Any]:
        """The rows of one of the host's queries."""
        if ask not in self._prepared:
            return ask(self.told[what])[1]
        return self._prepared[ask].run(what, self.told[what], *given)

    def _of(self, ask: Ask, names: Iterable[str]) -> List[str]:
        """The parameter that keeps a query to the tables `names`, where it has one."""
        return [self._looks[ask].ids(names)] if ask in self._looks else []

    def files(self, ask: Ask) -> Dict[str, str]:
        """Where each table lay at the last look: another place is a table that was written anew."""
        return self._looks[ask].files() if ask in self._looks else {}

    def locks(self, ask: Ask) -> List[Tuple[str, str]]:
        """The tables that this transaction has locked, and how; not by the rows put in before."""
        ours, self._ours = self._ours, []
        return [each for each in self._locked(ask) if each not in ours]

    def _locked(self, ask: Ask) -> List[Tuple[str, str]]:
        rows = self._asked(ask, "locks") if self.told["locks"] else []
        return [(text(row[0]), text(row[1])) for row in rows]

    def mark(self, ask: Ask, connection: Any) -> Any:
        """A mark that is another when rows were written, where a look does not count them.

        In a transaction that failed it is the last one; what that did will be undone.
        """
        # before the first look no rows are known
        looked = ask in self._looks or not self.told.get("changes")
        if looked and not self.counts(ask):
            with suppress(Exception):
                self._mark = ask(self.told["mark"])[1]
        return self._mark

    def is_busy(self, connection: Any) -> bool:
        """Whether env.py holds a transaction open."""
        return bool(connection.in_transaction())

    def fill(self, ask: Ask, tables: Dict[str, str], connection: Any) -> None:
        """Put rows into `tables` (name -> text), and commit them where no transaction is open."""
        only = self._of(ask, tables)
        described = {
            name: [[text(value) for value in row] for row in self._asked(ask, name, *only)]
            for name in ("columns", "foreign_keys")
        }
        seed.seed_server(
            lambda sql: ask(sql)[1], self.told["name"], tables, self._quoted, **described
        )
        self._keep_rows(ask, connection)
        if ask in self._looks:
            self._looks[ask].count()

    def put(self, ask: Ask, statements: Iterable[str], connection: Any) -> None:
        """Run statements that put in rows, as `fill` does."""
        for each in statements:
            ask(each)
        self._keep_rows(ask, connection)

    def counts(self, ask: Ask) -> bool:
        """Whether the next look will tell whose rows may be others; where not, see `mark`."""
        return ask in self._looks and self._looks[ask].counts()

    def written(self, ask: Ask) -> Optional[Set[str]]:
        """The tables that may hold other rows than at the look before the last, where counted."""
        return self._looks[ask].moved if ask in self._looks else None

    def _keep_rows(self, ask: Ask, connection: Any) -> None:
        if self.is_busy(connection):  # the first step of a run is in a transaction that is begun
            self._ours = self._locked(ask)
        else:
            connection.connection.commit()

    def recover(self, connection: Any) -> None:
        """Leave a transaction in which a statement failed; PostgreSQL answers nothing in it."""
        connection.connection.rollback()

    def checkpoint(self, folder: str) -> bool:
        """A database cannot be copied while it is connected to: the host replays instead."""
        return False

    def built(self) -> "Iterable[Tuple[str, Snapshot]]":
        """Nothing: the host looks for itself."""
        return ()


def _from_json(texts: List[str]) -> "Tuple[Tuple[str, ...], List[Tuple[Any, ...]]]":
    """Rows that came as JSON objects: the same whatever the driver makes of a type."""
    rows = [json.loads(text) for text in texts]
    columns = tuple(rows[0]) if rows else ()
    return columns, [tuple(_plain(row.get(name)) for name in columns) for row in rows]


def _plain(value: Any) -> Any:
    return json.dumps(value, sort_keys=True) if isinstance(value, (dict, list)) else value
