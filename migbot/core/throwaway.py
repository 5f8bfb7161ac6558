"""The port of a throw-away database: what a round trip asks of SQLite, PostgreSQL and others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from migbot.core.catalogs import Catalog
from migbot.core.value import Port, Value

Master = list[list[str]]
"""The catalog's own rows, as they stand in the database."""


class Server(Value):
    """A throw-away server that is running, and how to reach it without a password.

    `socket` is PostgreSQL's folder of the socket, and of MariaDB and MySQL the socket itself; their
    `port` is 0. `user` may do everything.
    """

    name: str
    socket: str
    port: int
    user: str
    version: str


class ThrowAway(Port):
    """A kind of database that migbot can make, keep and put back.

    The databases of one moment lie in a folder, of which a server knows the name alone. Functions
    that read raise ValueError for a database that a migration has broken.
    """

    NAME: str

    def url(self, folder: Path) -> str:
        """The URL of one of its databases, for a setting that asks for `{url}`."""

    def request(self, folder: Path) -> Mapping[str, Any]:
        """What a guest has to know to reach the databases of `folder` (empty for files)."""

    def keep(self, folder: Path, into: Path) -> None:
        """Copy every database to `into`, which is emptied first."""

    def has_any(self, folder: Path) -> bool:
        """Whether the folder has databases."""

    def provide(self, folder: Path, slots: Iterable[str]) -> None:
        """Make empty databases for those of `slots` that the folder does not have."""

    def masters(self, folder: Path) -> Mapping[str, Master]:
        """Each database's catalog, read by migbot itself."""

    def catalogs(self, folder: Path) -> Mapping[str, Catalog]:
        """Each database's catalog as it is compared, where migbot itself can tell."""

    def versions(self, folder: Path) -> Mapping[str, frozenset[str]]:
        """The ids in each database's version table, found by its one column."""
