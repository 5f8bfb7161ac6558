"""MB108: what a migration's docstring says of it is so."""

from __future__ import annotations

from collections.abc import Iterator

from migbot.core.check import Remark, rule
from migbot.core.history import Change
from migbot.core.model import Revision, Severity
from migbot.core.settings import Settings
from migbot.core.wording import listed, shown


@rule("MB108", Severity.WARNING)
def docstring_agrees(change: Change, settings: Settings) -> Iterator[Remark]:
    """A `Revises:` or `Revision ID:` line that differs from the code, which is what counts."""
    for revision in change.touched:
        claimed = revision.claims.revision
        if claimed is not None and claimed.strip("'\"` ") != revision.id:
            text = f"the docstring says Revision ID: {shown(claimed)}, the code {revision.id}"
            yield Remark(text, f"Write in the docstring: Revision ID: {revision.id}", revision)
        if _lies(revision):
            said, code = _told(revision.claims.revises or ()), _told(revision.parents)
            yield Remark(
                f"the docstring says that it revises {said}, the code {code}",
                f"Write in the docstring: Revises: {', '.join(revision.parents)}".rstrip(),
                revision,
                at="down_revision",
            )


def _lies(revision: Revision) -> bool:
    claimed = revision.claims.revises
    if claimed is None or set(claimed) == set(revision.parents):
        return False
    prose = any(" " in each for each in claimed)  # "a1 (release 2)": not a list of ids
    return not (prose and all(name in " ".join(claimed) for name in revision.parents))


def _told(names: tuple[str, ...]) -> str:
    return listed(names) or "nothing"
