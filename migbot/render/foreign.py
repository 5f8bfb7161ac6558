"""Text that a stranger may have written, made harmless in Markdown: it is shown, and does nothing.

Migration messages, file names, SQL and a database's words all reach a pull request. None of them
may ping people, make links, close our fences, hide text or forge our marker. GitHub looks for
mentions and links in the *rendered* text, where a backslash is gone; so a word joiner parts them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from migbot.render.masked import masked
from migbot.render.neutral import plain

JOINER = "\N{WORD JOINER}"
"""Invisible, and no part of any login, number or address: what is parted by it is no link."""

_MARKUP = re.compile(r"([\\`*_\[\]<>&|~$#])")
_LINKS = re.compile(
    r"(?i)@|#(?=\d)|:(?=//)|\bgh(?=-\d)|\bwww(?=\.|\Z)|\b(?:mailto|xmpp)(?=:|\Z)"
    r"|:(?=[\w+-]*[a-z_+-][\w+-]*(?::|\Z))"  # an emoji's name, perhaps with a colon of ours
)
r"""At the end of a text (`\Z`) a full stop or a colon of ours may follow: the rest of a link."""
_BLOCK = re.compile(r"[-+=:]|\d+[.)]")
"""What begins a list, a line under a heading or a table, at the start of a line."""

_COMMIT = re.compile(r"(?i)(?<!\w)([0-9a-f]{7,64})(?!\w)")
"""GitHub links what could be a commit. As a code span it is none, and still can be copied."""


def visible(text: str) -> str:
    """`text` with everything that cannot be seen written as its number; line ends are kept."""
    return "\n".join(map(plain, text.replace("\r\n", "\n").expandtabs(4).split("\n")))


def one_line(text: str, limit: int) -> str:
    """`text` on one line, at most `limit` characters long, hidden characters shown."""
    line = " ".join(visible(masked(text[: 4 * limit])).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def code(text: str, limit: int = 120, *, cell: bool = False) -> str:
    """`text` as a code span that nothing in it can end; `cell` keeps it inside a table's cell."""
    line = _without_comments(one_line(text, limit)) or " "
    if cell:  # GFM splits a row before it looks for code spans, and `\\|` splits all the same
        line = line.replace("|", r"\u007c")
    return _span(line)


def _span(line: str) -> str:
    fence = "`" * (_longest_run(line) + 1)
    pad = " " if line.startswith(("`", " ")) or line.endswith(("`", " ")) else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def prose(text: str, limit: int = 400) -> str:
    """`text` as plain words, for the middle of a line: at its start, `sentence` is needed.

    What stands between single backticks stays a code span.
    """
    pieces = one_line(text, limit).split("`")
    if len(pieces) % 2 == 0:  # an odd backtick is no code span
        return _plain("`".join(pieces))
    return _together(_code(p) if number % 2 else _plain(p) for number, p in enumerate(pieces))


def sentence(text: str, limit: int = 400) -> str:
    """`text` as `prose`, for the start of a line."""
    words = prose(text, limit)
    return JOINER + words if _BLOCK.match(words) else words


def _code(line: str) -> str:
    return _span(_without_comments(line.strip()) or " ")


def _plain(text: str) -> str:
    pieces = _COMMIT.split(text)
    return _together(_span(p) if number % 2 else _parted(p) for number, p in enumerate(pieces))


def _together(pieces: Iterable[str]) -> str:
    """The pieces in a row; two code spans that touch would become one."""
    made = ""
    for piece in pieces:
        made += JOINER + piece if made.endswith("`") and piece.startswith("`") else piece
    return made


def _parted(text: str) -> str:
    parted = _LINKS.sub(lambda found: found[0] + JOINER, _without_comments(text))
    return _MARKUP.sub(r"\\\1", parted)


def _without_comments(text: str) -> str:
    """What looks like a comment of ours does nothing here; it must not be found either."""
    return text.replace("<!--", f"<!{JOINER}--")


def fenced(text: str, *, kind: str = "text", lines: int = 30, limit: int = 2_000) -> str:
    """`text` as a code block, cut to `lines` and `limit` characters, that nothing in it can end.

    `kind` is the language in which it is coloured.
    """
    shown = _without_comments(visible(masked(text[:limit]))).strip("\n").split("\n")
    cut = shown[:lines] + ["…"] * (len(shown) > lines or len(text) > limit)
    fence = "`" * max(3, _longest_run("\n".join(cut)) + 1)
    return "\n".join([f"{fence}{kind}", *cut, fence])


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
