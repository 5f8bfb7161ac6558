"""What was not here and was needed when an error came: none of it is a mistake of a migration."""

from __future__ import annotations

import re
from typing import Any, Dict, List

from .drivers import likely
from .extensions import missing_extensions
from .unusable_url import is_unusable
from .variables import missing_variables

_FULL = re.compile(
    r"No space left on device|disk is full|Disk quota exceeded|[Ee]rrcode: (28|122)\b|"
    r"\(1114, |\bErr(code|no) 28\b|\(1030, .Got error 168 "
)
"""Of the system, of SQLite, and of MariaDB: 1114 (a table is full) and 168 (an error of the engine
that is none of the statement) are what InnoDB makes of it."""


def lacks(error: BaseException, statement: str) -> List[Dict[str, str]]:
    """Variables that are not set, extensions that the server does not have, a URL, room, memory."""
    original: Any = getattr(error, "orig", None) or error
    variables = missing_variables(error)
    kind = likely() if variables else ""
    found = [{"kind": "variable", "name": name, "of": kind} for name in variables]
    for name in missing_extensions(original, statement):
        found.append({"kind": "extension", "name": name})
    if is_unusable(original):
        found.append({"kind": "url", "name": "", "of": likely()})
    if isinstance(error, MemoryError):
        found.append({"kind": "memory", "name": ""})
    if _FULL.search(str(original)):
        found.append({"kind": "room", "name": ""})
    return found
