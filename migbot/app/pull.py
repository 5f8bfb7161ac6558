"""The job: read a pull request, fetch its commits, judge them, and say so on the pull request."""

from __future__ import annotations

from pathlib import Path

from migbot.adapters.github_api import PUBLIC, AppKey, connect, installation_token
from migbot.adapters.github_pulls import read_pull
from migbot.adapters.judge import Judge, judgement
from migbot.adapters.judged_pull import judged
from migbot.adapters.published import Published
from migbot.adapters.pull_request import publish
from migbot.app.events import Job
from migbot.core.value import Value


class Server(Value):
    """What every job needs: who we are, where GitHub is, and where the mirrors are kept."""

    app: AppKey
    data_dir: Path
    api_url: str = PUBLIC
    pause: float = 1.0


def look(server: Server, job: Job, judge: Judge = judgement) -> Published:
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
    # The repository may be renamed: its id is not.
    folder = server.data_dir / "mirrors" / f"{pull.base.repo.id}.git"
    found = judged(github, pull, folder, judge)
    if found is None:
        return Published({}, ("The repository has no Alembic environment; nothing was posted.",))
    # The repository may have been renamed since: the answer has its name of today.
    name, head = pull.base.repo.full_name, pull.head.sha
    return publish(github, found.report, name, pull.number, head=head, graphs=found.graphs)
