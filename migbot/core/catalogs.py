"""Two moments of a database compared: what a downgrade left behind, lost or changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from migbot.core.trips import Residue
from migbot.core.value import Value

_NAMED = re.compile(r"^CONSTRAINT \S+ ?")

ORDER = "column order"
"""The kind of object that only says in which order a table's columns stand."""


class Part(Value):
    """One object of a database: `table` is what it belongs to ("" for what stands alone)."""

    kind: str
    name: str
    table: str
    definition: str


Catalog = Mapping[str, Part]
"""A database at one moment: key -> object. Equal catalogs are equal databases."""


def differences(before: Catalog, after: Catalog) -> tuple[Residue, ...]:
    """What `after` has that `before` had not, has not any more, or has otherwise; sorted.

    A whole table that came or went is told once, not once for each of its columns. Another order
    of columns is told only where the columns are the same: see `is_harmless`.
    """
    return tuple(sorted(_differences(before, after), key=lambda each: (each.kind, each.name)))


def is_harmless(residue: Residue) -> bool:
    """Whether a difference is one that no statement notices, so that it is told and does not fail.

    A column that is dropped and added again moves to the end of its table. A key that had no name
    comes out of a batch with the one that the naming convention gives it; the other way round
    would be noticed, by whoever drops it by its name.
    """
    named = _NAMED.sub("", residue.after)
    return residue.kind == ORDER or (
        residue.change == "changed" and named != residue.after and named.strip() == residue.before
    )


def _differences(before: Catalog, after: Catalog) -> Iterator[Residue]:
    if before == after:
        return
    come = _tables(after) - _tables(before)
    gone = _tables(before) - _tables(after)
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        part = old or new
        if old == new or part is None or part.table.lower() in come | gone:
            continue
        if part.kind == ORDER and not (old and new and _same_columns(old, new)):
            continue
        yield _residue(key, before, after)


def _residue(key: str, before: Catalog, after: Catalog) -> Residue:
    old, new = before.get(key), after.get(key)
    part = old or new
    assert part is not None
    change = "left-behind" if old is None else "missing" if new is None else "changed"
    return Residue(part.kind, part.name, change, _shown(old, before), _shown(new, after))


def _tables(catalog: Catalog) -> set[str]:
    return {part.name.lower() for part in catalog.values() if part.kind == "table"}


def _same_columns(old: Part, new: Part) -> bool:
    return sorted(old.definition.split(", ")) == sorted(new.definition.split(", "))


def _shown(part: Part | None, catalog: Catalog) -> str:
    """An object as people read it: a table with its columns and constraints."""
    if part is None:
        return ""
    if part.kind != "table":
        return part.definition or part.name
    own = [each for each in catalog.values() if each.table.lower() == part.name.lower()]
    inside = ", ".join(_lines(own))
    return " ".join(f"{part.name} ({inside}) {part.definition}".split())


def _lines(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        if part.kind == "column":
            yield f"{part.name.split('.', 1)[-1]} {part.definition}"
        elif part.kind in ("primary key", "unique constraint", "check constraint", "foreign key"):
            yield part.definition
