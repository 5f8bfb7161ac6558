"""The demo: a real repository, a real fork, the hook, the repair and the round trip, narrated.

Every line after a `$` is run, and what follows it is what was printed. Nothing outside of the
demo's folder is touched.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TextIO

from migbot.core.value import Value
from migbot.errors import MigbotError
from migbot.faces.demo_project import ADAS, BEGINNING, BENS, PHONE, mended

_WHEN = "2024-01-01T12:00:00+00:00"

_GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ben",
    "GIT_AUTHOR_EMAIL": "ben@example.org",
    "GIT_COMMITTER_NAME": "Ben",
    "GIT_COMMITTER_EMAIL": "ben@example.org",
    "GIT_AUTHOR_DATE": _WHEN,
    "GIT_COMMITTER_DATE": _WHEN,
    "GIT_EDITOR": ":",
    "GIT_PAGER": "cat",
    "LC_ALL": "C.UTF-8",
}

SECONDS = 120
"""The longest that a step may take; the round trip is the slow one, with a second or two."""


class Step(Value):
    """One step: what is told, the command, and the exit code without which the story is wrong.

    `files` are written before the command runs; `edit` changes the text of one that is there. A
    step without `shown` is scenery: it is run and not printed.
    """

    told: str
    command: str
    exits: int = 0
    files: Mapping[str, str] = MappingProxyType({})
    edit: tuple[str, Callable[[str], str]] | None = None
    shown: bool = True


def _scenery(command: str, files: Mapping[str, str] | None = None) -> Step:
    return Step("", command, files=files or {}, shown=False)


STEPS = (
    _scenery("git init --quiet --initial-branch=main"),
    _scenery("git add --all", BEGINNING),
    _scenery("git commit --quiet -m Begin"),
    _scenery("git switch --quiet --create points"),
    _scenery("git add --all", ADAS),
    _scenery("git commit --quiet -m points"),
    _scenery("git switch --quiet --create phone main"),
    _scenery("git add --all", BENS),
    _scenery("git commit --quiet -m phone"),
    _scenery("git switch --quiet main"),
    _scenery("git merge --quiet --ff-only points"),
    _scenery("git switch --quiet phone"),
    Step(
        "Ada and Ben each add a migration on the same parent. Ada's has landed on main.\n"
        "Ben brings his branch up to date, and git sees nothing wrong:",
        "git merge --no-edit main",
    ),
    Step("The deployment is the first to find out:", "alembic upgrade head", exits=255),
    _scenery("git reset --quiet --hard HEAD^"),
    Step("The same again, with migbot's hooks in the repository.", "migbot install"),
    Step("Now the merge is stopped before it is a commit:", "git merge --no-edit main", exits=1),
    Step("This is what it would have left:", "migbot graph"),
    Step(
        "Ben's migration is nowhere but on his branch, so it can simply follow Ada's. That is\n"
        "written, and then proved: up, down and up once more, on a database that is thrown away:",
        "migbot resolve",
        exits=1,
    ),
    Step(
        "One head, and a downgrade that drops an index which was never there. Put right:",
        "git diff",
        edit=(PHONE, mended),
    ),
    Step("", "migbot roundtrip"),
    Step("", "git commit --all --no-edit"),
    Step("And so it lands:", "git switch main"),
    Step("", "git merge phone"),
    Step("", "migbot heads"),
)


def run(folder: Path, out: TextIO, steps: Iterable[Step] = STEPS) -> None:
    """Play the story in `folder`, which is empty, and tell it on `out`.

    Raises MigbotError where a command does not exit as it should: the demo is a test, too.
    """
    environ = _environment()
    for step in steps:
        _play(step, folder, environ, out)


def _play(step: Step, folder: Path, environ: Mapping[str, str], out: TextIO) -> None:
    _write(step, folder)
    if step.told:
        out.write(f"\n# {step.told.replace(chr(10), chr(10) + '# ')}\n")
    if step.shown:
        out.write(f"\n$ {step.command}\n")
        out.flush()
    done = subprocess.run(
        _arguments(step.command),
        cwd=folder,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=SECONDS,
    )
    said = done.stdout.decode(errors="backslashreplace")
    if step.shown:
        out.write(said)
    if done.returncode != step.exits:
        raise MigbotError(
            f"The demo's step `{step.command}` exited with {done.returncode}, not {step.exits}.",
            "" if step.shown else said.strip(),
        )


def _arguments(command: str) -> list[str]:
    """`migbot` and `alembic` are those of the Python that runs the demo."""
    first, *rest = shlex.split(command)
    programs = {name: [sys.executable, "-m", name] for name in ("migbot", "alembic")}
    return [*programs.get(first, [first]), *rest]


def _write(step: Step, folder: Path) -> None:
    for path, text in step.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    if step.edit:
        path, change = step.edit
        (folder / path).write_text(change((folder / path).read_text("utf-8")), encoding="utf-8")


def _environment() -> dict[str, str]:
    """The user's, without their git configuration: the demo is the same on every machine."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    programs = [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    active = {"VIRTUAL_ENV": sys.prefix} if sys.prefix != sys.base_prefix else {}
    return kept | _GIT | active | {"PATH": os.pathsep.join(programs)}
