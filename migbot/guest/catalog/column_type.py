"""A column's type and default as they come out of a batch, which reads them by reflection."""

from __future__ import annotations

import re

_NAMES = {
    *("BIGINT", "BLOB", "BOOLEAN", "CHAR", "DATE", "DATETIME", "DECIMAL", "DOUBLE", "FLOAT"),
    *("INTEGER", "JSON", "NUMERIC", "NVARCHAR", "REAL", "SMALLINT", "TEXT", "TIME", "TIMESTAMP"),
    "VARCHAR",
}
"""The types that every SQLAlchemy since 1.4 knows on SQLite and writes as it has read them."""

_SYNONYMS = {
    "BOOL": "BOOLEAN",
    "DATE_CHAR": "DATE",
    "DATETIME_CHAR": "DATETIME",
    "TIME_CHAR": "TIME",
}
_MEASURED = {"CHAR", "DECIMAL", "NUMERIC", "NVARCHAR", "TEXT", "VARCHAR"}
"""The types whose length or precision is written back."""

_INTEGER = re.compile(r"'(-?(?:0|[1-9]\d*))'")
_DECIMAL = re.compile(r"'(-?(?:0|[1-9]\d*)(?:\.\d+)?)'")


def reflected(declared: str) -> str:
    """The type that `declared` (upper case) comes back as.

    One that SQLAlchemy does not know comes back as the one of the same affinity, by which SQLite
    itself goes (https://www.sqlite.org/datatype3.html, section 3.1): nothing has been lost.
    """
    word, _, measure = declared.partition("(")
    name = word.strip()
    name = _SYNONYMS.get(name, name)
    if name not in _NAMES:
        name = affinity(name)
    return "%s(%s" % (name, measure) if measure and name in _MEASURED else name


def affinity(declared: str) -> str:
    """How SQLite treats what is put into a column of this type; "" for as it is."""
    for name, words in (
        ("INTEGER", ("INT",)),
        ("TEXT", ("CHAR", "CLOB", "TEXT")),
        ("", ("BLOB",)),
        ("REAL", ("REAL", "FLOA", "DOUB")),
    ):
        if any(word in declared for word in words):
            return name
    return "NUMERIC" if declared else ""


def plain_default(value: str, declared: str) -> str:
    """A default without the quotes that its column's affinity takes away again.

    `server_default="0"` is written `DEFAULT '0'`, which a column of INTEGER stores as 0.
    """
    value = re.sub(r"^([-+]) (?=[\d.])", lambda sign: sign.group(1).strip("+"), value)
    value = {"true": "1", "false": "0"}.get(value, value)
    kind = affinity(declared)
    quoted = (_INTEGER if kind == "TEXT" else _DECIMAL).fullmatch(value) if kind else None
    return quoted.group(1) if quoted else value
