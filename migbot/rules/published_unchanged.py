"""MB201: a migration that is on the base stays as it is."""

from __future__ import annotations

from collections.abc import Iterator

from migbot.core.check import Remark, rule
from migbot.core.history import Change
from migbot.core.model import Revision, Severity
from migbot.core.script import effect
from migbot.core.settings import Settings
from migbot.core.squash import squash
from migbot.core.wording import listed, shown

# What only the way down reads: databases that ran the upgrade still come by it.
WAY_DOWN = frozenset({"downgrade", "irreversible"})
LABELS = frozenset({"branch_labels"})


@rule("MB201", structural=True)
def published_unchanged(change: Change, settings: Settings) -> Iterator[Remark]:
    """A published migration does something else now: databases that ran it never run it again.

    Files are compared as syntax trees, so that formatting and comments are no edit. A mended
    downgrade is only noted, as it takes effect wherever it is run from now on. What a squash moves
    is told by MB202.
    """
    found = squash(change)
    told = found.base | found.moved if found else frozenset()
    for was, now in change.edited:
        if now.id not in told:
            yield _remark(change, was, now)


def _remark(change: Change, was: Revision, now: Revision) -> Remark:
    back = f"Leave {now.path} as it is on the base, and "
    if was.parents != now.parents:
        return Remark(
            f"{shown(now.id)} is on the base and was re-pointed from {_told(was.parents)} to "
            f"{_told(now.parents)}: databases that ran it skip whatever came below it",
            f"{back}re-point the new revision instead: migbot resolve",
            now,
            at="down_revision",
        )
    if set(was.depends_on) != set(now.depends_on):
        return Remark(
            f"{shown(now.id)} is on the base and depends on {_told(now.depends_on)} now, on "
            f"{_told(was.depends_on)} before: databases that ran it skip what is new in that",
            f"{back}let the new revision depend on what it needs.",
            now,
            at="depends_on",
        )
    if _same(change, was, now, WAY_DOWN):
        text = f"{shown(now.id)} is on the base, and its downgrade differs now"
        return Remark(text, "Prove it: migbot roundtrip", now, severity=Severity.NOTE)
    if _same(change, was, now, LABELS):
        text = f"{shown(now.id)} is on the base, and its branch labels differ now"
        hint = "Look for commands and scripts that use the old label."
        return Remark(text, hint, now, at="branch_labels", severity=Severity.NOTE)
    return Remark(
        f"{shown(now.id)} is on the base and was edited: databases that ran it never run it "
        "again, and differ from new ones from here on",
        f'{back}write what is missing into a new revision: alembic revision -m "..."',
        now,
    )


def _same(change: Change, was: Revision, now: Revision, leaving_out: frozenset[str]) -> bool:
    sources = change.before.source(was.path), change.after.source(now.path)
    return effect(sources[0], leaving_out) == effect(sources[1], leaving_out)


def _told(names: tuple[str, ...]) -> str:
    return listed(names) or "nothing"
