"""The environments that ini files and pyproject.toml declare, one by one."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping

from migbot.core.alembic_ini import Ini, Options, parse_ini, parse_pyproject, section
from migbot.core.environment import Environment
from migbot.core.files import Entry, Kind, Tree
from migbot.core.places import Place, Places, find_script_location, find_version_location, shown
from migbot.core.value import Value
from migbot.errors import MigbotError

TYPE_CHECKING = False  # see core.value
if TYPE_CHECKING:
    from typing import Any

PYPROJECT = "pyproject.toml"
FILE_TEMPLATE = "%(rev)s_%(slug)s"  # alembic.script.base

Found = Environment | MigbotError
"""What looking for an environment comes to: it, or why it cannot be found."""

NAME_IT = """Say where it is, in pyproject.toml:
[tool.migbot.environments.main]
script_location = "path/to/migrations\""""


class Declaration(Value):
    """One section of one file that declares an environment, before it is known where that lies."""

    config: str
    section: str
    options: Options

    @property
    def here(self) -> str:
        """The folder of the file."""
        return posixpath.dirname(self.config)


def read_declarations(
    tree: Tree, entries: Iterable[Entry]
) -> tuple[list[Declaration], list[MigbotError]]:
    """What the ini files and pyproject.tomls of `entries` declare, and which cannot be read."""
    entries = [entry for entry in entries if entry.kind is not Kind.LINK]
    texts = tree.read(entry for entry in entries if entry.kind is Kind.FILE)
    tables: dict[str, Mapping[str, Any]] = {}
    inis: dict[str, Ini] = {}
    problems = []
    for entry in entries:
        try:
            content = _content(entry, texts)
            if posixpath.basename(entry.path) != PYPROJECT:
                inis[entry.path] = parse_ini(entry.path, content)
            elif (table := parse_pyproject(entry.path, content)) is not None:
                tables[entry.path] = table
        except MigbotError as error:
            problems.append(error)
    return [*_declarations(inis, tables)], problems


def _content(entry: Entry, texts: Mapping[str, bytes]) -> bytes:
    if entry.kind is Kind.UNMERGED:
        raise MigbotError(
            f"{entry.path} has an unresolved merge conflict.",
            f'Resolve it, then run: git add -- "{entry.path}"',
        )
    if entry.path not in texts:
        raise MigbotError(f"{entry.path} is too large to be read (256 KiB is the limit).", NAME_IT)
    return texts[entry.path]


def _declarations(
    inis: Mapping[str, Ini], tables: Mapping[str, Mapping[str, Any]]
) -> Iterator[Declaration]:
    beside = set()  # the pyproject.tomls that an ini in the same folder completes
    for path, ini in inis.items():
        pyproject = posixpath.join(posixpath.dirname(path), PYPROJECT)
        table = tables.get(pyproject, {})
        for name in _sections(ini):
            beside.add(pyproject)
            yield Declaration(path, name, Options(section(ini, name), table))
    for path, table in tables.items():
        if path not in beside:
            yield Declaration(path, "alembic", Options(toml=table))


def _sections(ini: Ini) -> list[str]:
    """Every section with a script_location of its own, and `[alembic]` unless it only shares
    settings with the others (a Flask-Migrate ini has nothing else, and no script_location)."""
    own = [name for name in ini if name != "DEFAULT" and "script_location" in ini[name]]
    inherits = "script_location" in section(ini, "alembic")
    if "alembic" in ini and "alembic" not in own and (inherits or not own):
        own.insert(0, "alembic")
    return own


def follow(declaration: Declaration, homes: Iterable[str], places: Places) -> Found:
    """The environment of a declaration, without a name yet, or why it cannot be found.

    `homes` are folders with an env.py that nothing else declares: where the file leaves its
    script_location to the project's code, the only one at or below the file is meant.
    """
    try:
        place = _script_place(declaration, places) or _below(declaration, homes)
        return environment_at(declaration, place, places)
    except ValueError as error:
        return MigbotError(f"{declaration.config} [{declaration.section}]: {error}.", NAME_IT)


def claim(declaration: Declaration, places: Places) -> str | None:
    """The folder that a declaration names by itself, if it names one that can be found."""
    try:
        place = _script_place(declaration, places)
    except ValueError:
        return None
    return place.path if place else None


def _script_place(declaration: Declaration, places: Places) -> Place | None:
    """Where the script_location lies; None where the file leaves that to the project's code.

    That is so where it is not set (and there is no env.py beside the file) or has a placeholder:
    `{alembic_dir}`, `${HOME}`. Raises ValueError where what it says cannot be followed.
    """
    location = declaration.options.text("script_location")
    if location is None:
        here = declaration.here
        return Place(here, here) if here in places.homes else None
    try:
        return find_script_location(location, declaration.config, places)
    except ValueError:
        if "{" in location or "$" in location:
            return None
        raise


def _below(declaration: Declaration, homes: Iterable[str]) -> Place:
    here = declaration.here
    found = [home for home in homes if not here or f"{home}/".startswith(f"{here}/")]
    if len(found) == 1:
        return Place(found[0], here)
    location = declaration.options.text("script_location")
    if location is None:
        raise ValueError("script_location is not set")
    raise ValueError(f"script_location {shown(location)!r} is filled in when the project runs")


def environment_at(declaration: Declaration, place: Place, places: Places) -> Environment:
    """The environment of a declaration, without a name yet; raises ValueError with the reason."""
    options = declaration.options
    recursive = options.flag("recursive_version_locations")
    versions = [
        find_version_location(location, declaration.config, place.base, places)
        for location in options.version_locations()
    ]
    return Environment(
        name="",
        versions=_apart(versions, recursive) or (posixpath.join(place.path, "versions"),),
        script_location=place.path,
        config=declaration.config,
        section=declaration.section,
        recursive=recursive,
        sourceless=options.flag("sourceless"),
        file_template=options.text("file_template") or FILE_TEMPLATE,
        truncate_slug_length=options.number("truncate_slug_length", 40),
        output_encoding=options.text("output_encoding") or "utf-8",
    )


def _apart(folders: Iterable[str], recursive: bool) -> tuple[str, ...]:
    """Folders without repetition, nor those that lie in another one which is read as a whole."""
    once = tuple(dict.fromkeys(folders))
    if not recursive:
        return once
    return tuple(
        path
        for path in once
        if not any(path != other and path.startswith(f"{other}/") for other in once)
    )
