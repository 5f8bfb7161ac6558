"""The content of files, out of the object store, so that no bomb is read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from migbot.adapters.git_process import Repository, attempt, streaming
from migbot.core.files import LARGEST_FILE, Entry, Kind
from migbot.errors import MigbotError

TYPE_CHECKING = False  # see core.value
if TYPE_CHECKING:
    from typing import IO

LARGEST_READ = 32 * 1024 * 1024
"""Bytes of one `read`; the largest real history has 2 MB."""

PIPE = 4096
"""Bytes that a pipe takes on every system before somebody reads them."""

FEW = 16
"""Files that are kept a while when they are read: what an id names does not change."""

_kept: dict[tuple[Path, str], bytes] = {}
"""Both moments have the same settings, mostly, and a new migration is asked for twice."""


def read_blobs(
    repo: Repository, entries: Iterable[Entry], ahead: Sequence[Entry] = ()
) -> dict[str, bytes]:
    """The content of the files among `entries` by path, out of the object store.

    If git is asked at all, it is asked for those of `ahead` too, where they are few.

    What is larger than LARGEST_FILE is left out and never read (4 MB of objects can hold a
    gigabyte of zeros). Raises MigbotError as `Tree.read` of this module.
    """
    ids = _ids(entries)
    here = repo.git_dir
    known = {id: _kept[here, id] for id in ids.values() if (here, id) in _kept}
    wanted = set(ids.values()) - known.keys()
    if wanted:
        soon = {id for id in _ids(ahead).values() if (here, id) not in _kept}
        found = _texts(repo, sorted(wanted | (soon if len(soon) <= FEW else set())))
        _keep({(here, id): text for id, text in found.items()})
        known |= found
    return {path: known[id] for path, id in ids.items() if id in known}


def _ids(entries: Iterable[Entry]) -> dict[str, str]:
    return {entry.path: entry.id for entry in entries if entry.kind is Kind.FILE and entry.id}


def _keep(found: Mapping[tuple[Path, str], bytes]) -> None:
    if len(found) > FEW:
        return
    if len(_kept) + len(found) > FEW:
        _kept.clear()
    _kept.update(found)


def _texts(repo: Repository, ids: list[str]) -> dict[str, bytes]:
    if not ids:
        return {}
    try:
        return _read_at_once(repo, ids)
    except _NotAtOnce:
        sizes = _sizes(repo, ids)
        small = [id for id, size in sizes.items() if size <= LARGEST_FILE]
        _demand_readable(sum(sizes[id] for id in small))
        return _read_at_once(repo, small) if small else {}


class _NotAtOnce(Exception):
    """Something is too large or missing: sizes have to be asked for first."""


def _read_at_once(repo: Repository, ids: list[str]) -> dict[str, bytes]:
    """Every content in one process, which is ended at the first that is too large."""
    with (
        _asked("".join(f"{id}\n" for id in ids).encode()) as asked,
        streaming(repo, asked, "cat-file", "--batch", "--buffer") as answer,
    ):
        return dict(_answers(answer, len(ids)))


@contextmanager
def _asked(question: bytes) -> Iterator[IO[bytes]]:
    """A file to read the question from: more than a pipe takes goes over the disk."""
    if len(question) <= PIPE:
        reader, writer = os.pipe()
        with os.fdopen(writer, "wb") as written:
            written.write(question)
        with os.fdopen(reader, "rb") as pipe:
            yield pipe
        return
    import tempfile  # 7 ms, which a hook whose files are all known does not pay

    with tempfile.TemporaryFile() as file:
        file.write(question)
        file.seek(0)
        yield file


def _answers(answer: IO[bytes], count: int) -> Iterator[tuple[str, bytes]]:
    read = 0
    for _ in range(count):
        id, _, size = answer.readline().partition(b" ")  # "<id> blob <size>"
        kind, _, length = size.strip().partition(b" ")
        if kind != b"blob" or int(length) > LARGEST_FILE:
            raise _NotAtOnce
        read += int(length)
        _demand_readable(read)
        content = answer.read(int(length) + 1)  # and a newline
        if len(content) != int(length) + 1:
            raise _NotAtOnce
        yield id.decode(), content[:-1]


def _demand_readable(size: int) -> None:
    if size > LARGEST_READ:
        raise MigbotError(f"The files to read are more than {LARGEST_READ >> 20} MiB together.")


def _sizes(repo: Repository, ids: list[str]) -> dict[str, int]:
    if not ids:
        return {}
    asked = ("cat-file", "--batch-check=%(objectname) %(objectsize)")
    done = attempt(repo, *asked, stdin="\n".join(ids).encode())
    if done.returncode and b"promisor remote" in done.stderr:
        raise MigbotError(
            "This is a partial clone, and files that are asked for are not in it.",
            "git fetch --refetch --no-filter",
        )
    sizes = dict(answer.split(" ") for answer in done.stdout.decode().splitlines())
    missing = [id for id in ids if not sizes.get(id, "").isdigit()]
    if missing:
        raise MigbotError(f"The object {missing[0]} is missing here.", "git fsck")
    return {id: int(size) for id, size in sizes.items()}
