"""The host's statements on one connection to PostgreSQL, planned once: that costs the most."""

from __future__ import annotations

import re
from typing import Any, List, Set, Tuple

from .rows import Ask

TextRows = List[Tuple[str, ...]]

_NAMES = "SELECT string_agg(name, ' ') FROM pg_prepared_statements WHERE name ~ '^migbot_'"


class Prepared:
    """Statements with a name, which a migration may throw away at any time (DISCARD ALL).

    Their parameters go by settings of the session: a statement with parameters is planned for each.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._there: Set[str] = set()
        self._given: Tuple[str, ...] = ()

    def begin(self, sql: str, *given: str) -> Tuple[str, ...]:
        """The one row of `sql`, which is not prepared, as text; the next statement is `given` that.

        And see which are still there: the project's code may have run since.
        """
        wanted = "SELECT concat((%s)), concat(%s), m.* FROM (%s) AS m"
        row = self._ask(wanted % (_NAMES, _set(given) or "NULL", sql), named=False)[1][0]
        self._there = set(text(row[0]).split())
        self._given = given
        return tuple(map(text, row[2:]))

    def plain(self, sql: str) -> str:
        """The one value of a statement that is not prepared, as text."""
        return text(self._ask(sql, named=False)[1][0][0])

    def run(self, name: str, sql: str, *given: str) -> TextRows:
        """The rows of a statement as text; `given` are its parameters, as far as it has any."""
        name = "migbot_" + name
        if name not in self._there:
            plain = re.sub(r"\$(\d)", r"current_setting('migbot.given_\1')", sql)
            self._ask("PREPARE %s AS %s" % (name, plain))
            self._there.add(name)
        there, self._given = self._given, ()
        first = "SELECT " + _set(given) if given and given != there else ""
        rows = self._ask("EXECUTE " + name, first=first, named=False)[1]
        return [tuple(map(text, row)) for row in rows]


def _set(given: Tuple[str, ...]) -> str:
    each = ("set_config('migbot.given_%d', '%s', false)" % each for each in enumerate(given, 1))
    return ", ".join(each)


def text(value: Any) -> str:
    """A value as text, whatever the driver made of it."""
    if isinstance(value, str):
        return value
    return value.decode("utf-8", "replace") if isinstance(value, (bytes, bytearray)) else str(value)
