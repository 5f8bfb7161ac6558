"""The quick look at a migration: it says what reading says, or leaves it to reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made import migration
from migbot.core import scan
from migbot.core.model import Revision, Unreadable
from migbot.core.parse import read_revision
from migbot.core.scan import scan_revision, sooner_revision
from support.corpus import Project, projects
from support.forms import ASSIGNMENTS, COMPUTED, LITERAL_PARENTS, MESSAGES, NOT_IDS
from support.hooked import revision

PATH = "versions/a_file.py"

TEMPLATE = '''"""add a table

Revision ID: a
Revises: b
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
from sqlalchemy import (
    Column,
    Integer,
)


# revision identifiers, used by Alembic.
revision: str = "a"
down_revision: Union[str, Sequence[str], None] = "b"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = ("c", "d")


def upgrade() -> None:
    """Make the table of this revision."""
    op.create_table("t")


def downgrade() -> None:
    op.drop_table("t")
'''


def told(read: Revision | Unreadable) -> object:
    """All that was read, the lines too, which are not compared otherwise."""
    return read, getattr(read, "lines", None)


def agrees(data: bytes, path: str = PATH) -> bool:
    read = told(read_revision(path, data))
    return told(scan_revision(path, data)) == read == told(sooner_revision(path, data))


@pytest.fixture
def without_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left to reading is an error here."""

    def refuse(path: str, data: bytes) -> Revision:
        raise AssertionError(f"{path} was read")

    monkeypatch.setattr(scan, "read_revision", refuse)


PLAIN = {
    "Alembic's template": TEMPLATE,
    "no annotations": TEMPLATE.replace(": Union[str, Sequence[str], None]", ""),
    "a comment and a cookie above": f"# -*- coding: utf-8 -*-\n# (c) us\n\n{TEMPLATE}",
    "no docstring": TEMPLATE[TEMPLATE.index("from typing") :],
    "other quotes": TEMPLATE.replace('"', "'"),
    "a base": TEMPLATE.replace('= "b"', "= None"),
    "a merge": TEMPLATE.replace('= "b"', '= ("b", "c")  # both'),
    "a list": TEMPLATE.replace('= "b"', "= ['b', 'c']"),
    "a message in French": TEMPLATE.replace("add", "\N{LATIN SMALL LETTER E WITH ACUTE}"),
    "no last newline": TEMPLATE.rstrip(),
    "a class and a decorator": f"{TEMPLATE}\n\n@cache\nclass Thing:\n    revision = 7\n",
    "a table at the end": f'{TEMPLATE}\n\nthing = sa.table("thing")\n'.replace("this rev", "it"),
    "another order": "down_revision = 'b'\nrevision = 'a'\n",
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_what_begins_as_the_template_does_is_not_parsed(without_reading: None, text: str) -> None:
    assert told(scan_revision(PATH, text.encode())) == told(read_revision(PATH, text.encode()))


DOUBTFUL = {
    "a name set twice at the top": TEMPLATE.replace("branch_labels", "down_revision"),
    "imported below": TEMPLATE.replace("\n\n\ndef up", "\nfrom x import depends_on\n\n\ndef up"),
    "imported below, in parentheses": TEMPLATE.replace(
        "\n\n\ndef up", "\nfrom x import (\n    y as depends_on,\n)\n\n\ndef up"
    ),
    "a name set again": f'{TEMPLATE}\ndown_revision = "z"\n',
    "set again in a condition": f'{TEMPLATE}\nif x:\n    down_revision = "z"\n',
    "set by a function": f"{TEMPLATE}\ndef f():\n    global down_revision\n",
    "a function of the name": f"{TEMPLATE}\ndef revision():\n    pass\n",
    "a class of the name": f"{TEMPLATE}\nclass revision:\n    pass\n",
    "imported": f"{TEMPLATE}\nfrom x import y as revision\n",
    "imported above": TEMPLATE.replace("import op", "import op as revision"),
    "imported above, in parentheses": TEMPLATE.replace("Column,", "Column as depends_on,"),
    "imported with a star": f"{TEMPLATE}\nfrom x import *\n",
    "imported with a star above": TEMPLATE.replace("import op", "import *"),
    "through globals": f'{TEMPLATE}\nglobals()["rev" + "ision"] = "z"\n',
    "spelt in other letters": f'{TEMPLATE}\n\N{FULLWIDTH LATIN SMALL LETTER R}evision = "z"\n',
    "after a semicolon": TEMPLATE.replace('= "a"', '= "a"; down_revision = "z"'),
    "assigned in a text": f'{TEMPLATE}\nx = """\nrevision = "z"\n"""\n',
    "only assigned in a text": 'x = """\nrevision = "z"\ndown_revision = None\n"""\n',
    "the docstring is one of two texts": TEMPLATE.replace('"""\nfrom', '""" "b"\nfrom', 1),
    "the docstring is the half of a sum": TEMPLATE.replace('"""\nfrom', '""" + x\nfrom', 1),
    "an escape in the docstring": TEMPLATE.replace("add", "add\\x41"),
    "an escape in the id": TEMPLATE.replace('= "a"', '= "\\x61"'),
    "another encoding": f"# coding: latin-1\n{TEMPLATE}".replace("add", "\N{SNOWMAN}"),
    "a byte order mark": f"\N{ZERO WIDTH NO-BREAK SPACE}{TEMPLATE}",
    "CRLF": TEMPLATE.replace("\n", "\r\n"),
    "a form feed": TEMPLATE.replace("revision:", "\frevision:", 1),
    "a NUL": f"{TEMPLATE}\0",
    "conflict markers": f"{TEMPLATE}<<<<<<< HEAD\n",
    "an empty id": TEMPLATE.replace('= "a"', '= ""'),
    "None for an id": TEMPLATE.replace('= "a"', "= None"),
    "a tuple for an id": TEMPLATE.replace('= "a"', '= ("a",)'),
    "no down_revision": TEMPLATE.replace("down_revision", "other"),
    "annotated without a value": TEMPLATE.replace('str = "a"', "str"),
    "a set": TEMPLATE.replace('= "b"', '= {"b"}'),
    "texts side by side": TEMPLATE.replace('= "b"', '= "b" "c"'),
    "a name for a value": TEMPLATE.replace('= "b"', "= revision"),
    "a value in two lines": TEMPLATE.replace('= "b"', '= (\n    "b",\n)'),
    "a continued line": TEMPLATE.replace('= "b"', '= "b" \\\n    "c"'),
}


@pytest.mark.parametrize("text", DOUBTFUL.values(), ids=DOUBTFUL)
def test_what_leaves_a_doubt_is_read(text: str) -> None:
    assert agrees(text.encode())


FORMS = [
    *(f"revision = 'a'\ndown_revision = {each}" for each, _ in LITERAL_PARENTS.values()),
    *(f"revision = 'a'\ndown_revision = {each}" for each in NOT_IDS.values()),
    *(f"{each}\nrevision = 'a'\ndown_revision = None" for each, _ in MESSAGES.values()),
    *ASSIGNMENTS.values(),
    *COMPUTED.values(),
]


@pytest.mark.parametrize("text", FORMS)
def test_every_form_that_is_read_says_the_same(text: str) -> None:
    assert agrees(text.encode())
    assert agrees(f'"""m"""\nimport x\n\n{text}\n\n\ndef upgrade():\n    pass\n'.encode())


def test_every_migration_of_the_tests_says_the_same(without_reading: None) -> None:
    texts = [revision("a"), revision("b", "a"), revision("c", "a", "b")]
    for data in [*(text.encode() for text in texts), *map(migration, range(3))]:
        assert told(scan_revision(PATH, data)) == told(read_revision(PATH, data))


@pytest.mark.parametrize("project", projects(), ids=lambda project: project.name)
def test_every_migration_of_the_corpus_says_the_same(project: Project) -> None:
    texts = project.history.read(list(project.history.entries.values()))
    assert all(agrees(data, path) for path, data in texts.items())


LINES = [
    "",
    "# revision",
    '"""m"""',
    "'''",
    "import x",
    "from x import (a,",
    "    revision)",
    "revision = 'a'",
    "down_revision: str = 'b'",
    "down_revision = ('b', \"c\",)",
    "depends_on = []",
    "branch_labels = None  # none",
    "def revision(): pass",
    "def upgrade():",
    "    revision = 'z'",
    "    global revision",
    "if x:",
    ")",
    "x = 1",
    "class A: down_revision = 1",
    "@x",
    "\\",
]


@given(st.lists(st.sampled_from(LINES), max_size=12))
def test_no_arrangement_of_lines_that_is_python_is_told_otherwise(lines: list[str]) -> None:
    data = "\n".join(lines).encode()
    read = read_revision(PATH, data)
    broken = isinstance(read, Unreadable) and "not valid Python" in read.reason
    assert broken or told(scan_revision(PATH, data)) == told(read)
    assert told(sooner_revision(PATH, data)) == told(read)


def test_an_error_in_a_function_is_not_seen() -> None:
    data = TEMPLATE.replace("op.drop_table(", "op.drop_table((").encode()
    assert isinstance(read_revision(PATH, data), Unreadable)
    assert isinstance(scan_revision(PATH, data), Revision)
    assert told(sooner_revision(PATH, data)) == told(read_revision(PATH, data))


def test_what_only_a_run_would_meet_is_no_error_of_reading() -> None:
    data = TEMPLATE.replace("    op.drop_table(", "    nonlocal op\n    op.drop_table(").encode()
    assert isinstance(sooner_revision(PATH, data), Revision)


def test_nothing_is_said_of_an_old_escape(recwarn: pytest.WarningsRecorder) -> None:
    data = TEMPLATE.replace('op.drop_table("t")', 'op.execute("\\d")').encode()
    assert isinstance(sooner_revision(PATH, data), Revision)
    assert len(recwarn) == 0
