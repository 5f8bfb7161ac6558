"""What the databases of every kind of server have in common; see `core.throwaway.ThrowAway`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from migbot.core.catalogs import Catalog
from migbot.core.scripts import statements
from migbot.core.throwaway import Master, Server
from migbot.databases.claim import Claim
from migbot.databases.kept_server import KeptServer
from migbot.databases.open_sessions import OpenSessions
from migbot.databases.server_catalog import catalog_of, text_rows
from migbot.databases.session import Run

WORK = "slots"
"""The folder whose databases have their slot's bare name: guests work on them."""


class ServerDatabases:
    """The databases of one server: one of our own, or one that somebody else has started.

    A kind of server says with which SQL its databases are listed, made and read, and how it is
    reached. Where it is a user's, there is a `claim`, and only what that claims is ours.
    """

    OURS: str
    VERSIONS: str

    def __init__(self, at: Server | KeptServer, claim: Claim | None = None) -> None:
        self._at = at
        self._own = at if isinstance(at, KeptServer) else None
        self.claim = claim
        self.NETWORK = isinstance(at, Server) and bool(at.host)
        self._sessions = OpenSessions(self.session)

    @property
    def server(self) -> Server:
        """How to reach the server; for one of our own that may still have to start."""
        return self._at.server if isinstance(self._at, KeptServer) else self._at

    @property
    def NAME(self) -> str:
        """See `ThrowAway.NAME`."""
        raise NotImplementedError

    def url(self, folder: Path) -> str:
        """See `ThrowAway.url`."""
        raise NotImplementedError

    def request(self, folder: Path) -> Mapping[str, Any]:
        """See `ThrowAway.request`."""
        raise NotImplementedError

    def catalog_sql(self) -> str:
        """The statement that reads the catalog of a database."""
        raise NotImplementedError

    def session(self, database: str) -> AbstractContextManager[Run]:
        """A function that runs SQL in `database`. Raises ValueError for what is refused."""
        raise NotImplementedError

    @contextmanager
    def connected(self, database: str = "") -> Iterator[Run]:
        """A function that runs SQL in `database` ("" for the server's own).

        Raises ValueError for what the server refuses.
        """
        name = database or self.server.database
        if self.claim and not database:
            yield self.claim.run
            return
        # a server that others use as well is left as soon as it has answered
        with self._sessions.of(name) if self._own else self.session(name) as run:
            yield run

    def close(self) -> None:
        """End every session."""
        self._sessions.end_all()

    def leave(self) -> None:
        """End the sessions with the databases that are copied, dropped or worked on next."""
        self._sessions.end_all(but=self.server.database)

    def create(self, run: Run, name: str) -> None:
        """Make an empty database."""
        raise NotImplementedError

    def remember(self, folder: Path, into: Path) -> None:
        """See `ThrowAway.remember`. A server that is not our own keeps nothing."""
        if self._own is not None:
            self.keep_only(folder)
            self._sessions.end_all()
            self._own.keep(into)
            self.begin(folder)

    def recall(self, kept: Path, folder: Path) -> bool:
        """See `ThrowAway.recall`."""
        if self._own is None:
            return False
        self._sessions.end_all()
        self._own.begin(kept)
        self.begin(folder)
        return self.has_any(folder)

    def keep_only(self, folder: Path) -> None:
        """Drop the databases of every other folder."""
        self.leave()
        with self.connected() as run:
            kept = {self.name_of(folder, slot) for slot in self.slots(folder)}
            for name in self.ours(run) - kept:
                self.drop(run, name)

    def begin(self, folder: Path) -> None:
        """Take note of what belongs to `folder` beside its databases."""

    def keep(self, folder: Path, into: Path) -> None:
        """See `ThrowAway.keep`."""
        raise NotImplementedError

    def drop(self, run: Run, name: str) -> None:
        """Drop a database."""
        raise NotImplementedError

    def has_any(self, folder: Path) -> bool:
        """See `ThrowAway.has_any`."""
        return bool(self.slots(folder))

    def provide(self, folder: Path, slots: Iterable[str]) -> None:
        """See `ThrowAway.provide`; there is one at least."""
        with self.connected() as run:
            for slot in sorted({"rt0", *slots} - self.slots(folder)):
                name = self.name_of(folder, slot)
                with self.marking(run, name):
                    self.create(run, name)

    def load(self, folder: Path, sql: str) -> None:
        """See `ThrowAway.load`; a server takes one statement at a time."""
        with self.connected(self.name_of(folder, "rt0")) as run:
            for statement in statements(sql):
                run(statement)

    def masters(self, folder: Path) -> Mapping[str, Master]:
        """See `ThrowAway.masters`."""
        asked = self.catalog_sql()
        return {slot: self.ask(folder, slot, asked) for slot in self.slots(folder)}

    def catalogs(self, folder: Path) -> Mapping[str, Catalog]:
        """See `ThrowAway.catalogs`."""
        return {
            slot: catalog_of(rows, {name for name, _ in self.ask(folder, slot, self.VERSIONS)})
            for slot, rows in self.masters(folder).items()
        }

    def versions(self, folder: Path) -> Mapping[str, frozenset[str]]:
        """See `ThrowAway.versions`."""
        return {slot: frozenset(self._version_rows(folder, slot)) for slot in self.slots(folder)}

    def _version_rows(self, folder: Path, slot: str) -> Iterator[str]:
        for _, quoted in self.ask(folder, slot, self.VERSIONS):
            for (version,) in self.ask(folder, slot, f"SELECT version_num FROM {quoted}"):
                yield version

    def slots(self, folder: Path) -> set[str]:
        """The slots that have a database in `folder`."""
        prefix = self.name_of(folder, "")
        with self.connected() as run:
            names = self.ours(run)
        found = {name.removeprefix(prefix) for name in names if name.startswith(prefix)}
        return {slot for slot in found if "." not in slot}

    def name_of(self, folder: Path, slot: str) -> str:
        """The database of a slot: that of rt0 in the folder `base` is called base.rt0."""
        name = slot if folder.name == WORK else f"{folder.name}.{slot}"
        return f"{self.server.prefix}{name}"

    def ours(self, run: Run) -> set[str]:
        """The databases that this run has made."""
        names = {str(name) for (name,) in run(self.OURS)}
        if self.claim is None:
            return names
        claimed = names & self.claim.ours(run)
        return {name for name in claimed if name.startswith(self.server.prefix)}

    def marking(self, run: Run, name: str) -> AbstractContextManager[None]:
        """Marks a database that the block makes, on a server where others have theirs."""
        return self.claim.marking(run, name) if self.claim else nullcontext()

    def ask(self, folder: Path, slot: str, asked: str) -> Master:
        """The rows of a question to one database, as text."""
        with self.connected(self.name_of(folder, slot)) as run:
            return text_rows(run(asked))
