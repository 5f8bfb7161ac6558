"""Finds the Alembic environments of a repository by looking at its files; nothing is run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from migbot.core.declared import (
    NAME_IT,
    Declaration,
    Found,
    environment_at,
    read_declarations,
)
from migbot.core.environment import Environment
from migbot.core.files import Tree
from migbot.core.ground import Ground, declared_in, followed, look, undeclared
from migbot.core.homes import by_database, environment_in
from migbot.core.names import name_all
from migbot.core.places import Place, Places, inside
from migbot.core.settings import EnvironmentSettings, Settings
from migbot.core.value import Value
from migbot.errors import MigbotError

MOST_CONFIGS = 500
"""Files that may declare environments; what has more is no project but an attack."""


class Survey(Value):
    """What was found, and why what else is declared could not be."""

    environments: tuple[Environment, ...]
    problems: tuple[MigbotError, ...] = ()


def find_environments(tree: Tree, settings: Settings, config: str = "") -> tuple[Environment, ...]:
    """The environments of a tree, with names; none where it has none (see `nothing_found`).

    Where the settings say where an environment is (`config` or `script_location`), theirs are the
    only ones. Otherwise every alembic.ini, `[tool.alembic]` and folder with an env.py counts.
    `config` is one more ini file, of any name (`migbot -c`). `versions` are as configured, whether
    the folders exist or not.

    Raises MigbotError where one that is declared cannot be found: unknown is never green.
    """
    found = survey(tree, settings, config)
    if found.problems:
        raise found.problems[0]
    return found.environments


def survey(tree: Tree, settings: Settings, config: str = "") -> Survey:
    """As `find_environments`, with the problems beside what was found."""
    tables = settings.environments
    placed = {name: each for name, each in tables.items() if each.config or each.script_location}
    ground = look(tree, [config, *(each.config for each in placed.values())])
    found = [
        *_placed(ground, placed),
        *(_asked(ground, config) if config else ()),
        *(() if placed else _discovered(ground)),
    ]
    trees = (part for each in _good(found) for part in _parts(tree, each))
    named = name_all(_once(trees))
    rest = [*_unmatched([each.name for each in named], settings)]
    environments = tuple(_special(each, settings) for each in (*named, *_good(rest)))
    blocked = _blocked(environments, ground.places)
    return Survey(environments, (*_bad([*found, *rest]), *blocked))


def _good(found: Iterable[Found]) -> Iterator[Environment]:
    return (each for each in found if isinstance(each, Environment))


def _bad(found: Iterable[Found]) -> Iterator[MigbotError]:
    return (each for each in found if isinstance(each, MigbotError))


def _blocked(environments: Iterable[Environment], places: Places) -> Iterator[MigbotError]:
    """The folders of revisions which are links: what they hold is not seen, so it is unknown."""
    for each in environments:
        for folder in each.versions:
            if not places.exists(folder) and (obstacle := places.obstacle(folder)):
                yield MigbotError(f"Environment {each.name}: {obstacle}.", NAME_IT)


def _parts(tree: Tree, environment: Environment) -> Iterable[Environment]:
    """Several environments for one with a folder for each database, unless the settings name it."""
    return (environment,) if environment.name else by_database(tree, environment)


def nothing_found() -> MigbotError:
    """What to tell where a repository has no environment at all."""
    return MigbotError(
        "No Alembic environment was found: no alembic.ini, no [tool.alembic] in a pyproject.toml, "
        "no folder with an env.py and its versions.",
        NAME_IT,
    )


def _discovered(ground: Ground) -> Iterator[Found]:
    if len(ground.configs) > MOST_CONFIGS:
        many = f"There are {len(ground.configs)} files that may declare an Alembic environment."
        yield MigbotError(many, NAME_IT)
        return
    declarations, problems = read_declarations(ground.tree, ground.configs.values())
    yield from problems
    found = followed(ground, declarations)
    yield from found
    ours = {each.script_location for each in found if isinstance(each, Environment)}
    yield from (environment_in(ground.tree, home) for home in undeclared(ground, ours))


def _placed(ground: Ground, tables: Mapping[str, EnvironmentSettings]) -> Iterator[Found]:
    """The environments which the settings place, in their order."""
    for name, table in tables.items():
        where = f"[tool.migbot.environments.{name}]"
        try:
            yield _of_table(ground, table)._replace(name=name)
        except ValueError as error:
            yield MigbotError(f"{where}: {error}.", NAME_IT)
        except MigbotError as error:
            yield error


def _of_table(ground: Ground, table: EnvironmentSettings) -> Environment:
    home = _folder(ground, table.script_location)
    if not table.config:
        return environment_in(ground.tree, home)
    path = inside(table.config) or table.config
    for declaration in declared_in(ground, path):
        if isinstance(declaration, MigbotError):
            raise declaration
        if declaration.section == table.section:
            if table.script_location:
                return environment_at(declaration, Place(home, home), ground.places)
            return _one(followed(ground, [declaration])[0])
    raise ValueError(f"{path} has no environment in a section [{table.section}]")


def _one(found: Found) -> Environment:
    if isinstance(found, MigbotError):
        raise found
    return found


def _folder(ground: Ground, given: str) -> str:
    folder = inside(given)
    if folder is None:
        raise ValueError(f"{given!r} lies outside of the repository")
    if given and not ground.places.exists(folder):
        raise ValueError(ground.places.obstacle(folder) or f"{given!r} does not exist")
    return folder


def _asked(ground: Ground, config: str) -> list[Found]:
    """What the file of `migbot -c` declares."""
    declared = declared_in(ground, inside(config) or config)
    good = [each for each in declared if isinstance(each, Declaration)]
    return [*followed(ground, good), *(each for each in declared if isinstance(each, MigbotError))]


def _once(environments: Iterable[Environment]) -> list[Environment]:
    """One environment for each tree of revisions; what else declares it goes into `also`.

    Those that the settings name are kept: one tree may be tried on two databases.
    """
    kept: list[Environment] = []
    for each in environments:
        twin = next((one for one in kept if one.versions == each.versions), None)
        if twin is None or each.name:
            kept.append(each)
        elif (each.config, each.section) not in ((twin.config, twin.section), *twin.also):
            also = (*twin.also, (each.config, each.section))
            kept[kept.index(twin)] = twin._replace(also=also)
    return kept


def _special(environment: Environment, settings: Settings) -> Environment:
    """The environment with what the settings say about it."""
    table = settings.environments.get(environment.name, EnvironmentSettings())
    return environment._replace(
        versions=tuple(_folders_of(table)) or environment.versions,
        expected_heads=table.expected_heads or settings.expected_heads,
        database=table.database or environment.database,
        roundtrip=table.roundtrip or settings.roundtrip,
    )


def _folders_of(table: EnvironmentSettings) -> Iterator[str]:
    for given in table.versions:
        folder = inside(given)
        if folder is None:
            raise MigbotError(
                f"[tool.migbot.environments]: versions {given!r} lies outside of the repository.",
                "Give paths from the repository's root.",
            )
        yield folder


def _unmatched(names: list[str], settings: Settings) -> Iterator[Found]:
    """The tables of the settings that fit no environment: one with `versions` is one by itself."""
    for name, table in settings.environments.items():
        if name in names or table.config or table.script_location:
            continue
        if table.versions:
            yield Environment(name, tuple(_folders_of(table)))
            continue
        there = f"There are: {', '.join(names) or 'none'}."
        yield MigbotError(f"The settings name an environment {name!r}, which is not there.", there)
