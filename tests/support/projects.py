"""Tiny real Alembic projects for round trips: an env.py of a certain kind and a few revisions."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migbot.adapters.base_cache import BaseCache
from migbot.adapters.project_python import Interpreter, find_interpreter
from migbot.adapters.round_trip import Subject, prove
from migbot.adapters.trip_base import Base
from migbot.core.environment import Environment
from migbot.core.orders import Fork
from migbot.core.throwaway import ThrowAway
from migbot.core.trips import RevisionTrip, RoundTrip
from migbot.databases import sqlite

INI = """[alembic]
script_location = migrations
prepend_sys_path = .
sqlalchemy.url = {url}
"""

SYNC = """
from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
engine = engine_from_config(
    config.get_section(config.config_ini_section), prefix="sqlalchemy.", poolclass=pool.NullPool
)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
"""

CREATED = """
from alembic import context
from sqlalchemy import create_engine

with ({engine}).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
"""An env.py whose engine is the expression `engine`."""

OUTER = """
from alembic import context
from sqlalchemy import create_engine

with create_engine("sqlite:///app.db").begin() as connection:
    context.configure(connection=connection)
    context.run_migrations()
"""
"""An env.py that holds one transaction round everything."""

ASYNC = """
import asyncio
from alembic import context
from sqlalchemy import pool
from sqlalchemy.ext.asyncio import create_async_engine

def run(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()

async def main():
    engine = create_async_engine("sqlite+aiosqlite:///app.db", poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()

asyncio.run(main())
"""

MULTIDB = """
import re
from alembic import context
from sqlalchemy import create_engine

engines = {}
for name in ("one", "two"):
    engines[name] = {"connection": create_engine("sqlite:///%s.db" % name).connect()}
    engines[name]["transaction"] = engines[name]["connection"].begin()
try:
    for name, each in engines.items():
        context.configure(
            connection=each["connection"],
            upgrade_token="%s_upgrades" % name,
            downgrade_token="%s_downgrades" % name,
        )
        context.run_migrations(engine_name=name)
    for each in engines.values():
        each["transaction"].commit()
except:
    for each in engines.values():
        each["transaction"].rollback()
    raise
finally:
    for each in engines.values():
        each["connection"].close()
"""
"""What `alembic init -t multidb` makes, shortened."""

Parents = str | tuple[str, ...] | None


def revision(
    id: str,
    parents: Parents,
    up: str,
    down: str | None,
    *,
    more: str = "",
    arguments: str = "",
    depends: Parents = None,
) -> str:
    """The text of a migration; `up` and `down` are bodies, a `down` of None is no function."""
    text = f'''"""make {id}"""
import os, sqlite3, sys
import sqlalchemy as sa
from alembic import op

revision = {id!r}
down_revision = {parents!r}
depends_on = {depends!r}
{textwrap.dedent(more)}

def upgrade({arguments}):
{textwrap.indent(textwrap.dedent(up).strip(), "    ")}
'''
    if down is not None:
        body = textwrap.indent(textwrap.dedent(down).strip(), "    ")
        text += f"\n\ndef downgrade({arguments}):\n{body}\n"
    return text


def table(id: str, parents: Parents = None, name: str = "", **more: Any) -> str:
    """A migration that makes a table and drops it again: one that is right."""
    name = name or f"t_{id}"
    columns = 'sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20))'
    return revision(
        id, parents, f'op.create_table("{name}", {columns})', f'op.drop_table("{name}")', **more
    )


MAIN = Environment("main", ("migrations/versions",), "migrations", "alembic.ini")


@dataclass(frozen=True, slots=True)
class Project:
    """A project in a folder: its files as the branch has them, and as the base has them."""

    root: Path
    order: tuple[str, ...]
    environment: Environment = MAIN

    @classmethod
    def make(
        cls,
        root: Path,
        revisions: Mapping[str, str],
        env: str = SYNC,
        *,
        url: str = "sqlite:///app.db",
        files: Mapping[str, str] = {},
    ) -> Project:
        """Write a project whose revisions are `revisions` (id -> text), in that order."""
        versions = {f"migrations/versions/{id}.py": text for id, text in revisions.items()}
        frame = {"alembic.ini": INI.format(url=url), "migrations/env.py": env}
        for path, text in {**frame, **versions, **files}.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        return cls(root, tuple(revisions))

    def round_trip(
        self,
        revisions: Sequence[str] | None = None,
        *,
        base: Path | None = None,
        base_heads: Sequence[str] = (),
        interpreter: Interpreter | None = None,
        database: ThrowAway = sqlite,
        fork: Fork | None = None,
        cache: BaseCache | None = None,
        **more: Any,
    ) -> RoundTrip:
        """Prove `revisions` (all of them, if none are named) on `database`."""
        subject = Subject(
            self.root,
            self.environment,
            self.order if revisions is None else tuple(revisions),
            Base(lambda: base, self.environment, tuple(base_heads), cache) if base else None,
            fork,
        )
        return prove(subject, interpreter or ours(), database, **more)


def ours() -> Interpreter:
    """The interpreter that the tests run in."""
    import sys

    return find_interpreter(Path.cwd(), sys.executable, os.environ)


def by_id(trip: RoundTrip) -> dict[str, RevisionTrip]:
    """A trip's revisions by their ids."""
    return {each.revision: each for each in trip.revisions}


def verdicts(trip: RoundTrip) -> dict[str, str]:
    """Each revision's verdict."""
    return {each.revision: str(each.verdict) for each in trip.revisions}
