"""Suggestions on a pull request's own lines, which its author applies with one click."""

from __future__ import annotations

from migbot.adapters.github_api import Connection, Forbidden, Invalid, Unanswered, checked
from migbot.adapters.sticky_comment import Thread
from migbot.core.report import Report
from migbot.core.value import Value
from migbot.render.suggestions import Suggestion, suggestions


class _Review(Value):
    path: str
    body: str


def suggest(thread: Thread, report: Report) -> None:
    """Post each suggestion of the report that is not there yet.

    GitHub takes one only on a line that the pull request shows; where it does not, the comment
    says the same in words, so that what it refuses is passed over.
    """
    wanted = suggestions(report)
    if not wanted:
        return
    path = f"{thread.repo}/pulls/{thread.number}/comments"
    there = {(one.path, _plain(one.body)) for one in _reviews(thread.github, path)}
    for each in wanted:
        if (each.path, _plain(each.body)) not in there:
            _post(thread.github, path, report.subject.head, each)


def _reviews(github: Connection, path: str) -> list[_Review]:
    return [checked(_Review, entry) for entry in github.pages(path)]


def _post(github: Connection, path: str, commit: str, one: Suggestion) -> None:
    place = {"path": one.path, "line": one.line, "side": "RIGHT"}
    try:
        github.write("POST", path, {"body": one.body, "commit_id": commit, **place})
    except (Forbidden, Invalid, Unanswered):  # lost: rather none than the same one twice
        return


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
