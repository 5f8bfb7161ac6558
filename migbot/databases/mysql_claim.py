"""How this run's databases on a user's MariaDB or MySQL are told from all others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from migbot.databases.claim import Claim, runs_of
from migbot.databases.session import Run

MARK = "made_by_migbot"
"""A table, in a database of the run's own, with the name of each that it makes. MySQL's databases
have no comment, and a table in the database itself would be seen by what compares it. A name is
written before its database is made: there is no moment at which one is there without a mark."""

_WEEK = 7 * 24 * 3600
_DATABASES = "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA"
_ACCOUNTS = "SELECT CONCAT(User, '@', Host) FROM mysql.user"


class MySQLClaim(Claim):
    """See `Claim`: the mark is a row, the lock one by name."""

    WHERE = "SELECT DATABASE(), CONCAT(@@hostname, ':', @@port)"

    def version(self) -> tuple[str, str]:
        """See `Claim.version`."""
        said = str(self.run("SELECT VERSION()")[0][0])
        number = said.partition("-")[0]
        return "mariadb" if "mariadb" in said.lower() else "mysql", number

    def begin(self) -> None:
        """See `Claim.begin`. The server must not end the session while it has nothing to do."""
        self.run(f"SET SESSION wait_timeout = {_WEEK}")
        self.run(f"SELECT GET_LOCK('{_own(self.id)}', 0)")
        self.run(f"CREATE DATABASE `{_own(self.id)}`")
        self.run(f"CREATE TABLE `{_own(self.id)}`.{MARK} (name VARCHAR(64) PRIMARY KEY)")

    @contextmanager
    def marking(self, run: Run, name: str) -> Iterator[None]:
        """See `Claim.marking`."""
        self.made.add(name)
        run(f"REPLACE INTO `{_own(self.id)}`.{MARK} (name) VALUES ('{name}')")
        yield

    def marked(self, run: Run, id: str) -> set[str]:
        """See `Claim.marked`."""
        if not _is_marked(run, id):
            return set()
        names = {str(name) for (name,) in run(f"SELECT name FROM `{_own(id)}`.{MARK}")}
        return runs_of(names).get(id, set())

    def living(self, run: Run, ids: Iterable[str]) -> set[str]:
        """See `Claim.living`."""
        return {id for id in ids if run(f"SELECT IS_USED_LOCK('{_own(id)}')")[0][0] is not None}

    def forget(self, run: Run, id: str) -> None:
        """See `Claim.forget`: the marks."""
        if _is_marked(run, id):
            run(f"DROP DATABASE IF EXISTS `{_own(id)}`")

    def others(self, run: Run) -> set[str]:
        """See `Claim.others`: users only where we may see them."""
        databases = {str(name) for (name,) in run(_DATABASES)}
        found = {f"database {name}" for name in databases if not runs_of([name])}
        with suppress(ValueError):
            found |= {f"user {name}" for (name,) in run(_ACCOUNTS)}
        return found


def _own(id: str) -> str:
    """The run's own database, which is no slot's."""
    return f"migbot_{id}"


def _is_marked(run: Run, id: str) -> bool:
    where = f"TABLE_SCHEMA = '{_own(id)}' AND TABLE_NAME = '{MARK}'"
    return bool(run(f"SELECT 1 FROM information_schema.TABLES WHERE {where}"))
