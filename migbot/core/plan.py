"""A repair, as values: which files it writes, with what, and why."""

from __future__ import annotations

from migbot.core.model import NewLine
from migbot.core.value import Value


class PlannedEdit(Value):
    """One file that a repair writes; `action` is `create` or `rewrite`.

    `lines` are the lines that are rewritten, where nothing but single lines changes.
    """

    path: str
    action: str
    revision: str
    down_revision: tuple[str, ...]
    lines: tuple[NewLine, ...] = ()


class PlanReport(Value):
    """How a fork is repaired (`merge` or `rebase`), why so, and which files that writes.

    `first` are commands for whoever already ran a moved revision, to be run before the files
    change; `then` what is worth running afterwards.
    """

    strategy: str
    reason: str
    edits: tuple[PlannedEdit, ...] = ()
    first: tuple[str, ...] = ()
    then: tuple[str, ...] = ()


class Edit(Value):
    """One file to write. `was` is its content before, None for a file that is created."""

    path: str
    content: bytes
    was: bytes | None
    revision: str
    parents: tuple[str, ...]


class Plan(Value):
    """A way out of a fork: `strategy` is `merge` or `rebase`, `reason` one sentence why.

    `first` are commands that a developer who already ran a moved revision must run before the
    files change, `then` what is worth running afterwards.
    """

    strategy: str
    reason: str
    edits: tuple[Edit, ...]
    first: tuple[str, ...] = ()
    then: tuple[str, ...] = ()

    @property
    def report(self) -> PlanReport:
        """The plan as a report shows it: everything but the contents."""
        return PlanReport(
            self.strategy,
            self.reason,
            tuple(
                PlannedEdit(
                    edit.path,
                    "create" if edit.was is None else "rewrite",
                    edit.revision,
                    edit.parents,
                    _new_lines(edit),
                )
                for edit in self.edits
            ),
            self.first,
            self.then,
        )


def _new_lines(edit: Edit) -> tuple[NewLine, ...]:
    if edit.was is None:
        return ()
    was, now = map(_lines, (edit.was, edit.content))
    if len(was) != len(now):
        return ()
    both = enumerate(zip(was, now, strict=True), start=1)
    return tuple(NewLine(line, old, new) for line, (old, new) in both if old != new)


def _lines(content: bytes) -> list[str]:
    """As git and GitHub count lines: a form feed, and what else Python splits at, ends none."""
    return content.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
