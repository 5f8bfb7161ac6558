"""Planted migrations as they are written down: in every text `@` stands for the case's prefix."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from planted.case import Case

Draft = dict[str, Any]
Bodies = tuple[str, str, str | None]
"""What a case needs, its upgrade and its downgrade."""

_PREFIX = re.compile("(?<!@)@(?!@)")
"""`@@` is a variable of MariaDB's, or PostgreSQL's match of a text, and stays."""


def cases(right: Sequence[Draft], defects: Sequence[Draft]) -> tuple[Case, ...]:
    """Drafts as cases, each with a prefix of its own: r01_, d01_.

    The right ones come first: what a defect leaves behind must not be what they stand on.
    """
    return _numbered("r", right) + _numbered("d", defects)


def _numbered(letter: str, drafts: Sequence[Draft]) -> tuple[Case, ...]:
    return tuple(_case(f"{letter}{at:02}_", draft) for at, draft in enumerate(drafts, 1))


def _case(prefix: str, draft: Draft) -> Case:
    return Case(
        **{
            key: _PREFIX.sub(prefix, value) if type(value) is str else value
            for key, value in draft.items()
        }
    )


def sql(*statements: str) -> str:
    """Source that runs these statements."""
    return "\n".join(f"op.execute({statement!r})" for statement in statements)


def defect(name: str, found: str, before: str, up: str, down: str | None, **more: Any) -> Draft:
    """A migration with one defect, which must be told by this name."""
    return {"found": found, **right(name, before, up, down, **more)}


def right(name: str, before: str, up: str, down: str | None, **more: Any) -> Draft:
    """A migration that must not be accused."""
    return {"name": name, "before": before, "upgrade": up, "downgrade": down, **more}
