"""MB401: a new migration has a `downgrade` function."""

from __future__ import annotations

from collections.abc import Iterator

from migbot.core.check import Remark, rule
from migbot.core.history import Change
from migbot.core.script import Body
from migbot.core.settings import Settings
from migbot.core.wording import shown


@rule("MB401")
def downgrade_present(change: Change, settings: Settings) -> Iterator[Remark]:
    """No `downgrade` at all: `alembic downgrade` past it stops with an AttributeError."""
    for revision in change.touched:
        script = change.script(revision)
        if script.downgrade is Body.MISSING and not script.irreversible:
            yield Remark(
                f"{shown(revision.id)} has no downgrade function",
                'Write it, or declare that there is no way back: irreversible = "why"',
                revision,
            )
