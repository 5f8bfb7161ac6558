"""Foreign text made harmless for a terminal: what cannot be seen is shown, nothing is obeyed.

Messages, file names, SQL and what a database says are written by strangers. An escape sequence in
one of them could rewrite the line above it, and a bidi control turn a statement round (CVE-2021-
42574), so every character that is not printable is shown as its number.
"""

from __future__ import annotations

import re

UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that Unicode calls printable and that leave no ink (joiners, fillers)."""

_UNSEEN = re.compile(f"[{''.join(sorted(UNSEEN))}]")
"""A search is ten times as fast as a set is, which goes through a text one string at a time."""

SPACES = frozenset("\u00a0\u202f\u3000")
"""Spaces that people write (French, Japanese) and Python does not call printable."""

MOST_LINES = 12
"""Lines of one statement or message that are shown; the report's JSON has all of them."""

MOST_CHARACTERS = 400
"""Characters of one line that are shown."""


def plain(text: str) -> str:
    r"""`text` on one line without any character that a terminal obeys or hides.

    Control characters and undecodable bytes become `\xNN`, bidi controls, zero-width and tag
    characters `\uNNNN` or `\UNNNNNNNN`; a tab and a newline are control characters too.
    """
    if text.isprintable() and not _UNSEEN.search(text):
        return text
    return "".join(map(_shown, text))


def paragraph(text: str) -> list[str]:
    """The lines of `text`, each `plain`, cut where there are too many or one is too long."""
    lines = text.expandtabs(4).replace("\r\n", "\n").strip("\n").split("\n")
    shown = [_line(line) for line in lines[:MOST_LINES]]
    more = len(lines) - len(shown)
    return [*shown, f"... {more} more lines"] if more else shown


def _line(line: str) -> str:
    return cut(plain(line[: MOST_CHARACTERS + 1].rstrip(" ")), MOST_CHARACTERS)


def cut(text: str, most: int) -> str:
    """`text`, or its beginning and three dots where it has more than `most` characters."""
    return text if len(text) <= most else text[: most - 3] + "..."


def _shown(character: str) -> str:
    if character in SPACES or (character.isprintable() and character not in UNSEEN):
        return character
    number = ord(character)
    if 0xDC80 <= number <= 0xDCFF:  # a byte that was not UTF-8, as os.fsdecode keeps it
        return f"\\x{number - 0xDC00:02x}"
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
