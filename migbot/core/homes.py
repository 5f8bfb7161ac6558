"""Folders that look like an Alembic environment, whatever declares them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from migbot.core.environment import Environment
from migbot.core.files import Entry, Kind, Tree
from migbot.core.parse import SOURCE

ENV, TEMPLATE = "env.py", "script.py.mako"

DIALECTS = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "sqlite": "sqlite",
    "mysql": "mysql",
    "mariadb": "mariadb",
    "oracle": "oracle",
    "mssql": "mssql",
}
"""Folders below versions/ that are histories of their own, and the database of each. Prefect
chooses among them in its env.py; they cannot be one history, as both have some of the ids."""


def environment_in(tree: Tree, home: str) -> Environment:
    """The environment of a folder whose project sets script_location in its code.

    The revisions lie in versions/, or beside env.py where there is no versions/ and they do.
    """
    versions = posixpath.join(home, "versions")
    if not tree.entries(versions, deep=True) and _has_revisions(tree, home):
        versions = home
    return Environment(name="", versions=(versions,), script_location=home)


def is_home(tree: Tree, home: str, templates: Iterable[str]) -> bool:
    """Whether a folder with an env.py is Alembic's: plenty of other things are called env.py.

    It is where it has a script.py.mako, or revisions, below versions/ or beside an env.py that
    speaks of Alembic.
    """
    if home in templates or any(_sources(tree, posixpath.join(home, "versions"), deep=True)):
        return True
    env = posixpath.join(home, ENV)
    entries = [entry for entry in tree.entries(home) if entry.path == env]
    return b"alembic" in tree.read(entries).get(env, b"") and _has_revisions(tree, home)


def _has_revisions(tree: Tree, folder: str) -> bool:
    return any(b"down_revision" in text for text in tree.read(_sources(tree, folder)).values())


def _sources(tree: Tree, folder: str, *, deep: bool = False) -> Iterator[Entry]:
    for entry in tree.entries(folder, deep=deep):
        name = posixpath.basename(entry.path)
        if entry.kind is Kind.FILE and name != ENV and SOURCE.match(name):
            yield entry


def by_database(tree: Tree, environment: Environment) -> Iterator[Environment]:
    """The environment, or one for each database where versions/ holds a folder for each.

    Only where the folder is Alembic's default, is empty otherwise, and holds nothing but folders
    that are called as a database is.
    """
    default = posixpath.join(environment.script_location, "versions")
    folders = set()
    if environment.versions == (default,) and not environment.recursive:
        folders = _databases(tree, default)
    if not folders:
        yield environment
    for folder in sorted(folders):
        yield environment._replace(
            versions=(posixpath.join(default, folder),), database=DIALECTS[folder]
        )


def _databases(tree: Tree, default: str) -> set[str]:
    """The folders of databases in a folder that has migrations nowhere else."""
    folders = set()
    for entry in _sources(tree, default, deep=True):
        folder = entry.path.removeprefix(f"{default}/").rpartition("/")[0]
        if folder not in DIALECTS:
            return set()
        folders.add(folder)
    return folders
