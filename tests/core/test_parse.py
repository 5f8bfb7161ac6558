"""Reading a migration: everything Alembic would load is read, and nothing is run."""

import pytest

from migbot.core.model import Revision, Unreadable
from migbot.core.parse import read_revision
from support.forms import ASSIGNMENTS, COMPUTED, LITERAL_PARENTS, MESSAGES, NOT_IDS


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


@pytest.mark.parametrize(("text", "parents"), LITERAL_PARENTS.values(), ids=LITERAL_PARENTS)
def test_down_revision_in_every_literal_form(text: str, parents: tuple[str, ...]) -> None:
    assert read("revision = 'a'", f"down_revision = {text}").parents == parents


@pytest.mark.parametrize("text", ASSIGNMENTS.values(), ids=ASSIGNMENTS)
def test_every_form_of_assignment(text: str) -> None:
    found = read(text)
    assert (found.id, found.parents) == ("a", ("b",))


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
