"""Many merges into one commit that have not happened yet, in as few processes as git lets us."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import takewhile

from migbot.adapters.git_listing import of_change
from migbot.adapters.git_merge import MERGE_TREE, Merge, merge, scratch
from migbot.adapters.git_process import Endless, Repository, attempt, capped, git
from migbot.adapters.git_read import git_version, is_id, need
from migbot.adapters.git_trees import CommitTree
from migbot.core.files import Entry
from migbot.errors import MigbotError

MANY = (2, 39)
"""The git that brought `merge-tree --stdin` (its release notes)."""

SECONDS = 600.0

LARGEST_CHANGE = 16 * 1024 * 1024
"""Bytes that the list of what one merge changes may take: a hundred thousand paths."""

Changed = Mapping[str, Entry | None]
"""The paths in which a tree differs from another, each with what is there now."""


@contextmanager
def all_merged(
    repo: Repository, heads: Sequence[str], base: str, *, singly: bool = False
) -> Iterator[tuple[Merge | MigbotError, ...]]:
    """What merging each of `heads` (refs or ids) into `base` would leave, or why there is no merge.

    With a git older than MANY, or where `singly` asks for it, each is a process of its own. The
    trees can be read while the `with` is open. Raises MigbotError where `base` is no commit.
    """
    into, version = need(repo, base), git_version(repo)
    by_path = version < MERGE_TREE
    with scratch(repo) as store:
        if singly or version < MANY:
            yield tuple(_alone(store, head, into, by_path) for head in heads)
        else:
            yield tuple(_merges(store, list(heads), into))


def _merges(store: Repository, heads: list[str], base: str) -> Iterator[Merge | MigbotError]:
    """One process for all; git gives up at the first that it cannot merge, which is then asked
    about alone, and the rest is begun anew."""
    while heads:
        many = list(takewhile(is_id, heads))
        found = _many(store, many, base) if many else []
        yield from found
        heads = heads[len(found) :]
        if len(found) < len(many) or not many:
            yield _alone(store, heads.pop(0), base)


def _alone(store: Repository, head: str, base: str, by_path: bool = False) -> Merge | MigbotError:
    try:
        return merge(store, need(store, head), base, by_path=by_path)
    except MigbotError as error:
        return error


def _many(store: Repository, heads: Sequence[str], base: str) -> list[Merge]:
    """The merges of `heads`, up to the first that git cannot make."""
    flags = ("--write-tree", "--name-only", "--no-messages", "--stdin")
    question = "".join(f"{head} {base}\n" for head in heads).encode()
    # what is written is gone in a moment, and a folder of thousands takes a while to compress
    quick = ("-c", "core.looseCompression=0")
    done = attempt(store, *quick, "merge-tree", *flags, stdin=question, seconds=SECONDS)
    return list(_told(store, done.stdout))


def _told(store: Repository, printed: bytes) -> Iterator[Merge]:
    """`STATUS NUL TREE NUL [PATH NUL]... NUL` for each merge; what was cut short is left out."""
    *whole, _ = printed.split(b"\0")
    while b"" in whole:
        end = whole.index(b"")
        (_, tree, *paths), whole = whole[:end], whole[end + 1 :]
        conflicts = tuple(sorted(map(os.fsdecode, paths)))
        yield Merge(CommitTree(store, tree.decode()), tree.decode(), conflicts)


def all_changed(repo: Repository, base: str, trees: Sequence[str]) -> tuple[Changed | None, ...]:
    """What each of `trees` has that the tree of the commit `base` has not, and the other way round.

    None for one that differs in more paths than can be listed: a tree can be built to be endless.
    """
    if not trees:
        return ()
    of_base = git(repo, "rev-parse", "--verify", f"{base}^{{tree}}").decode().strip()
    try:
        return tuple(_changes(_differences(repo, of_base, trees, LARGEST_CHANGE * 8)))
    except Endless:
        return tuple(_change(repo, of_base, tree) for tree in trees)


def _change(repo: Repository, base: str, tree: str) -> Changed | None:
    try:
        return next(_changes(_differences(repo, base, [tree], LARGEST_CHANGE)))
    except Endless:
        return None


def _differences(repo: Repository, base: str, trees: Sequence[str], most: int) -> bytes:
    flags = ("--stdin", "-r", "-z", "--raw", "--no-renames", "--no-abbrev")
    question = "".join(f"{base} {tree}\n" for tree in trees).encode()
    return capped(repo, "diff-tree", *flags, stdin=question, most=most)


def _changes(printed: bytes) -> Iterator[Changed]:
    """`TREE TREE newline`, then a pair of facts and path for each difference, which NULs end."""
    at = 0
    while at < len(printed):
        at = printed.index(b"\n", at) + 1
        changed: dict[str, Entry | None] = {}
        while printed[at : at + 1] == b":":
            middle = printed.index(b"\0", at)
            end = printed.index(b"\0", middle + 1)
            path, entry = of_change(printed[at:middle], printed[middle + 1 : end])
            changed[path] = entry
            at = end + 1
        yield changed
