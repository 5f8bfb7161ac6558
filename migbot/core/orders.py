"""The sides of a fork: what each of them touches, and where two do not commute."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from migbot.core.catalogs import ORDER, Catalog
from migbot.core.graph import Ids, RevisionGraph
from migbot.core.trips import Conflict, Residue
from migbot.core.value import Value

MOST_CONFLICTS = 10
"""Conflicts that are told of one order: whoever mends the first few sees the rest."""


Clashes = tuple[Conflict, ...]


class Side(Value):
    """One side of a fork: its head, its own revisions in the order in which they run, its name."""

    head: str
    own: Ids
    name: str


class Fork(Value):
    """Sides that a database may have run first; `common` are the heads of what all stand on, which
    has as many revisions as `below` says."""

    common: Ids
    sides: tuple[Side, ...]
    below: int = 0


def fork_of(graph: RevisionGraph, heads: Ids, names: Mapping[str, str] | None = None) -> Fork:
    """The fork whose sides end in `heads`, which `names` may call otherwise than by their ids."""
    below = {head: graph.ancestors([head], depends=True) for head in heads}
    common = frozenset.intersection(*below.values())
    needed = {other for name in common for other in graph.needs(name)}
    called = names or {}
    own = {head: tuple(e for e in graph.order if e in below[head] - common) for head in heads}
    sides = (Side(head, own[head], called.get(head, head)) for head in heads)
    return Fork(tuple(sorted(common - needed)), tuple(sides), len(common))


class Thing(Value):
    """One object of the database `slot`, as two revisions may both touch it, and its table."""

    slot: str
    kind: str
    name: str
    table: str

    def is_called(self, slot: str, kind: str, name: str) -> bool:
        """Whether this is the object of that name; no database tells names apart by case alone."""
        return (self.slot, self.kind, self.name.lower()) == (slot, kind, name.lower())

    def is_in(self, slot: str, tables: frozenset[str]) -> bool:
        """Whether this is one of `tables` (in lower case), or belongs to one."""
        return self.slot == slot and self.table.lower() in tables


Touches = Mapping[str, frozenset[Thing]]
"""Each revision, and what its upgrade makes, drops or changes."""


def touched(slot: str, before: Catalog, after: Catalog) -> frozenset[Thing]:
    """What is not the same in both; another order of columns is nothing that anybody touched."""
    changed = [each for each in {*before, *after} if before.get(each) != after.get(each)]
    parts = (before.get(key) or after[key] for key in changed)
    return frozenset(
        Thing(slot, part.kind, part.name, part.name if part.kind == "table" else part.table)
        for part in parts
        if part.kind != ORDER
    )


def clashes(fork: Fork, touches: Touches, found: Mapping[str, Sequence[Residue]]) -> Clashes:
    """Which revisions have to do with what was `found` to differ at the end, on each database."""
    told = (
        _clash(fork, touches, slot, each) for slot, residue in found.items() for each in residue
    )
    return tuple(islice(told, MOST_CONFLICTS))


def _clash(fork: Fork, touches: Touches, slot: str, each: Residue) -> Conflict:
    """Both sides touch that very object, or else its table; or one is named, who did so last, and
    nobody knows what the other did."""

    def meant(thing: Thing) -> bool:
        return thing.is_called(slot, each.kind, each.name)

    every = [thing for things in touches.values() for thing in things]
    tables = frozenset(thing.table.lower() for thing in filter(meant, every)) - {""}
    both = _of_both(fork, _who(touches, meant))
    near = both or _of_both(fork, _who(touches, lambda thing: thing.is_in(slot, tables)))
    table = min(tables) if near and not both else ""
    revisions = near or _who(touches, meant)[-1:]
    return Conflict(revisions, each.kind, each.name, table, each.before, each.after)


def _who(touches: Touches, meets: Callable[[Thing], bool]) -> Ids:
    return tuple(name for name, things in touches.items() if any(map(meets, things)))


def _of_both(fork: Fork, names: Ids) -> Ids:
    """`names`, where they are not all of one side; else none."""
    return () if any({*names} <= {*side.own} for side in fork.sides) else names


def obstacles(fork: Fork, touches: Touches, failed: str) -> Clashes:
    """What the revision that `failed` touches where it passes, and other sides touch as well.

    A table that both make is told without its columns.
    """
    others = {
        name: things
        for name, things in touches.items()
        if not any({name, failed} <= {*side.own} for side in fork.sides)
    }
    mine = sorted(touches.get(failed, ()))
    made = [each for each in mine if each.kind == "table"]
    rest = [each for each in mine if each.kind != "table"]
    tables = dict.fromkeys(each._replace(kind="table", name=each.table) for each in mine)
    near = [each for each in tables if each.table]
    exact = [*_obstacles(failed, others, made, _same)] or [*_obstacles(failed, others, rest, _same)]
    return tuple((exact or [*_obstacles(failed, others, near, _inside)])[:MOST_CONFLICTS])


def _obstacles(
    failed: str,
    others: Touches,
    mine: Iterable[Thing],
    like: Callable[[Thing], Callable[[Thing], bool]],
) -> Iterator[Conflict]:
    for thing in mine:
        revisions = _who(others, like(thing))
        if revisions:
            yield Conflict((failed, *revisions), thing.kind, thing.name)


def _same(thing: Thing) -> Callable[[Thing], bool]:
    return lambda other: other.is_called(thing.slot, thing.kind, thing.name)


def _inside(table: Thing) -> Callable[[Thing], bool]:
    return lambda other: other.is_in(table.slot, frozenset([table.name.lower()]))
