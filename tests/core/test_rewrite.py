"""Tests of re-pointing a migration by its bytes."""

import ast
import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migbot.core import rewrite
from migbot.core.model import Revision
from migbot.core.parse import parse, read_revision
from migbot.core.rewrite import repoint
from migbot.errors import MigbotError

PATH = "versions/b1.py"
MARK = "<value>"

VALUES = [
    "'r0'", '"r0"', "None", "('r0', 'r1')", "['r0', 'r1']", "{'r0', 'r1'}", "'r0', 'r1'",
    "('r0')", "('r0',)", "()", "(\n    'r0',\n    'r1',\n)", "('r'\n    '0')", "'''r0'''",
]  # fmt: skip
SHAPES = {
    "plain": "down_revision = {}",
    "annotated": "down_revision: str | tuple[str, ...] | None = {}",
    "commented": "down_revision = {}  # the parent, 'r0'",
    "after wide characters on its line": "x = '\u00e9\u20ac\U0001f600'; down_revision = {}; y = 1",
    "after a tab and a form feed": "y = 1\n\x0c\ndown_revision\t=\t{}",
}
PARENTS = [("z9",), ("z9", "a1"), ("z9", "y8", "a1")]


def written(shape: str, value: str) -> str:
    return (
        '"""Make b\n\nRevision ID: b1\nRevises: r0\nCreate Date: 2024-01-02\n"""\n'
        f"# r0 is named here\nrevision = 'b1'\n{SHAPES[shape].format(value)}\n"
        "branch_labels = None\ndepends_on = 'r0'\n\ndef upgrade():\n    print('r0')\n"
    )


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("shape", SHAPES)
def test_only_the_literal_and_the_revises_line_change(shape: str, value: str, newline: str) -> None:
    head, tail = written(shape, MARK).replace("\n", newline).split(MARK)
    before = f"{head}{value.replace(chr(10), newline)}{tail}".encode()
    for parents in PARENTS:
        after = repoint(PATH, before, parents).decode()
        revised = head.replace("Revises: r0", f"Revises: {', '.join(parents)}")
        assert after.startswith(revised)
        assert after.endswith(tail)
        literal = ast.literal_eval(after[len(revised) : len(after) - len(tail)].strip())
        assert literal in (parents[0] if len(parents) == 1 else parents, list(parents))


@pytest.mark.parametrize(
    ("value", "parents", "literal"),
    [
        ("'r0'", ("z9",), "'z9'"),
        ('"r0"', ("z9",), '"z9"'),
        ('"r0"', ("z9", "a1"), '("z9", "a1")'),
        ("('a', 'b')", ("z9",), "'z9'"),
        ("['a', 'b']", ("z9", "a1"), "['z9', 'a1']"),
        ("None", ("z9",), "'z9'"),
        ("'r0'", (), "None"),
        ("'r0'", ('a"\n#',), "'a\"\\n#'"),
        ("'r0'", ("\u00e9",), "'\\xe9'"),
    ],
)
def test_the_literal_is_written_in_the_quotes_and_brackets_of_the_old_one(
    value: str, parents: tuple[str, ...], literal: str
) -> None:
    after = repoint(PATH, written("plain", value).encode(), parents).decode()
    assert f"\ndown_revision = {literal}\n" in after


@pytest.mark.parametrize(
    ("encoding", "cookie"),
    [("latin-1", "# coding: latin-1\n"), ("utf-8", codecs.BOM_UTF8.decode()), ("utf-8", ""),
     ("cp1251", "# -*- coding: cp1251 -*-\n")],
    ids=["latin-1", "byte order mark", "UTF-8", "cp1251"],
)  # fmt: skip
def test_every_encoding_comes_back_byte_for_byte(encoding: str, cookie: str) -> None:
    wide = {"latin-1": "é", "cp1251": "ж"}.get(encoding, "é€😀")
    text = f"{cookie}x = '{wide}'; down_revision = 'r0'; revision = 'b1'  # {wide}\r\n"
    after = repoint(PATH, text.encode(encoding), ("z9",))
    assert after == text.replace("r0", "z9").encode(encoding)


def test_a_docstring_without_a_revises_line_stays_as_it_is() -> None:
    text = b'"""Make b."""\nrevision = "b1"\ndown_revision = "r0"\n'
    assert repoint(PATH, text, ("z9",)) == text.replace(b"r0", b"z9")


@pytest.mark.parametrize("doc", ['"""Revises: r0"""', "'Revises: r0'", 'r"""\nRevises:   r0  """'])
def test_the_quotes_after_a_revises_line_survive(doc: str) -> None:
    text = f'{doc}\nrevision = "b1"\ndown_revision = "r0"\n'
    read = read_revision(PATH, repoint(PATH, text.encode(), ("z9",)))
    assert isinstance(read, Revision)
    assert (read.claims.revises, read.parents) == (("z9",), ("z9",))


@pytest.mark.parametrize(
    ("doc", "told"),
    [
        ('"""Revises: r0\nRevises: r1"""', '"""Revises: r0\nRevises: r1"""'),
        ('"Revises: " "r0"', '"Revises: z9"'),
        ('"""Revises: \\\nr0"""', '"""Revises: \\\nr0"""'),
        ("'''Re\\x76ises: r0'''", "'''Re\\x76ises: r0'''"),
    ],
    ids=["two lines", "two literals", "continued", "escaped"],
)
def test_a_docstring_that_is_not_plain_text_is_told_right_or_left_alone(
    doc: str, told: str
) -> None:
    text = f'{doc}\nrevision = "b1"\ndown_revision = "r0"\n'
    after = repoint(PATH, text.encode(), ("z9",)).decode()
    assert after == f'{told}\nrevision = "b1"\ndown_revision = "z9"\n'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("down_revision = 'a'\ndown_revision = 'b'", "assigned more than once"),
        ("down_revision: str\ndown_revision = 'b'", "assigned more than once"),
        ("if True:\n    down_revision = 'a'", "not assigned by a statement of its own"),
        ("down_revision = 'a'\nif True:\n    down_revision = 'b'", "more than once"),
        ("down_revision = x = 'a'", "not assigned by a statement of its own"),
        ("down_revision, x = 'a', 'b'", "not assigned by a statement of its own"),
        ("(down_revision := 'a')", "not assigned by a statement of its own"),
        ("down_revision = parent()", "is computed"),
        ("down_revision = f'{revision}x'", "is computed"),
        ("down_revision = ('a', parent)", "is computed"),
        ("down_revision = (\n    'a',  # ours\n    'b',\n)", "holds a comment"),
        ("down_revision = 'a'\nfrom x import *", "cannot be replaced safely"),
        ("down_revision = 'a'\n\uff44own_revision = 'b'", "assigned more than once"),
        ("def f():\n    global down_revision\n    down_revision = 'b'", "not assigned by"),
        ("x = 1", "not assigned by a statement of its own"),
        ("down_revision = (", "never closed"),
    ],
)
def test_what_one_literal_does_not_tell_is_refused_with_a_way_out(text: str, why: str) -> None:
    with pytest.raises(MigbotError, match=why) as error:
        repoint(PATH, f"revision = 'b1'\n{text}\n".encode(), ("z9",))
    assert error.value.message.startswith(f"{PATH}: ")
    assert 'down_revision = "z9"' in error.value.hint


@pytest.mark.parametrize("parents", PARENTS)
@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_other_statement_is_the_very_same_tree(
    shape: str, value: str, parents: tuple[str, ...]
) -> None:
    before = written(shape, value).encode()
    assert others(before) == others(repoint(PATH, before, parents))


def others(text: bytes) -> list[str]:
    """Each statement but the docstring and the one that is re-pointed, as Python reads it."""
    return [
        ast.dump(each)
        for each in ast.parse(text).body[1:]
        if not ast.unparse(each).startswith("down_revision")
    ]


@pytest.mark.parametrize(
    "literal",
    [
        b"'z9'; x = 1",
        b"'z9'  # and",
        b"'z9'\nx = 1",
        b"'z9' if x else 'r0'",
        b"'z8'",
        b"('z9'",
        b"'z9'; x = 1  #",
        b"x = 'z9'",
    ],
    ids=[
        "more",
        "less",
        "another line",
        "computed",
        "another id",
        "never closed",
        "another in the place of one",
        "to one more name",
    ],
)
def test_a_literal_that_would_say_more_or_less_is_not_believed(
    literal: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewrite, "_literal", lambda *any: literal)
    text = b"x = 1\nrevision = 'b1'\ndown_revision = 'r0'; y = 1\n"
    monkeypatch.setattr(rewrite, "_by_hand", lambda *any: "")
    with pytest.raises(MigbotError, match="cannot be replaced safely"):
        repoint(PATH, text, ("z9",))


@pytest.mark.parametrize(
    "line", [b'Revises: z9"""\nx = """', b"Revises: z9\nAnd more", b'"""; """']
)
def test_a_docstring_that_would_say_more_stays_as_it_was(
    line: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = b'"""Make b.\nRevises: r0\n"""\nrevision = "b1"\ndown_revision = "r0"\n'
    start = text.index(b"Revises")
    monkeypatch.setattr(rewrite, "_revises", lambda *any: [(start, start + 11, line)])
    assert repoint(PATH, text, ("z9",)) == text.replace(b'"r0"', b'"z9"')


def test_a_comment_sign_inside_an_id_on_one_line_is_no_comment() -> None:
    text = b"revision = 'b1'\ndown_revision = ('a#1', 'b')\n"
    assert b"= 'z9'\n" in repoint(PATH, text, ("z9",))


def test_a_form_of_the_file_that_cannot_be_written_back_is_refused() -> None:
    text = b"# coding: utf-7\nrevision = 'b1'\ndown_revision = 'r0'  # +AOk-+AOk-\n"
    with pytest.raises(MigbotError, match="utf-7"):
        repoint(PATH, text, ("z9",))


@given(st.lists(st.sampled_from(["# é", "x = '\u20ac'", "", "y = (1,\n 2)", "'r0'"]), max_size=6))
def test_whatever_stands_around_the_literal_it_is_found(around: list[str]) -> None:
    lines = "\n".join(around)
    text = f"{lines}\nrevision = 'b1'\ndown_revision = 'r0'\n{lines}\n"
    after = repoint(PATH, text.encode(), ("z9",)).decode()
    assert after == text.replace("down_revision = 'r0'", "down_revision = 'z9'")
    assert len(parse(after.encode()).body) == len(parse(text.encode()).body)
