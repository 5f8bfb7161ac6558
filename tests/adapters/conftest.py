"""What tests of round trips on a server share."""

import pytest

from migbot.databases.postgresql import PostgreSQL


@pytest.fixture
def database(on_postgresql: PostgreSQL) -> PostgreSQL:
    """Databases of PostgreSQL, of which none is left for the next test."""
    return on_postgresql
