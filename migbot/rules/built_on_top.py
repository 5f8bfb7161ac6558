"""MB203: a new migration comes after what is on the base, never below it."""

from __future__ import annotations

from collections.abc import Iterator

from migbot.core.check import Remark, rule
from migbot.core.graph import RevisionGraph
from migbot.core.history import Change
from migbot.core.settings import Settings
from migbot.core.squash import squash
from migbot.core.wording import listed, shown


@rule("MB203", structural=True)
def built_on_top(change: Change, settings: Settings) -> Iterator[Remark]:
    """An added revision that a published one is built on: databases past that one never run it."""
    after, before = change.after.graph, change.before.graph
    if after.below is before:
        return  # nothing of the base is built on what was added
    found = squash(change)
    published = before.by_id.keys() & after.by_id.keys()
    below = after.ancestors(published, depends=True)
    for revision in change.added:
        if revision.id in below and not (found and revision.id in found.base):
            above = sorted(name for name in published if revision.id in after.needs(name))
            where = f"{listed(above)}, which {_are(above)}" if above else "what is"
            yield Remark(
                f"{shown(revision.id)} is new and lies below {where} on the base: databases past "
                "that skip it for ever, and call themselves up to date",
                _way_out(before),
                revision,
                at="down_revision",
            )


def _are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _way_out(before: RevisionGraph) -> str:
    head = f'down_revision = "{before.heads[0]}"' if len(before.heads) == 1 else "one of its heads"
    return f"Build it on top of the base ({head}), and leave the others as they are there."
