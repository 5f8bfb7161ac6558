"""Values of which no field is empty, made from their types: what is added to a Report is in too."""

from __future__ import annotations

from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from migbot.core.forecast import Forecast
from migbot.core.plan import PlanReport
from migbot.core.report import Report
from migbot.core.trips import RoundTrip

LATER = {"Forecast": Forecast, "PlanReport": PlanReport, "RoundTrip": RoundTrip}
"""What report.py imports for type checkers only."""


def report_of(text: str, pick: int = 0) -> Report:
    """A report with `text` in each field that holds text, one item in each list, and every
    enumeration's word number `pick`. Nothing in it is true: every leg has failed."""
    made: Report = _made(Report, text, pick)
    return made


def _made(kind: Any, text: str, pick: int) -> Any:
    if isinstance(kind, UnionType):
        return _made(next(each for each in get_args(kind) if each is not type(None)), text, pick)
    if get_origin(kind) is tuple:
        return (_made(get_args(kind)[0], text, pick),)
    if hasattr(kind, "_fields"):
        hints = get_type_hints(kind, localns=LATER)
        return kind(*(_made(hints[name], text, pick) for name in kind._fields))
    if issubclass(kind, StrEnum):
        return list(kind)[pick % len(kind)]
    return text if kind is str else kind(kind is not bool)
