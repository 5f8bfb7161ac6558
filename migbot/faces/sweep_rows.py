"""What `migbot sweep` prints: a row for each pull request, or each ref."""

from __future__ import annotations

from collections.abc import Iterable

from migbot.core.value import Value
from migbot.render.neutral import plain


class Row(Value):
    """What became of one pull request (`#7`), or of one ref.

    `was` is the verdict that GitHub showed before ("" where none is known), `others` what there is
    with other open ones, `done` what was posted, `trouble` why it could not be looked at or told.
    """

    name: str
    head: str
    verdict: str = ""
    was: str = ""
    title: str = ""
    others: tuple[str, ...] = ()
    done: str = ""
    trouble: str = ""

    def line(self) -> str:
        """The row for a person."""
        was = f" (was {self.was})" if self.was not in ("", self.verdict) else ""
        parts = [*filter(None, (self.title, *self.others, self.done, self.trouble))]
        return plain(f"{self.name} {self.verdict or 'not judged'}{was}: {'; '.join(parts)}")


def as_json(rows: Iterable[Row]) -> str:
    """The rows for a program."""
    import json

    return json.dumps([row._asdict() for row in rows], indent=2) + "\n"


def exit_code(rows: Iterable[Row]) -> int:
    """2 where something could not be looked at or told; a red pull request is no such failure."""
    return 2 if any(row.trouble for row in rows) else 0
