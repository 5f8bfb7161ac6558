"""Files of SQL that a project gives: what a server takes of a dump, and single statements."""

from __future__ import annotations

import re
from collections.abc import Iterator

_COPY = re.compile(r"^COPY .* FROM stdin;$", re.I)
_DELIMITER = re.compile(r"^DELIMITER\b", re.I)
_WHOLE = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|/\*.*?\*/""", re.S)
"""What may hold a `;` or a quote that is none: strings, names and comments."""


def dump(text: str) -> str:
    """A dump without the lines that are the client's own (`\\restrict` of pg_dump).

    Raises ValueError for what no server takes by itself: rows after COPY, and DELIMITER.
    """
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if _COPY.match(line):
            raise ValueError(
                f"line {number} is a COPY of rows; dump with --schema-only, or --inserts"
            )
        if _DELIMITER.match(line):
            raise ValueError(f"line {number} is a DELIMITER, which only the mysql client knows")
    return "\n".join(line for line in lines if not line.startswith("\\"))


def statements(text: str) -> Iterator[str]:
    """The statements of a file, each of which ends with a `;` at the end of a line."""
    waiting = ""
    for line in dump(text).splitlines():
        waiting += f"{line}\n"
        bare = _WHOLE.sub("", waiting).strip()
        if bare.endswith(";") and "/*" not in bare and not set(bare) & set("'\"`"):
            if bare != ";":
                yield waiting.strip()
            waiting = ""
    if _WHOLE.sub("", waiting).strip():
        yield waiting.strip()
