"""One engine of the project in a run of env.py: its steps, its looks, and the rows put in."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Callable, Iterator, Optional, Set, Tuple

from alembic.runtime.migration import MigrationStep

from .catalog.snapshot import Snapshot
from .legs import Legs
from .rows import Answered, RowReader, asked
from .seed import WANTED
from .statements import words_of

if TYPE_CHECKING:
    from .stepper import Trip

Step = Iterator[Any]


class Engine:
    """One engine, and the database that it is connected to."""

    def __init__(self, trip: Trip, context: Any) -> None:
        self.trip = trip
        self.context = context
        self.databases = trip.databases
        self.slot = trip.slot(self.databases.slot(self.ask), self._tenant())
        self.now: Optional[Snapshot] = None
        self.reader = RowReader(lambda names: self.databases.rows(self.ask, names))
        self.unseeded: Set[Tuple[str, str]] = set()
        self.doubted: Optional[Set[str]] = set()

    def _tenant(self) -> str:
        """The schema that this engine migrates, as far as it is another than the usual one."""
        named = self.context.version_table_schema
        if named or self.context.dialect.name != "postgresql":
            return str(named or "")
        return str(self.ask("SELECT current_schema()")[1][0][0] or "")

    def ask(self, *sql: Any, **how: Any) -> Answered:
        """The columns and rows of a query: see `rows.asked`."""
        return asked(self.context.connection, *sql, **how)

    def replay(self, revision: Any) -> Step:
        """Upgrade only: this revision has had its round trip."""

        def upgrade(run: Callable[[], Any]) -> None:
            if not self.trip.run(revision, "replay", self, run):
                raise self.trip.raised  # type: ignore[misc]

        yield self._step(revision, True, upgrade, forget=not self.trip.task.together)
        self.trip.settle()
        self.now = None

    def prove(self, revision: Any) -> Step:
        """The three legs of one revision, and what the database looked like between them."""
        trip = Legs(self, revision)
        self.trip.begin(revision, "upgrade", self.slot)
        self.fill()
        yield self._step(revision, True, trip.upgrade)
        self.trip.settle()
        self._checkpoint(revision.revision)
        if trip.one_way():
            return
        yield self._step(revision, False, trip.downgrade)
        self.trip.settle()
        yield self._step(revision, True, trip.stay if trip.stayed else trip.upgrade_again)
        self.trip.settle()

    def _step(
        self,
        revision: Any,
        up: bool,
        around: Callable[[Callable[[], Any]], None],
        forget: bool = True,
    ) -> MigrationStep:
        if forget:  # what Alembic remembers of created types would hide the second CREATE TYPE
            getattr(self.context.impl, "memo", {}).clear()
        make = MigrationStep.upgrade_from_script if up else MigrationStep.downgrade_from_script
        step = make(self.trip.script.revision_map, revision)
        function = step.migration_fn

        @functools.wraps(function)
        def wrapped(**arguments: Any) -> None:
            around(lambda: function(**arguments))

        step.migration_fn = wrapped
        return step

    def look(self) -> Snapshot:
        """What this connection sees, committed or not."""
        self.now = self.databases.snapshot(self.ask, [self.context.version_table])
        self.reader.keep(self.now.tables)
        self._forget_rows(self.databases.written(self.ask))
        return self.now

    def changes(self) -> Any:
        """A mark that is another when rows were written, by this connection or by one beside it."""
        return self.databases.mark(self.ask, self.context.connection)

    def fill(self) -> None:
        """Put rows into every table with fewer than two, between two steps."""
        tables = (self.now or self.look()).tables
        rows = self.reader.read(tables)
        few = {name: text for name, text in tables.items() if len(rows[name].rows) < WANTED}
        few = {name: text for name, text in few.items() if (name, text) not in self.unseeded}
        if not few or not self.trip.task.seed:
            return
        self.databases.fill(self.ask, few, self.context.connection)
        self.reader.forget(few if self._is_plain() else None)
        rows = self.reader.read(tables)
        self.unseeded.update(each for each in few.items() if len(rows[each[0]].rows) < WANTED)

    def _forget_rows(self, written: Optional[Set[str]]) -> None:
        """Read again what was `written`, as far as that is counted, and what is in doubt."""
        self.reader.forget(None if self.doubted is None else self.doubted | (written or set()))
        self.doubted = set()

    def doubt_rows(self, unheard: bool) -> None:
        """Take for changed what the step may have changed, by statements or by others."""
        statements = self.trip.statements
        if self.databases.counts(self.ask) and not statements.truncate():
            return  # the next look knows
        named = None if unheard else self._named()
        self.doubted = None if named is None or self.doubted is None else self.doubted | named

    def _named(self) -> Optional[Set[str]]:
        """The tables that the step's statements may have changed; None for any."""
        statements, tables = self.trip.statements, self.now.tables if self.now else {}
        plain = self.databases.drops_only_rows_of_its_own and self._is_plain()
        if not (plain and statements.stays_in_its_tables()):
            return None
        words = statements.words()
        named = {name for name in tables if set(words_of(name)) <= words}
        return named | {name for name in tables if re.search("INHERITS|PARTITION", tables[name])}

    def _is_plain(self) -> bool:
        """Whether nothing in the database acts on what is done to it."""
        acting = ("trigger", "rule", "event trigger")
        return self.now is not None and all(e[0] not in acting for e in self.now.catalog.values())

    def sow(self, when: str, name: str) -> None:
        """Put in the project's own rows that belong `before` or `after` a revision's upgrade."""
        statements = self.trip.task.seeds.get(when, {}).get(name, ())
        if not statements or not self.trip.task.seed:
            return
        try:
            self.databases.put(self.ask, statements, self.context.connection)
        except Exception as error:
            why = "seeds: the rows %s %s cannot be put in: %s" % (when, name, error)
            self.trip.answer.stop(why, "[[tool.migbot.roundtrip.seeds]]")
        self.reader.forget()
        if when == "after":
            self._checkpoint(name)

    def _checkpoint(self, name: str) -> None:
        """Copy the databases, to go on from here should a later step damage them.

        Not while a transaction is open (env.py may hold one round the whole run): what is
        committed is then neither before nor after the step.
        """
        if self.trip.stopped or self.databases.is_busy(self.context.connection):
            return
        if self.databases.checkpoint(self.trip.task.checkpoint):
            self.trip.answer.say("checkpoint", revision=name, slot=self.slot)
