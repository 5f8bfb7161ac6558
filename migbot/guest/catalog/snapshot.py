"""A database at one moment, whatever its kind."""

from __future__ import annotations

from typing import Dict, NamedTuple, Tuple

Object = Tuple[str, str, str, str]
"""Kind, name, the table that it belongs to ("" for none), definition."""

Catalog = Dict[str, Object]


class Snapshot(NamedTuple):
    """A catalog, and the texts of the tables that hold rows of their own (name -> text)."""

    catalog: Catalog
    tables: Dict[str, str]


def key(each: Object, catalog: Catalog) -> str:
    """A name for the object that is not taken: two equal checks are two checks.

    With the table, as two tables may each have a check of the same name.
    """
    kind, own, table, _ = each
    name = " ".join(filter(None, (kind, table, own)))
    while name in catalog:
        name += "'"
    return name
