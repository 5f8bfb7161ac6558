"""The one line of a migration that says what it does, as it would read with a suggested message."""

from __future__ import annotations

import ast
import re

from migbot.core.model import NewLine, Revision
from migbot.core.parse import PARSE_ERRORS, claims_of, docstring, message_of, parse
from migbot.core.script import Script
from migbot.core.suggest import suggest

_SAFE = r"[\w .,()-]+"
"""What a docstring takes as it is: names come from the migration, and may hold quotes."""

_OPENING = r"[rRuU]?(?:\"{3}|'{3})\s*"
_LINE_END = r"\r\n|\r|\n"


def retold(revision: Revision, script: Script) -> NewLine | None:
    """The line of the docstring that holds the whole message, with a suggestion in its place.

    None where there is no suggestion, or the message does not stand in one line. It is proved by
    reading: with that line the file has the suggested message, and all else is as it was.
    """
    text, first = suggest(script), script.module.body[:1]
    if not re.fullmatch(_SAFE, text) or text == revision.message or not first:
        return None
    at = first[0].lineno - 1
    try:
        lines = re.split(_LINE_END, script.data.decode())
        was, lines[at] = lines[at], _line(lines[at], revision.message, text)
        module = parse("\n".join(lines).encode())
    except (*PARSE_ERRORS, IndexError):
        return None
    return NewLine(at + 1, was, lines[at]) if _proved(script.module, module, text) else None


def _line(was: str, message: str, text: str) -> str:
    if message:
        return was.replace(message, text, 1)
    return was.rstrip() + text if re.fullmatch(_OPENING, was) else was


def _proved(was: ast.Module, now: ast.Module, text: str) -> bool:
    """Whether nothing but the message is another, which is `text`."""
    before, after = docstring(was), docstring(now)
    rest = [ast.dump(ast.Module(each.body[1:], [])) for each in (was, now)]
    return message_of(after) == text and claims_of(after) == claims_of(before) and len({*rest}) == 1
