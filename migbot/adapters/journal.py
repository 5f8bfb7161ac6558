"""The journal of a repair: what it takes to finish or to undo it after a crash."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from migbot.adapters.bytecode import drop_bytecode
from migbot.core.value import Value
from migbot.errors import MigbotError

try:
    import fcntl
except ImportError:  # Windows has none; there two repairs at once are not kept apart
    fcntl = None  # type: ignore[assignment]

FOLDER = "migbot/apply"
"""Below the git directory: never part of a commit, and a work tree's own."""

_RECORD = "journal.json"


class Step(Value):
    """One file of a repair: the digests of its content before ("" for none) and after.

    `folders` are those that had to be made for it, outermost first.
    """

    path: str
    was: str
    now: str
    folders: tuple[str, ...] = ()


class Journal(Value):
    """A repair under way: `steps` in `root`, their contents as N.old and N.new in `folder`."""

    folder: Path
    root: Path
    steps: tuple[Step, ...] = ()

    def old(self, step: Step) -> Path:
        """Where the content before is kept."""
        return self.folder / f"{self.steps.index(step)}.old"

    def new(self, step: Step) -> Path:
        """Where the content after waits."""
        return self.folder / f"{self.steps.index(step)}.new"


def digest(path: Path) -> str:
    """The name of a file's content, "" where there is no file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


@contextlib.contextmanager
def folder_of(git_dir: Path) -> Iterator[Path]:
    """The journal's folder, held so that no other migbot repairs the same work tree.

    Raises MigbotError where one does. The system lets go of the lock when its holder dies.
    """
    folder = git_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "lock").open("wb") as lock:
        try:
            if fcntl:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise MigbotError(
                "Another migbot is repairing this work tree.", "Wait for it, then try again."
            ) from None
        yield folder


def begin(journal: Journal) -> None:
    """Make the journal count: from here on a crash is finished or undone by `recover`."""
    record = {
        "root": os.path.relpath(journal.root, journal.folder),
        "steps": [step._asdict() for step in journal.steps],
    }
    draft = journal.folder / f"{_RECORD}.draft"
    write(draft, json.dumps(record).encode())
    draft.replace(journal.folder / _RECORD)
    sync_folder(journal.folder)


def end(journal: Journal) -> None:
    """Forget the repair: it is done, or undone."""
    (journal.folder / _RECORD).unlink(missing_ok=True)
    for path in journal.folder.iterdir():
        path.unlink()


def place(journal: Journal, step: Step) -> None:
    """Put the new content in its place, in one move."""
    target = journal.root / step.path
    for name in step.folders:
        (journal.root / name).mkdir(exist_ok=True)
    _move(journal.new(step), target)


def undo(journal: Journal) -> tuple[str, ...]:
    """Put everything back and forget the repair; returns paths that somebody changed since.

    Those are left as they are. Safe to run again where it was itself cut short.
    """
    foreign = tuple(step.path for step in reversed(journal.steps) if not _put_back(journal, step))
    end(journal)
    return foreign


def _put_back(journal: Journal, step: Step) -> bool:
    target = journal.root / step.path
    _beside(target).unlink(missing_ok=True)
    now = digest(target)
    if now == step.now:
        drop_bytecode(target)
        if step.was:
            _move(journal.old(step), target)
        else:
            target.unlink()
    for name in reversed(step.folders):
        with contextlib.suppress(OSError):  # not empty, or never made
            (journal.root / name).rmdir()
    return now in (step.now, step.was)


def recover(git_dir: Path) -> str:
    """Finish or undo the repair that a crash cut short; returns one sentence, "" for none.

    It is finished where every file was in place already, and undone otherwise. Raises MigbotError
    where the journal cannot be followed; it is kept then.
    """
    if not (git_dir / FOLDER).is_dir():
        return ""
    with folder_of(git_dir) as folder:
        return resume(folder)


def resume(folder: Path) -> str:
    """`recover` for who holds the folder already."""
    journal = _read(folder)
    if all(digest(journal.root / step.path) == step.now for step in journal.steps):
        for step in journal.steps:
            _beside(journal.root / step.path).unlink(missing_ok=True)
        end(journal)
        return "The repair that was interrupted is complete." if journal.steps else ""
    try:
        foreign = undo(journal)
    except OSError as error:
        raise not_put_back(error, journal) from None
    kept = f" {', '.join(foreign)} changed since, and was left." if foreign else ""
    return f"The repair that was interrupted was taken back.{kept}"


def not_put_back(error: OSError, journal: Journal) -> MigbotError:
    """The error of an undo that failed itself."""
    return MigbotError(
        f"Not everything could be put back ({error.strerror or error}).",
        f"Mend that, then run migbot resolve again: {journal.folder} has what it takes.",
    )


def _read(folder: Path) -> Journal:
    path = folder / _RECORD
    try:
        record = json.loads(path.read_bytes())
        steps = tuple(
            Step(each["path"], each["was"], each["now"], tuple(each["folders"]))
            for each in record["steps"]
        )
        return Journal(folder, Path(os.path.normpath(folder / record["root"])), steps)
    except FileNotFoundError:
        return Journal(folder, folder)
    except (ValueError, KeyError, TypeError):
        hint = f"Look at `git status`, then delete {folder}"
        raise MigbotError(f"{path} is no journal of migbot.", hint) from None


def write(path: Path, content: bytes) -> None:
    """Write a file of the journal through to the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _beside(target: Path) -> Path:
    """A name next to a migration that Alembic does not load."""
    return target.with_name(f".{target.name}.migbot~")


def _move(source: Path, target: Path) -> None:
    """Rename, or where the git directory is on another file system: copy beside, then rename."""
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = _beside(target)
        try:
            copy(source, beside)
            beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    sync_folder(target.parent)


def copy(source: Path, target: Path) -> None:
    """Copy content, mode, times and, where allowed, the owner; through to the disk."""
    write(target, source.read_bytes())
    shutil.copystat(source, target)
    own(source, target)


def own(source: Path, target: Path) -> None:
    """Give `target` the owner of `source`, where that is another one and we may."""
    status = source.stat()
    if hasattr(os, "chown"):
        with contextlib.suppress(PermissionError):
            os.chown(target, status.st_uid, status.st_gid)
