"""Reports of every form, written as values."""

from __future__ import annotations

from migbot.core.model import Finding, Severity
from migbot.core.plan import NewLine, PlannedEdit, PlanReport
from migbot.core.report import EnvironmentReport, Report, Subject, Unknown, Verdict
from migbot.core.trips import Leg, LegError, Residue, RevisionTrip, RevisionVerdict, RoundTrip, Rows

HEAD, BASE = "1f3c9ab" + "0" * 33, "77d0e21" + "0" * 33
REPOINT = NewLine(12, 'down_revision = "a1b2c3"', 'down_revision = "c41e77"')


def green(head: str = HEAD, base: str = BASE) -> Report:
    """One new revision, one head, its round trip passed."""
    legs = (
        Leg("upgrade", True, 41.2),
        Leg("downgrade", True, 12.0),
        Leg("upgrade-again", True, 39),
    )
    trip = RevisionTrip("8f2a1c", "add orders", RevisionVerdict.PASS, legs, rows=Rows(3))
    return Report(
        Verdict.PASS,
        Subject(head, base),
        environments=(
            EnvironmentReport(
                "alembic", ("migrations/versions",), ("8f2a1c",), ("a1b2c3",), ("8f2a1c",)
            ),
        ),
        round_trips=(
            RoundTrip("alembic", "sqlite", "3.40.1", Verdict.PASS, (trip,), isolation="audit"),
        ),
    )


def swept(head: str = HEAD, base: str = BASE) -> Report:
    """One new revision, one head, and no round trip: what a sweep finds."""
    return green(head, base)._replace(round_trips=())


def untouched(head: str = HEAD, base: str = BASE) -> Report:
    """A change that has nothing to do with migrations."""
    environment = EnvironmentReport("alembic", ("migrations/versions",), ("a1b2c3",), ("a1b2c3",))
    return Report(Verdict.PASS, Subject(head, base), environments=(environment,))


def forked(head: str = HEAD, base: str = BASE) -> Report:
    """Two heads after the merge, with the way out."""
    path = "migrations/versions/8f2a1c_add_orders.py"
    return Report(
        Verdict.FAIL,
        Subject(head, base),
        environments=(
            EnvironmentReport(
                "alembic", ("migrations/versions",), ("8f2a1c", "c41e77"), ("c41e77",), ("8f2a1c",)
            ),
        ),
        findings=(
            Finding(
                "MB301",
                "message-present",
                Severity.WARNING,
                "The message `update` says nothing.",
                "Say what the migration does: `add orders`.",
                "alembic",
                "8f2a1c",
                path,
                1,
            ),
            Finding(
                "MB101",
                "single-head",
                Severity.ERROR,
                "The merge has 2 heads: `8f2a1c` (add orders) and `c41e77` (add invoice table).",
                "Run `migbot resolve`.",
                "alembic",
                "8f2a1c",
                path,
                12,
            ),
        ),
        plan=PlanReport(
            "rebase",
            "`8f2a1c` is new in this branch and in no release.",
            (PlannedEdit(path, "rewrite", "8f2a1c", ("c41e77",), (REPOINT,)),),
        ),
    )


def broken_downgrade(head: str = HEAD, base: str = BASE) -> Report:
    """A downgrade that fails and leaves a type behind."""
    error = LegError(
        "OperationalError",
        "no such index: ix_a",
        "DROP INDEX ix_a",
        "migrations/versions/8f2a1c.py",
        31,
    )
    legs = (Leg("upgrade", True, 41.2), Leg("downgrade", False, 12.0, error))
    residue = (Residue("type", "status_enum", "left-behind"),)
    trip = RevisionTrip(
        "8f2a1c", "add orders", RevisionVerdict.FAIL, legs, residue, Rows(seeded=3, lost=1)
    )
    made = green(head, base)
    run = RoundTrip("alembic", "sqlite", "3.40.1", Verdict.FAIL, (trip,), isolation="audit")
    return Report(Verdict.FAIL, made.subject, environments=made.environments, round_trips=(run,))


def unknown(head: str = HEAD, base: str = BASE) -> Report:
    """migbot could not look."""
    gap = Unknown(
        "migrations/versions/x.py", "`down_revision` is computed", "Write it as a literal."
    )
    return Report(Verdict.UNKNOWN, Subject(head, base), unknown=(gap,))
