"""Which statements a step ran, and where in the migration it stopped."""

from __future__ import annotations

import os
import re
import traceback
from types import TracebackType
from typing import Any, Dict, List, Optional, Set

from sqlalchemy import event
from sqlalchemy.engine import Engine

_READS = re.compile(r"\s*(SELECT|PRAGMA|EXPLAIN)\b", re.IGNORECASE)
_KEEPS = re.compile(
    r"\s*(CREATE\s|ALTER\s+TABLE\s+\S+\s+ADD\s|DROP\s+(INDEX|VIEW|TRIGGER)\s)", re.IGNORECASE
)
_WORD = re.compile(r"\w+")
_LONGEST = 2000
_DRIVERS = (
    *("sqlite3", "aiosqlite", "psycopg", "psycopg2", "asyncpg", "pg8000"),
    *("pymysql", "MySQLdb", "aiomysql", "asyncmy", "mariadb", "mysql"),
)


class Statements:
    """The statements of the step that is being run; what the guest asks itself is not counted."""

    def __init__(self) -> None:
        self.run: List[str] = []
        self.listening = False
        event.listen(Engine, "before_cursor_execute", self._hear)

    def _hear(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if self.listening:
            self.run.append(statement)

    def start(self) -> None:
        """Forget the last step's statements and listen."""
        self.run = []
        self.listening = True

    def stop(self) -> None:
        """Listen no more."""
        self.listening = False

    def writes(self) -> int:
        """How many statements of the step were more than a look."""
        return sum(1 for statement in self.run if not _READS.match(statement))

    def may_move_rows(self) -> bool:
        """Whether a statement was run that is not sure to leave every row as it is."""
        return any(not _KEEPS.match(text) for text in self.run if not _READS.match(text))

    def words(self) -> Set[str]:
        """Every word of the step's statements in lower case: the tables it touched are in it."""
        return {word.lower() for statement in self.run for word in _WORD.findall(statement)}


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
    }


def _line(trace: Optional[TracebackType], script: str) -> int:
    """The last line of `script` on the way to the error: the operation that failed."""
    lines = [
        frame.lineno or 0
        for frame in traceback.extract_tb(trace)
        if script and os.path.realpath(frame.filename) == os.path.realpath(script)
    ]
    return lines[-1] if lines else 0
