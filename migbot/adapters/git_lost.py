"""Where a revision that is missing here is to be found, or who deleted it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

from migbot.adapters.git_process import Repository, attempt, git
from migbot.core.value import Value
from migbot.errors import MigbotError

_MOST_REFS = 200  # enough to find the file on one; a repository may have thousands


class Sighting(Value):
    """A migration's file that was added or deleted: by which commit, of whom.

    `ref` is a full ref that has the file, or the deletion; "" where only the reflog knows the
    commit (its branch was deleted).
    """

    commit: str
    author: str
    path: str
    deleted: bool
    ref: str = ""


def find_lost(
    repo: Repository, revision: str, folders: Iterable[str], *, seconds: float = 5
) -> Sighting | None:
    """Where the migration with this id is: on another ref, deleted, or known to the reflog only.

    Reads the history of `folders` on all refs for the line that gives a migration its id. None
    where it never was, or where that could not be known within `seconds`: this only ever adds to
    a finding that stands without it.
    """
    try:
        seen = tuple(_sightings(repo, revision, folders, seconds))
        for one in seen:
            if not one.deleted and (ref := _ref_with_file(repo, one)):
                return one._replace(ref=ref)
        latest = sorted(seen, key=lambda one: not one.deleted)[:1]
        return next(
            (one._replace(ref=next(iter(_refs_with(repo, one)), "")) for one in latest), None
        )
    except MigbotError:
        return None


def _sightings(
    repo: Repository, revision: str, folders: Iterable[str], seconds: float
) -> Iterator[Sighting]:
    """Additions and deletions of files with that id, the newest first."""
    line = rf"^revision[[:space:]:=].*[\"']{re.escape(revision)}[\"']"
    what = ("--all", "--reflog", "--no-renames", "--diff-filter=AD", f"-G{line}")
    how = ("--name-status", "-z", "--format=%x01%H%x00%an", "--no-color", "--no-show-signature")
    safe = ("--no-textconv", "--no-ext-diff")  # a configured one is a program that would run
    where = [f":(top,literal){folder}" for folder in folders]
    printed = git(repo, "log", *what, *how, *safe, "--", *where, seconds=seconds)
    commit = author = ""
    words = iter(os.fsdecode(printed).split("\0"))
    for word in words:
        if word.startswith("\x01"):
            commit, author = word[1:], next(words)
        elif (status := word.strip()) in ("A", "D"):
            yield Sighting(commit, author, next(words), deleted=status == "D")


def _ref_with_file(repo: Repository, one: Sighting) -> str:
    """A ref on which the file still is: it contains the addition and not, later, a deletion."""
    refs = _refs_with(repo, one)
    asked = "".join(f"{ref}:{one.path}\n" for ref in refs)
    answers = git(repo, "cat-file", "--batch-check", stdin=os.fsencode(asked)).split(b"\n")
    held = (ref for ref, answer in zip(refs, answers, strict=False) if b" blob " in answer)
    return next(held, "")


def _refs_with(repo: Repository, one: Sighting) -> list[str]:
    flags = ("--format=%(refname)", f"--count={_MOST_REFS}", f"--contains={one.commit}")
    return os.fsdecode(attempt(repo, "for-each-ref", *flags).stdout).split("\n")[:-1]
