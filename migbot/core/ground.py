"""What in a tree may declare an Alembic environment, and what each of those files declares."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from itertools import pairwise

from migbot.core.declared import PYPROJECT, Declaration, Found, claim, follow, read_declarations
from migbot.core.files import Entry, Tree
from migbot.core.homes import ENV, TEMPLATE, is_home
from migbot.core.places import Places, inside
from migbot.core.value import Value
from migbot.errors import MigbotError

INI = "alembic.ini"

COPIES = frozenset({"venv", "node_modules", "site-packages", "dist-packages", "__pypackages__"})
"""Folders of what was installed or built; so are those that begin with a dot, and build/lib.
Tests are not among them: what a project's tests migrate may be worth judging, too."""


class Ground(Value):
    """A tree, its files that may declare environments, and its folders that look like one."""

    tree: Tree
    configs: Mapping[str, Entry]
    places: Places
    templates: frozenset[str]


def look(tree: Tree, configs: Iterable[str]) -> Ground:
    """The ground of a tree; `configs` are ini files of other names, or in places passed over."""
    asked = {path for config in configs if (path := inside(config))}
    names = {INI, PYPROJECT, ENV, TEMPLATE, *map(posixpath.basename, asked)}
    seen: dict[str, list[Entry]] = {}
    for entry in tree.named(*sorted(names)):
        if entry.path in asked or not _is_copy(entry.path):
            kind = INI if entry.path in asked else posixpath.basename(entry.path)
            seen.setdefault(kind, []).append(entry)
    configured = [*seen.get(INI, ()), *seen.get(PYPROJECT, ())]
    return Ground(
        tree,
        {entry.path: entry for entry in configured},
        Places(tree, tuple(_folders(seen.get(ENV, ())))),
        frozenset(_folders(seen.get(TEMPLATE, ()))),
    )


def _folders(entries: Iterable[Entry]) -> list[str]:
    return [posixpath.dirname(entry.path) for entry in entries]


def _is_copy(path: str) -> bool:
    folders = path.split("/")[:-1]
    built = ("build", "lib") in pairwise(folders)
    return built or any(
        folder in COPIES or folder.startswith(".") or folder.endswith(".egg-info")
        for folder in folders
    )


def declared_in(ground: Ground, path: str) -> list[Declaration | MigbotError]:
    """What one file declares, completed by the pyproject.toml beside it."""
    if path not in ground.configs:
        return [MigbotError(f"{path} is not in the repository.", "Give its path from the root.")]
    beside = posixpath.join(posixpath.dirname(path), PYPROJECT)
    entries = [ground.configs[each] for each in {path, beside} & ground.configs.keys()]
    declarations, problems = read_declarations(ground.tree, entries)
    return [*problems, *(each for each in declarations if each.config == path)]


def followed(ground: Ground, declarations: list[Declaration]) -> list[Found]:
    """The environment of each declaration, or why it cannot be found."""
    claims = {claim(each, ground.places) for each in declarations}
    free = undeclared(ground, claims)
    return [follow(each, free, ground.places) for each in declarations]


def undeclared(ground: Ground, claims: Iterable[str | None]) -> list[str]:
    """The folders that look like an environment and are not among `claims`."""
    claimed = set(claims)
    return [
        home
        for home in ground.places.homes
        if home not in claimed and is_home(ground.tree, home, ground.templates)
    ]
