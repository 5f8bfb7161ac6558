"""Servers as a user gives them: on the network, with passwords, and with databases of others."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest import mock

import pytest

from migbot.core.throwaway import Server
from migbot.databases import mysql_server, postgresql_server
from migbot.databases.mysql import MySQL
from migbot.databases.postgresql import PostgreSQL
from support.parts import need

PASSWORD = "s3cr3t/@:?#%"
QUOTED = "s3cr3t%2F%40%3A%3F%23%25"

_HBA = """
local all migbot trust
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
"""


@pytest.fixture(scope="session")
def given_postgresql() -> Iterator[tuple[Server, str]]:
    """A PostgreSQL that somebody runs: how its owner gets at it, and a URL of an ordinary user.

    That user may make databases and nothing else; there is a database `theirs` of the owner.
    """
    need("postgresql")
    port = _free()
    listening = {"listen_addresses": "127.0.0.1", "port": str(port)}
    with ExitStack() as stack:
        with (  # for this one: others are started later
            mock.patch.dict(postgresql_server.OPTIONS, listening),
            mock.patch.object(postgresql_server, "PORT", port),
        ):
            server = stack.enter_context(postgresql_server.started())
        Path(server.socket, "data/pg_hba.conf").write_text(_HBA)
        with PostgreSQL(server).connected() as run:
            run(f"CREATE ROLE ci LOGIN CREATEDB PASSWORD '{PASSWORD}'")
            run(f"CREATE ROLE poor LOGIN PASSWORD '{PASSWORD}'")
            run(f"CREATE ROLE boss LOGIN SUPERUSER PASSWORD '{PASSWORD}'")
            run("CREATE DATABASE theirs")
            run("SELECT pg_reload_conf()")
        yield server, f"postgresql://ci:{QUOTED}@127.0.0.1:{port}/postgres"


@pytest.fixture(scope="session")
def given_mariadb() -> Iterator[tuple[Server, str]]:
    """A MariaDB that somebody runs: how its owner gets at it, and the URL of an ordinary user.

    That user may do everything in databases that are called as migbot's are, and nothing else.
    """
    need("mariadb")
    port = _free()
    options = [each for each in mysql_server.OPTIONS if each != "--skip-networking"]
    listening = ("--bind-address=127.0.0.1", f"--port={port}", "--skip-name-resolve")
    with ExitStack() as stack:
        with mock.patch.object(mysql_server, "OPTIONS", (*options, *listening)):
            server = stack.enter_context(mysql_server.started("mariadb"))
        with MySQL(server).connected() as run:
            run(f"CREATE USER ci@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'")
            run(r"GRANT ALL PRIVILEGES ON `migbot\_%`.* TO ci@'127.0.0.1'")
            run(f"CREATE USER boss@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'")
            run("GRANT ALL PRIVILEGES ON *.* TO boss@'127.0.0.1'")
            run(f"CREATE USER poor@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'")
            run("CREATE DATABASE theirs")
        yield server, f"mysql://ci:{QUOTED}@127.0.0.1:{port}/"


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def asked(server: Server, database: str = "") -> Iterator:
    """The owner's session."""
    made = PostgreSQL(server) if server.name == "postgresql" else MySQL(server)
    with made.connected(database) as run:
        yield run


def databases(server: Server) -> set[str]:
    """All databases that the owner sees."""
    sql = {"postgresql": "SELECT datname FROM pg_database"}
    with asked(server) as run:
        return {str(name) for (name,) in run(sql.get(server.name, "SHOW DATABASES"))}
