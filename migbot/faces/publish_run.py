"""`migbot publish` after another run has ended: the job that has the token, and runs nothing.

The run before it ran the code of a pull request, perhaps a stranger's, without any right. So the
graph is judged anew here from git's objects, and of the other run's report nothing is taken but
its round trips, as that run's own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from urllib.parse import urlsplit

from migbot.adapters import github_api
from migbot.adapters.git_process import Repository
from migbot.adapters.git_read import changed_paths, merge_base
from migbot.adapters.git_repo import mirror
from migbot.adapters.github_api import Connection
from migbot.adapters.github_files import artifact
from migbot.adapters.github_pulls import Pull, branch_tip, clone_url, open_pulls
from migbot.adapters.judge import Judgement, judge_commits, judgement
from migbot.adapters.judged_pull import judged
from migbot.adapters.published import Published
from migbot.adapters.pull_request import post_on_commit, publish
from migbot.adapters.temporary import temporary_folder
from migbot.core.report import Report, from_json
from migbot.core.reported import with_reported_trips, without_trips
from migbot.core.steering import steering
from migbot.errors import MigbotError
from migbot.faces.kept_reports import LARGEST_REPORT
from migbot.faces.workflow_event import WorkflowRun

ARTIFACT = "migbot-report"
_QUEUE = "gh-readonly-queue/"
"""Where a merge queue keeps its branches: then the base's name, and `/pr-N-SHA`."""


def publish_run(
    github: Connection, repository: str, run: WorkflowRun, url: str = ""
) -> Iterator[tuple[str, Published]]:
    """Post what is known of the commit that `run` was about: a name for each, and what was done.

    `url` is where people can look at that run.
    Raises MigbotError where GitHub does not let us read or write.
    """
    if run.event == "merge_group":
        yield _queued(github, repository, run)
    for pull in _pulls(github, repository, run) if run.event == "pull_request" else ():
        notes = [_source(run)]
        with temporary_folder() as made:
            own = judged(github, pull, made / "mirror.git", partial(_judge, notes))
        if own is not None:
            report = _with_trips(github, repository, run, own.report, notes)
            to = (repository, pull.number)
            done = publish(github, report, *to, head=run.head_sha, graphs=own.graphs, url=url)
            yield f"#{pull.number}", done


def _judge(notes: list[str], repo: Repository, head: str, base: str) -> Judgement:
    """The static judgement, and a note where the pull request has a hand in the other check."""
    found = judgement(repo, head, base)
    since = merge_base(repo, head, base)
    told = steering(changed_paths(repo, since, head)) if since else ""
    notes += [told] if told else []
    return found


def _pulls(github: Connection, repository: str, run: WorkflowRun) -> list[Pull]:
    """The open pull requests with this very head, which GitHub does not name for a fork's run."""
    source = run.head_repository
    if source is None or not run.head_branch:
        return []
    head = f"{source.owner.login}:{run.head_branch}"
    found = open_pulls(github, repository, head=head)
    return [
        pull
        for pull in found
        if pull.head.sha == run.head_sha
        and pull.head.repo is not None
        and pull.head.repo.id == source.id
    ]


def _queued(github: Connection, repository: str, run: WorkflowRun) -> tuple[str, Published]:
    """The checks of a merge queue's commit, against the branch that it is to become."""
    branch = run.head_branch or ""
    base = branch.removeprefix(_QUEUE).rpartition("/")[0]
    if not branch.startswith(_QUEUE) or not base:
        raise MigbotError(f"{branch!r} is no branch of a merge queue.")
    tip = branch_tip(github, repository, base)
    with temporary_folder() as made:
        repo = mirror(
            clone_url(github, repository),
            made / "mirror.git",
            (tip, run.head_sha),
            token=github.auth.token,
            protocols=(urlsplit(github.api_url).scheme,),
        )
        own = judge_commits(repo, run.head_sha, tip)
    report = _with_trips(github, repository, run, own, [_source(run)])
    return branch, post_on_commit(github, report, repository, run.head_sha)


def _with_trips(
    github: Connection, repository: str, run: WorkflowRun, own: Report, notes: Iterable[str]
) -> Report:
    try:
        packed = artifact(github, repository, run.id, ARTIFACT, largest=LARGEST_REPORT)
        theirs = from_json(packed)
    except github_api.Unanswered:
        raise
    except MigbotError as error:
        return without_trips(own, error.message, error.hint)
    except ValueError as error:
        return without_trips(own, f"What the run {run.id} left is no report: {error}.", "")
    return with_reported_trips(own, theirs, *notes)


def _source(run: WorkflowRun) -> str:
    return (
        f"Reported by the run {run.id} for {run.head_sha[:10]}, in which the pull request's own "
        "code ran; the graph was judged apart from it."
    )


def told(done: Mapping[str, Published]) -> str:
    """What a person reads of it in the log."""
    lines = [f"{name}: {line}" for name, each in done.items() for line in each.lines()]
    return "\n".join(lines or ["No open pull request has this commit as its head."]) + "\n"
