"""What `migbot init --workflow` writes: GitHub workflows for the project that is there, pinned."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from textwrap import dedent

from migbot import __version__
from migbot.core.environment import Environment
from migbot.core.files import Tree
from migbot.core.value import Value

FOLDER = ".github/workflows"

PINS = {
    "@CHECKOUT@": "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
    "@SETUP_PYTHON@": "actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0",
    "@UPLOAD@": "actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1",
    "@DOWNLOAD@": "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1",
}
"""Each action by the commit of its release tag; docs/action.md says how that was looked up."""

_EXTRAS = {"postgresql": "postgresql", "mysql": "mysql", "mariadb": "mysql", "sqlite": ""}
"""Kind of database -> the extra of migbot that a round trip on it asks for."""

_VENV = 'python -m venv "$RUNNER_TEMP/project"'
_PIP = '"$RUNNER_TEMP/project/bin/pip" install'
_INSTALLS = {
    "uv.lock": """
        pipx install uv
        UV_PROJECT_ENVIRONMENT="$RUNNER_TEMP/project" uv sync --frozen
        """,
    "poetry.lock": f"""
        pipx install poetry
        {_VENV}
        VIRTUAL_ENV="$RUNNER_TEMP/project" poetry install --no-interaction
        """,
    "requirements.txt": f"""
        {_VENV}
        {_PIP} -r requirements.txt
        """,
    "pyproject.toml": f"""
        {_VENV}
        {_PIP} .
        """,
}
"""What a project keeps at its root -> the commands that install it, the surest sign first."""

_UNKNOWN = f"""
    {_VENV}
    # Name the database's driver here, and whatever else env.py imports.
    {_PIP} alembic
    """


class Project(Value):
    """What of a repository its workflows depend on."""

    branch: str
    install: str
    python: str
    requirement: str


def project_of(tree: Tree, environments: Sequence[Environment], branch: str) -> Project:
    """What the files of `tree` say; `branch` is the one that pull requests are merged into."""
    paths = {entry.path for entry in tree.entries("")}
    settings = _pyproject(tree)
    return Project(
        branch, _install(paths, settings), _python(paths, settings), _migbot(environments)
    )


def workflow_files(project: Project, *, trusted: bool = False) -> dict[str, str]:
    """The workflows by path: two jobs in one file where `trusted`, else in two, safe for forks."""
    judge = template("judge.yml")
    if trusted:
        found = {"migbot.yml": judge + template("publish_in_the_same_run.yml")}
    else:
        found = {"migbot.yml": judge, "migbot-publish.yml": template("publish.yml")}
    found["migbot-sweep.yml"] = template("sweep.yml")
    return {f"{FOLDER}/{name}": filled(text, project) for name, text in found.items()}


def template(name: str) -> str:
    """One of the texts that are shipped beside this module."""
    return files("migbot.faces").joinpath("workflows", name).read_text(encoding="utf-8")


def filled(text: str, project: Project) -> str:
    """The template with what holds for this project, at the indentation of each mark."""
    values = PINS | {
        "@MIGBOT@": project.requirement,
        "@BRANCH@": json.dumps(project.branch),
        "@PYTHON@": project.python,
        "@INSTALL@": project.install,
    }
    return "".join(_lines(text, values))


def _lines(text: str, values: Mapping[str, str]) -> Iterator[str]:
    for line in text.splitlines(keepends=True):
        indent = line[: len(line) - len(line.lstrip())]
        for mark, value in values.items():
            line = line.replace(mark, value.replace("\n", f"\n{indent}"))
        yield line


def _install(paths: set[str], settings: Mapping[str, object]) -> str:
    """The commands; a pyproject.toml that holds settings alone names no project to install."""
    named = {"pyproject.toml"} if "project" in settings else set()
    signs = (paths - {"pyproject.toml"}) | named
    found = next((text for sign, text in _INSTALLS.items() if sign in signs), _UNKNOWN)
    return dedent(found).strip()


def _python(paths: set[str], settings: Mapping[str, object]) -> str:
    """The input of setup-python with which it finds the version for itself, where it can."""
    project = settings.get("project")
    if ".python-version" in paths:
        return "python-version-file: .python-version"
    if isinstance(project, dict) and "requires-python" in project:
        return "python-version-file: pyproject.toml"
    return 'python-version: "3.12"'


def _migbot(environments: Sequence[Environment]) -> str:
    """This very version, with the extras of the databases; with all where one is not known."""
    kinds = {each.database.partition("-")[0] for each in environments} or {""}
    needed = {extra for kind in kinds for extra in _extras(kind)}
    extras = f"[{','.join(sorted(needed))}]" if needed else ""
    return f"migbot{extras}=={__version__}"


def _extras(kind: str) -> set[str]:
    return {_EXTRAS[kind]} - {""} if kind in _EXTRAS else {"mysql", "postgresql"}


def _pyproject(tree: Tree) -> Mapping[str, object]:
    found = [entry for entry in tree.entries("") if entry.path == "pyproject.toml"]
    try:
        return tomllib.loads(tree.read(found).get("pyproject.toml", b"").decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}
