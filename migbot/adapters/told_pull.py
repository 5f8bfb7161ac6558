"""One of many pull requests, told what has changed: asked once where nothing has.

What is spent: one list of check runs. Where those say something else it is as much as `publish`
spends; where there are none and only what was told before is to be corrected, one list of comments.
"""

from __future__ import annotations

from migbot.adapters import sticky_comment
from migbot.adapters.check_runs import CheckRun, runs_of, says
from migbot.adapters.github_api import Connection, Forbidden, named
from migbot.adapters.pull_request import NO_GRAPHS, Graphs, publish
from migbot.adapters.sticky_comment import Thread
from migbot.core.report import Report, Verdict
from migbot.render.markdown import GRAPH_CHECK, MARKER, checks, headline

_WORDS = {
    "success": Verdict.PASS,
    "neutral": Verdict.PASS,
    "failure": Verdict.FAIL,
    "action_required": Verdict.UNKNOWN,
}

_NO_MIGRATIONS = headline(Report(Verdict.PASS))
"""What the check of a pull request is called that has nothing to do with migrations."""


def tell(
    github: Connection,
    repository: str,
    number: int,
    head: str,
    report: Report,
    graphs: Graphs = NO_GRAPHS,
    *,
    if_told: bool = False,
) -> tuple[str, str]:
    """Publish `report` about the commit `head` where the check there says something else.

    `graphs` are as in `publish`. With `if_told` only what was said of migrations before is
    corrected: nothing is posted where there is neither a check of ours that tells of them nor a
    comment. What comes back is the verdict that the check gave before ("" where it gave none) and
    what was done. Raises MigbotError as `publish` does.
    """
    there = _newest(github, repository, head)
    was = str(_WORDS.get(there.conclusion or "", "")) if there else ""
    if there and _is_told(there, report, graphs):
        return was, "as it was"
    if if_told and not _tells_of_migrations(there, Thread(github, _path(repository), number)):
        return was, ""
    done = publish(github, report, repository, number, head=head, graphs=graphs)
    return was, ", ".join(done.lines())


def _path(repository: str) -> str:
    return f"/repos/{named(repository)}"


def _newest(github: Connection, repository: str, head: str) -> CheckRun | None:
    """The check of the graph that counts; None where there is none, or the token reads none and
    sets statuses."""
    try:
        runs = runs_of(github, _path(repository), head)
    except Forbidden:
        return None
    return next((run for run in reversed(runs) if run.name == GRAPH_CHECK), None)


def _is_told(there: CheckRun, report: Report, graphs: Graphs) -> bool:
    """Whether the check says it already: with the picture, or without, as that alone is no news."""
    forms = (checks(report, each) for each in (graphs, NO_GRAPHS))
    return any(
        says(there, output) for form in forms for output in form if output.name == GRAPH_CHECK
    )


def _tells_of_migrations(there: CheckRun | None, thread: Thread) -> bool:
    if there:
        return there.output.title != _NO_MIGRATIONS
    return any(one.text.startswith(MARKER) for one in sticky_comment.ours(thread))
