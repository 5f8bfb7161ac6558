"""A repair as values: what it rewrites is told line by line, as git counts lines."""

from migbot.core.plan import Edit, NewLine, Plan, PlannedEdit


def told(was: bytes | None, content: bytes) -> PlannedEdit:
    edit = Edit("v/a.py", content, was, "a", ("b",))
    return Plan("rebase", "why", (edit,)).report.edits[0]


def test_a_line_that_is_rewritten_is_told_with_its_number() -> None:
    assert told(b"x\ny = 1\n", b"x\ny = 2\n").lines == (NewLine(2, "y = 1", "y = 2"),)


def test_a_windows_line_end_is_no_part_of_the_line() -> None:
    assert told(b"x\r\ny = 1\r\n", b"x\r\ny = 2\r\n").lines == (NewLine(2, "y = 1", "y = 2"),)


def test_what_only_python_takes_for_a_line_end_ends_no_line() -> None:
    before = "a\x0cb\u2028c\x85d\n".encode()
    assert told(before + b"y = 1\n", before + b"y = 2\n").lines == (NewLine(2, "y = 1", "y = 2"),)


def test_a_file_that_is_created_or_grows_has_no_lines_that_are_rewritten() -> None:
    assert told(None, b"x\n").lines == ()
    assert told(b"x\n", b"x\ny\n").lines == ()
