"""The databases that a round trip begins with: what the base branch has come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from migbot.adapters.base_cache import BaseCache
from migbot.adapters.trip_ground import sql_files
from migbot.adapters.trip_guests import Guests, Unprovable, hint, listed, why
from migbot.core.environment import Environment
from migbot.core.value import Value


class Base(Value):
    """What the base is built from: its files, its environment in them, and its heads.

    `files` writes them into a folder, or names it where that has been done: a base that is in
    `cache` needs none. Where they are those under test themselves, `heads` are any revisions of
    their history that stand for a base.
    """

    files: Callable[[], Path]
    environment: Environment
    heads: tuple[str, ...]
    cache: BaseCache | None = None


def build(guests: Guests, base: Base | None, project: Path) -> None:
    """Leave the base's databases in the folder `base`, built by its own files in one command.

    `project` are the files under test: where the base's are the same, each head is gone to by
    itself. None leaves empty databases. What the base's cache has is not built again, and what
    is built goes there. Raises Unprovable where the heads are not reached.
    """
    if base is None or not base.heads:
        guests.keep(guests.start(), "base")
    elif not _recalled(guests, base):
        _build(guests, base, project)
        if base.cache and not _remembered(guests, base, base.cache):
            _build(guests, base, project)


def _recalled(guests: Guests, base: Base) -> bool:
    kept = base.cache.find() if base.cache else None
    if kept is None or not guests.database.recall(kept.data, guests.folder("base")):
        return False
    try:
        _look(guests, "base", base.heads)
    except Unprovable:
        return False  # it was damaged
    guests.progress(f"The base is kept from before: {', '.join(base.heads)}")
    guests.names.update(kept.about.names)
    return True


def _remembered(guests: Guests, base: Base, cache: BaseCache) -> bool:
    """Whether the base is still there when it has been kept, or could not be."""
    read = (*guests.read, *sql_files(base.environment))
    folder = guests.folder("base")
    cache.keep(read, guests.names, partial(guests.database.remember, folder))
    return guests.database.has_any(folder)


def _build(guests: Guests, base: Base, project: Path) -> None:
    guests.keep("nothing", "slots")  # a server may have been used before
    guests.progress(f"Building the base: {', '.join(base.heads)}")
    files = base.files()
    _upgrade(guests, base, files, whole=files != project)
    _look(guests, "slots", base.heads)
    guests.keep("slots", "base")


def _upgrade(guests: Guests, base: Base, files: Path, *, whole: bool) -> None:
    targets = ["heads"] if whole else list(base.heads)
    heard, ended = guests.run(
        "build", guests.start(), files, base.environment, another=True, targets=targets
    )
    if not heard.done or heard.failed is not None:
        raise Unprovable(
            f"the base could not be built: {why(heard, ended)}", hint(heard, base.environment)
        )
    if whole and set(heard.heads or ()) != set(base.heads):
        raise Unprovable(
            f"Alembic reads {listed(heard.heads or ())} as the base's heads, "
            f"migbot {listed(base.heads)}"
        )


def _look(guests: Guests, name: str, heads: Iterable[str]) -> None:
    """A database without version rows is one that a migration opened by itself."""
    try:
        found = guests.database.versions(guests.folder(name))
    except ValueError as error:
        raise Unprovable(f"the base was built and {error}") from None
    rows = {row for versions in found.values() for row in versions}
    if not rows or not rows <= set(heads):
        raise Unprovable(f"env.py ended and the base is at {listed(rows)}")
