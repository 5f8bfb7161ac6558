"""The checks on a commit: check runs, or commit statuses where the token may make no check runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from migbot.adapters.github_api import Connection, Forbidden, checked, settled
from migbot.adapters.published import Done, Outcome, seen_once
from migbot.core.value import Value
from migbot.render.annotations import MOST_ANNOTATIONS, Annotation
from migbot.render.comment_state import unchanged
from migbot.render.markdown import CheckOutput

_STATES = {"success": "success", "neutral": "success", "failure": "failure"}
"""A conclusion as a commit status, which knows no `action_required`: that is an `error`."""


class _Output(Value):
    title: str | None
    summary: str | None
    annotations_count: int = 0


class CheckRun(Value):
    """A check run as GitHub lists it."""

    id: int
    name: str
    external_id: str | None
    conclusion: str | None
    output: _Output


class _Status(Value):
    context: str
    state: str
    description: str | None


Look = Callable[[], list[CheckRun]]


def runs_of(github: Connection, repo: str, commit: str) -> list[CheckRun]:
    """Every check run of ours on a commit, oldest first; `repo` is `/repos/OWNER/NAME`."""
    entries = github.pages(f"{repo}/commits/{commit}/check-runs", "check_runs", filter="all")
    runs = (checked(CheckRun, entry) for entry in entries)
    ours = [run for run in runs if run.external_id == _ours(run.name)]
    return sorted(ours, key=lambda run: run.id)


def post_checks(
    github: Connection, repo: str, commit: str, outputs: Iterable[CheckOutput]
) -> dict[str, Done]:
    """Make each check say its `outputs`; what became of each, by name.

    The list of what is there is asked for once for all of them. A token that may not write check
    runs sets commit statuses, one that may do neither is noted.
    """
    wanted = list(outputs)

    def look() -> list[CheckRun]:
        return runs_of(github, repo, commit)

    try:
        seen = look()
    except Forbidden:
        return {each.name: _as_status(github, repo, commit, each) for each in wanted}
    return {each.name: _check(github, repo, commit, each, seen_once(seen, look)) for each in wanted}


def _ours(name: str) -> str:
    return f"migbot:{name}"


def _check(github: Connection, repo: str, commit: str, output: CheckOutput, look: Look) -> Done:
    try:
        return Done(settled(lambda: _check_run(github, repo, commit, output, look), github.pause))
    except Forbidden:
        return _as_status(github, repo, commit, output)


def _check_run(
    github: Connection, repo: str, commit: str, output: CheckOutput, look: Look
) -> Outcome:
    made = [run for run in look() if run.name == output.name]
    body: dict[str, object] = {"status": "completed", "conclusion": output.conclusion}
    if not made:
        create = {"name": output.name, "head_sha": commit, "external_id": _ours(output.name)}
        told = _output(output, output.annotations)
        github.write("POST", f"{repo}/check-runs", {**create, **body, "output": told})
        return Outcome.CREATED
    newest = made[-1]
    if says(newest, output):
        return Outcome.UNCHANGED
    # GitHub adds the annotations of an update to those that are there.
    lines = () if newest.output.annotations_count else output.annotations
    github.write(
        "PATCH", f"{repo}/check-runs/{newest.id}", {**body, "output": _output(output, lines)}
    )
    return Outcome.UPDATED


def _output(output: CheckOutput, lines: Iterable[Annotation]) -> dict[str, object]:
    told: dict[str, object] = {"title": output.title, "summary": output.summary}
    notes = [_annotation(each) for each in list(lines)[:MOST_ANNOTATIONS]]
    return {**told, "annotations": notes} if notes else told


def _annotation(one: Annotation) -> dict[str, object]:
    place = {"path": one.path, "start_line": one.line, "end_line": one.line}
    return {
        **place,
        "annotation_level": one.level,
        "title": one.title,
        "message": one.message,
    }


def says(run: CheckRun, output: CheckOutput) -> bool:
    """Whether a check run says `output` already, but for what does not count."""
    same = run.conclusion == output.conclusion and run.output.title == output.title
    return same and unchanged(run.output.summary or "", output.summary)


def _as_status(github: Connection, repo: str, commit: str, output: CheckOutput) -> Done:
    note = f"`{output.name}` is a commit status: the token may not make check runs."
    try:
        return Done(settled(lambda: _status(github, repo, commit, output), github.pause), note)
    except Forbidden:
        note = f"`{output.name}` was not set: grant the token `checks: write`."
        return Done(Outcome.REFUSED, note)


def _status(github: Connection, repo: str, commit: str, output: CheckOutput) -> Outcome:
    entries = github.pages(f"{repo}/commits/{commit}/statuses")
    made = [
        status for entry in entries if (status := checked(_Status, entry)).context == output.name
    ]
    state = _STATES.get(output.conclusion, "error")
    wanted = _Status(output.name, state, output.title[:140])
    if made and made[0] == wanted:  # GitHub lists the newest first
        return Outcome.UNCHANGED
    body: dict[str, object] = {
        "context": wanted.context,
        "state": wanted.state,
        "description": wanted.description,
    }
    github.write("POST", f"{repo}/statuses/{commit}", body)
    return Outcome.UPDATED if made else Outcome.CREATED
