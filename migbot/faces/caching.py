"""The command that shows what is kept between runs, and clears it: migbot cache."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from migbot.adapters import base_cache
from migbot.core.value import Value
from migbot.databases.server_template import cache_folder, templates


class Cached(Value):
    """What is kept in `folder`: the sizes of servers' templates and of bases, in bytes."""

    folder: Path
    templates: tuple[int, ...]
    bases: tuple[int, ...]


def cached() -> Cached:
    """What is kept now."""
    folder = cache_folder()
    sizes = tuple(path.stat().st_size for path in templates(folder))
    return Cached(folder, sizes, tuple(base_cache.sizes(folder)))


def clear() -> Cached:
    """Remove everything that is kept; returns what it was."""
    was = cached()
    base_cache.forget(was.folder)
    for path in templates(was.folder):
        path.unlink(missing_ok=True)
    return was


def told(found: Cached) -> str:
    """What is kept, in lines for a terminal."""
    return (
        f"{found.folder}\n"
        f"  servers to start from: {_sum(found.templates)}\n"
        f"  bases that were built: {_sum(found.bases)}\n"
    )


def _sum(sizes: Iterable[int]) -> str:
    each = tuple(sizes)
    return f"{len(each)}, {sum(each) / 1_000_000:.1f} MB" if each else "none"
