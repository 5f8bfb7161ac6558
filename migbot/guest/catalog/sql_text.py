"""SQLite's SQL as tokens: what is left of a statement without its spelling."""

from __future__ import annotations

import re
from typing import Iterable, List, NamedTuple, Sequence

_TOKENS = re.compile(
    r"""(?P<space>\s+|--[^\n]*|/\*.*?\*/)
      | (?P<string>[xX]?'(?:[^']|'')*')
      | (?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])
      | (?P<word>[A-Za-z_\x80-\U0010ffff][\w$\x80-\U0010ffff]*)
      | (?P<number>\d[\w.]*|\.\d\w*)
      | (?P<sign>\|\||<<|>>|<=|>=|==|<>|!=|->>|->|.)""",
    re.VERBOSE | re.DOTALL,
)


_SYNONYMS = {"<>": "!=", "==": "="}


class Token(NamedTuple):
    """One token: `text` is as it is compared, `word` its upper case if it may be a keyword."""

    text: str
    word: str


def tokens(sql: str) -> List[Token]:
    """The tokens of `sql`: no spaces or comments, names without quotes."""
    found = []
    for match in _TOKENS.finditer(sql):
        kind, text = match.lastgroup, match.group()
        if kind == "quoted":
            found.append(Token(_unquoted(text), ""))
        elif kind == "word":
            found.append(Token(text, text.upper()))
        elif kind != "space":
            found.append(Token(_SYNONYMS.get(text, text), ""))
    return found


def _unquoted(text: str) -> str:
    if text[0] == "[":
        return text[1:-1]
    return text[1:-1].replace(text[0] * 2, text[0])


def plain(parts: Iterable[Token], fold: bool = True) -> str:
    """Tokens as text, spaced in one way; words in lower case where `fold`, strings as they are."""
    text = ""
    for token in parts:
        word = token.text.lower() if fold and not token.text.startswith(("'", "x'")) else token.text
        tight = word in (")", ",", ".") or text.endswith(("(", ".")) or not text
        call = word == "(" and re.search(r"\b(?!and|or|not|in|as|on|check|values)\w+$", text)
        text += word if tight or call else " " + word
    return text


def split(parts: Sequence[Token], at: str = ",") -> List[List[Token]]:
    """`parts` cut at each `at` that is not within parentheses."""
    pieces: List[List[Token]] = [[]]
    depth = 0
    for token in parts:
        depth += (token.text == "(") - (token.text == ")")
        if token.text == at and depth == 0:
            pieces.append([])
        else:
            pieces[-1].append(token)
    return pieces


def group(parts: Sequence[Token], start: int) -> int:
    """The index just after the parenthesis that closes the one at `start`."""
    depth = 0
    for index in range(start, len(parts)):
        depth += (parts[index].text == "(") - (parts[index].text == ")")
        if depth == 0:
            return index + 1
    raise ValueError("a parenthesis is not closed")


def bare(parts: Sequence[Token]) -> Sequence[Token]:
    """`parts` without parentheses around the whole: a batch writes `(CURRENT_TIMESTAMP)`."""
    while len(parts) > 1 and parts[0].text == "(" and group(parts, 0) == len(parts):
        parts = parts[1:-1]
    return parts
