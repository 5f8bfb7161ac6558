"""What Actions keeps: workflow runs, and the artifacts that they left."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakes.github.people import Account
from fakes.github.pulls import LONG_AGO

if TYPE_CHECKING:
    from fakes.github.repository import Repository


@dataclass
class Run:
    """A workflow run; for a fork's pull request GitHub leaves its `pull_requests` empty."""

    id: int
    head: str
    head_ref: str
    repository: Repository
    head_repository: Repository | None
    actor: Account
    event: str = "pull_request"
    path: str = ".github/workflows/migbot.yml"
    name: str = "migbot"
    status: str = "completed"
    conclusion: str | None = "success"
    attempt: int = 1
    created: str = LONG_AGO


@dataclass
class Artifact:
    """A zip archive that a run left behind."""

    id: int
    name: str
    archive: bytes
    run: Run
    expired: bool = False
    created: str = LONG_AGO


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    """An archive as actions/upload-artifact makes it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()
