"""Virtual environments with other versions of Alembic and SQLAlchemy, made once and kept."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = ("alembic==1.8.1", "sqlalchemy==1.4.54", "aiosqlite==0.20.0", "greenlet")
MIDDLE = ("alembic>=1.16", "sqlalchemy>=2.0.40,<2.1", "aiosqlite", "greenlet")
NEWEST = ("alembic==1.20.1", "sqlalchemy==2.1.9", "aiosqlite", "greenlet")


def cache() -> Path:
    """Where they are kept: MIGBOT_TEST_CACHE, or a folder in the user's cache."""
    named = os.environ.get("MIGBOT_TEST_CACHE")
    return Path(named) if named else Path.home() / ".cache" / "migbot-tests"


def python_with(requirements: tuple[str, ...], base: str = sys.executable) -> Path:
    """The interpreter of a virtual environment that has `requirements`; made if it is not there.

    `base` is the Python that it is made from. Made beside its place and then renamed, under a
    lock: two runs of the tests may want the same one.
    """
    version = subprocess.run([base, "--version"], capture_output=True, text=True, check=True)
    key = hashlib.sha256("\n".join([version.stdout, *requirements]).encode()).hexdigest()[:16]
    place = cache() / key
    place.parent.mkdir(parents=True, exist_ok=True)
    with open(cache() / f"{key}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "complete").exists():
            shutil.rmtree(place, ignore_errors=True)
            subprocess.run([base, "-m", "venv", str(place)], check=True)
            pip = [str(place / "bin/python"), "-m", "pip", "install", "--quiet"]
            subprocess.run([*pip, "--disable-pip-version-check", *requirements], check=True)
            (place / "complete").touch()
    return place / "bin/python"


def oldest_base() -> str:
    """The oldest Python on this machine that the guest is written for; else the tests' own."""
    roots = [Path.home() / ".pyenv" / "versions", Path("/usr/bin"), Path("/usr/local/bin")]
    for minor in range(8, sys.version_info[1]):
        for root in roots:
            named = [*sorted(root.glob(f"3.{minor}.*/bin/python")), root / f"python3.{minor}"]
            for found in named:
                if found.is_file() and _makes_environments(found):
                    return str(found)
    return sys.executable


def _makes_environments(python: Path) -> bool:
    """Debian's python3.N has no ensurepip without python3.N-venv."""
    probe = [str(python), "-c", "import ensurepip, venv"]
    return subprocess.run(probe, capture_output=True).returncode == 0
