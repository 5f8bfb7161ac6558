"""A project with a long history, made for measuring."""

from __future__ import annotations

from pathlib import Path

from support.repos import Repo

MIGRATION = '''"""add table number {number}

Revision ID: {name}
Revises: {parent}
Create Date: 2026-01-01 00:00:00.000000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "{name}"
down_revision: Union[str, None] = {literal}
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "t{number}",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_t{number}", "t{number}", ["name"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_t{number}", table_name="t{number}")
    op.drop_table("t{number}")
'''
"""43 lines: the median of 4,390 real migrations is 44."""

ENV = """from alembic import context
from sqlalchemy import create_engine

with create_engine(context.config.get_main_option("sqlalchemy.url")).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
INI = "[alembic]\nscript_location = migrations\nsqlalchemy.url = sqlite:///app.db\n"
MAKO = "${message}\n"


def name_of(number: int) -> str:
    """The id of a migration: what a hash would look like, and the same in every run."""
    return f"{(number * 2654435761 + 97) % 2**48:012x}"


def migration(number: int) -> bytes:
    """The text of migration `number`, built on the one before it."""
    parent = name_of(number - 1) if number else ""
    literal = f'"{parent}"' if number else "None"
    text = MIGRATION.format(number=number, name=name_of(number), parent=parent, literal=literal)
    return text.encode()


def path_of(number: int) -> str:
    """Where migration `number` lies."""
    return f"migrations/versions/{name_of(number)}_add_table_number_{number}.py"


def project(folder: Path, revisions: int) -> Repo:
    """A repository at `folder` whose history has that many revisions, in a line."""
    files = {path_of(number): migration(number) for number in range(revisions)}
    rest = {"alembic.ini": INI, "migrations/env.py": ENV, "migrations/script.py.mako": MAKO}
    repo = Repo.init(folder)
    repo.put({**files, **rest, ".gitignore": "__pycache__/\n", "README": "app\n"}, "init")
    repo.git("gc", "--quiet")  # objects in a pack, as in every clone
    return repo
