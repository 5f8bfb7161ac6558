"""`migbot publish`: posts a Report on its pull request, from a workflow or by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from migbot.core.report import Report
from migbot.core.value import Value
from migbot.errors import MigbotError
from migbot.faces.kept_reports import left_nothing, read_report
from migbot.faces.workflow_event import (
    MergeGroup,
    WorkflowRun,
    event_of,
    merge_group,
    run_url,
    workflow_run,
)
from migbot.render.markdown import checks, comment, concerns_migrations, markdown

TYPE_CHECKING = False  # see core.value
if TYPE_CHECKING:
    from migbot.adapters.github_api import Connection

REPORT = Path("migbot-report.json")


class Target(Value):
    """A pull request, and the commit of it that was judged."""

    repository: str
    pull: int
    head: str


def publish(
    environ: Mapping[str, str],
    *,
    report: Path = REPORT,
    repository: str = "",
    pull: int = 0,
    dry_run: bool = False,
) -> str:
    """Post the report in the file `report`; returns what is to be printed.

    `environ` is that of a workflow's run (GITHUB_REPOSITORY, GITHUB_EVENT_PATH, GITHUB_TOKEN,
    GITHUB_API_URL, GITHUB_STEP_SUMMARY, GITHUB_SHA); `repository` and `pull` go before it. After
    another run (`workflow_run`) there is no such file: the report comes out of that run's artifact.
    Raises MigbotError where something is missing or GitHub refuses.
    """
    event = event_of(environ) if not pull else {}
    if run := workflow_run(event):
        return _post_run(environ, run, dry_run=dry_run)
    judged = _judged(report, event)
    if group := merge_group(event):
        _summarize(environ, judged)
        return _post_group(environ, group, judged)
    target = _target(environ, event, judged, repository, pull)
    if dry_run:
        return _preview(target, judged)
    _summarize(environ, judged)
    return _post(environ, target, judged)


def _judged(path: Path, event: Mapping[str, Any]) -> Report:
    """The report; where the job before this one has left none, one that says so of its commit."""
    found = event.get("merge_group") or event.get("pull_request")
    about = found if isinstance(found, dict) else {}
    head = about["head"].get("sha") if isinstance(about.get("head"), dict) else None
    commit = head or about.get("head_sha")
    if isinstance(commit, str) and not path.exists():
        return left_nothing(commit)
    return read_report(path)


def _target(
    environ: Mapping[str, str],
    event: Mapping[str, Any],
    report: Report,
    repository: str,
    pull: int,
) -> Target:
    found = event.get("pull_request")
    event = found if isinstance(found, dict) else {}
    number = pull or event.get("number")
    name = repository or environ.get("GITHUB_REPOSITORY", "")
    if type(number) is not int or number < 1 or not name:
        raise MigbotError(
            "Which pull request is not known: this is no workflow run for one.",
            "Name it: migbot publish --repository OWNER/NAME --pull 7 --report FILE",
        )
    return Target(name, number, _judged_commit(report, environ, event))


def _judged_commit(report: Report, environ: Mapping[str, str], event: Mapping[str, Any]) -> str:
    """The head that the report is about.

    For a pull request, Actions checks out GitHub's own merge of it (GITHUB_SHA) where it is not
    told otherwise; what was judged there is the head that the event names.
    """
    head, subject = event.get("head"), report.subject
    named = head.get("sha") if isinstance(head, dict) else None
    if subject.dirty or not subject.head:
        raise MigbotError(
            "The report is about files that are in no commit, and a check belongs to a commit.",
            "Run `migbot check` in a clean checkout; `git status` shows what is not committed.",
        )
    if isinstance(named, str) and subject.head == environ.get("GITHUB_SHA"):
        return named
    return subject.head


def _preview(target: Target, report: Report) -> str:
    quiet = "No comment would be made: nothing concerns migrations.\n"
    parts = [f"On {target.repository}#{target.pull}, for {target.head}:\n"]
    parts += [f"[{check.name}] {check.conclusion}: {check.title}\n" for check in checks(report)]
    return "\n".join([*parts, comment(report) if concerns_migrations(report) else quiet])


def _summarize(environ: Mapping[str, str], report: Report) -> None:
    """The summary of the workflow's run is there for every token, a fork's too."""
    path = environ.get("GITHUB_STEP_SUMMARY")
    if path:
        with Path(path).open("a", encoding="utf-8") as summary:
            summary.write(markdown(report))


def _post(environ: Mapping[str, str], target: Target, report: Report) -> str:
    # PyGithub is half a second of imports, which a dry run and every other command do without.
    from migbot.adapters.pull_request import publish as post

    github = connection(environ)
    url = run_url(environ)
    done = post(github, report, target.repository, target.pull, head=target.head, url=url)
    return "\n".join(done.lines()) + "\n"


def _post_group(environ: Mapping[str, str], group: MergeGroup, report: Report) -> str:
    """A merge queue has no conversation: only the checks that it waits for."""
    from migbot.adapters.pull_request import post_on_commit

    if report.subject.head != group.head_sha:
        raise MigbotError(
            f"The report is about {report.subject.head[:10]}, the queue asks about "
            f"{group.head_sha[:10]}.",
            "Check out the commit of the event (`ref: ${{ github.sha }}`) and judge it again.",
        )
    done = post_on_commit(connection(environ), report, _repository(environ), group.head_sha)
    return "\n".join(done.lines()) + "\n"


def _post_run(environ: Mapping[str, str], run: WorkflowRun, *, dry_run: bool) -> str:
    from migbot.faces.publish_run import publish_run, told

    if dry_run:
        raise MigbotError("After another run there is no report to look at before it is posted.")
    url = run_url(environ, run.id)
    return told(dict(publish_run(connection(environ), _repository(environ), run, url)))


def connection(environ: Mapping[str, str]) -> Connection:
    """The way to GitHub that a workflow's environment describes. Raises MigbotError without one."""
    from migbot.adapters import github_api

    token = environ.get("GITHUB_TOKEN", "")
    if not token:
        raise MigbotError(
            "There is no GITHUB_TOKEN.",
            "In a workflow: `env: {GITHUB_TOKEN: ${{ github.token }}}`. To look only: --dry-run",
        )
    return github_api.connect(token, api_url=environ.get("GITHUB_API_URL") or github_api.PUBLIC)


def _repository(environ: Mapping[str, str]) -> str:
    name = environ.get("GITHUB_REPOSITORY", "")
    if not name:
        raise MigbotError("Which repository is not known.", "Set GITHUB_REPOSITORY.")
    return name
