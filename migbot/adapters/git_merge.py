"""The merge that has not happened yet, made beside the repository: nothing is written into it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

from migbot.adapters.git_process import Repository, attempt, git, listing, records, said
from migbot.adapters.git_read import git_version, is_shallow, merge_base, need, resolve
from migbot.adapters.git_state import state
from migbot.adapters.git_trees import CommitTree, commit
from migbot.adapters.temporary import temporary_folder
from migbot.core.value import Value
from migbot.errors import MigbotError

MERGE_TREE = (2, 38)
"""The git that brought `merge-tree --write-tree`."""

_SOMEBODY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "migbot"), ("EMAIL", "migbot"), ("DATE", "@0 +0000"))
}
# no hook runs (git has one for a changed index), the index is one whole file (a split one puts
# half of itself into the user's git folder), and a mixed line end does not stop `git add`
_PLAIN = (
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.splitIndex=false"),
    *("-c", "core.safecrlf=false"),
)


class Uncommitted(Enum):
    """A moment that is not a commit yet."""

    INDEX = "index"
    WORK_TREE = "work tree"


class Merge(Value):
    """What a merge would leave: its tree, the tree's id, and the paths in conflict.

    What the tree holds at a path in conflict (our content, or both with markers) is nothing to
    judge. The tree can be read and exported while the `with` that it came from is open.
    """

    tree: CommitTree
    id: str
    conflicts: tuple[str, ...] = ()


@contextmanager
def captured(repo: Repository, moment: Uncommitted) -> Iterator[CommitTree]:
    """The index or the work tree as a commit, in a store that is gone at the end of the `with`.

    The commit's parents are HEAD and the heads being merged. Raises MigbotError where the index
    is unmerged.
    """
    with scratch(repo) as store:
        yield commit(store, _commit_of(store, repo, moment))


@contextmanager
def merged(
    repo: Repository, ours: str | Uncommitted, theirs: str, *, by_path: bool = False
) -> Iterator[Merge]:
    """What a merge of `theirs` into `ours` (refs, ids, or what is not committed yet) would leave.

    With a git older than MERGE_TREE, or where `by_path` asks for it, files are merged whole: one
    that both sides changed is a conflict, even where git could join the two changes.
    Raises MigbotError where a side is no commit, the two share no ancestor, or the index is
    unmerged.
    """
    with scratch(repo) as store:
        into = _side(store, repo, ours)
        other = _side(store, repo, theirs)
        by_path = by_path or git_version(repo) < MERGE_TREE
        yield merge(store, into, other, by_path=by_path)


def merge(store: Repository, ours: str, theirs: str, *, by_path: bool = False) -> Merge:
    """As `merged`, of the ids of two commits, for as long as `store` (a `scratch`) is there."""
    id, conflicts = (_merged_by_path if by_path else _merged_by_git)(store, ours, theirs)
    return Merge(CommitTree(store, id), id, conflicts)


def export(tree: CommitTree, into: Path) -> None:
    """Write the files of a tree into a folder, as a checkout would: no hook runs, submodules stay
    empty, links stay links.

    The folder is made; it must be empty where it exists. Raises MigbotError where it is not, or
    the tree is endless or holds a path that git does not write (`..`, `.git`).
    """
    into.mkdir(parents=True, exist_ok=True)
    if any(into.iterdir()):
        raise MigbotError(f"{into} is not empty.", "Give an empty or a new folder.")
    listing(tree.repo, "ls-tree", "-r", "-z", tree.id)  # raises for a tree without end
    with temporary_folder() as made:
        env = {**tree.repo.env, "GIT_INDEX_FILE": f"{made}/index", "GIT_LFS_SKIP_SMUDGE": "1"}
        there = tree.repo._replace(root=into.resolve(), env=env)
        git(there, *_PLAIN, "read-tree", tree.id)
        git(there, *_PLAIN, "checkout-index", "--all", "--force", seconds=600)


@contextmanager
def scratch(repo: Repository) -> Iterator[Repository]:
    """The repository as seen with a store of its own: what is written goes there, and goes away."""
    with temporary_folder() as folder:
        objects = repo.env.get("GIT_OBJECT_DIRECTORY") or str(repo.common_dir / "objects")
        stores = [_quoted(str(repo.folder / objects))]
        stores += filter(None, [repo.env.get("GIT_ALTERNATE_OBJECT_DIRECTORIES")])
        own = {
            "GIT_OBJECT_DIRECTORY": f"{folder}/objects",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": os.pathsep.join(stores),
            "GIT_INDEX_FILE": f"{folder}/index",
        }
        Path(folder, "objects").mkdir()
        yield repo._replace(env={**repo.env, **_SOMEBODY, **own})


def _quoted(path: str) -> str:
    """A path of the alternates, among which `:` separates."""
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"' if escaped != path or os.pathsep in path else path


def _side(scratch: Repository, repo: Repository, side: str | Uncommitted) -> str:
    if isinstance(side, Uncommitted):
        return _commit_of(scratch, repo, side)
    return need(repo, side)


def _commit_of(scratch: Repository, repo: Repository, moment: Uncommitted) -> str:
    """Commit a copy of the index, everything in the work tree added to it first or not."""
    own = repo.folder / repo.env.get("GIT_INDEX_FILE", repo.git_dir / "index")
    if own.exists():
        shutil.copyfile(own, scratch.env["GIT_INDEX_FILE"])
    if moment is Uncommitted.WORK_TREE:
        git(scratch, *_PLAIN, "add", "--all", seconds=300)
    unmerged = listing(scratch, "ls-files", "--unmerged", "-z")
    if unmerged:
        path = os.fsdecode(unmerged[0].partition(b"\t")[2])
        raise MigbotError(f"{path!r} is unmerged.", "Resolve it, then: git add -- FILE")
    tree = git(scratch, *_PLAIN, "write-tree", "--missing-ok").decode().strip()
    heads = [head for head in (resolve(repo, "HEAD"), *state(repo).merging) if head]
    parents = [word for head in dict.fromkeys(heads) for word in ("-p", head)]
    return git(scratch, "commit-tree", tree, *parents).decode().strip()


def _merged_by_git(repo: Repository, ours: str, theirs: str) -> tuple[str, tuple[str, ...]]:
    flags = ("--write-tree", "-z", "--name-only", "--no-messages")
    done = attempt(repo, "merge-tree", *flags, ours, theirs)
    if done.returncode > 1 and b"unrelated histories" in done.stderr:
        raise _unrelated(repo)
    if done.returncode not in (0, 1):
        raise MigbotError(f"git merge-tree failed: {said(done.stderr)}")
    tree, *paths = records(done.stdout)
    return tree.decode(), tuple(sorted(os.fsdecode(path) for path in paths if path))


def _merged_by_path(repo: Repository, ours: str, theirs: str) -> tuple[str, tuple[str, ...]]:
    base = merge_base(repo, ours, theirs)
    if base is None:
        raise _unrelated(repo)
    index = repo.env["GIT_INDEX_FILE"] + ".merge"
    Path(index).unlink(missing_ok=True)
    fresh = repo._replace(env={**repo.env, "GIT_INDEX_FILE": index})
    git(fresh, *_PLAIN, "read-tree", "-i", "-m", "--aggressive", base, ours, theirs)
    unmerged = listing(fresh, "ls-files", "--unmerged", "-z")
    kept = {_path(record): b"0 %s" % (b"0" * len(ours)) for record in unmerged}
    kept |= {_path(record): _mode_and_id(record) for record in unmerged if _stage(record) == b"2"}
    lines = b"".join(b"%s\t%s\0" % (entry, path) for path, entry in kept.items())
    git(fresh, *_PLAIN, "update-index", "-z", "--index-info", stdin=lines)
    tree = git(fresh, *_PLAIN, "write-tree", "--missing-ok").decode().strip()
    return tree, tuple(sorted(os.fsdecode(path) for path in kept))


def _unrelated(repo: Repository) -> MigbotError:
    if is_shallow(repo):
        return MigbotError(
            "The two sides have no common ancestor in this shallow clone.", "git fetch --unshallow"
        )
    if resolve(repo, "HEAD") is None:
        return MigbotError("Nothing is committed on this branch yet.", "Commit, then try again.")
    return MigbotError(
        "The two sides have no common ancestor: git would refuse to merge them.",
        "Name another base with --base REF.",
    )


def _path(record: bytes) -> bytes:
    return record.partition(b"\t")[2]


def _stage(record: bytes) -> bytes:
    return record.partition(b"\t")[0].split(b" ")[2]


def _mode_and_id(record: bytes) -> bytes:
    return b" ".join(record.partition(b"\t")[0].split(b" ")[:2])
