"""What a server answers to the catalog's SQL, as it is compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from migbot.core.catalogs import Catalog, Part
from migbot.core.throwaway import Master


def text_rows(rows: Iterable[Sequence[Any]]) -> Master:
    """Rows of text, sorted: drivers differ in what they make of a name."""
    return sorted([_text(value) for value in row] for row in rows)


def catalog_of(rows: Master, ignored: set[str]) -> Catalog:
    """The catalog without the tables in `ignored`, with the keys that the guest gives."""
    found: dict[str, Part] = {}
    for kind, name, table, definition in rows:
        if table in ignored or (kind == "table" and name in ignored):
            continue
        key = " ".join(filter(None, (kind, table, name)))
        while key in found:
            key += "'"
        found[key] = Part(kind, name, table, definition)
    return found


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
