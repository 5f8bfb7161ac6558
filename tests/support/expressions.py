"""The expressions of a workflow file, worked out: `github.base_ref && format('origin/{0}', ...)`.

As much of the language as the files of this project use, with its way of comparing:
https://docs.github.com/actions/reference/workflows-and-actions/expressions
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

_TOKENS = re.compile(r"\s*('(?:[^']|'')*'|\|\||&&|==|!=|[!(),]|[A-Za-z_][\w.-]*)")
_MARKED = re.compile(r"\$\{\{(.*?)\}\}", re.S)
_STATUS = re.compile(r"\b(?:always|cancelled|failure|success)\s*\(")
_WORDS = {"true": True, "false": False, "null": None}

Context = Mapping[str, Any]


def filled(text: str, context: Context) -> str:
    """`text` with what each `${{ }}` in it stands for."""
    return _MARKED.sub(lambda found: _text(value(found[1], context)), str(text))


def holds(condition: object, context: Context, *, failed: bool) -> bool:
    """Whether an `if:` lets a job or a step run; without a word on it, only after no failure."""
    text = str(condition).strip()
    marked = _MARKED.fullmatch(text)
    text = marked[1] if marked else text
    known = {"always": True, "cancelled": False, "failure": failed, "success": not failed}
    asked = _STATUS.search(text) is not None
    return bool(value(text or "true", {**context, "()": known})) and (asked or not failed)


def value(text: str, context: Context) -> Any:
    """What an expression stands for. Raises ValueError for what is none."""
    tokens, place = [], 0
    while text[place:].strip():
        found = _TOKENS.match(text, place)
        if not found:
            raise ValueError(f"{text[place:]!r} is no part of an expression")
        tokens.append(found[1])
        place = found.end()
    reader = _Reader(tokens, context)
    answer = reader.either()
    if reader.tokens:
        raise ValueError(f"{reader.tokens[0]!r} is too much in {text!r}")
    return answer


@dataclass
class _Reader:
    """A recursive descent; everything is worked out at once, since nothing has an effect."""

    tokens: list[str]
    context: Context
    functions: dict[str, Callable[..., Any]] = field(
        default_factory=lambda: {
            "contains": lambda where, what: any(_same(each, what) for each in where),
            "format": lambda form, *values: form.format(*map(_text, values)),
            "fromJSON": json.loads,
        }
    )

    def either(self) -> Any:
        left = self.both()
        while self.took("||"):
            right = self.both()
            left = left or right
        return left

    def both(self) -> Any:
        left = self.compared()
        while self.took("&&"):
            right = self.compared()
            left = left and right
        return left

    def compared(self) -> Any:
        left = self.one()
        if self.took("=="):
            return _same(left, self.one())
        return not _same(left, self.one()) if self.took("!=") else left

    def one(self) -> Any:
        token = self.tokens.pop(0)
        if token == "!":
            return not self.one()
        if token == "(":
            inside = self.either()
            assert self.took(")"), "a bracket is not closed"
            return inside
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        return self.called(token) if self.took("(") else self.named(token)

    def called(self, name: str) -> Any:
        given = []
        while not self.took(")"):
            given.append(self.either())
            self.took(",")
        status = self.context.get("()", {})
        return status[name] if name in status else self.functions[name](*given)

    def named(self, path: str) -> Any:
        """What a path leads to; null where there is nothing, as in GitHub's language."""
        if path in _WORDS:
            return _WORDS[path]
        first, *rest = path.split(".")
        found: Any = self.context[first]
        for name in rest:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def took(self, token: str) -> bool:
        there = self.tokens[:1] == [token]
        del self.tokens[: int(there)]
        return there


def _same(left: Any, right: Any) -> bool:
    """Text is compared without its case; things of two kinds are compared as numbers."""
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold() == right.casefold()
    return left == right if type(left) is type(right) else _number(left) == _number(right)


def _number(what: Any) -> float:
    try:
        return float(what or 0)
    except (TypeError, ValueError):
        return float("nan")


def _text(what: Any) -> str:
    if what is None or isinstance(what, bool):
        return {None: "", True: "true", False: "false"}[what]
    return str(what)
