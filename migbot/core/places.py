"""Where a location that Alembic is told lies in a repository: looked up, never imported."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from itertools import islice

from migbot.core.alembic_ini import HERE
from migbot.core.files import Kind, Tree
from migbot.core.value import Value

DEEPEST = 32
"""Folders above an ini that are tried; a stranger's tree may be thousands deep."""


class Places(Value):
    """The folders of a tree; `homes` are those that hold an env.py, which is what a
    script_location is for Alembic."""

    tree: Tree
    homes: tuple[str, ...] = ()

    def exists(self, folder: str) -> bool:
        """Whether any file lies in `folder` or below it (git knows no empty folders)."""
        return bool(self.tree.entries(folder, deep=True))

    def obstacle(self, folder: str) -> str:
        """What stands where `folder` or one above it should be: "is a link ..." or ""."""
        for path in _upward(folder):
            for entry in self.tree.entries(posixpath.dirname(path)) if path else ():
                if entry.path == path and entry.kind in (Kind.LINK, Kind.SUBMODULE):
                    return f"{path} is a {entry.kind}, which migbot does not follow"
        return ""


class Place(Value):
    """A location that was found; `base` is the folder that relative ones beside it start from."""

    path: str
    base: str


def bases(config: str) -> tuple[str, ...]:
    """The folders from which `config` may be used, the likeliest first.

    Alembic resolves a relative location from the working directory, which no file names: mostly
    it is the ini's own folder (`alembic` looks for an ini there), else one above, up to the root
    (`alembic -c conf/alembic.ini`).
    """
    return tuple(islice(_upward(posixpath.dirname(config)), DEEPEST))


def find_script_location(location: str, config: str, places: Places) -> Place:
    """Where `script_location` of the file `config` lies; raises ValueError with the reason.

    A place with an env.py goes before one that merely exists: `.` exists from every base.
    """
    found = [*_candidates(location, bases(config), posixpath.dirname(config), places.homes)]
    for place in found:
        if place.path in places.homes:
            return place
    for place in found:
        if places.exists(place.path):
            return place
    for place in found:
        if obstacle := places.obstacle(place.path):
            raise ValueError(obstacle)
    raise ValueError(f"script_location {shown(location)!r} does not exist in the repository")


def find_version_location(location: str, config: str, base: str, places: Places) -> str:
    """Where one of the `version_locations` of `config` lies, or would lie if it existed.

    `base` is where the script_location was found from. Raises ValueError where it cannot be in
    the repository.
    """
    from_base = dict.fromkeys((base, *bases(config)))
    found = [*_candidates(location, from_base, posixpath.dirname(config), places.homes)]
    for place in found:
        if places.exists(place.path):
            return place.path
    return found[0].path


def inside(path: str) -> str | None:
    """`path` in one form, from the root of the repository ("" is the root); None if outside."""
    norm = posixpath.normpath(path.replace("\\", "/"))
    if norm.startswith(("/", "../")) or norm == "..":
        return None
    return "" if norm == "." else norm


def shown(location: str) -> str:
    """A location as the file has it."""
    return location.replace(HERE, "%(here)s")


def _candidates(
    location: str, starts: Iterable[str], here: str, homes: tuple[str, ...]
) -> list[Place]:
    if location.startswith("/"):
        raise ValueError(f"{location!r} is an absolute path, which only one machine has")
    if location.startswith(HERE):
        paths = [(here, posixpath.join(here, location.removeprefix(HERE).lstrip("/")))]
    elif ":" in location:  # alembic.util.pyfiles.coerce_resource_to_filename
        paths = [*_in_package(location, starts, homes)]
    else:
        paths = [(base, posixpath.join(base, location)) for base in starts]
    found = [Place(path, base) for base, given in paths if (path := inside(given)) is not None]
    if not found:
        raise ValueError(f"{shown(location)!r} lies outside of the repository")
    return found


def _in_package(
    location: str, starts: Iterable[str], homes: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """`package.sub:folder:folder` from wherever the package may be imported."""
    package, *rest = location.split(":")
    path = posixpath.join(*package.split("."), *rest)
    for base in starts:
        yield base, posixpath.join(base, path)
        yield base, posixpath.join(base, "src", path)
    top = package.split(".")[0]
    for home in homes:
        parts = home.split("/")
        if top in parts:
            above = "/".join(parts[: parts.index(top)])
            yield above, posixpath.join(above, path)


def _upward(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""
