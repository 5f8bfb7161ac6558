"""The port of a throw-away database: what a round trip asks of SQLite, and later of others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

Master = list[list[str]]
"""The catalog's own rows, as they stand in the database."""


class ThrowAway(Protocol):
    """A kind of database that migbot can make, keep and put back; a module of migbot.databases.

    All functions take the folder that holds the databases of one round trip. Those that read
    raise ValueError for a database that a migration has broken.
    """

    NAME: str

    def url(self, folder: Path) -> str:
        """The URL of one of its databases, for a setting that asks for `{url}`."""
        ...

    def keep(self, folder: Path, into: Path) -> None:
        """Copy every database to `into`, which is emptied first."""
        ...

    def masters(self, folder: Path) -> Mapping[str, Master]:
        """Each database's catalog, read by migbot itself."""
        ...

    def versions(self, folder: Path) -> Mapping[str, frozenset[str]]:
        """The ids in each database's version table, found by its one column."""
        ...
