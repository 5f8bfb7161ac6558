"""MB107: a migration names each parent once."""

from __future__ import annotations

from collections.abc import Iterator

from migbot.core.check import Remark, rule
from migbot.core.history import Change
from migbot.core.model import Severity
from migbot.core.settings import Settings
from migbot.core.wording import listed, shown


@rule("MB107", Severity.WARNING)
def parents_once(change: Change, settings: Settings) -> Iterator[Remark]:
    """A parent named twice in one `down_revision`: Alembic loads it, and it looks like a merge."""
    for revision in change.touched:
        once = tuple(dict.fromkeys(revision.parents))
        if once == revision.parents:
            continue
        twice = [name for name in once if revision.parents.count(name) > 1]
        value = f'"{once[0]}"' if len(once) == 1 else str(once)
        yield Remark(
            f"{shown(revision.id)} names {listed(twice)} more than once in down_revision",
            f"Write: down_revision = {value}",
            revision,
            at="down_revision",
        )
