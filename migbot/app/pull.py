"""The job: read a pull request, fetch its commits, judge them, and say so on the pull request."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from migbot.adapters.git_process import Repository
from migbot.adapters.git_repo import mirror
from migbot.adapters.github_api import (
    PUBLIC,
    AppKey,
    Connection,
    Pull,
    branch_tip,
    connect,
    installation_token,
    read_pull,
)
from migbot.adapters.pull_request import Published, publish
from migbot.app.events import Job
from migbot.app.judge import judge_commits
from migbot.core.report import Report, Subject, Unknown, Verdict
from migbot.core.value import Value
from migbot.errors import MigbotError

Judge = Callable[[Repository, str, str], Report]
"""Judges a head (second) merged into a base (third), both commits of the repository."""

_LOG = logging.getLogger(__name__)


class Server(Value):
    """What every job needs: who we are, where GitHub is, and where the mirrors are kept."""

    app: AppKey
    data_dir: Path
    api_url: str = PUBLIC
    pause: float = 1.0


def look(server: Server, job: Job, judge: Judge = judge_commits) -> Published:
    """Look at a pull request and say what was found.

    Everything is read anew, so that a job that comes twice, late or out of order does no harm.
    What cannot be judged is published as unknown; raises MigbotError where GitHub does not let
    us read or write.
    """
    token = installation_token(
        server.app, job.installation, job.repository_id, api_url=server.api_url, pause=server.pause
    )
    github = connect(token, api_url=server.api_url, pause=server.pause)
    pull = read_pull(github, job.repository, job.pull)
    report = _judged(server, github, token, pull, judge)
    if report is None:
        return Published({}, ("The repository has no Alembic environment; nothing was posted.",))
    # The repository may have been renamed since: the answer has its name of today.
    return publish(github, report, pull.base.repo.full_name, pull.number, head=pull.head.sha)


def _judged(
    server: Server, github: Connection, token: str, pull: Pull, judge: Judge
) -> Report | None:
    if pull.state != "open":
        return _unknown(pull, "The pull request is closed.", "")
    try:
        base = branch_tip(github, pull.base.repo.full_name, pull.base.ref)
        repo = _mirrored(server, token, pull, base)
        report = judge(repo, pull.head.sha, base)
        # An App is often installed on every repository. Where there is no Alembic it says nothing:
        # a red check would be noise, and a green one a lie where none was only not found.
        return report if report.environments or report.findings else None
    except MigbotError as error:
        return _unknown(pull, error.message, error.hint)
    except Exception:  # a defect of ours must not leave the check of an older commit in sight
        _LOG.exception("judging %s#%d failed", pull.base.repo.full_name, pull.number)
        return _unknown(pull, "migbot itself failed; this is a defect of migbot.", "")


def _mirrored(server: Server, token: str, pull: Pull, base: str) -> Repository:
    """The base repository has both commits: GitHub keeps a fork's head at refs/pull/N/head."""
    return mirror(
        pull.base.repo.clone_url,
        server.data_dir / "mirrors" / f"{pull.base.repo.id}.git",
        (base, pull.head.sha),
        token=token,
        protocols=(urlsplit(server.api_url).scheme,),
    )


def _unknown(pull: Pull, reason: str, hint: str) -> Report:
    subject = Subject(pull.head.sha, pull.base.sha)
    return Report(Verdict.UNKNOWN, subject, unknown=(Unknown("The pull request", reason, hint),))
