"""MB303: no two migrations of a history have the same message."""

from __future__ import annotations

from collections.abc import Iterator

from migbot.core.check import Remark, rule
from migbot.core.history import Change
from migbot.core.model import Revision, Severity
from migbot.core.retold import retold
from migbot.core.settings import Settings
from migbot.core.suggest import advice
from migbot.core.wording import folded, is_missing, shown


@rule("MB303", Severity.WARNING)
def message_unique(change: Change, settings: Settings) -> Iterator[Remark]:
    """An added revision whose message another already has, case and spaces aside.

    Of two added ones the later is accused. Merge revisions are exempt, and a message that is no
    message is told by MB301.
    """
    first = _first_of_each(change)
    for revision in change.added:
        other = first.get(folded(revision.message), revision)
        if _has_own_words(revision) and other.id != revision.id:
            script = change.script(revision)
            yield Remark(
                f"the message {shown(revision.message)!r} is that of {shown(other.id)} too",
                advice(script),
                revision,
                line=1,
                instead=retold(revision, script),
            )


def _first_of_each(change: Change) -> dict[str, Revision]:
    """Each added message and the revision that had it first: the base's before all others."""
    graph, added = change.after.graph, {each.id for each in change.added}
    asked = {folded(each.message) for each in change.added}
    same = [each for each in graph.by_id.values() if folded(each.message) in asked]
    if len(same) == len(asked):
        return {}
    places = {name: place for place, name in enumerate(graph.order)}
    revisions = sorted(
        filter(_has_own_words, same),
        key=lambda each: (each.id in added, places.get(each.id, len(places)), each.path),
    )
    return {folded(each.message): each for each in reversed(revisions)}


def _has_own_words(revision: Revision) -> bool:
    return len(revision.parents) < 2 and not is_missing(revision.message)
