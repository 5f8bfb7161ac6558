"""Tests of writing a plan: all of it or nothing, whatever happens in between."""

import itertools
import os
import py_compile
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from migbot.adapters import journal
from migbot.adapters.apply_plan import apply
from migbot.adapters.journal import recover
from migbot.core.plan import Edit, Plan
from migbot.errors import MigbotError
from support.disk import write_all

BEFORE = {"versions/a.py": b"a = 'r0'\r\n", "versions/b.py": b"b = 'r0'\n"}
WANTED = {
    "versions/a.py": b"a = 'z9'\r\n",
    "versions/2024/01/m.py": b"m = 'a'\n",
    "versions/b.py": b"b = 'z9'\n",
}
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    write_all(tmp_path / "tree", {**BEFORE, ".git/HEAD": b"ref: refs/heads/main\n"})
    return tmp_path / "tree"


def plan_of(wanted: dict[str, bytes], before: dict[str, bytes] | None = None) -> Plan:
    were = BEFORE if before is None else before
    edits = (Edit(path, text, were.get(path), "x", ()) for path, text in wanted.items())
    return Plan("rebase", "", tuple(edits))


PLAN = plan_of(WANTED)


def files(tree: Path) -> dict[str, bytes]:
    """Every file outside of .git, whatever its name is."""
    found = (path for path in tree.rglob("*") if path.is_file())
    named = {path.relative_to(tree).as_posix(): path.read_bytes() for path in found}
    return {path: text for path, text in named.items() if ".git/" not in path}


def journal_of(tree: Path) -> list[str]:
    folder = tree / ".git" / journal.FOLDER
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def write(tree: Path, plan: Plan = PLAN, **more: object) -> None:
    apply(plan, tree, tree / ".git", **more)  # type: ignore[arg-type]


def test_all_edits_are_written_and_the_journal_is_empty(tree: Path) -> None:
    write(tree)
    assert files(tree) == {**BEFORE, **WANTED}
    assert journal_of(tree) == []


def test_mode_is_kept_and_a_new_file_gets_the_usual_one(tree: Path) -> None:
    (tree / "versions/a.py").chmod(0o750)
    write(tree)
    umask = os.umask(0)
    os.umask(umask)
    modes = {
        path: stat.S_IMODE((tree / path).stat().st_mode)
        for path in ("versions/a.py", "versions/2024/01/m.py")
    }
    assert modes == {"versions/a.py": 0o750, "versions/2024/01/m.py": 0o666 & ~umask}


def test_a_rewritten_file_is_a_second_younger_than_before(tree: Path) -> None:
    target = tree / "versions/a.py"
    for moment in (target.stat().st_mtime + 5, 1_600_000_000.5):
        target.write_bytes(BEFORE["versions/a.py"])
        os.utime(target, (moment, moment))
        write(tree, plan_of({"versions/a.py": WANTED["versions/a.py"]}))
        assert int(target.stat().st_mtime) >= int(moment) + 1


def test_bytecode_of_rewritten_files_is_removed_and_of_others_kept(tree: Path) -> None:
    cache = tree / "versions/__pycache__"
    stale = ["a.cpython-311.pyc", "a.cpython-38.opt-1.pyc", "a.pypy310.pyc", "m.cpython-311.pyc"]
    other = ["a.b.cpython-311.pyc", "ab.cpython-311.pyc", "c.cpython-311.pyc", "a.txt"]
    write_all(cache, dict.fromkeys(stale + other, b""))
    write(tree, plan_of({**WANTED, "versions/m.py": b"m = 1\n"}))
    assert sorted(path.name for path in cache.iterdir()) == sorted(other)


def test_python_sees_the_new_content_within_the_same_second(tree: Path) -> None:
    target = tree / "versions/a.py"
    py_compile.compile(str(target))
    assert Path(cache_from_source(str(target))).exists()
    write(tree)
    said = subprocess.run(
        [sys.executable, "-c", "import a; print(a.a)"], cwd=target.parent, capture_output=True
    )
    assert said.stdout == b"z9\n"


def test_an_edit_that_changes_nothing_does_not_touch_the_file(tree: Path) -> None:
    before = (tree / "versions/a.py").stat()
    write(tree, plan_of({"versions/a.py": BEFORE["versions/a.py"]}))
    assert (tree / "versions/a.py").stat() == before


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"versions/b.py": b"else"}, "versions/b.py changed"),
        ({"versions/b.py": None}, "versions/b.py was deleted"),
        ({"versions/2024/01/m.py": b"else"}, "versions/2024/01/m.py appeared"),
    ],
    ids=["edited", "deleted", "created"],
)
def test_a_file_that_changed_meanwhile_is_refused_before_anything_is_written(
    tree: Path, change: dict[str, bytes | None], word: str
) -> None:
    for path, text in change.items():
        if text is None:
            (tree / path).unlink()
        else:
            write_all(tree, {path: text})
    before = files(tree)
    with pytest.raises(MigbotError, match=word):
        write(tree)
    assert files(tree) == before
    assert journal_of(tree) == []


@pytest.mark.parametrize(
    "path", ["../out.py", "/tmp/out.py", "versions/../../out.py", ".git/x.py", "a/.GIT/x.py"]
)
def test_a_path_that_leads_out_of_the_work_tree_is_refused(tree: Path, path: str) -> None:
    with pytest.raises(MigbotError, match="leads out"):
        write(tree, plan_of({path: b"x"}))
    assert files(tree) == BEFORE


@pytest.mark.parametrize(
    "link", ["versions", "versions/2024", "versions/a.py", "versions/2024/01/m.py"]
)
def test_a_link_is_not_written_through(tree: Path, tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    if (tree / link).exists():
        (tree / link).rename(outside)
    else:
        (tree / link).parent.mkdir(parents=True, exist_ok=True)
        outside.mkdir()
    (tree / link).symlink_to(outside)
    before = files(tmp_path)
    with pytest.raises(MigbotError, match=f"^{link} is a symbolic link"):
        write(tree)
    assert files(tmp_path) == before


def test_a_folder_in_the_place_of_a_file_and_the_reverse_are_refused(tree: Path) -> None:
    for path in ("versions", "versions/a.py/x.py"):
        with pytest.raises(MigbotError, match="is in the way"):
            write(tree, plan_of({path: b"x"}))
    assert files(tree) == BEFORE


def test_everything_is_put_back_where_the_check_complains(tree: Path) -> None:
    before = {path: (tree / path).stat() for path in BEFORE}
    seen = []

    def check() -> str:
        seen.append(files(tree))
        return "there are 2 heads"

    with pytest.raises(MigbotError, match="put back: there are 2 heads"):
        write(tree, check=check)
    assert seen == [{**BEFORE, **WANTED}]
    assert files(tree) == BEFORE
    assert not (tree / "versions/2024").exists()
    assert journal_of(tree) == []
    for path, was in before.items():
        now = (tree / path).stat()
        assert (now.st_mtime_ns, now.st_mode) == (was.st_mtime_ns, was.st_mode)


@pytest.mark.parametrize("error", [RuntimeError("a bug"), KeyboardInterrupt()])
def test_everything_is_put_back_where_the_check_fails(tree: Path, error: BaseException) -> None:
    def check() -> str | None:
        raise error

    with pytest.raises(type(error)):
        write(tree, check=check)
    assert files(tree) == BEFORE
    assert journal_of(tree) == []


def test_bytecode_compiled_from_what_was_put_back_is_not_used(tree: Path) -> None:
    def check() -> str:
        py_compile.compile(str(tree / "versions/a.py"))
        return "no"

    with pytest.raises(MigbotError):
        write(tree, check=check)
    assert not list((tree / "versions/__pycache__").iterdir())


def test_what_the_check_itself_changed_is_left_alone(tree: Path) -> None:
    def check() -> str:
        write_all(tree, {"versions/b.py": b"by hand"})
        return "no"

    with pytest.raises(MigbotError):
        write(tree, check=check)
    assert files(tree) == {**BEFORE, "versions/b.py": b"by hand"}


def test_two_repairs_at_once_are_kept_apart(tree: Path) -> None:
    def check() -> None:
        with pytest.raises(MigbotError, match="Another migbot"):
            write(tree)

    write(tree, check=check)
    assert files(tree) == {**BEFORE, **WANTED}


STEPS = (
    "open",
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.utime",
    "os.chmod",
    "os.chown",
)
"""Python's own audit events, so that nothing in migbot has to be patched to die at each."""


def child(act: Callable[[], object]) -> int:
    """Run `act` in a process of its own; returns the signal that ended it, 0 for none."""
    process = os.fork()
    if process == 0:
        try:
            act()
        finally:
            os._exit(0)
    return os.WTERMSIG(os.waitpid(process, 0)[1])


def killed(act: Callable[[], object], last: int) -> bool:
    """Whether SIGKILL ended `act` at the `last`th thing that it did to the disk."""
    left = last

    def count(event: str, _: object) -> None:
        nonlocal left
        left -= event in STEPS
        if left == 0 and event != "os.kill":
            os.kill(os.getpid(), signal.SIGKILL)

    def watched() -> None:
        sys.addaudithook(count)
        act()

    return child(watched) == signal.SIGKILL


def arrange(tree: Path) -> Path:
    shutil.rmtree(tree, ignore_errors=True)
    write_all(tree, {**BEFORE, ".git/HEAD": b""})
    return tree


def half_done(tree: Path) -> Path:
    """A tree whose repair was killed when two files of three were in place."""
    for step in itertools.count(1):
        arrange(tree)
        assert killed(lambda: write(tree), step)
        if sum(files(tree).get(path) == text for path, text in WANTED.items()) == 2:
            break
    return tree


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A folder on another file system than the work tree."""
    root = Path(tempfile.mkdtemp(dir="/dev/shm"))
    yield root
    shutil.rmtree(root)


@pytest.mark.parametrize("apart", [False, True], ids=["one file system", "two file systems"])
def test_a_kill_at_any_step_leaves_only_whole_files_and_is_mended(
    tmp_path: Path, elsewhere: Path, apart: bool
) -> None:
    ends, tree = [], tmp_path / "tree"
    git_dir = elsewhere if apart else tree / ".git"
    for step in itertools.count(1):
        arrange(tree)
        if not killed(lambda: apply(PLAN, tree, git_dir), step):
            break
        for path, text in files(tree).items():
            whole = text in (BEFORE.get(path), WANTED.get(path))
            assert whole or not path.endswith(".py"), f"step {step}: {path}"
        ends.append(recover(git_dir))
        assert files(tree) in (BEFORE, {**BEFORE, **WANTED}), f"step {step}: {ends[-1]}"
        assert (files(tree) == BEFORE) == (not (tree / "versions/2024").exists())
        assert not list((git_dir / journal.FOLDER).glob("*"))
        assert recover(git_dir) == ""
    assert {*ends} == {
        "",
        "The repair that was interrupted was taken back.",
        "The repair that was interrupted is complete.",
    }
    assert len(ends) > 20


def test_a_kill_of_the_mending_is_mended_too(tmp_path: Path) -> None:
    half = half_done(tmp_path / "half")
    for step in itertools.count(1):
        tree = tmp_path / f"tree{step}"
        shutil.copytree(half, tree)
        again = killed(lambda: recover(tree / ".git"), step)  # noqa: B023
        recover(tree / ".git")
        assert files(tree) == BEFORE
        assert journal_of(tree) == []
        if not again:
            break
    assert step > 5


def test_the_next_repair_mends_the_one_before(tmp_path: Path) -> None:
    tree = half_done(tmp_path / "tree")
    write(tree)
    assert files(tree) == {**BEFORE, **WANTED}


def test_what_somebody_changed_after_the_crash_is_left_and_named(tmp_path: Path) -> None:
    tree = half_done(tmp_path / "tree")
    write_all(tree, {"versions/b.py": b"by hand"})
    assert "versions/b.py changed since" in recover(tree / ".git")
    assert files(tree)["versions/b.py"] == b"by hand"


def test_a_repository_that_was_moved_after_the_crash_is_mended_where_it_is(tmp_path: Path) -> None:
    half_done(tmp_path / "old/tree")
    (tmp_path / "old").rename(tmp_path / "new")
    assert recover(tmp_path / "new/tree/.git").endswith("taken back.")
    assert files(tmp_path / "new/tree") == BEFORE


def test_a_journal_that_is_none_stops_everything_and_is_kept(tree: Path) -> None:
    write_all(tree, {f".git/{journal.FOLDER}/journal.json": b'{"steps": 1}'})
    for act in (lambda: recover(tree / ".git"), lambda: write(tree)):
        with pytest.raises(MigbotError, match="is no journal") as error:
            act()
        assert "git status" in error.value.hint
    assert files(tree) == BEFORE
    assert journal_of(tree) == ["journal.json"]


def test_a_full_disk_changes_nothing(tree: Path) -> None:
    """The limit on the size of files fails a write in the middle, as a full disk does."""
    big = {"versions/a.py": b"a" * 5000, "versions/b.py": b"b" * 50_000}
    code = (
        "import sys; from pathlib import Path; from migbot.adapters.apply_plan import apply\n"
        "from migbot.core.plan import Edit, Plan; from migbot.errors import MigbotError\n"
        "root = Path(sys.argv[1])\n"
        "edits = [Edit(f'versions/{n}.py', n.encode() * size, (root / f'versions/{n}.py')"
        ".read_bytes(), n, ()) for n, size in (('a', 5000), ('b', 50_000))]\n"
        "try: apply(Plan('rebase', '', tuple(edits)), root, root / '.git')\n"
        "except MigbotError as error: print(error.message)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tree)],
        env={"PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192)),
        capture_output=True,
        text=True,
    )
    assert "cannot be written: File too large; nothing was changed" in done.stdout, done.stderr
    assert files(tree) == BEFORE
    assert journal_of(tree) == []
    write(tree, plan_of(big))
    assert files(tree) == big


@pytest.fixture
def anybodys() -> Iterator[Path]:
    """A folder that an ordinary user can get into (pytest's own are for their owner alone)."""
    root = Path(tempfile.mkdtemp(prefix="migbot-test-"))
    root.chmod(0o755)
    yield root
    shutil.rmtree(root)


def as_somebody(act: Callable[[], object]) -> str:
    """What `act` complains of in a process without root's rights, "" for nothing."""
    reading, writing = os.pipe()

    def told() -> None:
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
        try:
            act()
        except MigbotError as error:
            os.write(writing, error.message.encode())

    child(told)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        return pipe.read().decode()


@pytest.mark.parametrize("locked", ["second", "first", ".git"])
def test_a_read_only_folder_is_told_and_everything_is_put_back(anybodys: Path, locked: str) -> None:
    before = {"first/a.py": b"a", "second/b.py": b"b"}
    write_all(anybodys, {**before, ".git/HEAD": b""})
    for path in [anybodys, *anybodys.rglob("*")]:
        if os.getuid() == 0:
            os.chown(path, 65534, 65534)
    (anybodys / locked).chmod(0o555)
    plan = plan_of({"first/a.py": b"A", "second/b.py": b"B"}, before)
    said = as_somebody(lambda: write(anybodys, plan))
    (anybodys / locked).chmod(0o755)
    assert "cannot be written: Permission denied; nothing was changed" in said
    assert files(anybodys) == before
    assert journal_of(anybodys) == []


def test_a_git_directory_on_another_file_system_works_and_is_undone_as_well(
    tree: Path, elsewhere: Path
) -> None:
    assert elsewhere.stat().st_dev != tree.stat().st_dev
    with pytest.raises(MigbotError, match="put back"):
        apply(PLAN, tree, elsewhere, lambda: "no")
    assert files(tree) == BEFORE
    apply(PLAN, tree, elsewhere)
    assert files(tree) == {**BEFORE, **WANTED}
    assert recover(elsewhere) == ""


def test_a_name_that_is_not_utf_8_is_written(tree: Path) -> None:
    name = os.fsdecode(b"versions/\xff.py")
    write(tree, plan_of({name: b"x"}))
    assert (tree / name).read_bytes() == b"x"
