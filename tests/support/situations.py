"""The situations of a pull request: a report for each, and the histories that were judged."""

from __future__ import annotations

from collections.abc import Mapping

from migbot.core.forecast import Clash, Forecast
from migbot.core.graph import RevisionGraph
from migbot.core.model import Finding, Severity
from migbot.core.plan import NewLine, PlannedEdit, PlanReport
from migbot.core.report import (
    CONFLICTS,
    Accepted,
    EnvironmentReport,
    Report,
    Subject,
    Unknown,
    Verdict,
)
from migbot.core.trips import (
    Conflict,
    Deployment,
    Drift,
    Leg,
    LegError,
    Order,
    Residue,
    RevisionTrip,
    RevisionVerdict,
    RoundTrip,
    Rows,
)
from support.graphs import graph, revision
from support.reports import BASE, HEAD

PATH = "migrations/versions/8f2a1c_add_orders.py"
SUBJECT = Subject(HEAD, BASE)
TREE = EnvironmentReport("alembic", ("migrations/versions",), ("8f2a1c",), ("a1b2c3",), ("8f2a1c",))
FORKED = TREE._replace(heads=("8f2a1c", "c41e77"), heads_before=("c41e77",))
LEGS = (Leg("upgrade", True, 41.2), Leg("downgrade", True, 12.0), Leg("upgrade-again", True, 39))
PASSED = RevisionTrip("8f2a1c", "add orders", RevisionVerdict.PASS, LEGS, rows=Rows(3))


def trip(*revisions: RevisionTrip, verdict: Verdict = Verdict.PASS, **more: object) -> RoundTrip:
    """A round trip on PostgreSQL."""
    made = RoundTrip("alembic", "postgresql", "16.3", verdict, revisions, isolation="namespace")
    return made._replace(**more)  # type: ignore[arg-type]


def error(code: str, rule: str, message: str, hint: str = "", **more: object) -> Finding:
    """A finding of severity error about the new revision."""
    made = Finding(code, rule, Severity.ERROR, message, hint, "alembic", "8f2a1c", PATH, 12)
    return made._replace(**more)  # type: ignore[arg-type]


def report(verdict: Verdict = Verdict.PASS, **more: object) -> Report:
    """A report on one new revision."""
    return Report(verdict, SUBJECT, environments=(TREE,))._replace(**more)  # type: ignore[arg-type]


GREEN = report(round_trips=(trip(PASSED), trip(PASSED, database="sqlite", server_version="3.40.1")))

FORK = error(
    "MB101",
    "single-head",
    "2 heads where 1 is expected: 8f2a1c is new; c41e77 is on the base; they part at a1b2c3",
    "migbot resolve",
)
REPOINT = PlanReport(
    "rebase",
    "re-points the branch of 8f2a1c onto c41e77, as it is neither on main nor published",
    (
        PlannedEdit(
            PATH,
            "rewrite",
            "8f2a1c",
            ("c41e77",),
            (NewLine(12, 'down_revision = "a1b2c3"', 'down_revision = "c41e77"'),),
        ),
    ),
    ("alembic downgrade a1b2c3",),
    ("alembic upgrade head",),
)
FORKED_REPORT = report(
    Verdict.FAIL,
    environments=(FORKED,),
    findings=(
        Finding(
            "MB301",
            "message-says-what",
            Severity.WARNING,
            "The message `update` says nothing.",
            "Say what the migration does: `add orders`.",
            "alembic",
            "8f2a1c",
            PATH,
            1,
        ),
        FORK,
    ),
    plan=REPOINT,
    round_trips=(trip(PASSED),),
    forecast=(
        Forecast(Clash.FORK, 815, "alembic", ("8f2a1c",), ("d00d1e",)),
        Forecast(Clash.FORK, 819, "alembic", ("8f2a1c",), ("beef02",)),
    ),
)
FORK_GRAPH = graph(
    revision("000001", message="create users"),
    revision("a1b2c3", "000001", message="create products"),
    revision("c41e77", "a1b2c3", message="add invoice table"),
    revision("8f2a1c", "a1b2c3", message="add orders"),
)

DROP = LegError(
    "ProgrammingError",
    'index "ix_orders_total" does not exist',
    "DROP INDEX ix_orders_total",
    PATH,
    31,
)
FAILED_DOWN = RevisionTrip(
    "8f2a1c",
    "add orders",
    RevisionVerdict.FAIL,
    (Leg("upgrade", True, 41.2), Leg("downgrade", False, 12.0, DROP)),
    (
        Residue("type", "order_status", "left-behind", "", "ENUM ('new', 'paid')"),
        Residue("column", "users.email", "changed", "VARCHAR(80)", "VARCHAR(120)"),
    ),
    Rows(seeded=3, lost=1),
    ("ACCESS EXCLUSIVE on users",),
    ("Of 3 rows in users: 1 lost in the downgrade.",),
)
FAILED = report(
    Verdict.FAIL,
    round_trips=(
        trip(
            FAILED_DOWN,
            PASSED._replace(revision="9a0b1d", message="index the orders", legs=LEGS),
            RevisionTrip(
                "b00c2d",
                "add carts",
                RevisionVerdict.NOT_RUN,
                notes=("It was not run: 8f2a1c, which it needs, could not be.",),
            ),
            verdict=Verdict.FAIL,
            drift=(Drift("add_column", "orders.total"),),
        ),
        trip(PASSED, database="sqlite", server_version="3.40.1"),
    ),
    environments=(TREE._replace(added=("8f2a1c", "9a0b1d", "b00c2d"), heads=("b00c2d",)),),
)
NO_OP = report(
    Verdict.FAIL,
    round_trips=(
        trip(
            PASSED._replace(
                verdict=RevisionVerdict.NO_OP_DOWNGRADE,
                residue=(Residue("table", "orders", "left-behind", "", "orders (id INTEGER)"),),
            ),
            verdict=Verdict.FAIL,
        ),
    ),
)
DEPLOYMENT = report(
    Verdict.FAIL,
    round_trips=(
        trip(
            PASSED,
            verdict=Verdict.FAIL,
            deployment=Deployment("upgrade head", False, DROP._replace(path="", line=0)),
        ),
    ),
)
ORDERS = report(
    Verdict.FAIL,
    round_trips=(
        trip(
            PASSED,
            verdict=Verdict.FAIL,
            orders=(
                Order(("c41e77", "8f2a1c"), True, name="fresh"),
                Order(
                    ("8f2a1c", "c41e77"),
                    False,
                    "x",
                    "main first",
                    conflicts=(
                        Conflict(
                            ("8f2a1c", "c41e77"), "column", "t.x", "", "VARCHAR(5)", "VARCHAR(9)"
                        ),
                    ),
                ),
            ),
        ),
    ),
)
ONE_WAY = report(
    findings=(
        Finding(
            "MB403",
            "irreversible-declared",
            Severity.NOTE,
            "8f2a1c is declared irreversible: the old column held no data",
            "Take a backup before it is deployed: no downgrade leads back past it.",
            "alembic",
            "8f2a1c",
            PATH,
            40,
        ),
    ),
    round_trips=(
        trip(
            RevisionTrip(
                "8f2a1c",
                "drop the old column",
                RevisionVerdict.IRREVERSIBLE,
                (Leg("upgrade", True, 41.2),),
                notes=("Declared irreversible: the old column held no data",),
            )
        ),
    ),
)
COULD_NOT_START = report(
    Verdict.UNKNOWN,
    round_trips=(
        trip(
            RevisionTrip(
                "8f2a1c",
                "add orders",
                RevisionVerdict.UNKNOWN,
                notes=("Not proved: PostgreSQL 16 did not start.",),
            ),
            verdict=Verdict.UNKNOWN,
            unknown=(
                Unknown(
                    "round trip of alembic",
                    "PostgreSQL 16 did not start: no space left on the device",
                    "Free some space, or name another: migbot roundtrip --database sqlite",
                ),
            ),
        ),
    ),
)
DYNAMIC = report(
    Verdict.UNKNOWN,
    unknown=(
        Unknown(
            f"{PATH}:12",
            "`down_revision` is computed, so that nobody knows its parent without running it",
            'Write it as a literal: down_revision = "a1b2c3"',
        ),
    ),
)
CONFLICT = report(
    Verdict.UNKNOWN,
    unknown=(
        Unknown(
            "migrations/versions/head.txt",
            CONFLICTS,
            "Merge the base branch into yours and resolve the conflict.",
        ),
        Unknown(PATH, CONFLICTS, "Merge the base branch into yours and resolve the conflict."),
    ),
)
BASE_FORKED = report(
    environments=(TREE._replace(heads=("8f2a1c", "c41e77"), heads_before=("a1b2c3", "c41e77")),),
    findings=(
        FORK._replace(
            severity=Severity.WARNING,
            message="2 heads where 1 is expected: 8f2a1c and c41e77; they part at 000001. "
            "The base was forked before this change",
        ),
    ),
    round_trips=(trip(PASSED),),
)
DEPENDS = report(
    Verdict.FAIL,
    findings=(
        error(
            "MB102",
            "parent-exists",
            "8f2a1c names 'd00d1e' in down_revision, which no file has",
            "Bring in the branch that has it; `migbot check` looks for the id on the other refs.",
        ),
    ),
    forecast=(Forecast(Clash.NEEDS, 815, "alembic", ("8f2a1c",), ("d00d1e",)),),
)
HEADS_UP = GREEN._replace(
    forecast=(
        Forecast(Clash.FORK, 815, "alembic", ("8f2a1c",), ("d00d1e",)),
        Forecast(Clash.FORK, 819, "alembic", ("8f2a1c",), ("beef02",)),
        Forecast(Clash.SAME_ID, 820, "alembic", ("8f2a1c",), ("8f2a1c",)),
        Forecast(Clash.NEEDED, 821, "alembic", ("8f2a1c",), ("cafe03",)),
    )
)
MISSING = DEPENDS._replace(forecast=())
DUPLICATE = report(
    Verdict.FAIL,
    findings=(
        error(
            "MB103",
            "unique-id",
            f"8f2a1c is the id of 2 files: migrations/versions/8f2a1c_x.py and {PATH}; "
            "this is no fork, do not merge",
            f'Give one an id of its own: revision = "5d0c11" in {PATH}, '
            "and in whatever is built on it.",
        ),
    ),
)
EDITED = report(
    Verdict.FAIL,
    environments=(TREE._replace(added=(), edited=("a1b2c3",), heads=("a1b2c3",)),),
    findings=(
        error(
            "MB201",
            "published-unchanged",
            "a1b2c3 is on the base and was edited: databases that ran it never run it again, "
            "and differ from new ones from here on",
            "Leave migrations/versions/a1b2c3.py as it is on the base, and write what is missing "
            'into a new revision: alembic revision -m "..."',
            revision="a1b2c3",
            path="migrations/versions/a1b2c3.py",
        ),
    ),
)
ACCEPTED = GREEN._replace(
    accepted=(Accepted("MB201", "a1b2c3", "the file was never deployed", "settings"),)
)
UNTOUCHED = report(environments=(TREE._replace(added=(), heads=("a1b2c3",)),))
STATIC = report()
SEVERAL = FORKED_REPORT._replace(
    environments=(
        FORKED._replace(name="shop"),
        TREE._replace(name="billing", added=("77aa10",), heads=("77aa10",)),
        TREE._replace(name="stats", added=(), heads=("a1b2c3",)),
    ),
    findings=(
        *(found._replace(environment="shop") for found in FORKED_REPORT.findings),
        error(
            "MB402",
            "downgrade-does-something",
            "77aa10 has a downgrade that does nothing",
            "Write the downgrade.",
            environment="billing",
            revision="77aa10",
            path="billing/versions/77aa10.py",
        ),
    ),
    round_trips=(
        trip(PASSED, environment="shop"),
        trip(
            FAILED_DOWN._replace(revision="77aa10", message="add invoices"),
            environment="billing",
            verdict=Verdict.FAIL,
        ),
    ),
    forecast=tuple(each._replace(environment="shop") for each in FORKED_REPORT.forecast),
)

SITUATIONS: Mapping[str, Report] = {
    "untouched": UNTOUCHED,
    "green": GREEN,
    "static": STATIC,
    "forked": FORKED_REPORT,
    "forked-without-a-plan": FORKED_REPORT._replace(plan=None, forecast=(), round_trips=()),
    "heads-up": HEADS_UP,
    "base-forked": BASE_FORKED,
    "conflict": CONFLICT,
    "depends": DEPENDS,
    "one-way": ONE_WAY,
    "failed-downgrade": FAILED,
    "no-op-downgrade": NO_OP,
    "failed-deployment": DEPLOYMENT,
    "orders": ORDERS,
    "edited": EDITED,
    "duplicate-id": DUPLICATE,
    "missing-parent": MISSING,
    "could-not-start": COULD_NOT_START,
    "dynamic": DYNAMIC,
    "accepted": ACCEPTED,
    "several-environments": SEVERAL,
}
"""Every row of the table of conclusions, and more."""

GRAPHS: Mapping[str, Mapping[str, RevisionGraph]] = {
    "forked": {"alembic": FORK_GRAPH},
    "several-environments": {"shop": FORK_GRAPH},
}
