"""Reading a history from a tree: what counts as a migration, what is refused, what changed."""

from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from migbot.core.environment import Environment
from migbot.core.files import LARGEST_FILE, Entry, FileTree, Kind
from migbot.core.history import Change, read_changed, read_history
from migbot.core.model import Revision, Unreadable
from migbot.core.parse import read_revision

HERE = Environment("alembic", ("versions",))


def migration(name: str, parent: str | None = None, body: str = "pass") -> bytes:
    return (
        f'"""message of {name}"""\nrevision = {name!r}\ndown_revision = {parent!r}\n'
        f"def upgrade():\n    {body}\n"
    ).encode()


def files(**sources: bytes) -> FileTree:
    return FileTree({f"versions/{name}.py": text for name, text in sources.items()})


class Odd:
    """A tree whose entries are not plain files."""

    def __init__(self, *there: Entry) -> None:
        self.there = there

    def entries(self, folder: str, *, deep: bool = False) -> tuple[Entry, ...]:
        return self.there

    def named(self, *names: str) -> tuple[Entry, ...]:
        return ()

    def read(self, entries: Iterable[Entry]) -> dict[str, bytes]:
        assert not list(entries)
        return {}


def test_the_files_that_alembic_loads_are_read_and_no_others() -> None:
    names = ["a.py", ".hidden.py", ".#lock.py", "__init__.py", "a.py.orig", "b.py~", "x.py.py"]
    tree = FileTree({f"versions/{name}": migration(f"id{name}") for name in names})
    found = read_history(tree, HERE)
    paths = [each.path for each in found.graph.revisions]
    assert paths == ["versions/.hidden.py", "versions/a.py", "versions/x.py.py"]


def test_folders_below_are_read_only_when_recursive() -> None:
    tree = FileTree({"versions/2024/a.py": migration("a")})
    assert not read_history(tree, HERE).graph.revisions
    deep = Environment("alembic", ("versions",), recursive=True)
    assert read_history(tree, deep).graph.heads == ("a",)


ODD = {
    "a link": (Entry("versions/a.py", "", Kind.LINK), "is a link"),
    "a submodule": (Entry("versions/a.py", "", Kind.SUBMODULE), "is a submodule"),
    "unmerged": (Entry("versions/a.py", "", Kind.UNMERGED), "unresolved merge conflict"),
    "a link for the folder": (Entry("versions", "", Kind.LINK), "is a link"),
    "bytecode": (Entry("versions/__pycache__/a.cpython-311.pyc", ""), "committed bytecode"),
}


@pytest.mark.parametrize(("entry", "reason"), ODD.values(), ids=ODD)
def test_what_is_no_plain_file_is_refused_with_a_reason(entry: Entry, reason: str) -> None:
    (found,) = read_history(Odd(entry), HERE).graph.unreadable
    assert reason in found.reason
    assert found.hint


@pytest.mark.parametrize(("more", "told"), [(1, "so is one more"), (11, "so are 11 more")])
def test_a_folder_of_bytecode_is_told_once(more: int, told: str) -> None:
    folder = "versions/__pycache__"
    there = [Entry(f"{folder}/{number:02}.cpython-311.pyc", "") for number in range(more + 1)]
    link = Entry("versions/a.py", "", Kind.LINK)
    first, other = read_history(Odd(*there, link), HERE).graph.unreadable
    assert first.path == there[0].path
    assert told in first.reason
    assert first.hint == f'Run: git rm -r --cached -- "{folder}"'
    assert other.path == link.path


def test_bytecode_of_two_folders_is_told_twice() -> None:
    deep = Environment("alembic", ("versions",), recursive=True)
    there = [Entry(f"versions/{name}__pycache__/a.pyc", "") for name in ("", "old/")]
    found = read_history(Odd(*there), deep).graph.unreadable
    assert [each.hint for each in found] == [
        f'Run: git rm --cached -- "{entry.path}"' for entry in there
    ]


def test_bytecode_of_another_folder_hides_nothing() -> None:
    other = Entry("versions/old/__pycache__/a.cpython-311.pyc", "")
    assert not read_history(Odd(other), HERE).graph.unreadable


def test_bytecode_that_git_does_not_track_is_the_users_own() -> None:
    mine = Entry("versions/__pycache__/a.cpython-311.pyc", "", tracked=False)
    assert not read_history(Odd(mine), HERE).graph.unreadable


def test_sourceless_bytecode_is_refused() -> None:
    there = Environment("alembic", ("versions",), sourceless=True)
    (found,) = read_history(Odd(Entry("versions/a.pyc", "")), there).graph.unreadable
    assert "bytecode" in found.reason


def test_a_file_over_the_cap_is_refused_and_not_parsed() -> None:
    tree = files(a=migration("a") + b"#" * LARGEST_FILE)
    (found,) = read_history(tree, HERE).graph.unreadable
    assert "larger" in found.reason


class Remembering:
    def __init__(self) -> None:
        self.kept: dict[str, Revision] = {}

    def recall(self, entry: Entry) -> Revision | None:
        return self.kept.get(entry.path)

    def keep(self, entry: Entry, revision: Revision) -> None:
        self.kept[entry.path] = revision

    def read(self, path: str, data: bytes) -> Revision | Unreadable:
        return read_revision(path, data)


def test_what_is_remembered_is_not_read_again() -> None:
    memory = Remembering()
    first = read_history(files(a=migration("a")), HERE, memory)
    again = read_history(Odd(Entry("versions/a.py", "x")), HERE, memory)
    assert again.graph.revisions == first.graph.revisions


@dataclass
class Listed:
    """A tree of any entries; each holds the revision of its name."""

    listed: tuple[Entry, ...]

    def entries(self, folder: str, *, deep: bool = False) -> tuple[Entry, ...]:
        return tuple(each for each in self.listed if f"{each.path}/".startswith(f"{folder}/"))

    def named(self, *names: str) -> tuple[Entry, ...]:
        return ()

    def read(self, entries: Iterable[Entry]) -> dict[str, bytes]:
        return {each.path: migration(each.path[2:-3]) for each in entries}


def test_a_folder_that_became_a_link_is_told_though_other_folders_are_left() -> None:
    two = Environment("alembic", ("v", "w"))
    files = Entry("v/a.py", "1"), Entry("w/b.py", "2")
    earlier = read_history(Listed(files), two)
    link = Entry("w", "3", Kind.LINK)
    changed = {"w/b.py": None, "w": link}
    found = read_changed(Listed((files[0], link)), earlier, changed)
    assert [each.path for each in found.graph.unreadable] == ["w"]


@dataclass
class Named:
    """A tree whose contents have ids; `asked` are the paths that were read."""

    files: dict[str, bytes]
    asked: list[str]

    def entries(self, folder: str, *, deep: bool = False) -> tuple[Entry, ...]:
        return tuple(Entry(path, text.hex()) for path, text in sorted(self.files.items()))

    def named(self, *names: str) -> tuple[Entry, ...]:
        return ()

    def read(self, entries: Iterable[Entry]) -> dict[str, bytes]:
        wanted = [entry.path for entry in entries]
        self.asked += wanted
        return {path: self.files[path] for path in wanted}


def test_what_the_earlier_moment_has_is_not_read_again_wherever_it_lies_now() -> None:
    before = Named({"versions/a.py": migration("a"), "versions/b.py": migration("b", "a")}, [])
    after = Named({"versions/a.py": migration("a"), "versions/moved.py": migration("b", "a")}, [])
    was = read_history(before, HERE)
    now = read_history(after, HERE, earlier=was)
    assert [each.path for each in now.graph.revisions] == ["versions/a.py", "versions/moved.py"]
    assert now.graph.heads == ("b",)
    assert after.asked == []


def test_an_id_that_comes_from_the_name_is_read_again_under_another_name() -> None:
    was = read_history(Named({"versions/abc.py": b"down_revision = None\n"}, []), HERE)
    after = Named({"versions/def.py": b"down_revision = None\n"}, [])
    assert read_history(after, HERE, earlier=was).graph.heads == ("def",)


def test_an_id_that_comes_from_the_name_is_not_remembered_by_content() -> None:
    memory = Remembering()
    read_history(FileTree({"versions/abc.py": b"down_revision = None\n"}), HERE, memory)
    assert not memory.kept


def change(before: FileTree, after: FileTree) -> Change:
    return Change(read_history(before, HERE), read_history(after, HERE))


def test_added_removed_and_edited_revisions() -> None:
    before = files(a=migration("a"), b=migration("b", "a"), c=migration("c", "b"))
    after = files(a=migration("a"), b=migration("b", "a", "op.execute('x')"), d=migration("d", "b"))
    found = change(before, after)
    assert [each.id for each in found.added] == ["d"]
    assert [each.id for each in found.removed] == ["c"]
    assert [now.id for _, now in found.edited] == ["b"]


def test_a_renamed_file_and_a_formatters_run_are_no_edit() -> None:
    before = files(a=migration("a"))
    after = files(other_name=migration("a").replace(b" = ", b"  =  ") + b"# done\n")
    found = change(before, after)
    assert [*found.added, *found.removed, *found.edited] == []


def test_the_scripts_of_added_revisions_are_at_hand() -> None:
    found = change(files(), files(a=migration("a", body="op.execute('x')")))
    assert [each.verb for each in found.script(found.added[0]).upgrades] == ["execute"]
