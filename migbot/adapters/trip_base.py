"""The databases that a round trip begins with: what the base branch has come to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from migbot.adapters.trip_guests import HINT, Guests, Unprovable, listed, why
from migbot.core.environment import Environment
from migbot.core.value import Value


class Base(Value):
    """The files that the base is built from, its environment in them, and its heads.

    Where the files are those under test themselves, `heads` are any revisions of their history
    that stand for a base.
    """

    project: Path
    environment: Environment
    heads: tuple[str, ...]


def build(guests: Guests, base: Base | None, project: Path) -> None:
    """Leave the base's databases in the folder `base`, built by its own files in one command.

    `project` are the files under test: where the base's are the same, each head is gone to by
    itself. None leaves empty databases. Raises Unprovable where the heads are not reached.
    """
    guests.keep("nothing", "slots")  # a server may have been used before
    if base is not None and base.heads:
        guests.progress(f"Building the base: {', '.join(base.heads)}")
        _upgrade(guests, base, whole=base.project != project)
        _look(guests, base.heads)
    guests.keep("slots", "base")


def _upgrade(guests: Guests, base: Base, *, whole: bool) -> None:
    targets = ["heads"] if whole else list(base.heads)
    heard, ended = guests.run("build", "nothing", base.project, base.environment, targets=targets)
    if not heard.done or heard.failed is not None:
        raise Unprovable(f"the base could not be built: {why(heard, ended)}", HINT)
    if whole and set(heard.heads or ()) != set(base.heads):
        raise Unprovable(
            f"Alembic reads {listed(heard.heads or ())} as the base's heads, "
            f"migbot {listed(base.heads)}"
        )


def _look(guests: Guests, heads: Iterable[str]) -> None:
    """A database without version rows is one that a migration opened by itself."""
    try:
        found = guests.database.versions(guests.folder("slots"))
    except ValueError as error:
        raise Unprovable(f"the base was built and {error}") from None
    rows = {row for versions in found.values() for row in versions}
    if not rows or not rows <= set(heads):
        raise Unprovable(f"env.py ended and the base is at {listed(rows)}")
