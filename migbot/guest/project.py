"""The project's own Alembic environment, as `alembic` itself would find it in its folder."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from typing import Any, Dict

from alembic.config import Config
from alembic.script import ScriptDirectory

from .drivers import with_driver
from .running import Project, options


def open_project(request: Dict[str, Any]) -> Project:
    """The environment that the host found by reading.

    The places are handed over as absolute paths, so that what runs is what was read, whatever
    the working directory and `pkg:dir` would have made of them.
    """
    _put_on_path(request["import_from"])
    _ignore_compiled(request["root"])
    os.chdir(request["directory"])
    config = Config(request["config"] or None, ini_section=request["section"])
    # Where pyproject.toml declares the environment, the ini file need not exist.
    if request["pyproject"] and hasattr(config, "toml_file_name"):
        config = Config(
            request["config"] or None,
            toml_file=request["pyproject"],
            ini_section=request["section"],
        )
    _set(config, "script_location", request["script_location"])
    if request["version_locations"]:
        _set(config, "version_locations", os.pathsep.join(request["version_locations"]))
        _set(config, "version_path_separator", "os")
        _set(config, "path_separator", "os")
    if request["url"] and not config.get_main_option("sqlalchemy.url"):
        _set(config, "sqlalchemy.url", with_driver(request["url"]))
    if request["recursive"]:
        _set(config, "recursive_version_locations", "true")
    config.cmd_opts = options(request["deploy"])
    return Project(config, ScriptDirectory.from_config(config), request["deploy"]["own"])


def _set(config: Config, name: str, value: str) -> None:
    config.set_main_option(name, value.replace("%", "%%"))


def _put_on_path(places: Any) -> None:
    """Let the project be imported from the folder under test, before any installed copy of it.

    After the standard library: a project may have a folder that is called `logging`.
    """
    installed = [
        index
        for index, place in enumerate(sys.path)
        if os.path.basename(place) in ("site-packages", "dist-packages")
    ]
    at = installed[0] if installed else len(sys.path)
    sys.path[at:at] = places


def _ignore_compiled(root: str) -> None:
    """Compile what lies in the project from its source.

    A committed `.pyc` may say that it need not be checked against its source, and be anything.
    """
    machinery: Any = importlib._bootstrap_external
    original = machinery.cache_from_source
    inside = os.path.realpath(root) + os.sep

    def cache_from_source(path: Any, *args: Any, **kw: Any) -> str:
        if os.path.realpath(path).startswith(inside):
            raise NotImplementedError("nothing compiled is read from the project")
        return str(original(path, *args, **kw))

    machinery.cache_from_source = cache_from_source
