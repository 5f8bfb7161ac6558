"""What each environment of a repository is called, and choosing one by its name."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import takewhile

from migbot.core.environment import Environment
from migbot.core.places import inside
from migbot.errors import MigbotError


def name_all(environments: Iterable[Environment]) -> tuple[Environment, ...]:
    """Give every environment that has no name yet one that no other has.

    The first of these that tells all of them apart: the ini section (what `alembic -n` takes;
    a repository's only environment is `alembic`); the section where it is not `alembic`, else what
    distinguishes the folder (`psql_dos` and `sqlite_dos` for `storage/psql_dos/migrations` and
    `storage/sqlite_dos/migrations`); the folder of versions with the section; with the file, too.
    """
    environments = tuple(environments)
    taken = {each.name for each in environments if each.name}
    nameless = [each for each in environments if not each.name]
    short = _distinguishing([_folder(each) for each in nameless])
    ways: tuple[Callable[[Environment], str], ...] = (
        lambda each: each.section,
        lambda each: each.section if each.section != "alembic" else short[_folder(each)],
        lambda each: f"{_folder(each)}:{each.section}",
        lambda each: f"{each.config}:{each.section}:{','.join(each.versions)}",
    )
    for way in ways:
        names = [way(each) for each in nameless]
        if len(set(names)) == len(names) and not taken & set(names):
            break
    given = iter(names if nameless else ())
    return tuple(each if each.name else each._replace(name=next(given)) for each in environments)


def _folder(environment: Environment) -> str:
    folder, last = posixpath.split(environment.versions[0])
    return folder if last == "versions" and folder else environment.versions[0]


def _distinguishing(folders: list[str]) -> dict[str, str]:
    """Each folder without the folders that all of them begin with, or end with."""
    parts = [folder.split("/") for folder in folders]
    begin = _shared(parts)
    end = _shared([part[:begin:-1] for part in parts])
    return {
        folder: "/".join(part[begin : len(part) - end]) or folder
        for folder, part in zip(folders, parts, strict=True)
    }


def _shared(parts: list[list[str]]) -> int:
    """How many items all lists begin with."""
    return sum(1 for _ in takewhile(lambda same: len(set(same)) == 1, zip(*parts, strict=False)))


def select(
    environments: Iterable[Environment], config: str = "", name: str = ""
) -> tuple[Environment, ...]:
    """The environments that `-c config` and `-n name` mean; all of them without either.

    `name` is an environment's, else an ini section's, as for `alembic -n`. Where several sections
    declare the same tree, the one that was asked for is the environment's. Raises MigbotError
    where there is none, naming those that there are.
    """
    environments = tuple(environments)
    path = (inside(config) or config) if config else ""
    found = [named for each in environments if each.name == name and (named := _as(each, path, ""))]
    found = found or [chosen for each in environments if (chosen := _as(each, path, name))]
    if not found:
        raise _unknown(environments, config, name)
    return tuple(found)


def _as(environment: Environment, config: str, section: str) -> Environment | None:
    """The environment as the asked file and section declare it, if one does."""
    pairs = ((environment.config, environment.section), *environment.also)
    for pair in pairs:
        if config in ("", pair[0]) and section in ("", pair[1]):
            rest = tuple(each for each in pairs if each != pair)
            return environment._replace(config=pair[0], section=pair[1], also=rest)
    return None


def _unknown(environments: tuple[Environment, ...], config: str, name: str) -> MigbotError:
    asked = " ".join([*([f"-c {config}"] if config else ()), *([f"-n {name}"] if name else ())])
    count = Counter(each.config for each in environments)
    known = (
        f"-n {each.name}"
        + (f" (-c {each.config})" if each.config and count[each.config] == 1 else "")
        for each in environments
    )
    return MigbotError(
        f"No environment fits {asked}.", f"There are: {', '.join(known) or 'none at all'}."
    )
