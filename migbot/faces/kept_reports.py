"""A report that a command has written as JSON, read again; any other file may be in its place."""

from __future__ import annotations

from pathlib import Path

from migbot.core.report import Report, Subject, Unknown, Verdict, from_json
from migbot.core.trips import RoundTrip
from migbot.errors import MigbotError

LARGEST_REPORT = 10 * 1024 * 1024
"""Bytes; 5,000 revisions with three legs each make a report of 4 MB."""


def read_report(path: Path) -> Report:
    """The report in the file. Raises MigbotError where there is none that can be read."""
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST_REPORT + 1)
        if len(text) > LARGEST_REPORT:
            raise ValueError("it is larger than a report can be")
        return from_json(text)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise MigbotError(
            f"No report can be read from {path}: {why}.",
            "Make one: migbot check --format json --output migbot-report.json",
        ) from None


def left_nothing(commit: str) -> Report:
    """What is known of a commit whose judge has left no report: nothing, of either check."""
    gap = Unknown(
        "The report",
        "the job that judges has left none: it failed early, was cancelled or ran out of time",
        "Its log in the run of the workflow says which; run it again.",
    )
    trip = RoundTrip("", "", "", Verdict.UNKNOWN, unknown=(gap,))
    return Report(Verdict.UNKNOWN, Subject(commit), unknown=(gap,), round_trips=(trip,))
