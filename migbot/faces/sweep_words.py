"""What a sweep has to say on which pull request, and where it keeps silent."""

from __future__ import annotations

from collections.abc import Mapping

from migbot.adapters.github_pulls import Pull
from migbot.adapters.judged_pull import unknown
from migbot.core.graph import RevisionGraph
from migbot.core.report import Report
from migbot.core.value import Value
from migbot.errors import MigbotError
from migbot.faces.sweep_judged import LOST, Judged
from migbot.render.markdown import concerns_migrations


class Word(Value):
    """What is to be said on one pull request; `graphs` and `if_told` are as in `tell`."""

    report: Report
    graphs: Mapping[str, RevisionGraph] = {}
    if_told: bool = False


def words(
    pulls: Mapping[int, Pull], judged: Judged, reports: Mapping[int, Report]
) -> dict[int, Word]:
    """The words by the pull request's number; `reports` are those that could be judged."""
    found = {number: _word(pull, judged, reports.get(number)) for number, pull in pulls.items()}
    return {number: word for number, word in found.items() if word}


def _word(pull: Pull, judged: Judged, report: Report | None) -> Word | None:
    answer = judged.answers.get(pull.number, LOST)
    if report is None or isinstance(answer, MigbotError):
        why = answer if isinstance(answer, MigbotError) else LOST
        return Word(unknown(pull, why.message, why.hint).report)
    if not concerns_migrations(report):
        had = judged.heads[pull.number] in judged.had
        return Word(report, if_told=True) if had else None
    # where there is no Alembic at all a red check would be noise, and a green one a lie
    return Word(report, answer.graphs) if report.environments or report.findings else None


def stale(pulls: Mapping[int, Pull], why: MigbotError) -> dict[int, Word]:
    """The words where nothing could be judged: what was said of migrations is not known any more.

    Which of them have migrations is not known either, but for what stands on GitHub: see `tell`.
    """
    reports = {n: unknown(each, why.message, why.hint, _BASE).report for n, each in pulls.items()}
    return {number: Word(report, if_told=True) for number, report in reports.items()}


_BASE = "The base branch"
