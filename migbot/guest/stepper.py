"""Up, down and up again for each revision, all in one run of env.py.

Alembic hands `fn(heads, context)` to `run_migrations`, which runs the steps that it yields
(documented under EnvironmentContext). A generator decides the next step after it has seen what
the last one did, and Alembic keeps the version table right through merge points and dependencies.
"""

from __future__ import annotations

import functools
import re
import time
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Set, Tuple

from alembic.runtime.migration import MigrationStep

from .answer import Answer
from .catalog.snapshot import Catalog, Snapshot
from .catalogs import Catalogs
from .drift import drift
from .redirect import Databases
from .refusal import refusals, refused_in
from .rows import Answered, Fate, RowReader, Rows, asked, compare
from .seed import WANTED
from .statements import Statements, describe, words_of

Step = Iterator[Any]


class Task(NamedTuple):
    """What to prove: `order` is every revision to run.

    Only upgraded are those of `replay`, and on each database those that it has in `proved`; where
    some go up only in one command with those below, they are run `together`.
    """

    order: List[str]
    replay: List[str]
    proved: Dict[str, List[str]]
    skip: List[str]
    together: bool
    seed: bool
    seeds: Dict[str, Dict[str, List[str]]]
    drift: bool
    root: str
    checkpoint: str


class Trip:
    """The round trips of one run of env.py; `fn` is what Alembic calls, once for each engine.

    Everything is said as it happens. After a failure that leaves a database that is neither up
    nor down the run is over (`stopped`): the host restores the last checkpoint and starts anew.
    """

    def __init__(self, task: Task, answer: Answer, databases: Databases, script: Any) -> None:
        self.task = task
        self.answer = answer
        self.databases = databases
        self.script = script
        self.statements = Statements()
        self.catalogs = Catalogs(answer)
        self.rows_moved = True
        self.stopped = False
        self.called = False
        self.leg: Optional[Dict[str, Any]] = None
        self._slots: Set[str] = set()

    def slot(self, database: str, tenant: str) -> str:
        """The name of one engine's part of a database: env.py may migrate a schema a tenant."""
        name = "%s:%s" % (database, tenant) if tenant not in ("", "public") else database
        while name in self._slots:  # the same schema with another version table
            name += "+"
        self._slots.add(name)
        return name

    def fn(self, heads: Any, context: Any) -> Step:
        """The steps of one engine, from the `heads` that its database is at."""
        self.called = True
        if self.stopped:
            return
        engine = _Engine(self, context)
        done = _behind(self.script, heads)
        proved = {*self.task.replay, *self.task.proved.get(engine.slot, [])}
        blocked = {name: name for name in self.task.skip}
        for name in self.task.order:
            if name in done or name in blocked:
                continue
            revision = self.script.get_revision(name)
            missing = [blocked[each] for each in revision._all_down_revisions if each in blocked]
            if missing:
                blocked[name] = min(missing)  # the one that failed, however far below it is
                self.answer.say("blocked", revision=name, slot=engine.slot, by=blocked[name])
                continue
            engine.sow("before", name)
            yield from engine.replay(revision) if name in proved else engine.prove(revision)
            if not self.stopped:
                engine.sow("after", name)
            if self.stopped:
                return
        if self.task.drift and not self.task.skip:
            self._tell_drift(engine)
        seen = engine.look()
        self.answer.say(
            "finished",
            slot=engine.slot,
            master=self.databases.master(engine.ask),
            id=self.catalogs.show(seen.catalog),
        )

    def _tell_drift(self, engine: _Engine) -> None:
        try:
            found = drift(engine.context)
        except Exception as error:
            self.answer.say("drift", slot=engine.slot, found=[], unknown=str(error)[:500])
            return
        self.answer.say("drift", slot=engine.slot, found=found, unknown="")

    def over(self, error: Optional[BaseException]) -> None:
        """Say what became of the step that env.py ended in, if it ended in one."""
        if self.leg is not None and error is not None and self.leg["ok"]:
            # The migration itself was through: what failed is the commit, as a deferred
            # constraint does.
            self.leg.update(ok=False, error=self._told(error), refused=refused_in(error))
        self.settle()

    def settle(self) -> None:
        """Say how the leg went that Alembic has just committed."""
        if self.leg is not None:
            leg, self.leg = self.leg, None
            self.stopped = self.stopped or not (leg["ok"] or leg["clean"])
            self.answer.say("leg", **leg)

    def begin(self, revision: Any, name: str, slot: str) -> None:
        """Say which leg begins: should the process die, this is where."""
        self.path = revision.path
        self.answer.say("begin", revision=revision.revision, leg=name, slot=slot)

    def _told(self, error: BaseException) -> Dict[str, Any]:
        last = self.statements.run[-1] if self.statements.run else ""
        return describe(error, self.path, self.task.root, last)

    def run(self, revision: Any, name: str, engine: _Engine, function: Callable[[], Any]) -> bool:
        """Run one leg and keep how it went; whether it went well."""
        slot = engine.slot
        self.begin(revision, name, slot)
        mark = engine.changes()
        del refusals[:]
        self.statements.start()
        started = time.perf_counter()
        error: Optional[BaseException] = None
        self.answer.stepping = True
        try:
            function()
        except BaseException as raised:  # sys.exit() too is a way for a migration to fail
            error = raised
        milliseconds = (time.perf_counter() - started) * 1000
        self.answer.stepping = False
        self.statements.stop()
        self.rows_moved = self.statements.may_move_rows() or mark != _tried(engine.changes)
        if self.rows_moved:
            engine.forget_rows()
        self.leg = {
            "revision": revision.revision,
            "slot": slot,
            "leg": name,
            "ok": error is None,
            "ms": round(milliseconds, 3),
            "error": self._told(error) if error is not None else None,
            "refused": bool(refusals) or refused_in(error),
            "refusals": list(refusals),
            "declared": isinstance(error, NotImplementedError),
            "writes": self.statements.writes(),
            "clean": False,
            "roles": self.statements.roles(),
            "left_open": self.statements.left_open(),
        }
        self.raised = error
        return error is None


class _Engine:
    """One engine of the project in this run, and the database it is connected to."""

    def __init__(self, trip: Trip, context: Any) -> None:
        self.trip = trip
        self.context = context
        self.databases = trip.databases
        self.slot = trip.slot(self.databases.slot(self.ask), self._tenant())
        self.now: Optional[Snapshot] = None
        self.reader = RowReader(lambda names: self.databases.rows(self.ask, names))
        self.unseeded: Set[Tuple[str, str]] = set()

    def _tenant(self) -> str:
        """The schema that this engine migrates, as far as it is another than the usual one."""
        named = self.context.version_table_schema
        if named or self.context.dialect.name != "postgresql":
            return str(named or "")
        return str(self.ask("SELECT current_schema()")[1][0][0] or "")

    def ask(self, sql: str, parameters: Any = ()) -> Answered:
        """The columns and rows of a query."""
        return asked(self.context.connection, sql, parameters)

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
        trip = _Revision(self, revision)
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
        self.reader.forget(few if self._is_plain() else ())
        rows = self.reader.read(tables)
        self.unseeded.update(each for each in few.items() if len(rows[each[0]].rows) < WANTED)

    def forget_rows(self) -> None:
        """Take for changed what the step's statements may have changed."""
        statements, tables = self.trip.statements, self.now.tables if self.now else {}
        plain = self.databases.drops_only_rows_of_its_own and self._is_plain()
        if not (plain and statements.stays_in_its_tables()):
            self.reader.forget()
            return
        words = statements.words()
        named = [name for name in tables if set(words_of(name)) <= words]
        heirs = [name for name, text in tables.items() if re.search("INHERITS|PARTITION", text)]
        self.reader.forget([*named, *heirs, ""])  # "" for none: without names all are forgotten

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


class _Revision:
    """The legs of one revision on one engine."""

    def __init__(self, engine: _Engine, revision: Any) -> None:
        self.engine = engine
        self.trip = engine.trip
        self.revision = revision
        self.stayed = False

    def say(self, event: str, **facts: Any) -> None:
        self.trip.answer.say(event, revision=self.revision.revision, slot=self.engine.slot, **facts)

    def shown(self, when: str, seen: Snapshot) -> None:
        self.say("catalog", when=when, id=self.trip.catalogs.show(seen.catalog))

    def upgrade(self, run: Callable[[], Any]) -> None:
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
        if not self.trip.run(self.revision, "upgrade-again", self.engine, run):
            raise self.trip.raised  # type: ignore[misc]
        again = self.engine.look()
        self.shown("again", again)
        if again.catalog != self.up.catalog:
            self.trip.stopped = True


def _behind(script: Any, heads: Any) -> Set[str]:
    """The revisions that a database at `heads` has run."""
    seen: Set[str] = set()
    waiting = list(heads)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(script.get_revision(name)._all_down_revisions)
    return seen


def _differing_tables(before: Catalog, after: Catalog) -> Set[str]:
    """The tables that an object differs in."""
    differing = [
        each
        for one, other in ((before, after), (after, before))
        for key, each in one.items()
        if other.get(key) != each
    ]
    return {(table or name).lower() for _, name, table, _ in differing}


def _tried(look: Callable[[], Any]) -> Any:
    """What `look` says, or a mark that is like no other where the connection is broken."""
    try:
        return look()
    except Exception:
        return object()
