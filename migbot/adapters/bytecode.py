"""Python's compiled copies of a migration, which must not outlive a rewrite of it."""

from __future__ import annotations

import re
from importlib.util import cache_from_source
from pathlib import Path

_REST = re.compile(r"[\w+-]+(\.opt-\w+)?\.pyc")


def drop_bytecode(source: Path) -> None:
    """Remove what any Python compiled from `source`.

    A compiled file counts as fresh while size and whole second of the source are equal, and ids
    are all of one length: a rewrite within a second would not take effect.
    """
    cache = source.parent / "__pycache__"
    if cache.is_dir() and not cache.is_symlink():
        for path in cache.iterdir():
            if path.name.startswith(f"{source.stem}.") and _REST.fullmatch(
                path.name[len(source.stem) + 1 :]
            ):
                path.unlink(missing_ok=True)
    Path(cache_from_source(str(source))).unlink(missing_ok=True)  # PYTHONPYCACHEPREFIX
