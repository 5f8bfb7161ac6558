"""MB105: an id is one that Alembic, its command line and the version table can take."""

from __future__ import annotations

from collections.abc import Iterator

from migbot.core.check import Remark, rule
from migbot.core.history import Change
from migbot.core.model import Revision, Severity
from migbot.core.settings import Settings
from migbot.core.suggest import fresh_id
from migbot.core.wording import shown

LONGEST = 32
"""Characters of `alembic_version.version_num`, which is a VARCHAR(32)."""

REFUSED = "@-+:"
"""What Alembic refuses in an id (alembic.script.revision, `_revision_illegal_chars`)."""

SYMBOLS = ("head", "heads", "base")
"""Ids that the command line takes for something else; `upgrade` then fails an assertion."""


@rule("MB105")
def id_is_usable(change: Change, settings: Settings) -> Iterator[Remark]:
    """An id of an added or edited migration that is too long, means something else or breaks SQL.

    Full stops, underscores, words and digits of any kind are as good as hexadecimal ones.
    """
    for revision in change.touched:
        for reason, severity in _faults(change, revision):
            yield Remark(
                f"the id {shown(revision.id)!r} {reason}",
                f'Write another, here and in what names it: revision = "{fresh_id(revision)}"',
                revision,
                severity=severity,
            )


def _faults(change: Change, revision: Revision) -> Iterator[tuple[str, Severity]]:
    name, graph = revision.id, change.after.graph
    if len(name) > LONGEST and change.after.environment.database != "sqlite":
        reason = f"has {len(name)} characters, and alembic_version holds {LONGEST}"
        yield f"{reason}: PostgreSQL and MySQL refuse it when it runs", Severity.ERROR
    if name in SYMBOLS:
        yield f"is what the command line calls the {name} of the history", Severity.ERROR
    if name == "current":
        yield "is what `alembic history` calls where the database stands", Severity.WARNING
    if name in graph.labels:
        yield "is a branch label too, which stops every Alembic command", Severity.ERROR
    yield from _characters(name)


def _characters(name: str) -> Iterator[tuple[str, Severity]]:
    if refused := _among(name, REFUSED):
        yield f"has {refused}, which Alembic refuses in every command", Severity.ERROR
    if "'" in name:
        yield "has a quote, which breaks the SQL that writes the version", Severity.ERROR
    odd = "".join(each for each in name if not (each.isalnum() or each in f"_.'{REFUSED}"))
    if odd:
        reason = "which a shell, a file name or `ID+1` can take for something else"
        yield f"has {_among(odd, odd)}, {reason}", Severity.WARNING


def _among(name: str, characters: str) -> str:
    return " and ".join(repr(each) for each in dict.fromkeys(name) if each in characters)
