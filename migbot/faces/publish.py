"""`migbot publish`: posts a Report on its pull request, from a workflow or by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from migbot.core.report import Report, from_json
from migbot.core.value import Value
from migbot.errors import MigbotError
from migbot.render.markdown import checks, comment, concerns_migrations, markdown

REPORT = Path("migbot-report.json")

LARGEST_REPORT = 10 * 1024 * 1024
"""Bytes; 5,000 revisions with three legs each make a report of 4 MB."""


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
    GITHUB_API_URL, GITHUB_STEP_SUMMARY, GITHUB_SHA); `repository` and `pull` go before it.
    Raises MigbotError where something is missing or GitHub refuses.
    """
    judged = _read(report)
    target = _target(environ, judged, repository, pull)
    if dry_run:
        return _preview(target, judged)
    _summarize(environ, judged)
    return _post(environ, target, judged)


def _read(path: Path) -> Report:
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


def _target(environ: Mapping[str, str], report: Report, repository: str, pull: int) -> Target:
    event = _event(environ) if not pull else {}
    number = pull or event.get("number")
    name = repository or environ.get("GITHUB_REPOSITORY", "")
    if type(number) is not int or number < 1 or not name:
        raise MigbotError(
            "Which pull request is not known: this is no workflow run for one.",
            "Name it: migbot publish --repository OWNER/NAME --pull 7 --report FILE",
        )
    return Target(name, number, _judged_commit(report, environ, event))


def _event(environ: Mapping[str, str]) -> dict[str, Any]:
    """The `pull_request` of the event that a workflow runs for, or nothing."""
    path = environ.get("GITHUB_EVENT_PATH", "")
    if not path:
        return {}
    try:
        event = json.loads(Path(path).read_bytes())
    except (OSError, ValueError, RecursionError):
        raise MigbotError(f"GITHUB_EVENT_PATH ({path}) is no event of GitHub's.") from None
    found = event.get("pull_request") if isinstance(event, dict) else None
    return found if isinstance(found, dict) else {}


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
    from migbot.adapters import github_api, pull_request

    token = environ.get("GITHUB_TOKEN", "")
    if not token:
        raise MigbotError(
            "There is no GITHUB_TOKEN.",
            "In a workflow: `env: {GITHUB_TOKEN: ${{ github.token }}}`. To look only: --dry-run",
        )
    api_url = environ.get("GITHUB_API_URL") or github_api.PUBLIC
    github = github_api.connect(token, api_url=api_url)
    done = pull_request.publish(github, report, target.repository, target.pull, head=target.head)
    return "\n".join(done.lines()) + "\n"
