"""What the guest says when a migration reaches for something that is not the throw-away."""

from __future__ import annotations

from typing import List, Optional


class Refused(PermissionError):
    """A connection, or a write, that is not to the throw-away database."""


refusals: List[str] = []
"""What was refused since the list was last emptied: a migration may swallow the exception."""


def refuse(message: str) -> Refused:
    """Remember a refusal of a database and make the exception to raise."""
    refusals.append(message)
    return Refused(message)


def refused_in(error: Optional[BaseException]) -> bool:
    """Whether `error` is a refusal or was caused by one."""
    seen = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, Refused):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False
