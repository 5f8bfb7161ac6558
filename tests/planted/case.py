"""One planted migration: what it does, and what a true round trip says of it."""

from __future__ import annotations

from migbot.core.trips import RevisionVerdict
from migbot.core.value import Value


class Case(Value):
    """A revision with one defect, or a right one. Written with keywords; `name` says which.

    `before` is run by the suite's first revision, `upgrade` and `downgrade` are the bodies of the
    case's own (a `downgrade` of None: it has none). All of them are Python source that knows `op`,
    `sa`, and the dialect modules `sqlite`, `postgresql` and `mysql`; `head` is put into the module
    above them. Every table is named after its case (t01_users): one database has them all.

    `found` is None for a migration that is right. Of a defect it is the text that must be told:
    in the kind and name of a residue ("index t01_ix"), in the message of an error, or the verdict.
    `verdict` is needed only where it is neither PASS for a right one nor FAIL for a defect.
    `merges` makes the revision a merge point: of two empty ones that fork ("fork"), or of the
    suite's first revision and an empty second base ("base").
    """

    name: str
    before: str
    upgrade: str
    downgrade: str | None
    found: str | None = None
    head: str = ""
    verdict: RevisionVerdict | None = None
    merges: str = ""

    @property
    def expected(self) -> RevisionVerdict:
        """The verdict that is right."""
        if self.verdict is not None:
            return self.verdict
        return RevisionVerdict.PASS if self.found is None else RevisionVerdict.FAIL
