"""Reading a migration: everything Alembic would load is read, and nothing is run."""

import pytest

from migbot.core.model import Revision, Unreadable
from migbot.core.parse import read_revision


def source(*lines: str) -> bytes:
    return "\n".join(lines).encode() + b"\n"


def read(*lines: str, path: str = "versions/a_file.py") -> Revision:
    found = read_revision(path, source(*lines))
    assert isinstance(found, Revision), found
    return found


def refused(*lines: str, path: str = "versions/a_file.py") -> Unreadable:
    found = read_revision(path, source(*lines))
    assert isinstance(found, Unreadable), found
    return found


LITERAL_PARENTS = {
    "None is a base": ("None", ()),
    "an empty tuple is a base": ("()", ()),
    "a str is one parent": ("'b'", ("b",)),
    "a tuple is a merge": ("('b', 'c')", ("b", "c")),
    "a tuple of one": ("('b',)", ("b",)),
    "a list is a merge": ("['b', 'c']", ("b", "c")),
    "a set is a merge": ("{'b', 'c'}", ("b", "c")),
    "adjacent strings are joined": ("'b' 'c'", ("bc",)),
    "added strings are joined": ("'b' + 'c'", ("bc",)),
    "an f-string without a call": ("f'b{revision}'", ("ba",)),
    "a repeated parent is kept": ("('b', 'b')", ("b", "b")),
}


@pytest.mark.parametrize(("text", "parents"), LITERAL_PARENTS.values(), ids=LITERAL_PARENTS)
def test_down_revision_in_every_literal_form(text: str, parents: tuple[str, ...]) -> None:
    assert read("revision = 'a'", f"down_revision = {text}").parents == parents


ASSIGNMENTS = {
    "annotated": "revision: str = 'a'\ndown_revision: Union[str, None] = 'b'",
    "chained": "x = revision = 'a'\ndown_revision = y = 'b'",
    "unpacked": "revision, down_revision = 'a', 'b'",
    "unpacked in a list": "[revision, down_revision] = ['a', 'b']",
    "walrus": "(revision := 'a')\ndown_revision = 'b'",
    "through a name": "ID = 'a'\nrevision = ID\ndown_revision = 'b'",
    "assigned twice, the last wins": "revision = 'z'\nrevision = 'a'\ndown_revision = 'b'",
    "after a star import": "from x import *\nrevision = 'a'\ndown_revision = 'b'",
    "after an if": "if x:\n    revision = 'z'\nrevision = 'a'\ndown_revision = 'b'",
}


@pytest.mark.parametrize("text", ASSIGNMENTS.values(), ids=ASSIGNMENTS)
def test_every_form_of_assignment(text: str) -> None:
    found = read(text)
    assert (found.id, found.parents) == ("a", ("b",))


COMPUTED = {
    "a call": "revision = 'a'\ndown_revision = get(revision)",
    "inside an if": "revision = 'a'\ndown_revision = 'b'\nif x:\n    down_revision = 'c'",
    "inside a try": "revision = 'a'\ntry:\n    down_revision = 'b'\nexcept E:\n    pass",
    "inside a with": "revision = 'a'\nwith x as down_revision:\n    pass",
    "inside a loop": "revision = 'a'\nfor down_revision in x:\n    pass",
    "a star import afterwards": "revision = 'a'\ndown_revision = 'b'\nfrom x import *",
    "imported by name": "revision = 'a'\nfrom x import down_revision",
    "augmented": "revision = 'a'\ndown_revision = 'b'\ndown_revision += 'c'",
    "through globals": "revision = 'a'\ndown_revision = 'b'\nglobals()['down_revision'] = 'c'",
    "through exec": "revision = 'a'\ndown_revision = 'b'\nexec('down_revision = 1')",
    "deleted": "revision = 'a'\ndown_revision = 'b'\ndel down_revision",
    "by a function": "revision = 'a'\ndown_revision = 'b'\ndef f():\n    global down_revision",
    "a function of that name": "revision = 'a'\ndef down_revision():\n    pass",
    "an f-string with a call": "revision = 'a'\ndown_revision = f'{x()}'",
    "starred": "revision = 'a'\n*down_revision, x = 'b', 'c'",
    "walrus in an expression": "revision = 'a'\nprint(down_revision := 'c')",
}


@pytest.mark.parametrize("text", COMPUTED.values(), ids=COMPUTED)
def test_a_computed_down_revision_is_unreadable_and_never_guessed(text: str) -> None:
    found = refused(text)
    assert found.reason in (
        "computes `down_revision`, so its value is not known",
        "computes `revision`, so its value is not known",  # whatever may set any name
    )
    assert found.line >= 2


def test_a_computed_revision_is_unreadable() -> None:
    assert refused("revision = make()", "down_revision = None").line == 1


def test_a_computed_label_leaves_the_graph_whole_and_is_marked() -> None:
    found = read("revision = 'a'", "down_revision = None", "branch_labels = (cli.EXPAND,)")
    assert found.unresolved == {"branch_labels"}
    assert found.labels == ()


def test_labels_and_dependencies_are_read() -> None:
    found = read(
        "revision = 'a'", "down_revision = None", "branch_labels = 'x'", "depends_on = ['b', 'c']"
    )
    assert (found.labels, found.depends_on) == (("x",), ("b", "c"))


NOT_IDS = {
    "an empty str": "''",
    "a number": "7",
    "a number in a tuple": "('b', 7)",
    "None in a tuple": "('b', None)",
    "an empty str in a tuple": "('b', '')",
    "bytes": "b'b'",
}


@pytest.mark.parametrize("text", NOT_IDS.values(), ids=NOT_IDS)
def test_a_parent_that_is_no_id_is_told_with_its_line(text: str) -> None:
    found = refused("revision = 'a'", f"down_revision = {text}")
    assert "names no revision" in found.reason
    assert found.line == 2


@pytest.mark.parametrize("text", ["None", "7", "''", "('a',)"])
def test_a_revision_that_is_no_id_is_told(text: str) -> None:
    assert "is no id" in refused(f"revision = {text}", "down_revision = None").reason


def test_a_file_without_revision_has_its_id_from_a_hexadecimal_name() -> None:
    assert read("down_revision = None", path="versions/abc123.py").id == "abc123"


def test_a_helper_module_in_the_versions_folder_is_told() -> None:
    assert "has no `revision`" in refused("import os", path="versions/helpers.py").reason


def test_a_file_without_down_revision_is_told() -> None:
    assert "has no `down_revision`" in refused("revision = 'a'").reason


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfrevision = 'a'\ndown_revision = 'b'\n",
        b"revision = 'a'\r\ndown_revision = 'b'\r\n",
        b"# -*- coding: latin-1 -*-\n'''caf\xe9'''\nrevision = 'a'\ndown_revision = 'b'\n",
        b"\x0crevision = 'a'\ndown_revision = 'b'",
        b"revision = 'a'\rdown_revision = 'b'\r",
    ],
    ids=["BOM", "CRLF", "declared latin-1", "form feed and no last newline", "old Mac line ends"],
)
def test_encodings_and_line_ends_that_python_reads(data: bytes) -> None:
    found = read_revision("versions/x.py", data)
    assert isinstance(found, Revision)
    assert (found.id, found.parents) == ("a", ("b",))


UNREADABLE = {
    "undeclared latin-1": b"'''caf\xe9'''\nrevision = 'a'\n",
    "an unknown coding cookie": b"# coding: martian\nrevision = 'a'\n",
    "a NUL byte": b"revision = 'a'\x00\n",
    "300 nested parentheses": b"revision = " + b"(" * 300 + b")" * 300,
    "a syntax error": b"revision = \n",
    "UTF-16": "revision = 'a'\n".encode("utf-16"),
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_python_is_unreadable_and_never_a_traceback(data: bytes) -> None:
    found = read_revision("versions/x.py", data)
    assert isinstance(found, Unreadable)
    assert "is not valid Python" in found.reason


def test_conflict_markers_are_named_with_their_line() -> None:
    found = refused("revision = 'a'", "<<<<<<< HEAD", "down_revision = 'b'", "=======")
    assert (found.reason, found.line) == ("has conflict markers", 2)


def test_a_git_lfs_pointer_is_named() -> None:
    found = refused("version https://git-lfs.github.com/spec/v1", "oid sha256:00")
    assert found.reason == "is a Git LFS pointer"


def test_nothing_of_the_file_is_run(tmp_path) -> None:
    mark = tmp_path / "mark"
    read(f"open({str(mark)!r}, 'w')", "revision = 'a'", "down_revision = None")
    assert not mark.exists()


def test_an_old_escape_prints_no_warning(recwarn: pytest.WarningsRecorder) -> None:
    read("revision = 'a'", "down_revision = None", r"x = '\w'")
    assert not recwarn.list


MESSAGES = {
    "the first line": ('"""add user\n\nRevision ID: a\n"""', "add user"),
    "a first paragraph of two lines": ('"""add\nuser\n\nmore\n"""', "add user"),
    "none, only the Revision ID line": ('"""\nRevision ID: a\nRevises: b\n"""', ""),
    "none, and Revision ID follows at once": ('"""add user\nRevision ID: a\n"""', "add user"),
    "no docstring": ("x = 1", ""),
    "an empty docstring": ('""" """', ""),
}


@pytest.mark.parametrize(("text", "message"), MESSAGES.values(), ids=MESSAGES)
def test_the_message_is_the_docstrings_first_paragraph(text: str, message: str) -> None:
    assert read(text, "revision = 'a'", "down_revision = None").message == message


def test_the_docstrings_claims_are_read() -> None:
    found = read('"""m\n\nRevision ID: a\nRevises: b, c\n"""', "revision='a'", "down_revision='b'")
    assert (found.claims.revision, found.claims.revises) == ("a", ("b", "c"))


def test_a_docstring_that_claims_a_base() -> None:
    found = read('"""m\n\nRevises: \n"""', "revision='a'", "down_revision=None")
    assert found.claims.revises == ()


def test_the_lines_of_the_assignments_are_known() -> None:
    found = read('"""m"""', "revision = 'a'", "", "down_revision = None")
    assert (found.line("revision"), found.line("down_revision"), found.line("x")) == (2, 4, 1)
