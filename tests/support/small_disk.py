"""A disk that is soon full: a file system in memory with little room."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A folder with that much room for everybody; skips where nothing can be mounted."""
    if os.geteuid():
        pytest.skip("only root can mount a small disk")
    with tempfile.TemporaryDirectory(dir="/tmp") as made:
        options = ["-t", "tmpfs", "-o", f"size={megabytes}m,mode=1777", "tmpfs"]
        if subprocess.run(["mount", *options, made], capture_output=True).returncode:
            pytest.skip("this container may not mount")
        try:
            yield Path(made)
        finally:
            subprocess.run(["umount", made], check=True)
