"""The way to a user's server: open while SQLAlchemy connects to a database of ours, else shut.

A throw-away server is nobody's but ours: who gets there harms nothing. On a user's, a driver that
a migration calls by itself would come to databases that are not ours.
"""

from __future__ import annotations

import os
import socket
import threading
from contextlib import contextmanager
from typing import Any, Dict, Iterator, Set

_addresses: Set[Any] = set()
_now = threading.local()


def lead_to(told: Dict[str, Any]) -> None:
    """Say where the server is of which the host has told."""
    if not told["host"]:
        _addresses.update(map(os.path.realpath, (told["socket"], _PATH % told)))
        return
    try:
        found = socket.getaddrinfo(told["host"], told["port"], type=socket.SOCK_STREAM)
    except OSError:
        found = []  # the driver says it better
    _addresses.update([(told["host"], told["port"]), *(each[4][:2] for each in found)])


_PATH = "%(socket)s/.s.PGSQL.%(port)s"
"""PostgreSQL's socket in its folder."""


@contextmanager
def opened() -> Iterator[None]:
    """Let this thread through."""
    before = is_open()
    _now.open = True
    try:
        yield
    finally:
        _now.open = before


def is_open() -> bool:
    """Whether this thread may go through."""
    return bool(getattr(_now, "open", False))


def leads_to(address: Any) -> bool:
    """Whether `address`, as socket.connect takes it, is the server's."""
    if isinstance(address, tuple):
        return address[:2] in _addresses  # of IPv6 there is more
    return (
        isinstance(address, (str, bytes)) and os.path.realpath(os.fsdecode(address)) in _addresses
    )
