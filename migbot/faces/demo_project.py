"""The files of the demo's project: a small shop with Alembic, SQLite and three migrations."""

from __future__ import annotations

FOLDER = "migrations/versions"

CUSTOMER, POINTS, PHONE = (
    f"{FOLDER}/{name}.py"
    for name in ("3f1c0a_create_customer", "8d2b41_add_loyalty_points", "c94e07_add_phone")
)

_REVISION = '''\
"""{message}

Revision ID: {id}
Revises: {parent}
"""

import sqlalchemy as sa
from alembic import op

revision = "{id}"
down_revision = {down!r}


def upgrade():
{up}

def downgrade():
{back}'''


def _revision(name: str, parent: str, message: str, up: str, back: str) -> str:
    return _REVISION.format(
        id=name, parent=parent, down=parent or None, message=message, up=up, back=back
    )


_CREATE_CUSTOMER = _revision(
    "3f1c0a",
    "",
    "Create the table customer",
    """\
    op.create_table(
        "customer",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
    )
""",
    '    op.drop_table("customer")\n',
)

_ADD_POINTS = _revision(
    "8d2b41",
    "3f1c0a",
    "Add loyalty points to customer",
    '    op.add_column("customer", sa.Column("points", sa.Integer))\n',
    '    op.drop_column("customer", "points")\n',
)

_UP_PHONE = """\
    op.add_column("customer", sa.Column("phone", sa.String(20)))
    op.create_index("ix_customer_phone", "customer", ["phone"])
"""
_DROP_PHONE = '    op.drop_column("customer", "phone")\n'

_ADD_PHONE = _revision(
    "c94e07",
    "3f1c0a",
    "Add phone to customer",
    _UP_PHONE,
    '    op.drop_index("ix_phone", "customer")\n' + _DROP_PHONE,
)

_ENV = """\
from alembic import context
from sqlalchemy import create_engine

with create_engine("sqlite:///shop.db").connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
"""

BEGINNING = {
    "alembic.ini": "[alembic]\nscript_location = migrations\n",
    ".gitignore": "__pycache__/\nshop.db\n",
    "migrations/env.py": _ENV,
    CUSTOMER: _CREATE_CUSTOMER,
}
"""The project as everybody has it."""

ADAS = {POINTS: _ADD_POINTS}
"""What Ada adds."""

BENS = {PHONE: _ADD_PHONE}
"""What Ben adds on the same parent; its downgrade drops an index by a name that it never had."""


def mended(text: str) -> str:
    """Ben's migration as `text` with its downgrade put right."""
    return text.replace('"ix_phone"', '"ix_customer_phone"')
