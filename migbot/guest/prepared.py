"""The host's statements on one connection to PostgreSQL, planned once: that costs the most."""

from __future__ import annotations

import re
from typing import Any, List, Set, Tuple

from .rows import Ask

TextRows = List[Tuple[str, ...]]

_NAMES = "SELECT string_agg(name, ' ') FROM pg_prepared_statements WHERE name ~ '^migbot_'"


class Prepared:
    """Statements with a name, which a migration may throw away at any time (DISCARD ALL)."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._there: Set[str] = set()

    def begin(self) -> None:
        """See which are still there: the project's code may have run since."""
        self._there = set(text(self._ask(_NAMES)[1][0][0]).split())

    def run(self, name: str, sql: str, *given: str) -> TextRows:
        """The rows of a statement as text; `given` are its parameters.

        They go by settings of the session: a statement with parameters is planned for each.
        """
        name = "migbot_" + name
        if name not in self._there:
            plain = re.sub(r"\$(\d)", r"current_setting('migbot.given_\1')", sql)
            self._ask("PREPARE %s AS %s" % (name, plain))
            self._there.add(name)
        if given:
            values = ("set_config('migbot.given_%d', '%s', false)" % e for e in enumerate(given, 1))
            self._ask("SELECT " + ", ".join(values))
        return [tuple(map(text, row)) for row in self._ask("EXECUTE " + name)[1]]


def text(value: Any) -> str:
    """A value as text, whatever the driver made of it."""
    return value.decode("utf-8", "replace") if isinstance(value, (bytes, bytearray)) else str(value)
