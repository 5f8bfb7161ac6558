"""What migbot keeps on a pull request: one comment and its checks, each made to be as it should.

Every step looks before it acts, and acts only where something differs. So it may be run twice, by
a second delivery or after a lost answer, and the pull request looks the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from migbot.adapters import sticky_comment
from migbot.adapters.check_runs import post_checks
from migbot.adapters.github_api import Connection, Forbidden, named
from migbot.adapters.github_pulls import Pull, read_pull
from migbot.adapters.published import WROTE, Done, Outcome, Published
from migbot.adapters.review_suggestions import suggest
from migbot.adapters.sticky_comment import Comment, Thread, Words
from migbot.core.graph import RevisionGraph
from migbot.core.report import Report
from migbot.errors import MigbotError
from migbot.render.comment_state import State, kept_trips, ping, state_of
from migbot.render.markdown import MARKER, checks, comment, concerns_migrations

Graphs = Mapping[str, RevisionGraph]
NO_GRAPHS: Graphs = {}


def publish(
    github: Connection,
    report: Report,
    repository: str,
    number: int,
    *,
    head: str = "",
    graphs: Graphs = NO_GRAPHS,
    url: str = "",
) -> Published:
    """Make the pull request say what `report` says; `head` is the commit that was judged.

    `graphs` are the histories that were judged, by the environment's name, for a picture, and
    `url` is where the whole report can be read.

    Nothing is posted where the pull request is closed or its head has moved on: a slow run must
    not overwrite a newer one, so that is looked at last. What the token may not do is noted, and
    the rest is done; raises MigbotError where it may do nothing at all.
    """
    thread = Thread(github, f"/repos/{named(repository)}", number)
    seen = sticky_comment.ours(thread)
    judged = head or report.subject.head
    pull = read_pull(github, repository, number)
    if why := _not_now(pull, judged):
        return Published({"comment": Outcome.OUTDATED}, (why,))
    done = post_checks(github, thread.repo, judged, checks(report, graphs))
    words = partial(_words, report, graphs, url)
    done["comment"] = _one_comment(thread, report, seen, words)
    if all(one.outcome is Outcome.REFUSED for one in done.values()):
        raise _powerless(number)
    if done["comment"].outcome in WROTE:
        _tell(thread, pull, report, seen)
    notes = tuple(one.note for one in done.values() if one.note)
    return Published({name: one.outcome for name, one in done.items()}, notes)


def post_on_commit(github: Connection, report: Report, repository: str, commit: str) -> Published:
    """The checks alone, on a commit that is no pull request's head: a merge queue's."""
    done = post_checks(github, f"/repos/{named(repository)}", commit, checks(report))
    notes = tuple(one.note for one in done.values() if one.note)
    return Published({name: one.outcome for name, one in done.items()}, notes)


def _not_now(pull: Pull, judged: str) -> str:
    if pull.state != "open":
        return f"Pull request {pull.number} is closed; nothing was posted."
    if pull.head.sha != judged:
        return (
            f"Pull request {pull.number} has moved on to {pull.head.sha[:10]}; "
            f"this result is about {judged[:10]}, and was not posted."
        )
    return ""


def _words(report: Report, graphs: Graphs, url: str, old: str) -> str:
    kept = kept_trips(old, report.subject.head)
    return comment(report, kept=kept, graphs=graphs, url=url)


def _one_comment(thread: Thread, report: Report, seen: list[Comment], words: Words) -> Done:
    needed = concerns_migrations(report)
    try:
        return Done(sticky_comment.keep_one(thread, words, seen, needed=needed))
    except Forbidden:
        note = "There is no comment: grant the token `pull-requests: write`."
        return Done(Outcome.REFUSED, note)


def _tell(thread: Thread, pull: Pull, report: Report, seen: list[Comment]) -> None:
    """What is worth more than the comment: a suggestion, and a word to who did nothing wrong."""
    suggest(thread, report)
    was = next((one.text for one in seen if one.text.startswith(MARKER)), "")
    now = state_of(comment(report))
    before = state_of(was)
    if before is None or now is None:
        return
    if _is_worse_by_others(before, now) and pull.user is not None and not pull.draft:
        sticky_comment.ping(thread, ping(report, pull.user.login))
    elif now.graph != "fail":
        sticky_comment.minimise_pings(thread, seen)


def _is_worse_by_others(before: State, now: State) -> bool:
    """Whether the same commit was fine on an earlier base: somebody else's merge has done it."""
    moved = before.head == now.head and before.base != now.base
    return moved and before.graph == "pass" and now.graph == "fail"


def _powerless(number: int) -> MigbotError:
    return MigbotError(
        f"The token may write nothing on pull request {number}.",
        "In a workflow, grant `pull-requests: write` and `checks: write` under `permissions:`. "
        "A run for a fork has a read-only token whatever it asks for: see docs/action.md.",
    )
