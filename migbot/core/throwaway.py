"""The port of a throw-away database: what a round trip asks of SQLite, PostgreSQL and others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from migbot.core.catalogs import Catalog
from migbot.core.value import Port, Value

Master = list[list[str]]
"""The catalog's own rows, as they stand in the database."""


class Secret(str):
    """Text that is not in what a value, an error or a test prints of itself."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


class Server(Value):
    """A server that is running, and how to reach it.

    `socket` is PostgreSQL's folder of the socket, and of MariaDB and MySQL the socket itself; their
    `port` is 0. The `user` of a throw-away server may do everything and needs no password.
    `identity` is the same for servers whose data fit.

    A user's server may be on the network: then it has a `host` and a `port` and no socket, and
    `tls` says how safely (libpq's words, https://www.postgresql.org/docs/current/libpq-ssl.html),
    with the certificates in the file `ca`. `database` is the one to connect to for all that is not
    done in another, and what each of migbot's databases there is called begins with `prefix`.
    """

    name: str
    socket: str
    port: int
    user: str
    version: str
    identity: str = ""
    host: str = ""
    password: Secret = Secret()
    tls: str = ""
    ca: str = ""
    database: str = ""
    prefix: str = ""


class ThrowAway(Port):
    """A kind of database that migbot can make, keep and put back.

    The databases of one moment lie in a folder, of which a server knows the name alone. Functions
    that read raise ValueError for a database that a migration has broken.
    """

    @property
    def NAME(self) -> str:
        """What a report calls the kind: postgresql, mariadb."""

    NETWORK: bool
    """Whether its server is on the network, so that a guest cannot be without one."""

    def url(self, folder: Path) -> str:
        """The URL of one of its databases, for a setting that asks for `{url}`."""

    def request(self, folder: Path) -> Mapping[str, Any]:
        """What a guest has to know to reach the databases of `folder` (empty for files)."""

    def keep(self, folder: Path, into: Path) -> None:
        """Copy every database to `into`, which is emptied first."""

    def remember(self, folder: Path, into: Path) -> None:
        """Keep the databases of `folder` in `into`, outlasting the run; all others are gone.

        Where that cannot be, `folder` has none afterwards."""

    def recall(self, kept: Path, folder: Path) -> bool:
        """Whether `folder` now has the databases that were kept in `kept`."""

    def has_any(self, folder: Path) -> bool:
        """Whether the folder has databases."""

    def provide(self, folder: Path, slots: Iterable[str]) -> None:
        """Make empty databases for those of `slots` that the folder does not have."""

    def load(self, folder: Path, sql: str) -> None:
        """Run a script in the first database of `folder`; raises ValueError where it fails."""

    def masters(self, folder: Path) -> Mapping[str, Master]:
        """Each database's catalog, read by migbot itself."""

    def catalogs(self, folder: Path) -> Mapping[str, Catalog]:
        """Each database's catalog as it is compared, where migbot itself can tell."""

    def versions(self, folder: Path) -> Mapping[str, frozenset[str]]:
        """The ids in each database's version table, found by its one column."""
