"""The project's interpreter is found in the order that the report names, and asked what it has."""

import json
import os
import sys
from pathlib import Path

import pytest

from migbot.adapters.project_python import Interpreter, find_interpreter
from migbot.errors import MigbotError

BARE = {"PATH": ""}


def python(place: Path, alembic: str = "1.13.0", version: str = "3.11.7") -> Path:
    """A program that answers as a Python with (or without) Alembic would."""
    said = {"python": version, "alembic": alembic, "sqlalchemy": "2.0.1", "user": "/u"}
    return program(place, f"echo '{json.dumps({**said, 'installed': 'x'})}'")


def program(place: Path, text: str) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"#!/bin/sh\n{text}\n")
    place.chmod(0o755)
    return place


def found(root: Path, setting: str = "", **environ: str) -> tuple[str, str]:
    interpreter = find_interpreter(root, setting, {**BARE, **environ})
    return interpreter.path, interpreter.how


def test_the_settings_come_first_and_name_a_path_or_a_command(tmp_path: Path) -> None:
    active = python(tmp_path / "active/bin/python").parent.parent
    named = python(tmp_path / "env/bin/python")
    assert found(tmp_path, "env/bin/python", VIRTUAL_ENV=str(active)) == (
        str(named),
        "the settings",
    )
    there = {"PATH": str(named.parent)}
    assert found(tmp_path, "python", **there) == (str(named), "the settings")


def test_then_the_active_environment_then_the_projects_own(tmp_path: Path) -> None:
    active = python(tmp_path / "active/bin/python")
    own = python(tmp_path / "app/.venv/bin/python")
    app = tmp_path / "app"
    assert found(app, VIRTUAL_ENV=str(tmp_path / "active")) == (
        str(active),
        "the active virtual environment",
    )
    assert found(app) == (str(own), "the project's .venv")


@pytest.mark.parametrize(
    ("tool", "lock", "words"),
    [("uv", "uv.lock", "python find"), ("poetry", "poetry.lock", "env info --executable")],
)
def test_then_what_uv_and_poetry_say(tmp_path: Path, tool: str, lock: str, words: str) -> None:
    theirs = python(tmp_path / "hidden/python")
    said = f'[ "$*" = "{words}" ] && [ -e {lock} ] && echo {theirs}'
    tools = program(tmp_path / "bin" / tool, said).parent
    path = {"PATH": f"{tools}{os.pathsep}/usr/bin{os.pathsep}/bin"}
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / lock).touch()
    assert found(tmp_path / "app", **path) == (str(theirs), tool)


def test_then_path_and_at_last_migbots_own(tmp_path: Path) -> None:
    on_path = python(tmp_path / "bin/python3")
    assert found(tmp_path, PATH=str(on_path.parent)) == (str(on_path), "PATH")
    assert found(tmp_path) == (sys.executable, "migbot's own")


def test_one_without_alembic_is_passed_over(tmp_path: Path) -> None:
    python(tmp_path / ".venv/bin/python", alembic="")
    good = python(tmp_path / "venv/bin/python")
    assert found(tmp_path) == (str(good), "the project's venv")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda place: python(place, alembic=""), "cannot import alembic"),
        (lambda place: python(place, version="3.7.1"), "is Python 3.7.1, older than 3.8"),
        (lambda place: program(place, "exit 1"), "does not start"),
        (lambda place: program(place, "echo hello"), "does not start"),
        (lambda place: place, "does not start"),
    ],
    ids=["no alembic", "too old", "broken", "something else", "not there"],
)
def test_the_settings_are_final_and_the_error_says_why(
    tmp_path: Path, make: object, why: str
) -> None:
    make(tmp_path / "python")  # type: ignore[operator]
    with pytest.raises(MigbotError, match=why) as caught:
        find_interpreter(tmp_path, str(tmp_path / "python"), BARE)
    assert "[tool.migbot] python" in caught.value.hint


def test_a_real_one_says_what_it_has() -> None:
    real = find_interpreter(Path.cwd(), sys.executable, os.environ)
    assert real.python == ".".join(map(str, sys.version_info[:3]))
    assert "Alembic " + real.alembic in str(real)
    assert isinstance(real, Interpreter)
