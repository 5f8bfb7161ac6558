"""Holds what goes round SQLAlchemy: a bare driver, an ATTACH, a socket, a file overwritten.

An audit hook (PEP 578) cannot be removed by the code that it watches. It sees Python only: a
shell or a foreign driver is held by the namespace and the fence, where the system has them.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from typing import Any, Callable, Dict, Optional, Tuple

from . import passage
from .refusal import Refused, refuse
from .slots import below, file_of, in_memory

HINT = "use op.get_bind() in the migration, or settle it in env.py through SQLAlchemy"

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_TRUNC
_MAGIC = b"SQLite format 3\0"
_Check = Callable[[Tuple[Any, ...]], None]


def install(folders: Tuple[str, ...]) -> None:
    """Refuse every SQLite database and every address outside of `folders`, from now on."""
    inside = tuple(os.path.realpath(folder) for folder in folders)

    def opened(arguments: Tuple[Any, ...]) -> None:
        _refuse_database(arguments[0], inside, "sqlite3.connect")

    def attached(action: int, first: Optional[str], *rest: Any) -> int:
        if action != sqlite3.SQLITE_ATTACH or not first:
            return sqlite3.SQLITE_OK  # VACUUM attaches a nameless file of its own
        try:
            _refuse_database(first, inside, "ATTACH or VACUUM INTO")
        except Refused:
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK

    def called(arguments: Tuple[Any, ...]) -> None:
        address = arguments[1]
        if passage.leads_to(address):
            if not passage.is_open():
                raise refuse("a connection to the server by a driver itself; %s" % HINT)
        elif not (isinstance(address, (str, bytes)) and below(os.fsdecode(address), inside)):
            raise Refused("a connection to %r: a round trip has no network" % (address,))

    def written(arguments: Tuple[Any, ...]) -> None:
        if isinstance(arguments[2], int) and arguments[2] & _WRITES:
            _keep(arguments[0], inside)

    def replaced(arguments: Tuple[Any, ...]) -> None:
        for path in arguments[:2]:
            _keep(path, inside)

    checks: Dict[str, _Check] = {
        "sqlite3.connect": opened,
        "socket.connect": called,
        "open": written,
        "os.remove": replaced,
        "os.rename": replaced,
        "os.truncate": replaced,
    }

    def hook(event: str, arguments: Tuple[Any, ...]) -> None:
        check = checks.get(event)
        if check is not None:
            check(arguments)

    _authorize_every_connection(attached)
    sys.addaudithook(hook)


def _refuse_database(database: Any, inside: Tuple[str, ...], how: str) -> None:
    name = os.fsdecode(database)
    if not in_memory(name) and not below(file_of(name), inside):
        raise refuse("%s of %r, which is not the throw-away database; %s" % (how, name, HINT))


def _keep(path: Any, inside: Tuple[str, ...]) -> None:
    """Refuse to change a file that is a SQLite database and not ours."""
    if (
        isinstance(path, (str, bytes))
        and _is_database(path)
        and not below(os.fsdecode(path), inside)
    ):
        raise refuse("a write to %r, which is a database; %s" % (os.fsdecode(path), HINT))


def _is_database(path: Any) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def _authorize_every_connection(attached: Callable[..., int]) -> None:
    """Have each new connection ask before it attaches a file.

    connect is wrapped: the event `sqlite3.connect/handle` (Python 3.10) comes before the
    connection can be used.
    """
    original: Callable[..., sqlite3.Connection] = sqlite3.connect

    def connect(*args: Any, **kw: Any) -> sqlite3.Connection:
        connection = original(*args, **kw)
        connection.set_authorizer(attached)
        return connection

    for module in (sqlite3, sqlite3.dbapi2):
        module.connect = connect  # type: ignore
