"""MB202: a migration that is on the base stays there."""

from __future__ import annotations

from collections.abc import Iterator

from migbot.core.check import Remark, rule
from migbot.core.history import Change
from migbot.core.model import Revision, Severity
from migbot.core.settings import Settings
from migbot.core.squash import Squash, squash
from migbot.core.wording import counted, listed, shown


@rule("MB202", structural=True)
def published_kept(change: Change, settings: Settings) -> Iterator[Remark]:
    """A published migration is gone: databases that stand at it cannot go up nor down."""
    found = squash(change)
    if found:
        yield _squashed(change, found)
        return
    paths = {each.path: each for each in change.after.graph.revisions}
    for was in change.removed:
        yield _renamed(was, paths[was.path]) if was.path in paths else _deleted(was)


def _deleted(was: Revision) -> Remark:
    return Remark(
        f"{shown(was.id)} is on the base and was deleted: a database that stands at it stops with "
        f'"Can\'t locate revision identified by"',
        f"Bring {was.path} back, and undo what it did in a new revision.",
        was,
    )


def _renamed(was: Revision, now: Revision) -> Remark:
    return Remark(
        f"{shown(was.id)} is on the base and has the id {shown(now.id)} now: databases that ran it "
        "look for the old id",
        f'Write the old id again: revision = "{was.id}"',
        now,
    )


def _squashed(change: Change, found: Squash) -> Remark:
    graph = change.after.graph
    base = next(name for name in graph.order if name in found.base)
    what = counted(len(found.removed), "revision")
    return Remark(
        f"{what} of the base squashed into {shown(base)}: a database "
        f"must stand at {listed(found.last)} or later before it meets this history, and an older "
        "one cannot be upgraded any more",
        f"Upgrade every database first: alembic upgrade {found.last[-1]}{_then(change, base)}",
        graph.by_id[base],
        at="down_revision",
        severity=Severity.WARNING,
    )


def _then(change: Change, base: str) -> str:
    """What a database needs whose revision is gone: those past it stand at one that was kept."""
    everything = not set(change.before.graph.by_id) & set(change.after.graph.by_id)
    return f"; afterwards: alembic stamp --purge {base}" if everything else ""
