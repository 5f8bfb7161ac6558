"""Apply a plan to the work tree: all of it or nothing, whatever happens in between."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from migbot.adapters.bytecode import drop_bytecode
from migbot.adapters.journal import (
    Journal,
    Step,
    begin,
    copy,
    end,
    folder_of,
    not_put_back,
    own,
    place,
    resume,
    undo,
    write,
)
from migbot.core.plan import Edit, Plan
from migbot.errors import MigbotError


def apply(
    plan: Plan, root: Path, git_dir: Path, check: Callable[[], str | None] = lambda: None
) -> None:
    """Write the edits of `plan` below `root`, the top of a work tree, and ask `check`.

    `git_dir` is that work tree's own git directory; the journal lies there. `check` runs when all
    is written: it returns what is wrong, or None. What it complains of, any error and any signal
    that Python sees put everything back; after a kill, `journal.recover` does (and this, when it
    runs next). New contents are complete on the disk before the first file of the work tree is
    touched, so that a full disk changes nothing. Raises MigbotError: where a file is not what the
    plan was made from, where a path is a link or leads out, where something cannot be written,
    where `check` complains.
    """
    edits = [edit for edit in plan.edits if edit.content != edit.was]
    try:
        with folder_of(git_dir) as folder:
            resume(folder)
            for edit in edits:
                _demand_unchanged(edit, root)
            _carry_out(
                edits, Journal(folder, root, tuple(_step(root, each) for each in edits)), check
            )
    except OSError as error:
        where = os.fspath(error.filename) if error.filename else git_dir
        raise MigbotError(
            f"{where} cannot be written: {error.strerror or error}; nothing was changed.",
            "Mend that, then: migbot resolve",
        ) from None


def _carry_out(edits: list[Edit], journal: Journal, check: Callable[[], str | None]) -> None:
    try:
        for edit, step in zip(edits, journal.steps, strict=True):
            _stage(edit, journal, step)
        begin(journal)
        for step in journal.steps:
            drop_bytecode(journal.root / step.path)
            place(journal, step)
        wrong = check()
    except BaseException:
        _undo(journal)
        raise
    if wrong:
        _undo(journal)
        raise MigbotError(f"Everything was put back: {wrong}.", "migbot graph")
    end(journal)


def _undo(journal: Journal) -> None:
    try:
        undo(journal)
    except OSError as error:
        raise not_put_back(error, journal) from None


def _stage(edit: Edit, journal: Journal, step: Step) -> None:
    """Keep what there is and write what there will be, both in the journal's folder.

    The new file is a whole second younger than the old one: to the second is how Python tells
    whether bytecode is stale.
    """
    new, target = journal.new(step), journal.root / step.path
    write(new, edit.content)
    if edit.was is not None:
        copy(target, journal.old(step))
        status = target.stat()
        new.chmod(stat.S_IMODE(status.st_mode))
        own(target, new)
        moment = max(time.time_ns(), (int(status.st_mtime) + 1) * 10**9)
        os.utime(new, ns=(moment, moment))


def _step(root: Path, edit: Edit) -> Step:
    parents = reversed(PurePosixPath(edit.path).parents[:-1])
    missing = tuple(str(each) for each in parents if not (root / each).exists())
    return Step(edit.path, _digest(edit.was), _digest(edit.content), missing)


def _digest(content: bytes | None) -> str:
    return "" if content is None else hashlib.sha256(content).hexdigest()


def _demand_unchanged(edit: Edit, root: Path) -> None:
    target = _target(edit.path, root)
    now = target.read_bytes() if target.exists() else None
    if now == edit.was:
        return
    happened = "appeared" if edit.was is None else "changed" if now is not None else "was deleted"
    raise MigbotError(
        f"{edit.path} {happened} since it was read; nothing was changed.",
        "Try again: migbot resolve",
    )


def _target(path: str, root: Path) -> Path:
    """Where `path` is on the disk. Raises MigbotError where it is not inside, and a plain file."""
    given = PurePosixPath(path)
    if given.is_absolute() or {"..", ".git"} & {part.casefold() for part in given.parts}:
        raise MigbotError(f"{path} leads out of the work tree; nothing was changed.")
    for each in (given, *given.parents[:-1]):
        place_ = root / each
        if place_.is_symlink():
            raise MigbotError(
                f"{each} is a symbolic link; nothing was changed.",
                "migbot does not write through links: put the files where the link is.",
            )
        if place_.exists() and place_.is_dir() == (each == given):
            raise MigbotError(f"{each} is in the way of {path}; nothing was changed.")
    return root / given
