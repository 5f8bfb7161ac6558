"""Throw-away PostgreSQL databases: kept and put back as templates of one another."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from migbot.core.throwaway import Server
from migbot.databases import postgresql_catalog as sql
from migbot.databases.claim import Claim
from migbot.databases.kept_server import KeptServer
from migbot.databases.postgresql_session import session
from migbot.databases.server_databases import WORK, ServerDatabases
from migbot.databases.session import Run

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
_LOCKS = f"""
    SELECT DISTINCT {_TABLE}, l.mode
    FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.granted
    AND c.relkind IN ('r', 'p', 'm') AND l.mode <> 'AccessShareLock' ORDER BY 1, 2
"""
"""https://www.postgresql.org/docs/current/explicit-locking.html names the modes; the one that a
look takes is nothing to tell."""
_MARK = """
    SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::text,
        (SELECT sum(relfilenode::bigint)::text FROM pg_class WHERE relkind = 'r')
    FROM pg_stat_xact_user_tables
"""
"""What a transaction has written, whoever told it to, and the files that a TRUNCATE changes. What a
session has committed stays in it for a while: that two marks are the same by chance takes a commit
in between."""
_OURS = "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'"
_ROLES_STAY = (
    "the server has roles now that it had not before ({}), and they belong to all of it: what a "
    "migration that makes roles does when it is run again cannot be told there; without "
    "MIGBOT_POSTGRESQL_URL it is tried on a server of migbot's own"
)
_ROLES = "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> current_user"
_SESSIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname IN ({}) AND pid <> pg_backend_pid() AND (usename = current_user
        OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user))
    AND backend_type NOT LIKE 'autovacuum%'
"""
"""Who may not do everything may end his own sessions; the server sees to vacuum by itself."""
_SECONDS = 10.0


class PostgreSQL(ServerDatabases):
    """The databases of one server; see `core.throwaway.ThrowAway`."""

    NAME = "postgresql"
    OURS = _OURS
    VERSIONS = _VERSIONS

    def __init__(self, at: Server | KeptServer, claim: Claim | None = None) -> None:
        super().__init__(at, claim)
        self._roles: dict[str, set[str]] = {}

    @cached_property
    def major(self) -> int:
        """The server's major version."""
        return int(self.server.version.partition(".")[0])

    def url(self, folder: Path) -> str:
        """See `ThrowAway.url`; the driver is SQLAlchemy's default for the dialect."""
        user, host = quote(self.server.user, safe=""), self.server.host or "localhost"
        return f"postgresql://{user}@{host}:{self.server.port}/{self.name_of(folder, 'rt0')}"

    def request(self, folder: Path) -> Mapping[str, Any]:
        """See `ThrowAway.request`."""
        return {
            **self.server._asdict(),
            "title": "PostgreSQL",
            "dialects": ["postgresql"],
            "usual_port": 5432,
            "folders": [] if self.claim else [self.server.socket],
            "place": self.claim.place if self.claim else self.server.socket,
            "databases": sorted(self.slots(folder)),
            "where": self.claim.WHERE if self.claim else _WHERE,
            "versions": _VERSIONS,
            "catalog": self.catalog_sql(),
            "tables": sql.TABLES,
            "columns": sql.columns(self.major),
            "primary_keys": sql.PRIMARY_KEYS,
            "foreign_keys": sql.FOREIGN_KEYS,
            "select": _SELECT,
            "changes": sql.changes(self.major),
            "mark": _MARK,
            "locks": _LOCKS,
            "json_rows": True,
            "prepares": True,
        }

    def keep(self, folder: Path, into: Path) -> None:
        """See `ThrowAway.keep`. Sessions that are left over are ended."""
        self.leave()
        with self.connected() as run:
            self._end_sessions(run, self.ours(run))
            for slot in self.slots(into):
                run(f'DROP DATABASE "{self.name_of(into, slot)}"')
            self._keep_roles(run, folder, into)
            for slot in self.slots(folder):
                made, template = self.name_of(into, slot), self.name_of(folder, slot)
                with self.marking(run, made):
                    run(f'CREATE DATABASE "{made}" TEMPLATE "{template}"{self._strategy}')

    def begin(self, folder: Path) -> None:
        """See `ServerDatabases.begin`: its roles."""
        with self.connected() as run:
            self._roles[folder.name] = {str(name) for (name,) in run(_ROLES)}

    def load(self, folder: Path, sql: str) -> None:
        """See `ThrowAway.load`; PostgreSQL takes a script as it is, and its functions are one."""
        with self.connected(self.name_of(folder, "rt0")) as run:
            run(sql)

    def drop(self, run: Run, name: str) -> None:
        """See `ServerDatabases.drop`."""
        self._end_sessions(run, {name})
        run(f'DROP DATABASE IF EXISTS "{name}"')

    def _keep_roles(self, run: Run, folder: Path, into: Path) -> None:
        """Roles are the server's: what guests have made since is taken away with its databases."""
        now = {str(name) for (name,) in run(_ROLES)}
        if folder.name == WORK:
            self._roles[into.name] = now
            return
        known = self._roles.get(folder.name, self._roles.get("", set()))
        if into.name != WORK:  # others may stand on what has been made since
            self._roles[into.name] = known
            return
        made = sorted(now - known)
        if made and self.claim:
            raise ValueError(_ROLES_STAY.format(", ".join(made)))
        for name in made:
            with suppress(ValueError):  # another database needs it
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

    def _end_sessions(self, run: Run, databases: Collection[str]) -> None:
        """A guest is gone before its sessions are."""
        names = (name.replace("'", "''") for name in databases)
        asked = _SESSIONS.format(", ".join(f"'{name}'" for name in names))
        begun = time.monotonic()
        while databases and run(asked) and time.monotonic() - begun < _SECONDS:
            time.sleep(0.01)

    def session(self, database: str) -> AbstractContextManager[Run]:
        """See `ServerDatabases.session`."""
        return session(self.server, database or "postgres")
