"""What the databases of every kind of server have in common; see `core.throwaway.ThrowAway`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from migbot.core.catalogs import Catalog
from migbot.core.throwaway import Master, Server
from migbot.databases.server_catalog import catalog_of, text_rows

WORK = "slots"
"""The folder whose databases have their slot's bare name: guests work on them."""

Run = Callable[[str], Sequence[Sequence[Any]]]
"""Runs one statement and returns its rows."""


def name_of(folder: Path, slot: str) -> str:
    """The database of a slot: that of rt0 in the folder `base` is called base.rt0."""
    return slot if folder.name == WORK else f"{folder.name}.{slot}"


class ServerDatabases:
    """The databases of one server.

    A kind of server says with which SQL its databases are listed, made and read, and how it is
    reached.
    """

    OURS: str
    VERSIONS: str

    def __init__(self, server: Server) -> None:
        self.server = server

    def catalog_sql(self) -> str:
        """The statement that reads the catalog of a database."""
        raise NotImplementedError

    def connected(self, database: str = "") -> AbstractContextManager[Run]:
        """A function that runs SQL in `database` ("" for the server's own).

        Raises ValueError for what the server refuses.
        """
        raise NotImplementedError

    def create(self, run: Run, name: str) -> None:
        """Make an empty database."""
        raise NotImplementedError

    def has_any(self, folder: Path) -> bool:
        """See `ThrowAway.has_any`."""
        return bool(self.slots(folder))

    def provide(self, folder: Path, slots: Iterable[str]) -> None:
        """See `ThrowAway.provide`; there is one at least."""
        with self.connected() as run:
            for slot in sorted({"rt0", *slots} - self.slots(folder)):
                self.create(run, name_of(folder, slot))

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
        prefix = name_of(folder, "")
        with self.connected() as run:
            names = [str(name) for (name,) in run(self.OURS)]
        found = {name.removeprefix(prefix) for name in names if name.startswith(prefix)}
        return {slot for slot in found if "." not in slot}

    def ask(self, folder: Path, slot: str, asked: str) -> Master:
        """The rows of a question to one database, as text."""
        with self.connected(name_of(folder, slot)) as run:
            return text_rows(run(asked))
