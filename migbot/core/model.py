"""The nouns of a migration history: a revision, where it stands, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from migbot.core.value import Value


class Claims(Value):
    """What a migration's docstring says about itself, which Alembic never reads.

    `revision` is the `Revision ID:` line, `revises` the ids of the `Revises:` line; None where
    the docstring has no such line. The code is the truth, these are only compared with it.
    """

    revision: str | None = None
    revises: tuple[str, ...] | None = None


class Revision(Value):
    """One migration file, as far as the graph needs to know it.

    `parents` is `down_revision` brought to one form (None and `()` are an empty tuple).
    `unresolved` names the module variables whose value is not a literal: the graph is whole
    without `branch_labels`, and is not without `down_revision` (see `Unreadable`).
    `lines` maps `revision`, `down_revision` and so on to the line where each is assigned (from 1);
    it makes no difference between two revisions.
    """

    id: str
    path: str
    parents: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    message: str = ""
    claims: Claims = Claims()
    unresolved: frozenset[str] = frozenset()
    lines: Mapping[str, int] = MappingProxyType({})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Revision) and self[:-1] == other[:-1]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self[:-1])

    def line(self, name: str) -> int:
        """The line where `name` is assigned, or 1 when the file does not assign it."""
        return self.lines.get(name, 1)


class Unreadable(Value):
    """A file in a versions folder that could not be read as a migration, and why.

    It is never green: what it would have added to the graph is not known.
    """

    path: str
    reason: str
    line: int = 1
    hint: str = ""


class Severity(StrEnum):
    """How much a finding weighs: an error fails, a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class NewLine(Value):
    """One line (from 1) of a file that is to be another, without its line end."""

    line: int
    was: str
    now: str


class Finding(Value):
    """One thing that a rule has to say: a code, a place, a reason and a way out.

    `instead` is the line that would mend it, where one line does.
    """

    code: str
    rule: str
    severity: Severity
    message: str
    hint: str = ""
    environment: str = ""
    revision: str = ""
    path: str = ""
    line: int = 0
    instead: NewLine | None = None
