"""MB304: messages are written as the project's settings ask."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migbot.core.check import Remark, rule
from migbot.core.history import Change
from migbot.core.model import Severity
from migbot.core.settings import MessageSettings, Settings
from migbot.core.suggest import advice
from migbot.core.wording import counted, is_missing, shown
from migbot.errors import MigbotError

MOST_MATCHED = 500
"""Characters of a message that a pattern of the settings sees: the message may be a stranger's,
and no pattern is known to be quick on a text of any length."""

CASES = ("", "lower", "sentence")


@rule("MB304", Severity.WARNING)
def message_style(change: Change, settings: Settings) -> Iterator[Remark]:
    """A message that breaks the style in `[tool.migbot.messages]`; silent where nothing is set.

    Merge revisions are exempt. Raises MigbotError for a pattern that is no regular expression and
    for a case that is not known.
    """
    wanted = settings.messages
    patterns = {key: _compiled(key, getattr(wanted, key)) for key in ("pattern", "ticket")}
    if wanted.case not in CASES:
        words = "lower, sentence"
        raise MigbotError(
            f"[tool.migbot.messages] case takes one of {words}, not {wanted.case!r}.",
            'Write: case = "lower"',
        )
    for revision in change.touched:
        if len(revision.parents) < 2 and not is_missing(revision.message):
            for fault in _faults(revision.message, wanted, patterns):
                text = f"the message {shown(revision.message)!r} {fault}"
                yield Remark(text, advice(change.script(revision)), revision, line=1)


def _compiled(key: str, pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern) if pattern else None
    except re.error as error:
        raise MigbotError(
            f"[tool.migbot.messages] {key} is no regular expression: {error}.",
            "Try it in Python's `re`; in TOML, write it between single quotes.",
        ) from None


def _faults(
    message: str, wanted: MessageSettings, patterns: dict[str, re.Pattern[str] | None]
) -> Iterator[str]:
    length, words = len(message), len(message.split())
    if length < wanted.min_length:
        yield f"has {counted(length, 'character')}, at least {wanted.min_length} are asked for"
    if 0 < wanted.max_length < length:
        yield f"has {counted(length, 'character')}, at most {wanted.max_length} are asked for"
    if words < wanted.min_words:
        yield f"has {counted(words, 'word')}, at least {wanted.min_words} are asked for"
    for key, words_for in (("pattern", "does not match"), ("ticket", "names no ticket like")):
        pattern = patterns[key]
        if pattern and not pattern.search(message[:MOST_MATCHED]):
            yield f"{words_for} {pattern.pattern}"
    first = next((each for each in message if each.isalpha()), "")
    if wanted.case == "lower" and first.isupper():
        yield "begins with a capital letter, a small one is asked for"
    if wanted.case == "sentence" and first.islower():
        yield "begins with a small letter, a capital one is asked for"
