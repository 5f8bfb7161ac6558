"""What migbot keeps on a pull request: one comment and its checks, each made to be as it should.

Every step looks before it acts, and acts only where something differs. So it may be run twice, by
a second delivery or after a lost answer, and the pull request looks the same.
"""

from __future__ import annotations

from enum import StrEnum

from migbot.adapters.github_api import (
    Account,
    Connection,
    Forbidden,
    checked,
    named,
    read_pull,
    settled,
)
from migbot.core.report import Report
from migbot.core.value import Value
from migbot.errors import MigbotError
from migbot.render.markdown import MARKER, CheckOutput, checks, comment, concerns_migrations

_STATES = {"success": "success", "failure": "failure", "action_required": "error"}
"""A check's conclusion as a commit status, which knows no `action_required` (REST, "statuses")."""


class Outcome(StrEnum):
    """What became of one thing on the pull request."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    NOT_NEEDED = "not needed"
    REFUSED = "refused"
    OUTDATED = "outdated"


class Published(Value):
    """What was done: an outcome by name (`comment`, and each check's), and what is worth a line."""

    outcomes: dict[str, Outcome]
    notes: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """What a person reads of it."""
        return [*(f"{name}: {outcome}" for name, outcome in self.outcomes.items()), *self.notes]


class _Done(Value):
    outcome: Outcome
    note: str = ""


class _Comment(Value):
    id: int
    user: Account | None
    body: str | None


class _Output(Value):
    title: str | None
    summary: str | None


class _CheckRun(Value):
    id: int
    external_id: str | None
    conclusion: str | None
    output: _Output


class _Status(Value):
    context: str
    state: str
    description: str | None


def publish(
    github: Connection, report: Report, repository: str, number: int, *, head: str = ""
) -> Published:
    """Make the pull request say what `report` says; `head` is the commit that was judged.

    Nothing is posted where the pull request is closed or its head has moved on: a slow run must
    not overwrite a newer one. What the token may not do is noted, and the rest is done; raises
    MigbotError where it may do nothing at all.
    """
    judged = head or report.subject.head
    pull = read_pull(github, repository, number)
    if pull.state != "open":
        return _nothing(f"Pull request {number} is closed; nothing was posted.")
    if pull.head.sha != judged:
        return _nothing(
            f"Pull request {number} has moved on to {pull.head.sha[:10]}; "
            f"this result is about {judged[:10]}, and was not posted."
        )
    repo = f"/repos/{named(repository)}"
    done = {output.name: _check(github, repo, judged, output) for output in checks(report)}
    done["comment"] = _one_comment(github, repo, number, report)
    if all(one.outcome is Outcome.REFUSED for one in done.values()):
        raise _powerless(number)
    notes = tuple(one.note for one in done.values() if one.note)
    return Published({name: one.outcome for name, one in done.items()}, notes)


def _powerless(number: int) -> MigbotError:
    return MigbotError(
        f"The token may write nothing on pull request {number}.",
        "In a workflow, grant `pull-requests: write` and `checks: write` under `permissions:`. "
        "A run for a fork has a read-only token whatever it asks for: see docs/action.md.",
    )


def _nothing(why: str) -> Published:
    return Published({"comment": Outcome.OUTDATED}, (why,))


def _one_comment(github: Connection, repo: str, number: int, report: Report) -> _Done:
    try:
        return _Done(settled(lambda: _comment(github, repo, number, report), github.pause))
    except Forbidden:
        note = "There is no comment: grant the token `pull-requests: write`."
        return _Done(Outcome.REFUSED, note)


def _comment(github: Connection, repo: str, number: int, report: Report) -> Outcome:
    """One comment by us, found by our own account and the marker: either alone can be copied."""
    me = github.me()
    body = comment(report)
    path = f"{repo}/issues/{number}/comments"
    found = (checked(_Comment, entry) for entry in github.pages(path))
    ours = [one for one in found if one.user and one.user.id == me.id and _marked(one)]
    if not ours and not concerns_migrations(report):
        return Outcome.NOT_NEEDED
    if not ours:
        github.write("POST", path, {"body": body})
        return Outcome.CREATED
    kept, *doubles = sorted(ours, key=lambda one: one.id)
    for double in doubles:  # a run that was killed between a lost answer and its second look
        github.write("DELETE", f"{repo}/issues/comments/{double.id}")
    if _same(kept.body, body):
        return Outcome.UNCHANGED
    github.write("PATCH", f"{repo}/issues/comments/{kept.id}", {"body": body})
    return Outcome.UPDATED


def _marked(one: _Comment) -> bool:
    return (one.body or "").startswith(MARKER)


def _same(text: str | None, other: str) -> bool:
    """Whether two texts are one: GitHub's form field writes CR LF and trims the end."""
    return (text or "").replace("\r\n", "\n").strip() == other.strip()


def _check(github: Connection, repo: str, head: str, output: CheckOutput) -> _Done:
    """A check run, or a commit status where only Apps may make check runs."""
    try:
        return _Done(settled(lambda: _check_run(github, repo, head, output), github.pause))
    except Forbidden:
        note = f"`{output.name}` is a commit status: the token may not make check runs."
    try:
        return _Done(settled(lambda: _status(github, repo, head, output), github.pause), note)
    except Forbidden:
        note = f"`{output.name}` was not set: grant the token `checks: write`."
        return _Done(Outcome.REFUSED, note)


def _check_run(github: Connection, repo: str, head: str, output: CheckOutput) -> Outcome:
    ours = f"migbot:{output.name}"
    path = f"{repo}/commits/{head}/check-runs"
    entries = github.pages(path, "check_runs", check_name=output.name, filter="all")
    runs = [checked(_CheckRun, entry) for entry in entries]
    body: dict[str, object] = {
        "status": "completed",
        "conclusion": output.conclusion,
        "output": {"title": output.title, "summary": output.summary},
    }
    made = sorted((run for run in runs if run.external_id == ours), key=lambda run: run.id)
    if not made:
        create = {"name": output.name, "head_sha": head, "external_id": ours, **body}
        github.write("POST", f"{repo}/check-runs", create)
        return Outcome.CREATED
    if _says(made[-1], output):
        return Outcome.UNCHANGED
    github.write("PATCH", f"{repo}/check-runs/{made[-1].id}", body)
    return Outcome.UPDATED


def _says(run: _CheckRun, output: CheckOutput) -> bool:
    same = run.conclusion == output.conclusion and run.output.title == output.title
    return same and _same(run.output.summary, output.summary)


def _status(github: Connection, repo: str, head: str, output: CheckOutput) -> Outcome:
    entries = github.pages(f"{repo}/commits/{head}/statuses")
    made = [
        status for entry in entries if (status := checked(_Status, entry)).context == output.name
    ]
    wanted = _Status(output.name, _STATES[output.conclusion], output.title[:140])
    if made and made[0] == wanted:  # GitHub lists the newest first
        return Outcome.UNCHANGED
    body: dict[str, object] = {
        "context": wanted.context,
        "state": wanted.state,
        "description": wanted.description,
    }
    github.write("POST", f"{repo}/statuses/{head}", body)
    return Outcome.UPDATED if made else Outcome.CREATED
