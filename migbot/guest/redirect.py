"""Sends every SQLAlchemy connection to the throw-away database, whatever URL env.py names."""

from __future__ import annotations

import types
from typing import Any, Callable, Dict, List, Optional, Tuple

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

from .refusal import refuse
from .slots import Slots

KEPT = (
    *("timeout", "detect_types", "isolation_level", "check_same_thread", "cached_statements"),
    *("factory", "autocommit"),
)
"""Arguments of a driver's connect that say how to talk, not where to; the rest is dropped."""

OtherDialect = Callable[[str], None]


def install(slots: Slots, other_dialect: OtherDialect) -> None:
    """Redirect the engines that this process will make, sync and async.

    `other_dialect` is called with the name of a dialect that is not SQLite, before anything has
    been sent to its database.

    Three locks, since each can be gone round: the event that SQLAlchemy fires before it connects;
    the creator of a pool (`creator=` runs *instead* of that event); and a look at where a new
    connection really is.
    """

    def connect(dialect: Any, key: str, arguments: Dict[str, Any]) -> Any:
        if dialect.name != "sqlite":
            other_dialect(dialect.name)
            raise refuse("a connection to %s: the throw-away database is SQLite" % dialect.name)
        kept = {name: value for name, value in arguments.items() if name in KEPT}
        connection = dialect.connect(slots.path(key), **kept)
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous = OFF")  # nobody needs it after a power cut
        cursor.close()
        return connection

    def do_connect(
        dialect: Any, record: Any, positional: List[Any], arguments: Dict[str, Any]
    ) -> Any:
        # Returning a connection, and not only changing the arguments, keeps out listeners of the
        # project: they would fetch a password for the real server.
        where = str(positional[0]) if positional else str(arguments.get("database", ""))
        key = slots.key(where) if dialect.name == "sqlite" else where
        return connect(dialect, key, arguments)

    event.listen(Engine, "do_connect", do_connect)
    event.listen(Pool, "connect", _refuse_elsewhere(slots))
    _replace_creators(connect)


def _refuse_elsewhere(slots: Slots) -> Callable[[Any, Any], None]:
    def look(connection: Any, record: Any) -> None:
        where = _file_of(connection)
        if not slots.holds(where):
            connection.close()
            raise refuse("a connection that is open to %r, not to the throw-away database" % where)

    return look


def _file_of(connection: Any) -> str:
    """The file that a driver's connection has open as `main`."""
    cursor = connection.cursor()
    try:
        cursor.execute("PRAGMA database_list")
        rows: List[Tuple[int, str, Optional[str]]] = cursor.fetchall()
    finally:
        cursor.close()
    return next((path or "" for _, name, path in rows if name == "main"), "")


def _replace_creators(connect: Callable[[Any, str, Dict[str, Any]], Any]) -> None:
    """Let no pool keep a creator that is not SQLAlchemy's own.

    The setter is replaced, not `Pool.__init__`: create_engine reads the arguments of that from
    its code. SQLAlchemy sets the creator in `__init__`, before it is first called.
    """
    original: Any = Pool.__dict__["_creator"]

    def set_creator(pool: Any, creator: Any) -> None:
        if not _is_trusted(creator):

            def throwaway(connection_record: Any = None) -> Any:
                return connect(pool._dialect, "creator=", {})

            throwaway.migbot = True  # type: ignore[attr-defined]
            creator = throwaway
        original.fset(pool, creator)

    Pool._creator = property(original.fget, set_creator, original.fdel)  # type: ignore


def _is_trusted(creator: Any) -> bool:
    """Ours, or the function that create_engine makes (which fires `do_connect`)."""
    return hasattr(creator, "migbot") or (
        isinstance(creator, types.FunctionType)
        and creator.__module__ == "sqlalchemy.engine.create"
        and creator.__qualname__ == "create_engine.<locals>.connect"
    )
