"""How this run's databases on a user's PostgreSQL are told from all others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from migbot.databases.claim import Claim, runs_of
from migbot.databases.session import Run

MARK = "A throw-away database of migbot, which drops it when its run is over."
"""The comment that a database bears: it is the server's, and no copy of the database has it."""

_MARKED = f"""
    SELECT datname FROM pg_database WHERE shobj_description(oid, 'pg_database') = '{MARK}'
"""
_LOCKS = """
    SELECT lpad(to_hex(classid::bigint), 8, '0') || lpad(to_hex(objid::bigint), 8, '0')
    FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted
"""
"""https://www.postgresql.org/docs/current/view-pg-locks.html says how the number of an advisory
lock is shown; those of every database are."""

_MAY = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
_OTHERS = """
    SELECT 'role', rolname FROM pg_roles WHERE rolname !~ '^pg_' UNION ALL
    SELECT 'database', datname FROM pg_database UNION ALL
    SELECT 'tablespace', spcname FROM pg_tablespace
"""


class PostgreSQLClaim(Claim):
    """See `Claim`: the mark is a comment, the lock an advisory one."""

    # Its settings are not for everybody's eyes; port and start tell it from every other.
    WHERE = """
        SELECT current_database(), 'port ' || current_setting('port') || ', running since '
            || to_char(pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')
    """

    def version(self) -> tuple[str, str]:
        """See `Claim.version`."""
        number = int(self.run("SELECT current_setting('server_version_num')")[0][0])
        return "postgresql", f"{number // 10000}.{number % 10000}"

    def begin(self) -> None:
        """See `Claim.begin`. Nothing may end the session while it has nothing to do."""
        if not self.run(_MAY)[0][0]:
            raise ValueError("its user may not make databases")
        for setting in ("statement_timeout", "lock_timeout", "idle_session_timeout"):
            known = f"SELECT 1 FROM pg_settings WHERE name = '{setting}'"
            if self.run(known):
                self.run(f"SET {setting} = 0")
        number = int.from_bytes(bytes.fromhex(self.id), "big", signed=True)
        self.run(f"SELECT pg_advisory_lock({number})")

    @contextmanager
    def marking(self, run: Run, name: str) -> Iterator[None]:
        """See `Claim.marking`."""
        self.made.add(name)
        yield
        run(f"COMMENT ON DATABASE \"{name}\" IS '{MARK}'")

    def marked(self, run: Run, id: str) -> set[str]:
        """See `Claim.marked`."""
        return runs_of(str(name) for (name,) in run(_MARKED)).get(id, set())

    def living(self, run: Run, ids: Iterable[str]) -> set[str]:
        """See `Claim.living`."""
        return {str(id) for (id,) in run(_LOCKS)}.intersection(ids)

    def others(self, run: Run) -> set[str]:
        """See `Claim.others`."""
        found = {(str(kind), str(name)) for kind, name in run(_OTHERS)}
        return {f"{kind} {name}" for kind, name in found if not runs_of([name])}
