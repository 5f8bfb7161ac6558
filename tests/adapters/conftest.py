"""What tests of round trips on a server share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from migbot.core.throwaway import Server
from migbot.databases.postgresql import PostgreSQL


@pytest.fixture
def database(postgresql: Server) -> Iterator[PostgreSQL]:
    """Databases of PostgreSQL, of which none is left for the next test."""
    databases = PostgreSQL(postgresql)
    yield databases
    for name in ("slots", "base", "rows.start", "empty.start"):
        databases.keep(Path("nothing"), Path(name))
