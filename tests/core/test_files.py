"""A tree of plain values."""

from migbot.core.files import FileTree

A, B, C = b"a", b"b", b"c"


def test_a_tree_of_files_lists_one_folder_or_all_below() -> None:
    tree = FileTree({"a/b/c.py": A, "a/d.py": B, "ab/e.py": C})
    assert [each.path for each in tree.entries("a")] == ["a/d.py"]
    assert [each.path for each in tree.entries("a", deep=True)] == ["a/b/c.py", "a/d.py"]
    assert [each.path for each in tree.named("e.py", "d.py")] == ["a/d.py", "ab/e.py"]
    assert [each.path for each in tree.entries("")] == []
