"""MB406: a merge revision only merges."""

from __future__ import annotations

from collections.abc import Iterator

from migbot.core.check import Remark, rule
from migbot.core.history import Change
from migbot.core.model import Severity
from migbot.core.script import Body
from migbot.core.settings import Settings
from migbot.core.wording import shown


@rule("MB406", Severity.NOTE)
def merge_carries_code(change: Change, settings: Settings) -> Iterator[Remark]:
    """A revision with several parents that does something of its own: easily overlooked."""
    for revision in change.touched:
        script = change.script(revision)
        if len(set(revision.parents)) > 1 and Body.CODE in (script.upgrade, script.downgrade):
            yield Remark(
                f"{shown(revision.id)} merges {len(set(revision.parents))} heads and has code too",
                "Leave the merge empty, and put the code into a revision on top of it.",
                revision,
                line=script.upgrade_line,
            )
