"""The Report: everything one judgement found, as values and as JSON (schema 1, public API)."""

from __future__ import annotations

from enum import StrEnum

from migbot import __version__
from migbot.core.model import Finding, Severity
from migbot.core.value import Value

TYPE_CHECKING = False  # see core.value
if TYPE_CHECKING:  # a hook judges without planning or proving, and need not import these
    from migbot.core.forecast import Forecast
    from migbot.core.plan import PlanReport
    from migbot.core.trips import RoundTrip

SCHEMA = 1

CONFLICTS = "the merge into the base would conflict here"
"""The reason of an `Unknown` that names a file on which git's merge would stop."""


class Verdict(StrEnum):
    """Of a whole report. `UNKNOWN` is never green: it says that migbot could not look."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


class Tool(Value):
    """Who made the report."""

    name: str = "migbot"
    version: str = __version__


class Subject(Value):
    """What was judged: commit ids ("" where there is none, as for a work tree)."""

    head: str = ""
    base: str = ""
    merged_tree: str = ""
    dirty: bool = False


class Unknown(Value):
    """Something migbot could not look at, why, and what to do about it."""

    what: str
    reason: str
    hint: str = ""


class Accepted(Value):
    """A finding that somebody accepted, with the reason; listed in every report, never hidden."""

    code: str
    revision: str
    reason: str
    by: str


class EnvironmentReport(Value):
    """One Alembic environment: its heads before and after, and what the change did to it."""

    name: str
    versions: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    heads_before: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


class Report(Value):
    """Everything one judgement found; every face renders this and nothing else."""

    verdict: Verdict
    subject: Subject = Subject()
    unknown: tuple[Unknown, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    environments: tuple[EnvironmentReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    plan: PlanReport | None = None
    round_trips: tuple[RoundTrip, ...] = ()
    schema: int = SCHEMA
    tool: Tool = Tool()
    forecast: tuple[Forecast, ...] = ()


def verdict_of(
    findings: tuple[Finding, ...],
    unknown: tuple[Unknown, ...],
    round_trips: tuple[RoundTrip, ...] = (),
) -> Verdict:
    """The worst of what was found; an error that was seen outweighs what could not be."""
    trips = {trip.verdict for trip in round_trips}
    if any(found.severity is Severity.ERROR for found in findings) or Verdict.FAIL in trips:
        return Verdict.FAIL
    if unknown or Verdict.UNKNOWN in trips:
        return Verdict.UNKNOWN
    return Verdict.PASS


def to_json(report: Report) -> str:
    """The report as JSON, schema 1; keys are only ever added to it."""
    import json  # no hook writes or reads a report

    from migbot.core.plain import flat

    return json.dumps(flat(report), indent=2, ensure_ascii=True) + "\n"


def from_json(text: str | bytes) -> Report:
    """Read a report that `to_json` wrote, checking every type on the way.

    Raises ValueError for anything else: a report may come from a stranger's CI run. Unknown
    keys are passed over, because a newer migbot may have added them.
    """
    import json

    from migbot.core.forecast import Forecast
    from migbot.core.plain import build
    from migbot.core.plan import PlanReport
    from migbot.core.trips import RoundTrip

    try:
        data = json.loads(text)
    except RecursionError as error:
        raise ValueError("too deeply nested") from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise ValueError(f"not a migbot report of schema {SCHEMA}")
    names = {"Forecast": Forecast, "PlanReport": PlanReport, "RoundTrip": RoundTrip}
    report: Report = build(Report, data, where="report", names=names)
    return report
