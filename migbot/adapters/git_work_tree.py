"""The work tree: what is on disk, followed through no link."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from migbot.adapters.git_blobs import read_blobs
from migbot.adapters.git_listing import GitTree, escaped, folder_of, of_index, with_work_tree
from migbot.adapters.git_process import Repository, listing
from migbot.core.files import LARGEST_FILE, Entry, Kind
from migbot.errors import MigbotError

# neither through a link nor, where it is a pipe, until somebody writes (Windows has no such flags)
_AS_IT_IS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def work_tree(repo: Repository) -> WorkTree:
    """What is on disk: tracked files, and new ones that are not ignored."""
    return WorkTree(with_work_tree(repo))


class WorkTree(GitTree):
    """The files on disk. What a sparse checkout left out is taken from the index."""

    def read(self, entries: Iterable[Entry]) -> dict[str, bytes]:
        """See `Tree.read`. Raises MigbotError where a file was changed since it was listed."""
        files = [entry for entry in entries if entry.kind is Kind.FILE and entry.id]
        inside = cache(self._is_inside)
        texts = {}
        for entry in files:
            kind, content = _look(self._on_disk(entry.path), inside(folder_of(entry.path)))
            if kind is Kind.FILE and content is not None:
                texts[entry.path] = content
                if self._id(content) != entry.id:
                    raise MigbotError(f"{entry.path!r} changed while it was read.", "Try again.")
        return texts | read_blobs(self.repo, (one for one in files if one.path not in texts))

    def _below(self, folder: str, deep: bool) -> list[Entry]:
        slash = f"{folder}/" if folder else ""
        return self._listed(f":(top,glob){escaped(slash)}{'**' if deep else '*'}")

    def _all(self, names: tuple[str, ...]) -> list[Entry]:
        return self._listed(*(f":(top,glob)**/{escaped(name)}" for name in names))

    def _at(self, paths: list[str]) -> list[Entry]:
        return self._listed(*(f":(top,literal){path}" for path in paths))

    def _listed(self, *pathspecs: str) -> list[Entry]:
        flags = ("-c", "-o", "-s", "-t", "-z", "--exclude-standard")
        found = listing(self.repo, "ls-files", *flags, "--", *pathspecs)
        inside = cache(self._is_inside)
        seen = (self._entry(record, inside) for record in found)
        return list({entry.path: entry for entry in seen if entry}.values())

    def _entry(self, record: bytes, inside: Callable[[str], bool]) -> Entry | None:
        """What is on disk at a path that git listed (`? path`, or a tag and the index's entry)."""
        tag, _, rest = record.partition(b" ")
        known = of_index(rest) if tag != b"?" else None
        path = known.path if known else os.fsdecode(rest)
        if known and known.kind is Kind.SUBMODULE:
            return known
        if path.endswith("/"):  # a repository that is not a submodule yet
            return Entry(path.rstrip("/"), "", Kind.SUBMODULE, tracked=False)
        kind, content = _look(self._on_disk(path), inside(folder_of(path)))
        if kind is None:
            return known if tag == b"S" else None
        id = "" if content is None else self._id(content)
        return Entry(path, id, kind, tracked=known is not None)

    def _on_disk(self, path: str) -> str:
        return f"{str(self.repo.root).rstrip('/')}/{path}"

    def _is_inside(self, folder: str) -> bool:
        """Whether a folder is where its path says: not reached through a link."""
        full = self._on_disk(folder).rstrip("/") or "/"
        return os.path.realpath(full) == full

    def _id(self, content: bytes) -> str:
        """The blob id of what is on disk: computed, so that a cache by id works here too."""
        import hashlib  # loads OpenSSL, which a commit hook has no need of

        blob = b"blob %d\0" % len(content) + content
        algorithm = hashlib.sha256 if self.repo.object_format == "sha256" else hashlib.sha1
        return algorithm(blob, usedforsecurity=False).hexdigest()


def _look(path: str, inside: bool) -> tuple[Kind | None, bytes | None]:
    """What is at a path of the disk and its content: a link's target, a file's bytes.

    The content is None where it is larger than LARGEST_FILE, the kind where there is nothing that
    git would take (a pipe, a folder). One `open` that follows no link: a work tree has thousands.
    """
    try:
        file = os.open(path, _AS_IT_IS) if inside else None
    except OSError as error:
        if error.errno == errno.ELOOP:
            return Kind.LINK, os.fsencode(Path(path).readlink())
        if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ENXIO):
            raise MigbotError(f"{path!r} cannot be read: {error.strerror}.") from None
        file = None
    return _content(file) if file is not None else (None, None)


def _content(file: int) -> tuple[Kind | None, bytes | None]:
    with os.fdopen(file, "rb", buffering=0) as opened:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            return None, None
        content = opened.read(LARGEST_FILE + 1)
    return Kind.FILE, content if len(content) <= LARGEST_FILE else None
