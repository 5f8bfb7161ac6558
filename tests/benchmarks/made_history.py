"""A PostgreSQL project with a long history of the usual mix, made for measuring; its models too.

Every migration has a right downgrade, and the models are what the last one leaves behind.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from made import MAKO, name_of
from support.repos import Repo

TABLES = 80
"""Tables that exist at the end."""

MIX = {"column": 38, "index": 20, "alter": 12, "reference": 12, "unique": 6, "enum": 3, "data": 9}
"""Of a hundred migrations that make no table, how many do what."""

ENV = """from alembic import context
from models import metadata
from sqlalchemy import engine_from_config, pool

config = context.config
engine = config.attributes.get("connection") or engine_from_config(
    config.get_section(config.config_ini_section), prefix="sqlalchemy.", poolclass=pool.NullPool
)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
"""
INI = "[alembic]\nscript_location = migrations\nprepend_sys_path = .\nsqlalchemy.url = {url}\n"

_MIGRATION = '''"""{message}

Revision ID: {name}
Revises: {parent}
Create Date: 2026-01-01 00:00:00.000000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


# revision identifiers, used by Alembic.
revision: str = "{name}"
down_revision: Union[str, None] = {literal}
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
{upgrade}


def downgrade() -> None:
{downgrade}
'''

_TYPES = (
    *("sa.Integer()", "sa.BigInteger()", "sa.Boolean()", "sa.Text()", "sa.String(length=50)"),
    *("sa.Numeric(10, 2)", "sa.DateTime(timezone=True)", "sa.Date()", "sa.Uuid()"),
    "postgresql.JSONB()",
)
_WORDS = (
    *("name", "state", "amount", "note", "kind", "price", "owner"),
    *("due", "code", "weight", "label", "rank", "place", "total"),
)


@dataclass
class _Table:
    name: str
    columns: dict[str, str] = field(default_factory=dict)
    rest: list[str] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)

    def free(self, random: random.Random, end: str = "") -> str:
        """A name for one more column."""
        word = random.choice(_WORDS)
        return next(name for n in range(99) if (name := f"{word}_{n}{end}") not in self.columns)


@dataclass(frozen=True)
class _Change:
    message: str
    upgrade: list[str]
    downgrade: list[str]


class _Made:
    """The schema as it stands, and the changes that are possible from here."""

    def __init__(self) -> None:
        self.random = random.Random(400)
        self.tables: list[_Table] = []
        self.enums = 0

    def any(self) -> _Table:
        return self.random.choice(self.tables)

    def table(self) -> _Change:
        """A new table: a key, some columns, an index, and often a parent."""
        made = _Table(f"t{len(self.tables)}")
        made.columns["id"] = "sa.Integer(), nullable=False"
        made.rest.append('sa.PrimaryKeyConstraint("id")')
        for _ in range(self.random.randint(4, 9)):
            made.columns[made.free(self.random)] = self._type()
        if self.tables and self.random.random() < 0.6:
            made.columns["parent_id"] = "sa.Integer(), nullable=True"
            made.rest.append(_key(made, "parent_id", self.any()))
        self.tables.append(made)
        indexed = self._index(made)
        return _Change(
            f"make {made.name}",
            [*_lines(made, "op.create_table("), *indexed.upgrade],
            [*indexed.downgrade, f'op.drop_table("{made.name}")'],
        )

    def _type(self) -> str:
        return f"{self.random.choice(_TYPES)}, nullable={self.random.random() < 0.6}"

    def column(self) -> _Change:
        table = self.any()
        name = table.free(self.random)
        table.columns[name] = f"{self.random.choice(_TYPES)}, nullable=True"
        added = f'op.add_column("{table.name}", {_column(name, table)})'
        return _Change(f"add {name}", [added], [f'op.drop_column("{table.name}", "{name}")'])

    def index(self) -> _Change:
        return self._index(self.any())

    def _index(self, table: _Table) -> _Change:
        plain = [name for name, kind in table.columns.items() if "JSONB" not in kind]
        column = self.random.choice(plain)
        name = f"ix_{table.name}_{len(table.indexes)}_{column}"
        table.indexes.append(f'sa.Index("{name}", "{column}")')
        made = f'op.create_index("{name}", "{table.name}", ["{column}"])'
        return _Change(f"index {name}", [made], [f'op.drop_index("{name}", "{table.name}")'])

    def alter(self) -> _Change:
        """A text gets longer, or a column may be NULL that could not."""
        table = self.any()
        short = [name for name, kind in table.columns.items() if "length=50" in kind]
        strict = [name for name, kind in table.columns.items() if "nullable=False" in kind]
        if short:
            name, was, now = short[0], "type_=sa.String(length=50)", "type_=sa.String(length=90)"
            table.columns[name] = table.columns[name].replace("length=50", "length=90")
        elif len(strict) > 1:
            name, was, now = strict[-1], "nullable=False", "nullable=True"
            table.columns[name] = table.columns[name].replace(was, now)
        else:
            return self.column()
        alter = f'op.alter_column("{table.name}", "{name}", %s)'
        return _Change(f"alter {name}", [alter % now], [alter % was])

    def reference(self) -> _Change:
        """A column that refers to another table."""
        table, other = self.any(), self.any()
        name = table.free(self.random, "_id")
        table.columns[name] = "sa.Integer(), nullable=True"
        key = f"fk_{table.name}_{name}"
        table.rest.append(_key(table, name, other))
        return _Change(
            f"refer to {other.name}",
            [
                f'op.add_column("{table.name}", {_column(name, table)})',
                f'op.create_foreign_key("{key}", "{table.name}", "{other.name}", ["{name}"], '
                '["id"])',
            ],
            [
                f'op.drop_constraint("{key}", "{table.name}", type_="foreignkey")',
                f'op.drop_column("{table.name}", "{name}")',
            ],
        )

    def unique(self) -> _Change:
        """A column whose values differ, with the constraint."""
        table = self.any()
        name = table.free(self.random)
        key = f"uq_{table.name}_{name}"
        table.columns[name] = "sa.Integer(), nullable=True"
        table.rest.append(f'sa.UniqueConstraint("{name}", name="{key}")')
        return _Change(
            f"unique {name}",
            [
                f'op.add_column("{table.name}", {_column(name, table)})',
                f'op.create_unique_constraint("{key}", "{table.name}", ["{name}"])',
            ],
            [
                f'op.drop_constraint("{key}", "{table.name}", type_="unique")',
                f'op.drop_column("{table.name}", "{name}")',
            ],
        )

    def enum(self) -> _Change:
        """A type of its own, and a column of it."""
        table = self.any()
        name = table.free(self.random)
        self.enums += 1
        kind = f'postgresql.ENUM("new", "open", "done", name="enum_{self.enums}", %s)'
        table.columns[name] = f"{kind % 'create_type=False'}, nullable=True"
        return _Change(
            f"enum {name}",
            [
                f"{kind % 'create_type=False'}.create(op.get_bind())",
                f'op.add_column("{table.name}", {_column(name, table)})',
            ],
            [
                f'op.drop_column("{table.name}", "{name}")',
                f"{kind % 'create_type=False'}.drop(op.get_bind())",
            ],
        )

    def data(self) -> _Change:
        """A column that is filled from the key."""
        table = self.any()
        name = table.free(self.random)
        table.columns[name] = "sa.Integer(), nullable=True"
        return _Change(
            f"fill {name}",
            [
                f'op.add_column("{table.name}", {_column(name, table)})',
                f'op.execute("UPDATE {table.name} SET {name} = id * 10")',
            ],
            [f'op.drop_column("{table.name}", "{name}")'],
        )

    def models(self) -> str:
        """models.py: the tables as they stand."""
        lines = ["import sqlalchemy as sa", "from sqlalchemy.dialects import postgresql", ""]
        lines += ["metadata = sa.MetaData()", ""]
        for table in self.tables:
            lines += _lines(table, "sa.Table(", "metadata", *table.indexes)
        return "\n".join([*lines, ""])


def _column(name: str, table: _Table) -> str:
    return f'sa.Column("{name}", {table.columns[name]})'


def _key(table: _Table, column: str, other: _Table) -> str:
    name = f"fk_{table.name}_{column}"
    return f'sa.ForeignKeyConstraint(["{column}"], ["{other.name}.id"], name="{name}")'


def _lines(table: _Table, call: str, *more: str) -> list[str]:
    inside = [f'"{table.name}"', *more[:1], *(_column(name, table) for name in table.columns)]
    return [call, *(f"    {each}," for each in [*inside, *table.rest, *more[1:]]), ")"]


def changes(revisions: int) -> Iterator[tuple[_Change, str]]:
    """The changes of a history of that length, each with the models after it."""
    made = _Made()
    tables = {round(at * revisions / TABLES) for at in range(TABLES)}
    kinds = [kind for kind, share in MIX.items() for _ in range(share)]
    for number in range(revisions):
        kind = "table" if number in tables else made.random.choice(kinds)
        yield getattr(made, kind)(), made.models()


def text(number: int, change: _Change) -> bytes:
    """The migration `number`, built on the one before it."""
    parent = name_of(number - 1) if number else ""
    return _MIGRATION.format(
        message=change.message,
        name=name_of(number),
        parent=parent,
        literal=f'"{parent}"' if number else "None",
        upgrade="\n".join(f"    {line}" for line in change.upgrade),
        downgrade="\n".join(f"    {line}" for line in change.downgrade),
    ).encode()


def project(folder: Path, revisions: int, url: str) -> Repo:
    """A repository whose main has `revisions` migrations, and `feature`, checked out, one more."""
    repo = Repo.init(folder)
    made = list(changes(revisions + 1))
    files = {_path(at): text(at, change) for at, (change, _) in enumerate(made)}
    newest = files.popitem()
    rest = {"alembic.ini": INI.format(url=url), "migrations/env.py": ENV}
    rest |= {"migrations/script.py.mako": MAKO, ".gitignore": "__pycache__/\n"}
    repo.put({**files, **rest, "models.py": made[-2][1]}, "init")
    repo.git("gc", "--quiet")  # objects in a pack, as in every clone
    repo.switch("feature", create=True)
    repo.put({newest[0]: newest[1], "models.py": made[-1][1]}, "one more")
    return repo


def _path(number: int) -> str:
    return f"migrations/versions/{name_of(number)}_{number}.py"
