"""Tests of writing a merge revision without running the project's template."""

import ast
import io
import re
from datetime import datetime
from pathlib import Path

import alembic
import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given

from migbot.core.environment import Environment
from migbot.core.files import FileTree
from migbot.core.model import Revision
from migbot.core.parse import read_revision
from migbot.core.templates import LONGEST_MESSAGE, Draft, Template, read_template, render, tame
from migbot.errors import MigbotError
from support.foreign import HOSTILE, anything

ID = "abcdef012345"
DATE = datetime(2024, 1, 2, 3, 4, 5, 678901)  # noqa: DTZ001  (as Alembic writes it)
PARENTS = ("b1", "a1")
MESSAGE = "merge a1 and b1"
STOCK = Path(alembic.__file__).parent / "templates"

PLAIN = b"revision = 'b1'\ndown_revision = None\n\ndef upgrade():\n    pass\n"
ANNOTATED = (
    b'revision: str = "b1"\ndown_revision: str | None = None\n\ndef upgrade() -> None: ...\n'
)

INJECTIONS = {
    "closing the docstring": 'x"""\nimport pathlib\n"""y',
    "closing another docstring": "x'''\nimport pathlib\n'''y",
    "closing a literal": "x' + __import__('os').getcwd() + 'y",
    "a path of Windows": "C:\\users\\new",
    "half an escape": "\\x",
    "half a unicode escape": "\\N{",
    "a NUL": "a\0b",
    "right to left": "a\u202eb\u2066c",
    "10,000 characters": "long " * 2000,
    "a quote at the end": 'say "hi"',
    "a single quote at the end": "say 'hi'",
    "a backslash at the end": "ends with \\",
    "the end of a comment": "*/ --> #}",
    "a surrogate": "stray \udc80 byte",
    "a place of the template": "${__import__('os').system('true')} ${up_revision}",
    "a control line": "x\n% for a in b:\n<% evil() %>",
    "line separators": "a\u2028import os\u2029b\x85c\x0bd\x0ce",
    "everything": HOSTILE,
}


def draft(message: str = MESSAGE, created: datetime | None = DATE) -> Draft:
    return Draft(ID, PARENTS, tame(message), created)


def stock(kind: str) -> str:
    return (STOCK / kind / "script.py.mako").read_text()


def merged_by_alembic(folder: Path, kind: str) -> bytes:
    """What Alembic itself writes for the merge, with its clock's date replaced by ours."""
    config = Config(folder / "alembic.ini", stdout=io.StringIO(), output_buffer=io.StringIO())
    command.init(config, str(folder / "m"), template=kind)
    command.revision(config, rev_id="r0")
    for name in ("a1", "b1"):
        command.revision(config, rev_id=name, head="r0", splice=True)
    made = command.merge(config, list(PARENTS), message=MESSAGE, rev_id=ID)
    assert made is not None
    content = Path(made.path).read_bytes()
    return re.sub(rb"(?<=Create Date: ).*", str(DATE).encode(), content)


@pytest.mark.parametrize("kind", ["generic", "async", "multidb"])
def test_alembics_own_templates_give_the_bytes_that_alembic_gives(
    kind: str, tmp_path: Path
) -> None:
    engines = ("engine1", "engine2") if kind == "multidb" else ()
    expected = merged_by_alembic(tmp_path, kind)
    assert render(draft(), Template(stock(kind), engines), PLAIN) == expected


@pytest.mark.parametrize("layout", ["generic", "multidb", "none"])
@pytest.mark.parametrize("message", INJECTIONS.values(), ids=INJECTIONS)
def test_a_message_is_data_whatever_it_is(message: str, layout: str) -> None:
    text = "" if layout == "none" else stock(layout)
    data = render(draft(message), Template(text, ("one",)), ANNOTATED)
    read = read_revision("v.py", data)
    assert isinstance(read, Revision)
    assert (read.id, read.parents, read.message) == (ID, PARENTS, tame(message))
    plain = render(draft("harmless"), Template(text, ("one",)), ANNOTATED)
    assert code_of(data) == code_of(plain)


def code_of(data: bytes) -> str:
    module = ast.parse(data)
    return ast.dump(ast.Module(module.body[1:], []))


@given(anything)
def test_a_tamed_message_is_one_visible_line_without_quotes_or_backslashes(message: str) -> None:
    line = tame(message)
    assert not {'"', "\\", "\n", "\r", "\0", "\u202e"} & {*line}
    assert "'''" not in line
    assert len(line) <= LONGEST_MESSAGE
    assert line == tame(line) == line.strip()
    line.encode()


@given(anything)
def test_any_message_with_a_word_in_it_can_be_rendered(message: str) -> None:
    said = f"say {message}"
    read = read_revision("v.py", render(draft(said), Template(stock("generic")), PLAIN))
    assert isinstance(read, Revision)
    assert read.message == tame(said)


@pytest.mark.parametrize(
    "text",
    [
        "message = '${message}'\n",
        "print('${message}')\n",
        "${message}\n",
        "# coding: utf-8\nx = 1 # ${message}\n",
    ],
    ids=["in a literal", "in a call", "as code", "in a comment"],
)
def test_a_template_that_puts_the_message_into_code_cannot_be_broken_out_of(text: str) -> None:
    evil = "x' + __import__('os').getcwd() + 'y"
    data = render(draft(evil), Template(stock("generic") + text), PLAIN)
    assert not any(isinstance(each, ast.Call) for each in ast.walk(ast.parse(data)))


@pytest.mark.parametrize("message", ["Revision ID: 0", "Revises: x", "Create Date: now"])
def test_a_message_that_reads_as_a_header_is_refused(message: str) -> None:
    with pytest.raises(MigbotError, match="cannot be written"):
        render(draft(message), Template(), PLAIN)


@pytest.mark.parametrize(
    "strange",
    [
        "${config.get_main_option('x')}\n",
        "% if message:\nx = 1\n% endif\n",
        "<%include file='x.mako'/>\n",
        "<%def name='f()'>x = 1</%def>\n",
        "${'a}b'}\n",
        "${__import__('os').getcwd()}\n",
        "% for name in databases:\nx = 1\n% endfor\n",
        "x = (\n",
        "revision = 'other'\n",
        "depends_on = 'other'\n",
        "def downgrade():\n    raise NotImplementedError\n",
        "def upgrade():\n    op.execute('select 1')\n",
    ],
)
def test_a_template_that_does_more_than_hold_places_gives_way_to_the_plain_layout(
    strange: str,
) -> None:
    template = Template(stock("generic") + strange)
    assert render(draft(), template, PLAIN) == render(draft(), Template(), PLAIN)


@pytest.mark.parametrize("strange", ["% if True:", "${open", "</%def>", "% endfor", "<%page/>"])
def test_a_template_with_orders_in_its_docstring_gives_way_too(strange: str) -> None:
    template = Template(stock("generic").replace("Create Date:", f"{strange}\nCreate Date:"))
    assert render(draft(), template, PLAIN) == render(draft(), Template(), PLAIN)


def test_the_plain_layout_has_the_style_of_the_revisions_that_are_there() -> None:
    assert b"\nrevision = 'abcdef012345'\ndown_revision = ('b1', 'a1')\n" in render(
        draft(), Template(), PLAIN
    )
    annotated = render(draft(), Template(), ANNOTATED).decode()
    assert 'revision: str = "abcdef012345"' in annotated
    assert 'None] = ("b1", "a1")' in annotated
    assert "def upgrade() -> None:" in annotated
    exec(compile(annotated, "m.py", "exec"), {})


def test_the_quotes_of_a_formatter_win_over_those_of_the_template() -> None:
    data = render(draft(), Template(stock("generic")), ANNOTATED)
    assert b'revision: str = "abcdef012345"\n' in data
    assert b'= ("b1", "a1")\n' in data


@pytest.mark.parametrize(
    ("like", "signature"),
    [
        (b"def upgrade(engine_name: str = ''): ...", "engine_name=None"),
        (b"def upgrade(op, tables, *, x=1, **more): ...", "op, tables, **more"),
        (b"def upgrade(*args): ...", "*args"),
        (b"not python (", ""),
    ],
)
def test_the_plain_layout_takes_the_arguments_that_env_py_gives(
    like: bytes, signature: str
) -> None:
    assert f"def upgrade({signature}):\n    pass".encode() in render(draft(), Template(), like)


def test_a_multidb_project_gets_a_function_for_each_engine_of_settings_and_revisions() -> None:
    like = b"def upgrade(engine_name): ...\ndef upgrade_old(): ...\ndef upgrade_one(): ...\n"
    data = render(draft(), Template(stock("multidb"), ("one", "two")), like).decode()
    assert re.findall(r"def (\w+_\w+)\(\)", data) == [
        f"{verb}_{name}" for name in ("one", "two", "old") for verb in ("upgrade", "downgrade")
    ]
    assert 'globals()["upgrade_%s" % engine_name]()' in data


def test_a_multidb_project_whose_engines_nobody_knows_still_takes_the_engines_name() -> None:
    like = b"def upgrade(engine_name):\n    pass\n"
    data = render(draft(), Template(stock("multidb")), like)
    assert b"def upgrade(engine_name):\n    pass" in data


def test_without_a_known_date_the_line_is_left_out() -> None:
    for text in (stock("generic"), ""):
        data = render(draft(created=None), Template(text), PLAIN)
        assert b"Create Date" not in data
        assert b"None\n" in data


def test_newlines_and_comments_of_the_template_are_kept_and_its_own_left_out() -> None:
    text = stock("generic").replace("\n", "\r\n").replace("import sqlalchemy as sa", "# kept")
    data = render(draft(), Template(f"## dropped\r\n{text}"), PLAIN)
    assert b"# kept\r\n" in data
    assert b"dropped" not in data
    assert data.count(b"\n") == data.count(b"\r\n")


@pytest.mark.parametrize(
    ("encoding", "head", "codec"),
    [
        ("latin-1", "# coding: latin-1\n", "latin-1"),
        ("latin-1", "", "utf-8"),
        ("utf-16", "", "utf-8"),
        ("no-such-encoding", "", "utf-8"),
    ],
)
def test_the_output_encoding_is_used_where_python_can_read_it_back(
    encoding: str, head: str, codec: str
) -> None:
    template = Template(head + stock("generic"))
    data = render(draft("déjà vu"), template, PLAIN, encoding)
    assert "déjà vu".encode(codec) in data
    read = read_revision("v.py", data)
    assert isinstance(read, Revision)
    assert read.message == "déjà vu"


def test_ids_that_are_no_words_are_written_as_literals() -> None:
    parents = ("a'b", 'a"b', "a\\b", "a\nb")
    data = render(Draft(ID, parents, "merge"), Template(stock("generic")), PLAIN)
    read = read_revision("v.py", data)
    assert isinstance(read, Revision)
    assert read.parents == parents


@pytest.mark.parametrize(
    ("config", "content", "engines"),
    [
        ("alembic.ini", "[alembic]\ndatabases = one, two,three\n", ("one", "two", "three")),
        ("alembic.ini", "[alembic]\ndatabases = on-e, a b\n", ()),
        ("alembic.ini", "[alembic]\nurl = 50%\n", ()),
        ("alembic.ini", "[other]\ndatabases = one\n", ()),
        ("alembic.ini", "broken", ()),
        ("pyproject.toml", '[tool.alembic]\ndatabases = "one, two"\n', ("one", "two")),
        ("pyproject.toml", "[tool.alembic]\ndatabases = 1\n", ()),
        ("pyproject.toml", "[tool.alembic", ()),
    ],
)
def test_the_engines_are_read_from_the_configuration(
    config: str, content: str, engines: tuple[str, ...]
) -> None:
    tree = FileTree({config: content.encode(), "m/script.py.mako": b"\xef\xbb\xbftext"})
    environment = Environment("main", ("m/versions",), "m", config)
    assert read_template(tree, environment) == Template("text", engines)


def test_a_project_without_template_and_configuration_has_an_empty_template() -> None:
    assert read_template(FileTree({}), Environment("main", ("versions",))) == Template()
