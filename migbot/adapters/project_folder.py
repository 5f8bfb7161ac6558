"""How Alembic is run in a project's folder: from where, with which configuration."""

from __future__ import annotations

import configparser
from pathlib import Path
from typing import Any

from migbot.core.deployment import read_deploy
from migbot.core.environment import Environment

_ANY_URL = {
    "sqlite": "sqlite:///throw-away.db",
    "postgresql": "postgresql://localhost/throw_away",
    "mariadb": "mysql://localhost/throw_away",
    "mysql": "mysql://localhost/throw_away",
}
"""Whatever a URL says, the guest goes to the throw-away database; the dialect is what counts."""


def project_request(root: Path, environment: Environment) -> dict[str, Any]:
    """The part of a guest's request that says where everything is, as absolute paths.

    `root` is a folder with the project's files; the environment's paths are from there. Raises
    ValueError where they do not lead to an env.py.
    """
    root = root.resolve()
    home = root / environment.script_location
    if not environment.script_location or not (home / "env.py").is_file():
        raise ValueError(f"there is no env.py in {environment.script_location or 'the settings'}")
    config = root / environment.config if environment.config else None
    ini = config if config is not None and config.suffix != ".toml" else None
    directory = _directory(root, config, ini, environment)
    toml = directory / "pyproject.toml" if ini else config
    way = read_deploy(environment.roundtrip.deploy)
    directory = root / way.directory if way.own else directory
    return {
        "root": str(root),
        "directory": str(directory),
        "config": str(ini) if ini and ini.is_file() else "",
        "pyproject": str(toml) if toml and toml.is_file() else "",
        "section": environment.section,
        "deploy": way._asdict(),
        "script_location": str(home),
        "version_locations": [str(root / folder) for folder in environment.versions],
        "recursive": environment.recursive,
        # for an env.py that asks for sqlalchemy.url where no ini file has one
        "url": _ANY_URL.get(environment.database.partition("-")[0], ""),
        "import_from": [str(folder) for folder in _import_from(root, directory)],
    }


def _directory(root: Path, config: Path | None, ini: Path | None, environment: Environment) -> Path:
    """Where `alembic` is run: beside its configuration, or at the root if only that fits.

    A relative script_location is relative to the working directory: `db/migrations` in
    conf/alembic.ini says that the root was meant.
    """
    here = config.parent if config is not None and config.is_file() else root
    location = _script_location(ini, environment.section) if ini is not None else ""
    relative = location and "%(" not in location and ":" not in location
    if relative and not (here / location).is_dir() and (root / location).is_dir():
        return root
    return here


def _script_location(ini: Path, section: str) -> str:
    """The raw script_location of an ini file ("" where it has none or cannot be read)."""
    parser = configparser.RawConfigParser()
    try:
        parser.read(ini, encoding="utf-8")
        return parser.get(section, "script_location", fallback="")
    except (configparser.Error, UnicodeDecodeError):
        return ""


def _import_from(root: Path, directory: Path) -> list[Path]:
    """Folders whose modules are the project's: an installed copy of them is of another moment.

    Not the inside of a package, where an alembic.ini may lie: there `pkg/traitlets.py` would be
    taken for the `traitlets` that the package itself imports.
    """
    folders = dict.fromkeys((directory, root, directory / "src", root / "src"))
    return [each for each in folders if each.is_dir() and not (each / "__init__.py").exists()]
