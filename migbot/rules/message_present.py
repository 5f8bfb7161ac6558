"""MB301: a new migration has a message."""

from __future__ import annotations

from collections.abc import Iterator

from migbot.core.check import Remark, rule
from migbot.core.history import Change
from migbot.core.model import Severity
from migbot.core.retold import retold
from migbot.core.settings import Settings
from migbot.core.suggest import advice
from migbot.core.wording import is_missing, shown


@rule("MB301", Severity.WARNING)
def message_present(change: Change, settings: Settings) -> Iterator[Remark]:
    """A docstring that is missing, begins with `Revision ID:` or says "empty message".

    Merge revisions are left alone: their parents are all there is to say.
    """
    for revision in change.touched:
        if len(revision.parents) < 2 and is_missing(revision.message):
            script = change.script(revision)
            text, instead = f"{shown(revision.id)} has no message", retold(revision, script)
            yield Remark(text, advice(script), revision, line=1, instead=instead)
