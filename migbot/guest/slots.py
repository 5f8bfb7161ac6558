"""Which throw-away file stands for which database that the project names."""

from __future__ import annotations

import os
from typing import Callable, Dict, Iterable, List
from urllib.parse import unquote, urlsplit


class Slots:
    """One throw-away file for each database that is named: a multidb project has several.

    `names` maps a database to a file's name, and goes from one process of a round trip to the
    next. A path inside the project is kept relative to its root, because the base and the branch
    lie in two folders. `announce` is called with all names whenever there is a new one.
    """

    def __init__(
        self,
        folder: str,
        root: str,
        names: Dict[str, str],
        announce: Callable[[Dict[str, str]], None],
    ) -> None:
        self.folder = os.path.realpath(folder)
        self._root = os.path.realpath(root)
        self.names = names
        self._announce = announce

    def path(self, database: str) -> str:
        """The throw-away file for `database` (as `key` names it)."""
        if database not in self.names:
            self.names[database] = "rt%d.sqlite" % len(self.names)
            self._announce(self.names)
        return os.path.join(self.folder, self.names[database])

    def key(self, database: str) -> str:
        """One name for every spelling of a SQLite database: a path, a URI, memory."""
        if in_memory(database):
            return ":memory:"
        path = os.path.realpath(file_of(database))
        inside = os.path.relpath(path, self._root)
        return path if inside.startswith(os.pardir) else inside

    def paths(self) -> List[str]:
        """Every throw-away file that is in use."""
        return [os.path.join(self.folder, name) for name in self.names.values()]

    def holds(self, database: str) -> bool:
        """Whether a database that was opened is one of the throw-away files."""
        return os.path.realpath(database) in self.paths()


def in_memory(database: str) -> bool:
    """Whether SQLite keeps `database` in memory, or in a temporary file of its own."""
    return database in ("", ":memory:") or (
        database.startswith("file:") and (":memory:" in database or "mode=memory" in database)
    )


def file_of(database: str) -> str:
    """The path in what sqlite3.connect takes: a path, or a `file:` URI."""
    return unquote(urlsplit(database).path) if database.startswith("file:") else database


def below(path: str, folders: Iterable[str]) -> bool:
    """Whether `path` lies in one of `folders`, symbolic links followed."""
    place = os.path.realpath(path)
    return any(place == folder or place.startswith(folder + os.sep) for folder in folders)
