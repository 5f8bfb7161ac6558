"""A pull request, judged from git's objects: its commits are fetched, and nothing of it is run."""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import urlsplit

from migbot.adapters.git_process import Repository
from migbot.adapters.git_repo import mirror
from migbot.adapters.github_api import Connection
from migbot.adapters.github_pulls import Pull, branch_tip
from migbot.adapters.judge import Judge, Judgement
from migbot.core.report import Report, Subject, Unknown, Verdict
from migbot.errors import MigbotError

_LOG = logging.getLogger(__name__)


def judged(github: Connection, pull: Pull, folder: Path, judge: Judge) -> Judgement | None:
    """What merging `pull` into its base as it is now would leave; `folder` is for the mirror.

    None where the repository has no Alembic environment: a red check there would be noise, and a
    green one a lie where none was only not found. What cannot be judged is unknown, never raised.
    """
    if pull.state != "open":
        return unknown(pull, "The pull request is closed.", "")
    try:
        base = branch_tip(github, pull.base.repo.full_name, pull.base.ref)
        found = judge(_mirrored(github, pull, base, folder), pull.head.sha, base)
        return found if found.report.environments or found.report.findings else None
    except MigbotError as error:
        return unknown(pull, error.message, error.hint)
    except Exception:  # a defect of ours must not leave the check of an older commit in sight
        _LOG.exception("judging %s#%d failed", pull.base.repo.full_name, pull.number)
        return unknown(pull, "migbot itself failed; this is a defect of migbot.", "")


def unknown(pull: Pull, reason: str, hint: str, what: str = "The pull request") -> Judgement:
    """What is said of a pull request that could not be judged, for a reason that lies in `what`."""
    subject = Subject(pull.head.sha, pull.base.sha)
    gap = Unknown(what, reason, hint)
    return Judgement(Report(Verdict.UNKNOWN, subject, unknown=(gap,)), {})


def _mirrored(github: Connection, pull: Pull, base: str, folder: Path) -> Repository:
    """The base repository has both commits: GitHub keeps a fork's head at refs/pull/N/head."""
    return mirror(
        pull.base.repo.clone_url,
        folder,
        (base, pull.head.sha),
        token=github.auth.token,
        protocols=(urlsplit(github.api_url).scheme,),
    )
