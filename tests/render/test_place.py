"""Where other programs are sent: inside of the repository, or nowhere."""

import pytest
from hypothesis import given

from migbot.render.neutral import plain
from migbot.render.place import LAST_LINE, NOWHERE, Place, named_place, place
from support.foreign import anything

OUTSIDE = (
    "",
    "/etc/passwd",
    "../x.py",
    "a/../../x.py",
    "a/..",
    "./x.py",
    "a//x.py",
    "a/",
    "C:/x.py",
    "C:\\x.py",
    "..\\x.py",
    "\\\\host\\share",
    "a\nb.py",
    "a\u202eyp.b",
    "a\udc80.py",
)


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_path_that_leads_out_or_hides_is_no_place(path: str) -> None:
    assert place(path, 3) == NOWHERE


@pytest.mark.parametrize("path", ["x.py", "a b/é ü.py", "versions/2024-01-01_x.py", "..x/...y.py"])
def test_a_path_inside_of_the_repository_is_one(path: str) -> None:
    assert place(path, 3) == Place(path, 3)


@pytest.mark.parametrize("line", [0, -4, LAST_LINE + 1, 10**30])
def test_a_line_that_no_file_has_is_the_first(line: int) -> None:
    assert place("x.py", line) == Place("x.py", 1)


def test_what_could_not_be_read_names_its_place_in_words() -> None:
    assert named_place("a/x.py") == Place("a/x.py", 1)
    assert named_place("a/x.py:12") == Place("a/x.py", 12)
    assert named_place("round trip of alembic") == NOWHERE
    assert named_place("/a/x.py:12") == NOWHERE
    assert named_place("a/x.py:" + "9" * 5000) == NOWHERE


@given(anything)
def test_whatever_is_written_there_no_place_leads_out(path: str) -> None:
    for found in (place(path, 1), place(f"a/{path}", 1)):
        assert not found.path.startswith("/")
        assert ".." not in found.path.split("/")
        assert plain(found.path) == found.path
