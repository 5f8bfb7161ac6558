"""Which extension of PostgreSQL a statement needed and the server does not have."""

from __future__ import annotations

import re
from typing import Any, List

CREATES = re.compile(
    r"\s*CREATE\s+EXTENSION\s+(?P<unless>IF\s+NOT\s+EXISTS\s+)?(?P<name>\"[^\"]+\"|\w+)",
    re.IGNORECASE,
)
_SAID = (
    re.compile(r'extension "([^"]+)" is not available'),
    re.compile(r'could not open extension control file "(?:.*/)?([^"/]+)\.control"'),
    re.compile(r'(\w+) (?:can only|must) be (?:pre)?loaded via "?shared_preload_libraries'),
)
_STOOD_IN = re.compile(r"^DO \$migbot\$.*? extname = '([^']+)'", re.DOTALL)
"""A stand-in that fails is as good as none: see `stand_ins`."""

_STATES = ("0A000", "58P01")
"""feature_not_supported and undefined_file: what they mean of an extension, in every language."""


def missing_extensions(error: Any, statement: str) -> List[str]:
    """The extension that the driver's `error` says is not there; nothing for another error."""
    for pattern in _SAID:
        found = pattern.search(str(error))
        if found:
            return [found.group(1)]
    stood_in = _STOOD_IN.search(statement)
    if stood_in and "already exists" not in str(error):
        return [stood_in.group(1)]
    made = CREATES.match(statement)
    if made and _state(error) in _STATES:
        return [made.group("name").strip('"')]
    return []


def _state(error: Any) -> str:
    """The SQLSTATE, wherever the driver keeps it: psycopg and asyncpg, psycopg2, pg8000."""
    state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    said = error.args[0] if getattr(error, "args", ()) else None
    return str(state or (said.get("C") if isinstance(said, dict) else "") or "")
