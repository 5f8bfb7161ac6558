"""One of many pull requests, told what has changed: asked once where nothing has."""

from __future__ import annotations

from migbot.adapters.check_runs import runs_of, says
from migbot.adapters.github_api import Connection, Forbidden, named
from migbot.adapters.pull_request import publish
from migbot.core.report import Report, Verdict
from migbot.render.markdown import GRAPH_CHECK, checks

_WORDS = {
    "success": Verdict.PASS,
    "neutral": Verdict.PASS,
    "failure": Verdict.FAIL,
    "action_required": Verdict.UNKNOWN,
}


def tell(
    github: Connection, repository: str, number: int, head: str, report: Report
) -> tuple[str, str]:
    """Publish `report` about the commit `head` where the check there says something else.

    What comes back is the verdict that it gave before ("" where it gave none) and what was done.
    Raises MigbotError as `publish` does.
    """
    try:
        runs = runs_of(github, f"/repos/{named(repository)}", head)
    except Forbidden:
        runs = []  # a token that reads no checks sets statuses
    newest = {run.name: run for run in runs}
    was = _WORDS.get(newest[GRAPH_CHECK].conclusion or "", "") if GRAPH_CHECK in newest else ""
    wanted = next(output for output in checks(report) if output.name == GRAPH_CHECK)
    if GRAPH_CHECK in newest and says(newest[GRAPH_CHECK], wanted):
        return str(was), "as it was"
    done = publish(github, report, repository, number, head=head)
    return str(was), ", ".join(done.lines())
