"""A message that says nothing is given back as the line that would say something."""

import pytest

from migbot.core.model import NewLine, Revision
from migbot.core.parse import read_revision
from migbot.core.retold import retold
from migbot.core.script import read_script

REST = '''
Revision ID: a1
Revises:

"""
from alembic import op
import sqlalchemy as sa

revision = "a1"
down_revision = None


def upgrade():
    op.add_column({table!r}, sa.Column("email", sa.Text()))


def downgrade():
    op.drop_column({table!r}, "email")
'''
TEXT = "add column email to users"


def line(first: str, table: str = "users", end: str = "\n") -> NewLine | None:
    data = (first + REST.format(table=table)).replace("\n", end).encode()
    revision = read_revision("v/a1.py", data)
    assert isinstance(revision, Revision), revision
    return retold(revision, read_script(data))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("message", ["update", "empty message"])
def test_the_message_is_replaced_where_it_stands(message: str, end: str) -> None:
    assert line(f'"""{message}\n', end=end) == NewLine(1, f'"""{message}', f'"""{TEXT}')


def test_comments_and_an_encoding_stand_before_it() -> None:
    found = line("# -*- coding: utf-8 -*-\n# a word\nr'''wip'''\nX = \"\"\"")
    assert found == NewLine(3, "r'''wip'''", f"r'''{TEXT}'''")


def test_where_there_is_none_it_follows_the_quotes() -> None:
    assert line('"""\n') == NewLine(1, '"""', f'"""{TEXT}')


@pytest.mark.parametrize(
    "first",
    [
        '"""update\nthe models\n',  # in two lines
        f'"""{TEXT}\n',  # it says so already
        '"""Revision ID: b2\n',  # the line says something else
        '"""wi\\x70\n',  # not as it is read
        'X = """',  # no docstring
    ],
)
def test_what_one_line_does_not_mend_has_no_such_line(first: str) -> None:
    assert line(first) is None


@pytest.mark.parametrize("table", ['u"""s', "u\\s", "u\ns", "u`s", "@all"])
def test_a_name_that_a_docstring_or_a_reader_would_stumble_over_is_not_suggested(
    table: str,
) -> None:
    assert line('"""update\n', table) is None
