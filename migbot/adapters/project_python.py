"""The project's own interpreter: where it is, and how it was found."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from migbot.core.value import Value
from migbot.errors import MigbotError

_ASK = r"""
import hashlib, importlib.util as u, json, os, site, sys
try:
    from importlib import metadata
except ImportError:
    metadata = None
def version(name):
    if metadata is None or u.find_spec(name) is None:
        return ""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "?"
def packages():
    for place in dict.fromkeys(sys.path):
        try:
            names = os.listdir(place)
        except OSError:
            continue
        yield from (name for name in names if name.endswith((".dist-info", ".egg-info", ".pth")))
print(json.dumps({
    "installed": hashlib.sha256("\n".join(sorted(packages())).encode()).hexdigest()[:16],
    "python": "%d.%d.%d" % sys.version_info[:3], "alembic": version("alembic"),
    "sqlalchemy": version("sqlalchemy"),
    "user": site.getuserbase() if site.ENABLE_USER_SITE else "",
}))
"""

_OLDEST = (3, 8)
"""The oldest Python that the guest is written for (and that Alembic 1.8 with a fix is used on)."""


class Interpreter(Value):
    """A Python that can import Alembic and SQLAlchemy; `how` says where it was found.

    `installed` is another where other packages, or others of their versions, are installed.
    """

    path: str
    how: str
    python: str
    alembic: str
    sqlalchemy: str
    user_base: str = ""
    installed: str = ""

    def __str__(self) -> str:
        """For the report: which Python ran the migrations."""
        return (
            f"{self.path} ({self.how}): Python {self.python}, Alembic {self.alembic}, "
            f"SQLAlchemy {self.sqlalchemy}"
        )


def find_interpreter(root: Path, setting: str, environ: Mapping[str, str]) -> Interpreter:
    """The first Python that has Alembic: setting, active environment, .venv, uv, poetry, PATH.

    `root` is the project's folder, `setting` the settings' `python` (a path from there, or a
    command), which is final where it is given. Raises MigbotError with everything that was tried.
    """
    tried = []
    for path, how in _candidates(root, setting, environ):
        found, why = _ask(path, how, environ)
        if found is not None:
            return found
        tried.append(f"{path} ({how}) {why}")
    raise MigbotError(
        "No Python that can run the project's migrations: "
        + ("; ".join(tried) or "none was found")
        + ".",
        'Name it: [tool.migbot] python = "path/to/.venv/bin/python", with Alembic installed in it.',
    )


def _candidates(root: Path, setting: str, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    search = environ.get("PATH", os.defpath)
    if setting:
        named = root / setting
        yield (
            (str(named) if named.exists() else shutil.which(setting, path=search) or setting),
            ("the settings"),
        )
        return
    if environ.get("VIRTUAL_ENV"):
        yield _inside(Path(environ["VIRTUAL_ENV"])), "the active virtual environment"
    for name in (".venv", "venv"):
        if Path(_inside(root / name)).exists():
            yield _inside(root / name), f"the project's {name}"
    yield from _from_tools(root, search, environ)
    for name in ("python3", "python"):
        if found := shutil.which(name, path=search):
            yield found, "PATH"
    yield sys.executable, "migbot's own"


def _inside(environment: Path) -> str:
    folder = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return str(environment.joinpath(*folder))


def _from_tools(root: Path, search: str, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What uv and poetry say, where the project has their lock files."""
    for lock, command in (
        ("uv.lock", ["uv", "python", "find"]),
        ("poetry.lock", ["poetry", "env", "info", "--executable"]),
    ):
        tool = shutil.which(command[0], path=search)
        if tool and (root / lock).exists():
            path = _output([tool, *command[1:]], environ, root).strip()
            if path:
                yield path, command[0]


def _ask(path: str, how: str, environ: Mapping[str, str]) -> tuple[Interpreter | None, str]:
    """What a Python says of itself, or why it will not do."""
    try:
        said = json.loads(_output([path, "-c", _ASK], environ).strip().rsplit("\n", 1)[-1])
    except (ValueError, IndexError):
        return None, "does not start"
    if tuple(map(int, said["python"].split(".")))[:2] < _OLDEST:
        return None, f"is Python {said['python']}, older than 3.8"
    for name in ("alembic", "sqlalchemy"):
        if not said[name]:
            return None, f"cannot import {name}"
    return (
        Interpreter(path, how, *(said[name] for name in _SAID)),
        "",
    )


_SAID = ("python", "alembic", "sqlalchemy", "user", "installed")


def _output(command: list[str], environ: Mapping[str, str], cwd: Path | None = None) -> str:
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=30,
            cwd=cwd,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
