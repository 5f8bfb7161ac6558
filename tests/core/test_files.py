"""What a merge would leave, file by file; git itself is the judge in tests/adapters."""

import pytest

from migbot.core.files import FileTree, Merged, merge

A, B, C = b"a", b"b", b"c"

MERGES = {
    "both add their own": ({}, {"x": A}, {"y": B}, {"x": A, "y": B}, ()),
    "both add the same": ({}, {"x": A}, {"x": A}, {"x": A}, ()),
    "both add one path with other content": ({}, {"x": A}, {"x": B}, {"x": A}, ("x",)),
    "one edits": ({"x": A}, {"x": A}, {"x": B}, {"x": B}, ()),
    "we edit": ({"x": A}, {"x": B}, {"x": A}, {"x": B}, ()),
    "both edit alike": ({"x": A}, {"x": B}, {"x": B}, {"x": B}, ()),
    "both edit otherwise": ({"x": A}, {"x": B}, {"x": C}, {"x": B}, ("x",)),
    "one deletes": ({"x": A}, {}, {"x": A}, {}, ()),
    "one deletes what the other edits": ({"x": A}, {}, {"x": B}, {}, ("x",)),
    "both delete": ({"x": A}, {}, {}, {}, ()),
}


@pytest.mark.parametrize(
    ("was", "ours", "theirs", "left", "conflicts"), MERGES.values(), ids=MERGES
)
def test_a_merge_of_files(was, ours, theirs, left, conflicts) -> None:
    assert merge(was, ours, theirs) == Merged(left, conflicts)


def test_a_tree_of_files_lists_one_folder_or_all_below() -> None:
    tree = FileTree({"a/b/c.py": A, "a/d.py": B, "ab/e.py": C})
    assert [each.path for each in tree.entries("a")] == ["a/d.py"]
    assert [each.path for each in tree.entries("a", deep=True)] == ["a/b/c.py", "a/d.py"]
    assert [each.path for each in tree.named("e.py", "d.py")] == ["a/d.py", "ab/e.py"]
    assert [each.path for each in tree.entries("")] == []
