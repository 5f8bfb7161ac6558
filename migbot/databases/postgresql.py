"""Throw-away PostgreSQL databases: kept and put back as templates of one another."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from migbot.core.throwaway import Server
from migbot.databases import postgresql_catalog as sql
from migbot.databases.server_databases import WORK, Run, ServerDatabases, name_of
from migbot.errors import MigbotError

_WHERE = "SELECT current_database(), current_setting('unix_socket_directories')"
_VERSIONS = """
    SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname,
        quote_ident(n.nspname) || '.' || quote_ident(c.relname)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND (SELECT string_agg(a.attname, ',') FROM pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) = 'version_num'
"""
"""Whatever `version_table` calls it, Alembic's table has this one column (trap 62)."""

_SELECT = (
    "SELECT %(place)d, row_to_json(x.*)::text FROM (SELECT * FROM %(table)s LIMIT %(most)d) AS x"
)
_TABLE = "CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname"
_FILES = f"""
    SELECT {_TABLE}, pg_relation_filenode(c.oid)::text
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
"""
_LOCKS = f"""
    SELECT DISTINCT {_TABLE}, l.mode
    FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.granted
    AND c.relkind IN ('r', 'p', 'm') AND l.mode <> 'AccessShareLock' ORDER BY 1, 2
"""
"""https://www.postgresql.org/docs/current/explicit-locking.html names the modes; the one that a
look takes is nothing to tell."""
_OURS = "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'"
_ROLES = "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> current_user"
_SESSIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname <> 'postgres'
    AND backend_type = 'client backend'
"""
_SECONDS = 10.0


class PostgreSQL(ServerDatabases):
    """The databases of one server; see `core.throwaway.ThrowAway`."""

    NAME = "postgresql"
    OURS = _OURS
    VERSIONS = _VERSIONS

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self._roles: dict[str, set[str]] = {}

    @cached_property
    def major(self) -> int:
        """The server's major version."""
        return int(self.server.version.partition(".")[0])

    def url(self, folder: Path) -> str:
        """See `ThrowAway.url`; the driver is SQLAlchemy's default for the dialect."""
        return (
            f"postgresql://{self.server.user}@localhost:{self.server.port}/{name_of(folder, 'rt0')}"
        )

    def request(self, folder: Path) -> Mapping[str, Any]:
        """See `ThrowAway.request`."""
        return {
            **self.server._asdict(),
            "title": "PostgreSQL",
            "dialects": ["postgresql"],
            "usual_port": 5432,
            "folders": [self.server.socket],
            "databases": sorted(self.slots(folder)),
            "where": _WHERE,
            "versions": _VERSIONS,
            "catalog": self.catalog_sql(),
            "tables": sql.TABLES,
            "columns": sql.columns(self.major),
            "primary_keys": sql.PRIMARY_KEYS,
            "foreign_keys": sql.FOREIGN_KEYS,
            "select": _SELECT,
            "files": _FILES,
            "locks": _LOCKS,
            "json_rows": True,
            "prepares": True,
        }

    def keep(self, folder: Path, into: Path) -> None:
        """See `ThrowAway.keep`. Sessions that are left over are ended."""
        with self.connected() as run:
            self._end_sessions(run)
            for slot in self.slots(into):
                run(f'DROP DATABASE "{name_of(into, slot)}"')
            self._keep_roles(run, folder, into)
            for slot in self.slots(folder):
                made, template = name_of(into, slot), name_of(folder, slot)
                run(f'CREATE DATABASE "{made}" TEMPLATE "{template}"{self._strategy}')

    def _keep_roles(self, run: Run, folder: Path, into: Path) -> None:
        """Roles are the server's: what guests have made since is taken away with its databases."""
        now = {str(name) for (name,) in run(_ROLES)}
        if folder.name == WORK:
            self._roles[into.name] = now
            return
        for name in now - self._roles.get(folder.name, set()):
            with suppress(ValueError, _driver().exceptions.Error):  # another database needs it
                run(f'DROP ROLE "{name}"')

    @property
    def _strategy(self) -> str:
        """Copying files costs a third of copying pages through the log (from 15 on)."""
        return " STRATEGY file_copy" if self.major >= 15 else ""

    def catalog_sql(self) -> str:
        """See `ServerDatabases.catalog_sql`."""
        return sql.catalog(self.major)

    def create(self, run: Run, name: str) -> None:
        """See `ServerDatabases.create`."""
        run(f'CREATE DATABASE "{name}" TEMPLATE template0{self._strategy}')

    def _end_sessions(self, run: Run) -> None:
        """A guest is gone before its sessions are."""
        begun = time.monotonic()
        while run(_SESSIONS) and time.monotonic() - begun < _SECONDS:
            time.sleep(0.01)

    @contextmanager
    def connected(self, database: str = "") -> Iterator[Run]:
        """See `ServerDatabases.connected`."""
        database = database or "postgres"
        driver = _driver()
        server = self.server
        path = f"{server.socket}/.s.PGSQL.{server.port}"
        try:
            connection = driver.native.Connection(server.user, unix_sock=path, database=database)
        except (driver.exceptions.Error, OSError) as error:
            raise ValueError(f"the throw-away server cannot be reached: {error}") from None
        try:
            yield connection.run
        except (driver.exceptions.Error, OSError) as error:
            raise ValueError(f"{database} cannot be read: {error}") from None
        finally:
            with suppress(driver.exceptions.Error, OSError):  # the session was ended
                connection.close()


def _driver() -> Any:
    try:
        import pg8000.exceptions
        import pg8000.native
    except ImportError:
        raise MigbotError(
            "PostgreSQL can be looked into with the package pg8000 only, which is not installed.",
            "pip install 'migbot[postgresql]'",
        ) from None
    return pg8000
