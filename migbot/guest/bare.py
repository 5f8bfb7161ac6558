"""Shuts drivers that are written in C to all but SQLAlchemy: no audit hook hears them connect."""

from __future__ import annotations

import functools
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Tuple

from . import passage
from .refusal import refuse
from .watch import HINT

_DOORS: Tuple[Tuple[str, str, str], ...] = (
    ("psycopg2", "", "_connect"),
    ("psycopg", "", "connect"),
    ("psycopg", "Connection", "connect"),
    ("psycopg", "AsyncConnection", "connect"),
    ("MySQLdb.connections", "Connection", "__init__"),
    ("mariadb.connections", "Connection", "__init__"),
    ("mysql.connector.connection_cext", "CMySQLConnection", "_open_connection"),
)
"""Module, class ('' for a function) and name of what every connection of a driver goes through."""


def shut() -> None:
    """From now on a connection by one of them is refused, unless SQLAlchemy makes it."""
    for module, owner, name in _DOORS:
        if find_spec(module.partition(".")[0]):
            _shut(module, owner, name)


def _shut(module: str, owner: str, name: str) -> None:
    try:
        found: Any = import_module(module)
        found = getattr(found, owner) if owner else found
        original: Any = getattr(found, name)
    except (ImportError, AttributeError):
        return  # not installed whole, or another version's
    of_class = bool(owner) and hasattr(original, "__func__")
    if of_class:
        original = original.__func__

    @functools.wraps(original)
    def door(*args: Any, **kw: Any) -> Any:
        if not passage.is_open():
            raise refuse("a connection by %s itself; %s" % (module.partition(".")[0], HINT))
        return original(*args, **kw)

    setattr(found, name, classmethod(door) if of_class else door)
