"""The files that decide how a round trip runs, and so what such a run says of itself."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

_NAMES = frozenset(
    {"alembic.ini", "env.py", "script.py.mako", "conftest.py", "pyproject.toml", "migbot.toml"}
)
_FOLDERS = (".github/", ".ci/")
_SHOWN = 5


def steering(paths: Iterable[str]) -> str:
    """One sentence on those of the changed `paths` that change how the check itself runs, or ""."""
    found = [path for path in paths if _steers(path)]
    if not found:
        return ""
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return (
        f"This pull request changes how the check itself runs: {', '.join(found[:_SHOWN])}{more}."
    )


def _steers(path: str) -> bool:
    return posixpath.basename(path) in _NAMES or path.startswith(_FOLDERS)
