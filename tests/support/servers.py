"""Throw-away servers for all tests of a session that need one; the tests make their databases."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from migbot.core.throwaway import Server
from migbot.databases import mysql_server, postgresql_server
from support.parts import need


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """The newest PostgreSQL of this machine, or that of the major MIGBOT_TEST_POSTGRESQL."""
    need("postgresql")
    wanted = os.environ.get("MIGBOT_TEST_POSTGRESQL", "")
    with postgresql_server.started(wanted) as server:
        assert server.version.startswith(wanted), "another one is not what was to be tried"
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Server]:
    """The MariaDB of this machine."""
    need("mariadb")
    with mysql_server.started("mariadb") as server:
        yield server
