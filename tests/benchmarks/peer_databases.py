"""A fresh database for each run of a peer: it runs in the peers' own virtual environment."""

from __future__ import annotations

import contextlib
import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

_numbers = itertools.count(1)


@contextlib.contextmanager
def fresh(url: str) -> Iterator[sa.engine.URL]:
    """The URL of an empty database on the server of `url`, dropped at the end.

    For SQLite, whatever `url` says: a file in a folder of its own.
    """
    server = sa.engine.make_url(url)
    if server.get_backend_name() == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield server.set(database=str(Path(folder) / "planted.db"))
        return
    name = f"peer_{os.getpid()}_{next(_numbers)}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
        try:
            yield server.set(database=name).update_query_dict(_IMPATIENT[engine.name])
        finally:
            _drop(connection, name)


_IMPATIENT = {
    "postgresql": {"options": "-c lock_timeout=5s"},
    "mysql": {"init_command": "SET lock_wait_timeout = 5"},
}
"""A test that waits for a lock of its own would wait for a day."""


def _drop(connection: sa.Connection, name: str) -> None:
    """Drop a database, whoever may still be connected to it."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
        return
    asked = sa.text("SELECT id FROM information_schema.processlist WHERE db = :name")
    for number in connection.execute(asked, {"name": name}).scalars().all():
        connection.execute(sa.text(f"KILL {number}"))
    connection.execute(sa.text(f"DROP DATABASE {name}"))


def text(url: sa.engine.URL) -> str:
    """A URL with its password, as a setting takes it."""
    return url.render_as_string(hide_password=False)
