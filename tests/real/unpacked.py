"""Real projects from PyPI as git repositories: wheels, downloaded once and unpacked."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.repos import Repo

CACHE = Path(os.environ.get("MIGBOT_TEST_CACHE") or Path.home() / ".cache" / "migbot-tests")
PINS = Path(__file__).with_name("projects.toml")


@dataclass(frozen=True)
class Project:
    """One project at one version: its environments as they are known to be."""

    name: str
    version: str
    environments: tuple[dict[str, Any], ...]
    small: bool = False

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def wheel(self) -> Path:
        """The project's wheel, without its dependencies; pip downloads it the first time."""
        folder = CACHE / "wheels" / f"{self.name}-{self.version}"
        if not list(folder.glob("*.whl")):
            what = ["--no-deps", "--only-binary=:all:", f"{self.name}=={self.version}"]
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", str(folder)]
            subprocess.run([*pip, *what], check=True, timeout=600)
        return next(folder.glob("*.whl"))

    def repo(self, folder: Path) -> Repo:
        """A repository at `folder` that holds what is in the wheel, committed."""
        with zipfile.ZipFile(self.wheel) as wheel:
            wheel.extractall(folder)  # a pinned wheel that the index has the hash of
        repo = Repo.init(folder)
        repo.commit("As it was published")
        return repo


def projects() -> tuple[Project, ...]:
    """Every project that is pinned in projects.toml."""
    pins = tomllib.loads(PINS.read_text())["project"]
    return tuple(
        Project(each["name"], each["version"], tuple(each["environment"]), each.get("small", False))
        for each in pins
    )
