"""The memory of what was read: by content, and never more than a hint."""

import os
from pathlib import Path

import pytest

from migbot.adapters.memory import BlobMemory
from migbot.core.files import Entry
from migbot.core.model import Claims, Revision

FOUND = Revision(
    "a",
    "versions/a.py",
    parents=("b", "c"),
    depends_on=("d",),
    labels=("x",),
    message="add \N{SNOWMAN}",
    claims=Claims("a", ("b",)),
    lines={"revision": 3},
    unresolved=frozenset({"branch_labels"}),
)
ENTRY = Entry("versions/a.py", "1" * 40)


def remembered(folder: Path) -> BlobMemory:
    memory = BlobMemory(folder)
    memory.keep(ENTRY, FOUND)
    memory.save()
    return BlobMemory(folder)


def test_what_was_kept_is_recalled_in_the_next_process(tmp_path: Path) -> None:
    found = remembered(tmp_path / "migbot").recall(ENTRY)
    assert found == FOUND
    assert found.line("revision") == 3


def test_the_same_content_at_another_path_is_the_same_revision(tmp_path: Path) -> None:
    found = remembered(tmp_path).recall(Entry("other/b.py", ENTRY.id))
    assert found is not None
    assert found.path == "other/b.py"


def test_content_without_a_name_is_not_kept(tmp_path: Path) -> None:
    memory = BlobMemory(tmp_path)
    memory.keep(Entry("versions/a.py", ""), FOUND)
    assert memory.recall(Entry("versions/a.py", "")) is None


@pytest.mark.parametrize("cut", [0, 1, 64, 70, -1])
def test_a_torn_file_counts_as_empty(tmp_path: Path, cut: int) -> None:
    path = remembered(tmp_path).path
    path.write_bytes(path.read_bytes()[:cut])
    assert BlobMemory(tmp_path).recall(ENTRY) is None


def test_an_altered_file_counts_as_empty(tmp_path: Path) -> None:
    path = remembered(tmp_path).path
    path.write_bytes(path.read_bytes().replace(b"add", b"odd"))
    assert BlobMemory(tmp_path).recall(ENTRY) is None


def test_a_memory_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    remembered(tmp_path / "file" / "below")


def test_two_that_write_at_once_both_leave_a_whole_file(tmp_path: Path) -> None:
    one, two = BlobMemory(tmp_path), BlobMemory(tmp_path)
    one.keep(ENTRY, FOUND)
    two.keep(Entry("versions/b.py", "2" * 40), FOUND)
    one.save()
    two.save()
    both = BlobMemory(tmp_path)
    assert both.recall(ENTRY)
    assert both.recall(Entry("versions/b.py", "2" * 40))
    assert len(os.listdir(tmp_path)) == 1


@pytest.mark.parametrize(
    "message",
    ["", "\x1d", "\x1e", "a\x1fb", "two\nlines", "cr\r\x85\u2028", "\ud800", "\x00", "x" * 100_000],
)
def test_whatever_a_message_holds_is_given_back_or_not_kept(tmp_path: Path, message: str) -> None:
    memory = BlobMemory(tmp_path)
    odd = FOUND._replace(message=message, claims=Claims(message, (message,)))
    other = Entry("versions/other.py", "2" * 40)
    memory.keep(ENTRY, odd)
    memory.keep(other, FOUND._replace(path=other.path))
    memory.save()
    again = BlobMemory(tmp_path)
    assert again.recall(ENTRY) in (odd, None)
    assert again.recall(other) == FOUND._replace(path=other.path)


def test_the_lines_are_given_back_too(tmp_path: Path) -> None:
    remembered(tmp_path)
    again = BlobMemory(tmp_path).recall(ENTRY)
    assert again is not None
    assert again.lines == FOUND.lines
