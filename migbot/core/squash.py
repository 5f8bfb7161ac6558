"""A squash: old migrations at the bottom of a history replaced by one new base."""

from __future__ import annotations

from migbot.core.history import Change
from migbot.core.model import Revision
from migbot.core.script import effect
from migbot.core.value import Value

POINTERS = frozenset({"down_revision"})


class Squash(Value):
    """What a squash did, as ids.

    `removed` are gone, `last` those of them that databases stand at before they come to what was
    kept, `base` what begins the history now, and `moved` those that were kept and re-pointed from
    a removed revision to the base, and otherwise do what they did.
    """

    removed: frozenset[str]
    last: tuple[str, ...]
    base: frozenset[str]
    moved: frozenset[str]


def squash(change: Change) -> Squash | None:
    """The squash that a change is, or None.

    It is one where every removed revision's own parents and dependencies are removed too (they are
    the bottom of the history, and leave no hole), and a base was added, or a kept revision was made
    one, to stand in for them.
    """
    before, after = change.before.graph, change.after.graph
    removed = frozenset(each.id for each in change.removed)
    roots = set(after.bases) - set(before.bases)
    if not removed or not roots or not before.ancestors(removed, depends=True) <= removed:
        return None
    added = {each.id for each in change.added}
    new = after.descendants(roots) & (added | roots)
    base = frozenset(name for name in new if after.ancestors([name]) <= new)
    moved = (now.id for was, now in change.edited if _moved(change, was, now, removed, base))
    return Squash(removed, _last(change, removed), base, frozenset(moved))


def _last(change: Change, removed: frozenset[str]) -> tuple[str, ...]:
    """The removed revisions that no other removed one is built on."""
    named = {parent for each in change.removed for parent in each.parents}
    return tuple(sorted(removed - named))


def _moved(
    change: Change, was: Revision, now: Revision, removed: frozenset[str], base: frozenset[str]
) -> bool:
    kept = [name for name in was.parents if name not in removed]
    if len(kept) == len(was.parents) or not set(now.parents) <= {*kept, *base}:
        return False
    sources = change.before.source(was.path), change.after.source(now.path)
    return now.id in base or effect(sources[0], POINTERS) == effect(sources[1], POINTERS)
