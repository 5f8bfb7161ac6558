"""The one comment on a pull request: found again, made to be as it should, never made twice.

It is ours by its author *and* by the marker at its first byte: either alone can be copied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from migbot.adapters.github_api import (
    Account,
    Connection,
    Missing,
    Unanswered,
    checked,
    settled,
)
from migbot.adapters.published import Outcome, seen_once
from migbot.core.value import Value
from migbot.render.comment_state import PING, unchanged
from migbot.render.markdown import MARKER


class Comment(Value):
    """A comment as GitHub lists it; `node_id` is its name in GraphQL."""

    id: int
    node_id: str
    user: Account | None
    body: str | None

    @property
    def text(self) -> str:
        """What it says."""
        return self.body or ""


Words = Callable[[str], str]
"""What the comment is to say, from what ours says now ("" where there is none)."""


class Thread(Value):
    """A pull request's conversation; `repo` is `/repos/OWNER/NAME`."""

    github: Connection
    repo: str
    number: int

    @property
    def path(self) -> str:
        """Where its comments are."""
        return f"{self.repo}/issues/{self.number}/comments"


def ours(thread: Thread) -> list[Comment]:
    """Every comment of our own account, on any page, oldest first."""
    me = settled(thread.github.me, thread.github.pause)
    found = (checked(Comment, entry) for entry in thread.github.pages(thread.path))
    return sorted((one for one in found if one.user and one.user.id == me.id), key=_age)


def keep_one(thread: Thread, words: Words, seen: list[Comment], *, needed: bool = True) -> Outcome:
    """Make ours say `words`; it is created only where it is `needed`.

    `seen` are our comments as they were a moment ago. Where there are several of ours, after a
    race or a lost answer, the oldest stays. Raises MigbotError; Forbidden where the token may not.
    """
    look = seen_once(seen, lambda: ours(thread))
    return settled(lambda: _step(thread, words, look, needed=needed), thread.github.pause)


def _step(
    thread: Thread, words: Words, look: Callable[[], list[Comment]], *, needed: bool
) -> Outcome:
    marked = [one for one in look() if one.text.startswith(MARKER)]
    if marked:
        kept, *doubles = marked
        _delete(thread, doubles)
        return _edited(thread, kept, words(kept.text))
    if not needed:
        return Outcome.NOT_NEEDED
    thread.github.write("POST", thread.path, {"body": words("")})
    _step(thread, words, lambda: ours(thread), needed=needed)  # another run may have made one too
    return Outcome.CREATED


def _edited(thread: Thread, kept: Comment, text: str) -> Outcome:
    if unchanged(kept.text, text):
        return Outcome.UNCHANGED
    path = f"{thread.repo}/issues/comments/{kept.id}"
    try:
        thread.github.write("PATCH", path, {"body": text})
    except Missing:  # deleted since it was listed: so look again, and make another
        raise Unanswered(f"The comment {kept.id} is gone.") from None
    return Outcome.UPDATED


def _delete(thread: Thread, doubles: Iterable[Comment]) -> None:
    for double in doubles:
        try:
            thread.github.write("DELETE", f"{thread.repo}/issues/comments/{double.id}")
        except Missing:
            continue  # the other run has seen it too


def ping(thread: Thread, text: str) -> None:
    """Write one more comment, which notifies; an edit of the one notifies nobody.

    Where the answer is lost nothing is repeated: a missing ping is better than two.
    """
    try:
        thread.github.write("POST", thread.path, {"body": text})
    except Unanswered:
        return


def minimise_pings(thread: Thread, seen: Iterable[Comment]) -> None:
    """Fold away our pings: what they told is over."""
    for one in seen:
        if one.text.startswith(PING):
            thread.github.minimise(one.node_id)


def _age(one: Comment) -> int:
    return one.id
