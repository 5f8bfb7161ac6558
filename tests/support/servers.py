"""Throw-away servers for all tests of a session that need one; the tests make their databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from migbot.core.throwaway import Server
from migbot.databases import mysql_server, postgresql_server
from support.parts import need


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """The newest PostgreSQL of this machine."""
    need("postgresql")
    with postgresql_server.started() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Server]:
    """The MariaDB of this machine."""
    need("mariadb")
    with mysql_server.started("mariadb") as server:
        yield server
