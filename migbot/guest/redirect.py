"""Sends every SQLAlchemy connection to the throw-away database, whatever URL env.py names."""

from __future__ import annotations

import types
from typing import Any, Callable, Dict, List, Union

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

from .files import Files
from .refusal import refuse
from .server import Server

Databases = Union[Files, Server]
OtherDialect = Callable[[str], None]


def install(databases: Databases, other_dialect: OtherDialect) -> None:
    """Redirect the engines that this process will make, sync and async.

    `other_dialect` is called with the name of a dialect that `databases` cannot stand in for,
    before anything has been sent to its database.

    Three locks, since each can be gone round: the event that SQLAlchemy fires before it connects;
    the creator of a pool (`creator=` runs *instead* of that event); and a look at where a new
    connection really is.
    """

    def demand(dialect: Any) -> None:
        if not databases.accepts(dialect.name):
            other_dialect(dialect.name)
            what = (dialect.name, databases.dialect)
            raise refuse("a connection to %s: the throw-away database is %s" % what)

    def do_connect(
        dialect: Any, record: Any, positional: List[Any], arguments: Dict[str, Any]
    ) -> Any:
        # Returning a connection, and not only changing the arguments, keeps out listeners of the
        # project: they would fetch a password for the real server.
        demand(dialect)
        return databases.connect(dialect, databases.key(positional, arguments), arguments)

    def create(dialect: Any) -> Any:
        demand(dialect)
        return databases.connect(dialect, "creator=", {})

    def look(connection: Any, record: Any) -> None:
        where = databases.elsewhere(connection)
        if where:
            connection.close()
            raise refuse("a connection that is open to %r, not to the throw-away database" % where)

    event.listen(Engine, "do_connect", do_connect)
    event.listen(Pool, "connect", look)
    _replace_creators(create)


def _replace_creators(connect: Callable[[Any], Any]) -> None:
    """Let no pool keep a creator that is not SQLAlchemy's own.

    The setter is replaced, not `Pool.__init__`: create_engine reads the arguments of that from
    its code. SQLAlchemy sets the creator in `__init__`, before it is first called.
    """
    original: Any = Pool.__dict__["_creator"]

    def set_creator(pool: Any, creator: Any) -> None:
        if not _is_trusted(creator):

            def throwaway(connection_record: Any = None) -> Any:
                return connect(pool._dialect)

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
