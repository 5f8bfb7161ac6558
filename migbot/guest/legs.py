"""The three legs of one revision on one engine, and what is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, List, Set

from .catalog.snapshot import Catalog, Snapshot
from .rows import Fate, Rows, compare

if TYPE_CHECKING:
    from .engine import Engine


class Legs:
    """Up, down and up again: each is what Alembic runs in place of the migration's own function."""

    def __init__(self, engine: Engine, revision: Any) -> None:
        self.engine = engine
        self.trip = engine.trip
        self.revision = revision
        self.stayed = False

    def say(self, event: str, **facts: Any) -> None:
        """Tell the host something of the revision."""
        self.trip.answer.say(event, revision=self.revision.revision, slot=self.engine.slot, **facts)

    def shown(self, when: str, seen: Snapshot) -> None:
        """Tell the host what a look has seen."""
        self.say("catalog", when=when, id=self.trip.catalogs.show(seen.catalog))

    def upgrade(self, run: Callable[[], Any]) -> None:
        """The first leg, from the schema and the rows that were there before."""
        self.before = self.engine.now or self.engine.look()
        self.rows = self.engine.reader.read(self.before.tables)
        self.shown("before", self.before)
        self.files = self.engine.databases.files(self.engine.ask)
        self.say("seeded", rows=sum(len(table.rows) for table in self.rows.values()))
        if not self.trip.run(self.revision, "upgrade", self.engine, run):
            raise self.trip.raised  # type: ignore[misc]
        self.touched = self.trip.statements.words()
        self.say("sent", sql=self.trip.statements.changes())
        self.up = self.engine.look()
        self._tell_locks()
        self.up_rows = self._rows_after_upgrade()
        assert self.trip.leg is not None
        self.did_something = bool(self.trip.leg["writes"]) or self.up.catalog != self.before.catalog
        self.shown("up", self.up)

    def _rows_after_upgrade(self) -> Rows:
        """The rows that were there before, those of the tables that it touches read again."""
        touched = self.touched | _differing_tables(self.before.catalog, self.up.catalog)
        there = {name: text for name, text in self.up.tables.items() if name in self.rows}
        again = {name: text for name, text in there.items() if name.lower() in touched}
        return {**{name: self.rows[name] for name in there}, **self.engine.reader.read(again)}

    def _tell_locks(self) -> None:
        """Say what the upgrade holds until it commits, on tables that were there before it."""
        databases, ask = self.engine.databases, self.engine.ask
        now = databases.files(ask)
        moved = {name for name in self.before.tables if now.get(name) != self.files.get(name)}
        moved &= now.keys()
        held = [each for each in databases.locks(ask) if each[0] in self.before.tables]
        told = ["%s on %s" % (mode, name) for name, mode in held]
        told += ["%s rewritten" % name for name in sorted(moved)]
        if told:
            self.say("locks", held=told)

    def one_way(self) -> bool:
        """Whether there is nothing to run on the way down, which is said."""
        module = self.revision.module
        if not callable(getattr(module, "downgrade", None)):
            self.say("one-way", why="missing-downgrade", reason="")
            return True
        declared = getattr(module, "irreversible", None)
        if isinstance(declared, str) and declared.strip():
            self.say("one-way", why="irreversible", reason=declared.strip())
            return True
        return False

    def downgrade(self, run: Callable[[], Any]) -> None:
        """The second leg, which is to leave what was there before."""
        went_well = self.trip.run(self.revision, "downgrade", self.engine, run)
        leg = self.trip.leg
        assert leg is not None
        self.touched |= self.trip.statements.words()
        if not went_well:
            self.engine.databases.recover(self.engine.context.connection)
        down = self.engine.look()
        self.shown("down", down)
        if not went_well:
            # Nothing has changed: the version table is put back and the run goes on.
            unchanged = down.catalog == self.up.catalog and not self.trip.rows_moved
            leg["clean"] = self.stayed = unchanged
            if not unchanged:
                raise self.trip.raised  # type: ignore[misc]
            return
        rows = self.engine.reader.read(down.tables)
        if self._left_all(down, rows):
            leg["writes"] = 0
        self.stayed = self.did_something and not leg["writes"] and down.catalog == self.up.catalog
        fates = compare(self.rows, rows)
        if fates:
            self._tell(fates)

    def _left_all(self, down: Snapshot, rows: Rows) -> bool:
        """Whether the downgrade's statements left a changed schema as it is: DROP ... IF EXISTS.

        Of a statement on rows nobody can say so: it may find none of ours, and some of others.
        """
        stayed = down.catalog == self.up.catalog != self.before.catalog
        schema_only = stayed and self.trip.statements.only_of_the_schema()
        return schema_only and not compare(self.up_rows, rows)

    def _tell(self, fates: List[Fate]) -> None:
        touched = self.touched | _differing_tables(self.before.catalog, self.up.catalog)
        upgrades = {fate.table: fate for fate in compare(self.rows, self.up_rows)}
        facts = []
        for fate in fates:
            up = upgrades.get(fate.table, Fate(fate.table, fate.before, 0, 0))
            facts.append(
                {
                    **fate._asdict(),
                    "touched": fate.table.lower() in touched,
                    "lost_up": min(fate.lost, up.lost),
                    "changed_up": min(fate.changed, up.changed),
                }
            )
        self.say("rows", tables=facts)

    def stay(self, run: Callable[[], Any]) -> None:
        """Let Alembic put the version back: the downgrade did nothing, so there is no way up."""

    def upgrade_again(self, run: Callable[[], Any]) -> None:
        """The third leg, which is to lead to where the first one did."""
        if not self.trip.run(self.revision, "upgrade-again", self.engine, run):
            raise self.trip.raised  # type: ignore[misc]
        again = self.engine.look()
        self.shown("again", again)
        if again.catalog != self.up.catalog:
            self.trip.stopped = True


def _differing_tables(before: Catalog, after: Catalog) -> Set[str]:
    """The tables that an object differs in."""
    differing = [
        each
        for one, other in ((before, after), (after, before))
        for key, each in one.items()
        if other.get(key) != each
    ]
    return {(table or name).lower() for _, name, table, _ in differing}
