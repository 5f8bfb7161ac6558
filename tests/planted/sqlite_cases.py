"""SQLite's planted migrations as cases, each with a prefix of its own."""

from __future__ import annotations

from planted.case import Case
from planted.sqlite_defects import DEFECTS
from planted.sqlite_drafts import Draft
from planted.sqlite_right import RIGHT


def _cases(letter: str, drafts: list[Draft]) -> tuple[Case, ...]:
    """Drafts as cases, each with a prefix of its own in the place of `@`."""
    return tuple(_case(f"{letter}{at:02}_", draft) for at, draft in enumerate(drafts, 1))


def _case(prefix: str, draft: Draft) -> Case:
    return Case(
        **{
            key: value.replace("@", prefix) if type(value) is str else value
            for key, value in draft.items()
        }
    )


CASES = _cases("r", RIGHT) + _cases("d", DEFECTS)
"""The right ones first: what a defect leaves behind must not be what they stand on."""
