"""MB403: a migration declares that there is no way back."""

from __future__ import annotations

from collections.abc import Iterator

from migbot.core.check import Remark, rule
from migbot.core.history import Change
from migbot.core.model import Severity
from migbot.core.script import Body
from migbot.core.settings import Settings
from migbot.core.wording import shown


@rule("MB403", Severity.NOTE)
def irreversible_declared(change: Change, settings: Settings) -> Iterator[Remark]:
    """A downgrade that raises, or `irreversible = "why"`: no defect, and good to know of."""
    for revision in change.touched:
        script = change.script(revision)
        if script.irreversible or script.downgrade is Body.RAISE:
            why = f": {shown(script.irreversible)}" if script.irreversible else ""
            yield Remark(
                f"{shown(revision.id)} is declared irreversible{why}",
                "Take a backup before it is deployed: no downgrade leads back past it.",
                revision,
                line=script.downgrade_line,
            )
