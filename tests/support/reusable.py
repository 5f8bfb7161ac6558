"""The reusable workflows of this repository: what `migbot init --workflow` writes, to be called."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from migbot.core.files import FileTree
from migbot.faces.workflow_files import FOLDER, Project, filled, project_of, template

ROOT = Path(__file__).parents[2]

HEAD = """\
# The jobs that `migbot init --workflow` writes, to be called. Made by `make generated`.
name: {name}

on:
  workflow_call:
    inputs:
      migbot:
        description: What pipx installs.
        type: string
        default: "{requirement}"
{inputs}
permissions: {{}}

env:
  MIGBOT: ${{{{ inputs.migbot }}}}
{env}
"""

INPUTS = """\
      python-version:
        description: The project's Python, as actions/setup-python takes it.
        type: string
        default: "3.12"
      install:
        description: The commands that install the project into "$RUNNER_TEMP/project".
        type: string
        required: true
"""
INSTALL = "  INSTALL: ${{ inputs.install }}\n"

_PLAIN = project_of(FileTree({}), (), "main")
_CALLED = Project(
    branch="main",
    install='bash -euo pipefail -c "$INSTALL"',
    python="python-version: ${{ inputs.python-version }}",
    requirement=_PLAIN.requirement,
)


def reusable() -> dict[str, str]:
    """The files by path, as they have to be."""
    judge, publish = template("judge.yml"), template("publish.yml")
    texts = {
        "migbot-trusted.yml": _called(judge + template("publish_in_the_same_run.yml"), "migbot"),
        "migbot-fork-judge.yml": _called(judge, "migbot"),
        "migbot-fork-publish.yml": _called(publish, "migbot publish"),
        "migbot-sweep.yml": _called(template("sweep.yml"), "migbot sweep"),
    }
    return {f"{FOLDER}/{name}": text for name, text in texts.items()}


def _called(text: str, name: str) -> str:
    jobs = text[text.index("jobs:\n") :]
    inputs, env = (INPUTS, INSTALL) if "@INSTALL@" in jobs else ("", "")
    head = HEAD.format(name=name, requirement=_CALLED.requirement, inputs=inputs, env=env)
    return head + filled(jobs, _CALLED)


def write() -> Iterator[str]:
    """Make the files anew; those that were not so before."""
    for path, text in reusable().items():
        target = ROOT / path
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")
            yield path


if __name__ == "__main__":
    print("\n".join(write()))
