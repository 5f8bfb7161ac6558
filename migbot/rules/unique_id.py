"""MB103: no two files of one environment have the same id."""

from __future__ import annotations

from collections.abc import Iterator

from migbot.core.check import Remark, rule
from migbot.core.history import Change
from migbot.core.model import Revision, Severity
from migbot.core.script import effect
from migbot.core.settings import Settings
from migbot.core.suggest import fresh_id
from migbot.core.wording import listed, shown


@rule("MB103", structural=True)
def unique_id(change: Change, settings: Settings) -> Iterator[Remark]:
    """Two files with one id: Alembic warns, and keeps whichever it happens to load last.

    That is no fork, though Alembic's later messages sound like one: a merge revision cannot name
    the one file and not the other. Two environments may share ids, and one history is one of them.
    """
    for name, files in change.after.graph.duplicates.items():
        was = {each.path for each in change.before.graph.revisions if each.id == name}
        new = [each for each in files if each.path not in was]
        before = not new and not change.on_base
        suspect = (new or files)[-1]
        yield Remark(
            f"{shown(name)} is the id of {len(files)} files: {listed(each.path for each in files)}"
            + ("; it was so before this change" if before else "; this is no fork, do not merge"),
            _way_out(change, suspect, files),
            suspect,
            severity=Severity.WARNING if before else None,
        )


def _way_out(change: Change, suspect: Revision, files: tuple[Revision, ...]) -> str:
    sources = {each.path: effect(change.after.source(each.path)) for each in files}
    if len(set(sources.values())) == 1:
        return f'The files do the same. Delete the copy: git rm -- "{suspect.path}"'
    return (
        f'Give one an id of its own: revision = "{fresh_id(suspect)}" in {suspect.path}, '
        "and in whatever is built on it."
    )
