"""A session with a MariaDB or MySQL server, throw-away or a user's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from migbot.core.throwaway import Server
from migbot.databases.server_tls import context
from migbot.databases.session import LONGEST, Run, Unreachable
from migbot.errors import MigbotError


@contextmanager
def session(server: Server, database: str) -> Iterator[Run]:
    """A function that runs SQL in `database` ('' for none).

    Raises Unreachable where it cannot be connected to, ValueError for what the server refuses.
    """
    driver = _driver()
    known = (driver.MySQLError, OSError)
    try:
        # RuntimeError: a way to say the password for which a package is missing.
        connection = driver.connect(
            user=server.user, database=database or None, autocommit=True, **_place(server)
        )
    except (*known, RuntimeError) as error:
        raise Unreachable(_said(error), _code(error)) from None

    def run(sql: str) -> Sequence[Sequence[Any]]:
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                rows: Sequence[Sequence[Any]] = cursor.fetchall()
                return rows
        except known as error:
            where = database or "the server"
            raise ValueError(f"{where} cannot be read: {_said(error)}") from None

    try:
        yield run
    finally:
        connection.close()


def _place(server: Server) -> dict[str, Any]:
    password = server.password.encode()
    if not server.host:
        # Else the driver reads the system's certificates (50 ms), on a socket for nothing.
        return {"unix_socket": server.socket, "password": password, "ssl_disabled": True}
    made: dict[str, Any] = {
        "host": server.host,
        "port": server.port,
        "password": password,
        "read_timeout": LONGEST,
        "write_timeout": LONGEST,
    }
    if server.tls == "disable":
        return {**made, "ssl_disabled": True}
    return {**made, "ssl": context(server)}


def _said(error: Exception) -> str:
    return str(error.args[-1] if error.args else error)


def _code(error: Exception) -> str:
    """The server's number of the error; those of 2000 and above are the driver's own."""
    number = error.args[0] if error.args else 0
    return str(number) if isinstance(number, int) and 1000 <= number < 2000 else ""


def _driver() -> Any:
    try:
        import pymysql
    except ImportError:
        raise MigbotError(
            "MariaDB and MySQL can be looked into with the package pymysql only, which is not "
            "installed.",
            "pip install 'migbot[mysql]'",
        ) from None
    return pymysql
