"""Throw-away servers for all tests of a session that need one; the tests make their databases."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from migbot.core.throwaway import Server
from migbot.databases import mysql_server, postgresql_server
from migbot.databases.kept_server import KeptServer
from migbot.databases.mysql import MySQL
from migbot.databases.postgresql import PostgreSQL
from support.parts import need

Databases = TypeVar("Databases", PostgreSQL, MySQL)

FOLDERS = ("slots", "base", "fork", "rows.start", "empty.start")
"""Where a round trip has its databases."""


@pytest.fixture(scope="session")
def own_postgresql() -> Iterator[KeptServer]:
    """The newest PostgreSQL of this machine, or that of the major MIGBOT_TEST_POSTGRESQL."""
    need("postgresql")
    wanted = os.environ.get("MIGBOT_TEST_POSTGRESQL", "")
    start = partial(postgresql_server.started, wanted)
    with closing(KeptServer(start, postgresql_server.ended)) as own:
        assert own.server.version.startswith(wanted), "another one is not what was to be tried"
        yield own


@pytest.fixture(scope="session")
def postgresql(own_postgresql: KeptServer) -> Server:
    """How one gets at that PostgreSQL."""
    return own_postgresql.server


@pytest.fixture
def on_postgresql(own_postgresql: KeptServer) -> Iterator[PostgreSQL]:
    """Its databases, of which none is left for the next test."""
    yield from _emptied(PostgreSQL(own_postgresql))


@pytest.fixture(scope="session")
def own_mariadb() -> Iterator[KeptServer]:
    """The MariaDB of this machine."""
    need("mariadb")
    start = partial(mysql_server.started, "mariadb")
    with closing(KeptServer(start, mysql_server.ended)) as own:
        yield own


@pytest.fixture(scope="session")
def mariadb(own_mariadb: KeptServer) -> Server:
    """How one gets at that MariaDB."""
    return own_mariadb.server


@pytest.fixture
def on_mariadb(own_mariadb: KeptServer) -> Iterator[MySQL]:
    """Its databases, of which none is left for the next test."""
    yield from _emptied(MySQL(own_mariadb))


def _emptied(databases: Databases) -> Iterator[Databases]:
    """The databases as a command has them: with sessions that stay open, which halves the time."""
    with closing(databases):
        yield databases
        for folder in FOLDERS:
            databases.keep(Path("nothing"), Path(folder))
