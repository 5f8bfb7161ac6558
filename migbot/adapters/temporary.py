"""A folder for what a command writes beside its result: gone in the end, or with the next one."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from migbot import locked_folder

PREFIX = "migbot-run-"


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A new, empty folder of our own where temporary files go (TMPDIR), removed after the block."""
    path, lock = locked_folder.made(PREFIX)
    try:
        yield path
    finally:
        _remove(path)
        os.close(lock)


def sweep_temporary() -> None:
    """Remove the folders that killed commands have left.

    It lists TMPDIR, which may hold thousands of files: for commands that take seconds anyway.
    """
    locked_folder.sweep(Path(tempfile.gettempdir()).glob(f"{PREFIX}*"), _remove)


def _remove(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
    if path.exists():
        with suppress(OSError):
            _open(path)
        shutil.rmtree(path, ignore_errors=True)


def _open(path: Path) -> None:
    """Take back the rights that a migration may have taken from folders of its own."""
    path.chmod(0o700)
    for folder, names, _ in os.walk(path):
        for each in map(Path(folder).joinpath, names):
            if not each.is_symlink():
                each.chmod(0o700)
