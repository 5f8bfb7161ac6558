"""Up, down and up again for each revision, all in one run of env.py.

Alembic hands `fn(heads, context)` to `run_migrations`, which runs the steps that it yields
(documented under EnvironmentContext). A generator decides the next step after it has seen what
the last one did, and Alembic keeps the version table right through merge points and dependencies.
"""

from __future__ import annotations

import time
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Set

from .answer import Answer
from .catalogs import Catalogs
from .drift import drift
from .engine import Engine, Step
from .redirect import Databases
from .refusal import refusals, refused_in
from .statements import Statements, describe


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
        engine = Engine(self, context)
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

    def _tell_drift(self, engine: Engine) -> None:
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

    def run(self, revision: Any, name: str, engine: Engine, function: Callable[[], Any]) -> bool:
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
        unheard = mark != _tried(engine.changes)
        self.rows_moved = self.statements.may_move_rows() or unheard
        if self.rows_moved:
            engine.doubt_rows(unheard)
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


def _tried(look: Callable[[], Any]) -> Any:
    """What `look` says, or a mark that is like no other where the connection is broken."""
    try:
        return look()
    except Exception:
        return object()
