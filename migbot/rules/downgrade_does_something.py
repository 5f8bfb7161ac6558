"""MB402: a migration that does something undoes it in its downgrade."""

from __future__ import annotations

from collections.abc import Iterator

from migbot.core.check import Remark, rule
from migbot.core.history import Change
from migbot.core.script import Body, Script
from migbot.core.settings import Settings
from migbot.core.suggest import suggest
from migbot.core.wording import shown


@rule("MB402")
def downgrade_does_something(change: Change, settings: Settings) -> Iterator[Remark]:
    """An empty downgrade under an upgrade that is not: the version goes back, the schema stays.

    A revision whose upgrade is empty too, as merges are, is fine; a declared way of no return is
    MB403's.
    """
    for revision in change.touched:
        script = change.script(revision)
        if _undoes_nothing(script):
            did = suggest(script)
            yield Remark(
                f"the downgrade of {shown(revision.id)} is empty, its upgrade is not"
                + (f" ({did})" if did else ""),
                'Undo the upgrade, or declare that there is no way back: irreversible = "why"',
                revision,
                line=script.downgrade_line,
            )


def _undoes_nothing(script: Script) -> bool:
    empty = script.downgrade is Body.EMPTY and script.upgrade is Body.CODE
    return empty and not script.irreversible
