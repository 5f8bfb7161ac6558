"""A copy of a wheel's programs for everybody: root's own folder shuts out the server's user."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path

PLACE = Path("/var/cache/migbot")
"""Root's, and readable by all. Memory will not do: containers mount /dev/shm without exec."""


def made(package: Path, name: str) -> Path | None:
    """The copy of `package` with the libraries beside it, made once; None where that fails.

    A new wheel has new times, so it gets a copy of its own.
    """
    stamp = package.stat().st_mtime_ns
    copy = PLACE / f"{name}-{stamp}"
    with contextlib.suppress(OSError):
        if not copy.is_dir():
            _copy(package, name, copy)
    return copy / name if copy.is_dir() else None


def _copy(package: Path, name: str, copy: Path) -> None:
    PLACE.mkdir(parents=True, exist_ok=True)
    PLACE.chmod(0o755)  # whatever the umask is
    with tempfile.TemporaryDirectory(dir=PLACE, ignore_cleanup_errors=True) as place:
        whole = Path(place) / "whole"
        for part in (name, f"{name}.libs"):
            if (package.parent / part).is_dir():
                shutil.copytree(package.parent / part, whole / part, ignore=_unused, symlinks=True)
        _open(whole)
        whole.rename(copy)  # whole or not at all; another run may have been faster


def _unused(folder: str, names: list[str]) -> Collection[str]:
    """Of bin the server needs two programs; its libraries and texts are all needed."""
    if Path(folder).name == "bin":
        return set(names) - {"postgres", "initdb"}
    return {"include", "__pycache__"} & set(names)


def _open(folder: Path) -> None:
    """Let everybody read the copy, and enter and run what its owner may."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o444 | (mode & 0o100 and 0o111))
