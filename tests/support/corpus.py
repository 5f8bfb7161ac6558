"""Histories of real projects, from facts that were read of them; no line of their code.

Facts are one JSON file a project: sets of revisions, each with its id, parents, labels, message
and whether its `upgrade` and `downgrade` is `code`, `empty`, `raise` or missing (null). A small
made-up project is always there; the real ones are found in $MIGBOT_CORPUS or beside the checkout.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migbot.core.environment import Environment
from migbot.core.files import FileTree
from migbot.core.history import History, read_history

BODIES = {
    "code": 'op.execute("UPDATE things SET done = 1")',
    "empty": "pass",
    "raise": 'raise NotImplementedError("no way back")',
}

Facts = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Project:
    """One set of revisions: `name` is `project/set`, `facts` are its revisions by id."""

    name: str
    history: History
    heads: tuple[str, ...]
    facts: dict[str, Facts]


def graphs() -> Path:
    """Where the real projects' facts are, if they are on this machine."""
    beside = Path(__file__).parents[3] / "shared" / "corpus"
    return Path(os.environ.get("MIGBOT_CORPUS") or beside) / "graphs"


def projects() -> list[Project]:
    """The made-up project and, where the corpus is on this machine, the real ones."""
    made_up = Path(__file__).parent / "facts"
    files = [*sorted(made_up.glob("*.json")), *sorted(graphs().glob("*.json"))]
    return [project for file in files for project in _read(file)]


def _read(file: Path) -> Iterator[Project]:
    for name, facts in json.loads(file.read_text())["sets"].items():
        environment = Environment(name, (facts["versions"],), recursive=True)
        files = {each["file"]: _migration(each) for each in facts["revisions"]}
        yield Project(
            f"{file.stem}/{name}",
            read_history(FileTree(files), environment),
            tuple(facts["heads"]),
            {each["revision"]: each for each in facts["revisions"]},
        )


def _migration(facts: Facts) -> bytes:
    """A file of the same shape: its message, its style of assignment, bodies of the same kind."""
    message, ann = facts["message"], ": str | None" if facts["style"].startswith("ann") else ""
    parents = _value(facts["down_revision"])
    lines = [
        "" if message is None else repr(f"{message}\n\nRevision ID: {facts['revision']}\n"),
        f"revision{ann} = {facts['revision']!r}",
        f"down_revision{ann} = {parents!r}",
        f"branch_labels{ann} = {_value(facts['branch_labels'])!r}",
        f"depends_on{ann} = {_value(facts['depends_on'])!r}",
        *(
            f"def {function}():\n    {BODIES[facts[function]]}"
            for function in ("upgrade", "downgrade")
            if facts[function]
        ),
    ]
    return "\n".join(lines).encode()


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
