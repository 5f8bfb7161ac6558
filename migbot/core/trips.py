"""What round trips came to: the part of a Report on what was run and what was left behind."""

from __future__ import annotations

from enum import StrEnum

from migbot.core.report import Unknown, Verdict
from migbot.core.value import Value


class RevisionVerdict(StrEnum):
    """Of one revision's round trip."""

    PASS = "pass"
    FAIL = "fail"
    IRREVERSIBLE = "irreversible"
    NO_OP_DOWNGRADE = "no-op-downgrade"
    MISSING_DOWNGRADE = "missing-downgrade"
    NOT_RUN = "not-run"
    UNKNOWN = "unknown"


class LegError(Value):
    """Why a leg failed: the database's words, the statement, and the operation's place."""

    type: str
    message: str
    statement: str = ""
    path: str = ""
    line: int = 0


class Leg(Value):
    """One run of `upgrade`, `downgrade` or `upgrade-again`; `ms` is its wall time."""

    name: str
    ok: bool
    ms: float
    error: LegError | None = None


class Residue(Value):
    """One object whose state after the downgrade is not what it was before the upgrade."""

    kind: str
    name: str
    change: str
    before: str = ""
    after: str = ""


class Rows(Value):
    """How many seeded rows there were, and how many were lost or changed on the way."""

    seeded: int = 0
    lost: int = 0
    changed: int = 0


class RevisionTrip(Value):
    """What happened to one revision: up, down, up again.

    `notes` are whole sentences about what the verdict does not say: why it was not run, rows
    lost in a table that it touches, columns that came back in another order. `path` is its file,
    and `line` where a failure is shown for which no leg names a place: at its downgrade.
    """

    revision: str
    message: str
    verdict: RevisionVerdict
    legs: tuple[Leg, ...] = ()
    residue: tuple[Residue, ...] = ()
    rows: Rows = Rows()
    locks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    path: str = ""
    line: int = 0


class Deployment(Value):
    """The deployment's own path: the base's schema, then the branch in one upgrade."""

    verb: str
    ok: bool
    error: LegError | None = None


class Conflict(Value):
    """Revisions of several sides of a fork, and one object that depends on which came first.

    They touch the object itself, or else all of them its `table`. `usual` is its definition where
    revision after revision was run, `here` in the order that this is told of ("" for none); both
    are empty where that order came to no end.
    """

    revisions: tuple[str, ...]
    kind: str
    name: str
    table: str = ""
    usual: str = ""
    here: str = ""


class Order(Value):
    """One order in which a forked history was run, and whether its schema equals the others'.

    `name` is how it is called: `fresh`, `main first`. `failed` is the revision that failed, if
    one did; `difference` is then its error.
    """

    order: tuple[str, ...]
    equal: bool
    difference: str = ""
    name: str = ""
    failed: str = ""
    conflicts: tuple[Conflict, ...] = ()


class Drift(Value):
    """One operation that autogenerate would still write after the last upgrade."""

    operation: str
    name: str


class RoundTrip(Value):
    """The round trips of one environment on one database.

    `isolation` names what kept the run away from every other database: `events` (SQLAlchemy
    connections redirected), `audit` (bare drivers held too), `namespace` or `sandbox`.
    `interpreter` is the Python that ran it and how it was found; `unknown` says why the verdict
    is unknown as a whole. `notes` are whole sentences about how far it can be believed: another
    major version than production's.
    """

    environment: str
    database: str
    server_version: str
    verdict: Verdict
    revisions: tuple[RevisionTrip, ...] = ()
    deployment: Deployment | None = None
    orders: tuple[Order, ...] = ()
    isolation: str = ""
    drift: tuple[Drift, ...] = ()
    interpreter: str = ""
    unknown: tuple[Unknown, ...] = ()
    notes: tuple[str, ...] = ()
