"""MB402: a migration that does something undoes it in its downgrade."""

from __future__ import annotations

from collections.abc import Iterator

from migbot.core.check import Remark, rule
from migbot.core.history import Change
from migbot.core.model import Severity
from migbot.core.script import Body, Operation, Script
from migbot.core.settings import Settings
from migbot.core.suggest import suggest
from migbot.core.wording import shown

_ROW_STATEMENTS = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE"})


@rule("MB402")
def downgrade_does_something(change: Change, settings: Settings) -> Iterator[Remark]:
    """An empty downgrade under an upgrade that is not: the version goes back, the schema stays.

    A revision whose upgrade is empty too, as merges are, is fine; a declared way of no return is
    MB403's. Where the upgrade only writes rows it is a warning: the schema is as it was, and a
    round trip passes.
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
                severity=Severity.WARNING if _only_writes_rows(script) else None,
            )


def _undoes_nothing(script: Script) -> bool:
    empty = script.downgrade is Body.EMPTY and script.upgrade is Body.CODE
    return empty and not script.irreversible


def _only_writes_rows(script: Script) -> bool:
    return bool(script.upgrades) and all(map(_writes_rows, script.upgrades))


def _writes_rows(operation: Operation) -> bool:
    if operation.verb == "bulk_insert":
        return True
    words = operation.names[0].split() if operation.names else []
    return operation.verb == "execute" and bool(words) and words[0].upper() in _ROW_STATEMENTS
