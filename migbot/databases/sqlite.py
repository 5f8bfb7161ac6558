"""Throw-away SQLite databases: files in a scratch folder, kept and put back by copying them."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from migbot.core.catalogs import Catalog
from migbot.core.throwaway import Master

NAME = "sqlite"
NETWORK = False

_SUFFIX = ".sqlite"
_MASTER = "SELECT type, name, tbl_name, sql FROM sqlite_master"
_VERSION_TABLES = """
    SELECT m.name FROM sqlite_master AS m WHERE m.type = 'table'
    AND (SELECT group_concat(c.name) FROM pragma_table_info(m.name) AS c) = 'version_num'
"""
"""Whatever `version_table` calls it, Alembic's table has this one column (trap 62)."""

T = TypeVar("T")


def url(folder: Path) -> str:
    """See `ThrowAway.url`."""
    return f"sqlite:///{folder}/project{_SUFFIX}"


def request(folder: Path) -> Mapping[str, Any]:
    """See `ThrowAway.request`."""
    return {}


def keep(folder: Path, into: Path) -> None:
    """See `ThrowAway.keep`. Nobody may have the files open: a guest that ended has not."""
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(folder, into)


def remember(folder: Path, into: Path) -> None:
    """See `ThrowAway.remember`."""
    made = Path(tempfile.mkdtemp(dir=into.parent, prefix=".base-"))
    try:
        shutil.copytree(folder, made, dirs_exist_ok=True)
        shutil.rmtree(into, ignore_errors=True)
        made.rename(into)
    except OSError:  # a cache that is not written costs time only
        shutil.rmtree(made, ignore_errors=True)


def recall(kept: Path, folder: Path) -> bool:
    """See `ThrowAway.recall`."""
    if not kept.is_dir():
        return False
    keep(kept, folder)
    return True


def has_any(folder: Path) -> bool:
    """See `ThrowAway.has_any`."""
    return folder.is_dir() and any(folder.iterdir())


def provide(folder: Path, slots: Iterable[str]) -> None:
    """See `ThrowAway.provide`. SQLite makes a file when it is opened."""


def catalogs(folder: Path) -> Mapping[str, Catalog]:
    """See `ThrowAway.catalogs`. What a statement says is read by the guest alone."""
    return {}


def load(folder: Path, sql: str) -> None:
    """See `ThrowAway.load`."""
    try:
        with closing(sqlite3.connect(folder / f"rt0{_SUFFIX}")) as connection:
            connection.executescript(sql)
    except sqlite3.Error as error:
        raise ValueError(str(error)) from None


def masters(folder: Path) -> Mapping[str, Master]:
    """See `ThrowAway.masters`."""
    return {path.name: _read(path, _master) for path in _databases(folder)}


def versions(folder: Path) -> Mapping[str, frozenset[str]]:
    """See `ThrowAway.versions`."""
    return {path.name: _read(path, _version_rows) for path in _databases(folder)}


def _databases(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{_SUFFIX}"))


def _read(path: Path, ask: Callable[[sqlite3.Connection], T]) -> T:
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as connection:
            return ask(connection)
    except sqlite3.Error as error:
        raise ValueError(f"{path.name} cannot be read: {error}") from None


def _master(connection: sqlite3.Connection) -> Master:
    return sorted([str(value or "") for value in row] for row in connection.execute(_MASTER))


def _version_rows(connection: sqlite3.Connection) -> frozenset[str]:
    tables = [name for (name,) in connection.execute(_VERSION_TABLES)]
    quoted = ['"' + name.replace('"', '""') + '"' for name in tables]
    return frozenset(
        str(row[0]) for name in quoted for row in connection.execute(f"SELECT * FROM {name}")
    )
