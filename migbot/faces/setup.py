"""What `migbot init` would write: the settings that a repository needs, and no more."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from migbot.core.environment import Environment
from migbot.core.environments import nothing_found, survey
from migbot.core.files import Tree
from migbot.core.graph import RevisionGraph
from migbot.core.history import read_history
from migbot.core.settings import SETTINGS_FILE, Settings

PYPROJECT = "pyproject.toml"


def settings_file(tree: Tree) -> str:
    """Where the settings belong: pyproject.toml where the repository has one at its root."""
    paths = {entry.path for entry in tree.entries("")}
    return PYPROJECT if PYPROJECT in paths and SETTINGS_FILE not in paths else SETTINGS_FILE


def propose(tree: Tree, path: str = PYPROJECT) -> str:
    """The TOML that `path` needs so that migbot judges the environments of `tree`.

    What is found without being told is a comment, so that an environment which is added later is
    found as well; what cannot be found, and histories with several heads on purpose (each under a
    branch label of its own), are settings. Raises MigbotError where there is nothing at all.
    """
    found = survey(tree, Settings())
    if not found.environments and not found.problems:
        raise nothing_found()
    prefix = "tool.migbot." if path == PYPROJECT else ""
    lines = ["[tool.migbot]"] if prefix else []
    lines += ["# Everything has a default; docs/settings.md lists every key."]
    tables = []
    for environment in found.environments:
        graph = read_history(tree, environment).graph
        lines.append(f"# Found: {_told(environment, graph)}")
        needed = [*_heads(graph), *(_where(environment) if found.problems else ())]
        if needed:
            tables += ["", f"[{prefix}environments.{_key(environment.name)}]", *needed]
    for number, problem in enumerate(found.problems, start=1):
        tables += ["", f"# {_plain(problem.message)}", "# Say where it is, or leave it out:"]
        tables += [f"# [{prefix}environments.name{number}]"]
        tables += ['# script_location = "path/to/migrations"']
    return "\n".join([*lines, *tables]) + "\n"


def _told(environment: Environment, graph: RevisionGraph) -> str:
    where = ", ".join(map(_plain, environment.versions))
    by = f", declared by {_plain(environment.config)}" if environment.config else ""
    count = len(graph.revisions)
    return f"{_plain(environment.name)} in {where}{by}: {count} revision{'s' * (count != 1)}"


def _heads(graph: RevisionGraph) -> Iterator[str]:
    if graph.sound and len(graph.heads) > 1:
        says = f"expected_heads = {len(graph.heads)}"
        yield f"# Heads today: {', '.join(map(_plain, graph.heads))}."
        yield says if _on_purpose(graph) else f"# If they are meant to stay apart: {says}"


def _on_purpose(graph: RevisionGraph) -> bool:
    """Whether every head is under a branch label that no other head is under."""
    above = {head: graph.ancestors([head]) for head in graph.heads}
    only = {
        owner[0]
        for revision in graph.labels.values()
        if len(owner := [head for head, ids in above.items() if revision in ids]) == 1
    }
    return only == set(graph.heads)


def _where(environment: Environment) -> Iterator[str]:
    """What places an environment, for a project where the settings must place all of them."""
    if environment.config:
        yield f"config = {_text(environment.config)}"
    if environment.section != "alembic":
        yield f"section = {_text(environment.section)}"
    yield f"script_location = {_text(environment.script_location or '.')}"
    yield f"versions = [{', '.join(map(_text, environment.versions))}]"
    if environment.database:
        yield f"database = {_text(environment.database)}"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _text(value: str) -> str:
    """A TOML string: JSON's escapes are TOML's, but for DEL and what is not in the first plane."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(value: str) -> str:
    """Text for a comment, which a line break or a control character would end."""
    readable = value.encode("utf-8", "backslashreplace").decode()
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in readable)
