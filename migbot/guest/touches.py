"""Tells the host what single revisions of a build do to the schema, whoever runs the command."""

from __future__ import annotations

from functools import partial
from typing import Any, Dict, Iterable, Iterator

from alembic.runtime.migration import MigrationContext

from .answer import Answer
from .catalog.snapshot import Snapshot
from .catalogs import Catalogs
from .rows import asked


def install(told: Iterable[str], answer: Answer, databases: Any) -> None:
    """From now on, say which upgrade begins, and the schema before and after those of `told`.

    Alembic decides on the steps as ever: they only pass by on the way from the one who chose them
    (`alembic upgrade`, or a command of the project's own) to the one who runs them.
    """
    teller = _Teller(frozenset(told), answer, databases)
    original = MigrationContext.run_migrations

    def run_migrations(self: MigrationContext, **arguments: Any) -> None:
        chosen: Any = self._migrations_fn
        if chosen is not None and not self.as_sql:
            self._migrations_fn = lambda *at: teller.passing(chosen(*at), self)
        try:
            original(self, **arguments)
        finally:
            self._migrations_fn = chosen

    MigrationContext.run_migrations = run_migrations  # type: ignore[method-assign]


class _Teller:
    """What was told of a build, on every database of it."""

    def __init__(self, told: "frozenset[str]", answer: Answer, databases: Any) -> None:
        self.told = told
        self.answer = answer
        self.databases = databases
        self.catalogs = Catalogs(answer)

    def passing(self, steps: Iterable[Any], context: Any) -> Iterator[Any]:
        """The `steps` as they are; Alembic comes back for the next one when one is done."""
        slot = self.databases.slot(partial(asked, context.connection))
        now = None
        for step in steps:
            revision = getattr(getattr(step, "revision", None), "revision", "")
            about: Dict[str, Any] = {"revision": revision, "slot": slot}
            if revision in self.told:
                self._show("before", now or self._look(context), about)
            self.answer.say("begin", leg="upgrade", **about)
            yield step
            now = self._look(context) if revision in self.told else None
            if now:
                self._show("up", now, about)

    def _look(self, context: Any) -> Snapshot:
        found: Snapshot = self.databases.snapshot(
            partial(asked, context.connection), [context.version_table]
        )
        return found

    def _show(self, when: str, seen: Snapshot, about: Dict[str, Any]) -> None:
        self.answer.say("catalog", when=when, id=self.catalogs.show(seen.catalog), **about)
