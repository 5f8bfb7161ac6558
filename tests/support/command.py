"""The command line as a person runs it, in this process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from migbot.__main__ import _run


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Command:
    """`migbot -C FOLDER ...`: the folder stands in for the user's own."""

    capsys: pytest.CaptureFixture[str]
    folder: Path

    def __call__(self, verb: str, *arguments: str) -> Said:
        self.capsys.readouterr()
        code = _run([verb, "-C", str(self.folder), *arguments])
        said = self.capsys.readouterr()
        return Said(code, said.out, said.err)
