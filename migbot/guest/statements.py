"""Which statements a step ran, and where in the migration it stopped."""

from __future__ import annotations

import os
import re
import traceback
from types import TracebackType
from typing import Any, Dict, List, Optional, Set, Tuple

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

from .lacks import lacks

_READS = re.compile(r"\s*(SELECT|PRAGMA|EXPLAIN)\b", re.IGNORECASE)
_KEEPS = re.compile(
    r"\s*(CREATE\s|ALTER\s+TABLE\s+\S+\s+ADD\s|DROP\s+(INDEX|VIEW|TRIGGER)\s)", re.IGNORECASE
)
_IN_ITS_TABLE = re.compile(
    r"\s*(ALTER\s+TABLE|DROP\s+TABLE|DROP\s+TYPE|COMMENT\s+ON)\s(?!.*\b(USING|CASCADE)\b)",
    re.IGNORECASE | re.DOTALL,
)
"""What touches no rows but those of the table that it names, in a database where DROP TABLE deletes
no rows that refer to it."""

_OF_THE_SCHEMA = re.compile(
    r"\s*((CREATE|ALTER|DROP|COMMENT|RENAME)\s+"
    r"(?!(ROLE|USER|GROUP|DATABASE|SYSTEM|SERVER|TABLESPACE|DEFAULT|SUBSCRIPTION)\b)"
    r"|(SET|RESET|LOCK)\s)",
    re.IGNORECASE,
)
"""What a catalog would show, had it done anything, or what lasts no longer than its session."""

_MAKES_ROLE = re.compile(
    r"\bCREATE\s+(?:ROLE|USER|GROUP)\s+(?:IF\s+NOT\s+EXISTS\s+)?[\"'`]?(?!MAPPING\b)(\w+)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
_LONGEST = 2000
_MOST, _LONGEST_SENT = 200, 20000
_DRIVERS = (
    *("sqlite3", "aiosqlite", "psycopg", "psycopg2", "asyncpg", "pg8000"),
    *("pymysql", "MySQLdb", "aiomysql", "asyncmy", "mariadb", "mysql"),
)


Sent = Tuple[str, bool]
"""A statement as it was sent, and whether in a transaction."""


class Statements:
    """The statements of the step that is being run; what the guest asks itself is not counted."""

    def __init__(self) -> None:
        self.run: List[str] = []
        self.sent: List[Sent] = []
        self.listening = False
        self._open: Set[int] = set()
        event.listen(Engine, "before_cursor_execute", self._hear)
        event.listen(Pool, "checkout", self._opened)
        event.listen(Pool, "checkin", self._closed)

    def _hear(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if self.listening:
            self.run.append(statement)
            if connection.dialect.name == "postgresql" and len(self.sent) < _MOST:
                level = connection.get_execution_options().get("isolation_level")
                self.sent.append((statement[:_LONGEST_SENT], level != "AUTOCOMMIT"))

    def _opened(self, connection: Any, record: Any, proxy: Any) -> None:
        if self.listening:
            self._open.add(id(record))

    def _closed(self, connection: Any, record: Any) -> None:
        self._open.discard(id(record))

    def start(self) -> None:
        """Forget the last step's statements and listen."""
        self.run = []
        self.sent = []
        self._open = set()
        self.listening = True

    def stop(self) -> None:
        """Listen no more."""
        self.listening = False

    def changes(self) -> List[Dict[str, Any]]:
        """What the step has sent to PostgreSQL, beside looks, stand-ins and statements cut off."""
        return [
            {"statement": statement, "transaction": transaction}
            for statement, transaction in self.sent
            if not _READS.match(statement)
            and not statement.startswith("DO $migbot$")
            and len(statement) < _LONGEST_SENT
        ]

    def left_open(self) -> int:
        """How many connections the step has taken from a pool and not given back."""
        return len(self._open)

    def roles(self) -> List[str]:
        """The roles that the step has made: they belong to the server, not to its database."""
        return sorted({name for statement in self.run for name in _MAKES_ROLE.findall(statement)})

    def writes(self) -> int:
        """How many statements of the step were more than a look."""
        return sum(1 for statement in self.run if not _READS.match(statement))

    def may_move_rows(self) -> bool:
        """Whether a statement was run that is not sure to leave every row as it is."""
        return any(not _keeps(text) for text in self.run if not _READS.match(text))

    def stays_in_its_tables(self) -> bool:
        """Whether every statement that may move rows names their table: see `words`."""
        acts = [text for text in self.run if not (_READS.match(text) or _keeps(text))]
        return all(_IN_ITS_TABLE.match(text) and not _is_several(text) for text in acts)

    def truncate(self) -> bool:
        """Whether a table may have been emptied, after which PostgreSQL counts from naught."""
        return any("truncate" in text.lower() for text in self.run)

    def only_of_the_schema(self) -> bool:
        """Whether the catalog would show whatever the step's statements did."""
        acts = [text for text in self.run if not _READS.match(text)]
        return all(_OF_THE_SCHEMA.match(text) for text in acts)

    def words(self) -> Set[str]:
        """Every word of the step's statements in lower case: the tables it touched are in it."""
        return {word for statement in self.run for word in words_of(statement)}


def words_of(text: str) -> List[str]:
    """The words of a text in lower case."""
    return _WORD.findall(text.lower())


def _keeps(text: str) -> bool:
    return bool(_KEEPS.match(text)) and not _is_several(text)


def _is_several(text: str) -> bool:
    """Whether a text may be several statements, of which the first says nothing of the others."""
    return ";" in text.rstrip().rstrip(";")


def describe(error: BaseException, script: str, root: str, last: str = "") -> Dict[str, Any]:
    """An error as the report tells it: what was said, by which statement, from which line.

    `script` is the migration's file. `last` is the statement to name when the error has none.
    """
    original = getattr(error, "orig", None) or error
    statement = getattr(error, "statement", None) or ""
    if not statement and original.__class__.__module__.split(".")[0] in _DRIVERS:
        statement = last
    return {
        "type": type(original).__name__,
        "message": (str(original) or type(original).__name__)[:_LONGEST],
        "statement": str(statement)[:_LONGEST],
        "path": os.path.relpath(script, root) if script else "",
        "line": _line(error.__traceback__, script),
        "lacks": lacks(error, str(statement)),
    }


def _line(trace: Optional[TracebackType], script: str) -> int:
    """The last line of `script` on the way to the error: the operation that failed."""
    lines = [
        frame.lineno or 0
        for frame in traceback.extract_tb(trace)
        if script and os.path.realpath(frame.filename) == os.path.realpath(script)
    ]
    return lines[-1] if lines else 0
