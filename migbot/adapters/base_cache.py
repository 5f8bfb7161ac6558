"""Bases that were built before: kept by what they were built from, found again by that."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from migbot.core.plain import build
from migbot.core.value import Value

MOST = 24
"""Bases that are kept, of all projects; one takes from a hundred kB to some MB."""

_SHAPE = 1
"""Another number when what is kept, or how, becomes another."""

Contents = Callable[[Iterable[str]], Mapping[str, str]]
"""The content's id of each path in the base's files; a path that is not there has none."""


class About(Value):
    """What a kept base was built from: each file that was read, with its content's id; and the
    databases that the project was found to name, with their slots."""

    read: Mapping[str, str]
    names: Mapping[str, str]


class Kept(Value):
    """A base that is there: where its databases are, and what is known of it."""

    data: Path
    about: About


class BaseCache(Value):
    """The kept bases of one environment on one kind of database.

    `folder` is one for each set of facts: see `base_cache`. What was read is looked up in
    `contents`, so that a base counts for as long as every file of it is what it was.
    """

    folder: Path
    contents: Contents

    def find(self) -> Kept | None:
        """The base that was built from what the files are now; None where there is none."""
        for path in sorted(self.folder.glob("*.json"), key=_age):
            about = _read(path)
            data = path.with_suffix(".data")
            if about and data.exists() and self._is_now(about):
                with suppress(OSError):
                    os.utime(data)  # the oldest go first
                return Kept(data, about)
        return None

    def _is_now(self, about: About) -> bool:
        now = self.contents(about.read)
        return all(now.get(path, "") == content for path, content in about.read.items())

    def keep(
        self, read: Iterable[str], names: Mapping[str, str], remember: Callable[[Path], None]
    ) -> None:
        """Let `remember` keep the databases of a base that was built from the files `read`.

        What it is of is written when it is there: a server that is not ours keeps nothing. A cache
        that cannot be written costs time only.
        """
        wanted = sorted(set(read))
        now = self.contents(wanted)
        about = About({path: now.get(path, "") for path in wanted}, dict(names))
        text = json.dumps(about._asdict(), sort_keys=True)
        data = self.folder / f"{_digest(text)}.data"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            return
        remember(data)
        if data.exists():
            with suppress(OSError):
                _write(data.with_suffix(".json"), text)
        _remove_oldest(self.folder.parent)


def base_cache(cache: Path, facts: Mapping[str, Any], contents: Contents) -> BaseCache:
    """The kept bases for `facts`: everything but the files' contents that a base depends on."""
    text = json.dumps([_SHAPE, facts], sort_keys=True, default=str)
    return BaseCache(bases(cache) / _digest(text), contents)


def bases(cache: Path) -> Path:
    """The folder of all bases."""
    return cache / "bases"


def forget(cache: Path) -> None:
    """Remove every kept base."""
    shutil.rmtree(bases(cache), ignore_errors=True)


def sizes(cache: Path) -> Iterator[int]:
    """The bytes that each kept base takes."""
    for path in sorted(bases(cache).glob("*/*.data")):
        files = [path, *path.rglob("*")]
        yield sum(each.lstat().st_size for each in files if each.is_file())


def _read(path: Path) -> About | None:
    try:
        about: About = build(About, json.loads(path.read_text(encoding="utf-8")), where=path.name)
    except (OSError, ValueError):
        return None  # somebody else's, or cut off
    return about


def _write(place: Path, text: str) -> None:
    """Several may do so at once."""
    new = place.with_suffix(f".{os.getpid()}")
    new.write_text(text, encoding="utf-8")
    new.replace(place)


def _remove_oldest(folder: Path) -> None:
    """Remove all but the newest, also such as nobody came to say what they are of."""
    for data in sorted(folder.glob("*/*.data"), key=_age)[MOST:]:
        data.with_suffix(".json").unlink(missing_ok=True)
        data.unlink(missing_ok=True) if data.is_file() else shutil.rmtree(data, ignore_errors=True)


def _age(path: Path) -> float:
    """Seconds, the youngest the least; a file that vanished is the oldest."""
    try:
        return -path.stat().st_mtime
    except OSError:
        return 0.0


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
