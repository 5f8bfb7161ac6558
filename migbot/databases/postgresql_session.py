"""A session with a PostgreSQL server, throw-away or a user's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from migbot.core.throwaway import Server
from migbot.databases.server_tls import context
from migbot.databases.session import LONGEST, Run, Unreachable
from migbot.errors import MigbotError


@contextmanager
def session(server: Server, database: str) -> Iterator[Run]:
    """A function that runs SQL in `database`.

    Raises Unreachable where it cannot be connected to, ValueError for what the server refuses.
    """
    driver = _driver()
    known = (driver.exceptions.Error, OSError)
    try:
        connection = driver.native.Connection(server.user, database=database, **_place(server))
    except known as error:
        raise Unreachable(_said(error), _code(error)) from None

    def run(sql: str) -> Sequence[Sequence[Any]]:
        try:
            rows: Sequence[Sequence[Any]] = connection.run(sql)
        except known as error:
            raise ValueError(f"{database} cannot be read: {_said(error)}") from None
        return rows

    try:
        yield run
    finally:
        with suppress(*known, ValueError):  # it was ended, or its file is closed
            connection.close()


def _place(server: Server) -> dict[str, Any]:
    password = str(server.password) or None
    if not server.host:
        path = f"{server.socket}/.s.PGSQL.{server.port}"
        # Else the driver reads the system's certificates (50 ms) to ask for TLS, which is never
        # spoken on such a socket.
        return {"unix_sock": path, "password": password, "ssl_context": False}
    return {
        "host": server.host,
        "port": server.port,
        "password": password,
        "timeout": LONGEST,
        # None is libpq's "prefer": TLS where the server has it.
        "ssl_context": False if server.tls == "disable" else context(server),
    }


def _said(error: Exception) -> str:
    """The server's own words, which the driver keeps in a dictionary."""
    told = error.args[0] if error.args else ""
    return str(told.get("M", told) if isinstance(told, dict) else error)


def _code(error: Exception) -> str:
    """SQLSTATE, '' where it was not the server that spoke."""
    told = error.args[0] if error.args else ""
    return str(told.get("C", "")) if isinstance(told, dict) else ""


def _driver() -> Any:
    try:
        import pg8000.exceptions
        import pg8000.native
    except ImportError:
        raise MigbotError(
            "PostgreSQL can be looked into with the package pg8000 only, which is not installed.",
            "pip install 'migbot[postgresql]'",
        ) from None
    return pg8000
