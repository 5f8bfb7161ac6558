"""Real projects from PyPI as git repositories: wheels, downloaded once and unpacked."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from support.repos import Repo

CACHE = Path(os.environ.get("MIGBOT_TEST_CACHE") or Path.home() / ".cache" / "migbot-tests")
PINS = Path(__file__).with_name("projects.toml")


@dataclass(frozen=True)
class Proof:
    """What a full round trip on `database` takes, and what it is known to come to.

    `files` are what a developer has besides the wheel; `usual` is the verdict of every revision
    that is not in `verdicts`, save `not_run` ones behind a failure; `says` are words of the report.
    """

    environment: str
    requirements: tuple[str, ...]
    verdict: str
    verdicts: dict[str, str]
    database: str = "sqlite"
    usual: str = "pass"
    not_run: int = 0
    says: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    small: bool = False


@dataclass(frozen=True)
class Project:
    """One project at one version: its environments as they are known to be."""

    name: str
    version: str
    environments: tuple[dict[str, Any], ...]
    small: bool = False
    proofs: tuple[Proof, ...] = ()

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def proof(self) -> Proof:
        """The round trip of a project that `proved` has given."""
        (only,) = self.proofs
        return only

    def environment(self, name: str) -> dict[str, Any]:
        """What is known of one environment."""
        return next(each for each in self.environments if each["name"] == name)

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
        Project(
            each["name"],
            each["version"],
            tuple(each["environment"]),
            each.get("small", False),
            _proofs(each.get("round_trip", [])),
        )
        for each in pins
    )


def proved() -> tuple[Project, ...]:
    """Every project that is proved, once for each of its round trips."""
    return tuple(replace(each, proofs=(proof,)) for each in projects() for proof in each.proofs)


def _proofs(pinned: list[dict[str, Any]]) -> tuple[Proof, ...]:
    shared = pinned[0]["requirements"] if pinned else ()
    return tuple(_proof({"requirements": shared, **each}) for each in pinned)


def _proof(pinned: dict[str, Any]) -> Proof:
    lists = {name: tuple(pinned.get(name, ())) for name in ("requirements", "says")}
    return Proof(**{"verdicts": {}, **pinned, **lists})
