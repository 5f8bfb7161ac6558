"""Re-point a migration: another `down_revision`, and proof that nothing else changed."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from itertools import accumulate

from migbot.core.model import Revision
from migbot.core.parse import PARSE_ERRORS, parse, revision_of
from migbot.core.value import Value
from migbot.errors import MigbotError

TYPE_CHECKING = False  # see core.value
if TYPE_CHECKING:
    from typing import TypeGuard

NAME = "down_revision"

Assignment = ast.Assign | ast.AnnAssign
Replacement = tuple[int, int, bytes]

_REVISES = r"^([ \t]*Revises[ \t]*:)[^\r\n]*"
_OPENING = re.compile(rb"[rRuU]?('''|\"\"\"|'|\")")
_PLAIN = re.compile(r"[\w.+:@/ -]+", re.ASCII)


def repoint(path: str, data: bytes, parents: tuple[str, ...]) -> bytes:
    """The same migration with `parents` as its `down_revision`.

    Only the literal is replaced, and the ids of the docstring's `Revises:` line: encoding, byte
    order mark, newlines, comments, annotation and quotes stay. The result is parsed again and
    must be equal in everything else. Raises MigbotError where one literal is not the whole truth:
    `down_revision` assigned twice, in an `if`, in one statement with others, or computed; and
    where a comment stands inside the literal, as it would be lost.
    """
    try:
        source = _Source.of(data)
        was = _Parsed(source, parse(data))
        value = _replaceable(source, _assignment(was))
    except (_Refused, *PARSE_ERRORS) as error:
        raise MigbotError(f"{path}: {error}.", _by_hand(path, parents)) from None
    change = (*source.span(value), _literal(parents, value, source.quote(value)))
    for others in (_revises(was, parents), []):
        edit = _Edit((change, *others))
        rewritten = edit.of(source).encode(source.encoding)
        if _proved(path, was, edit, rewritten, parents):
            return rewritten
    raise MigbotError(f"{path}: {NAME} cannot be replaced safely.", _by_hand(path, parents))


class _Refused(Exception):
    """Why one literal cannot be replaced; the end of a sentence that begins with the path."""


def _by_hand(path: str, parents: tuple[str, ...]) -> str:
    value = _literal(parents, ast.Constant(None), '"').decode()
    return f"Write `{NAME} = {value}` in {path} by hand, or: migbot resolve --strategy merge"


class _Source(Value):
    """A file in UTF-8, which is what the columns of `ast` count, and the encoding to go back to."""

    text: bytes
    encoding: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, data: bytes) -> _Source:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        characters = data.decode(encoding)
        if characters.encode(encoding) != data:
            raise _Refused(f"its encoding {encoding} does not write the same bytes back")
        text = characters.encode()
        lengths = (len(line) for line in text.splitlines(keepends=True))
        return cls(text, encoding, (0, *accumulate(lengths)))

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Where `node` begins and ends, in bytes."""
        last, column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return self.starts[node.lineno - 1] + node.col_offset, self.starts[last - 1] + column

    def of_node(self, node: ast.expr) -> bytes:
        """The bytes of `node`."""
        start, end = self.span(node)
        return self.text[start:end]

    def quote(self, value: ast.expr) -> str:
        """The quote that the literal uses, or for None the last that the file used before it."""
        used = re.search(rb"['\"]", self.of_node(value))
        before = re.findall(rb"=\s*(['\"])", self.text[: self.span(value)[0]])
        return (used.group() if used else before[-1] if before else b'"').decode()


class _Parsed(Value):
    """A file, and what it says."""

    source: _Source
    module: ast.Module


class _Edit(Value):
    """The spans that are replaced."""

    spans: tuple[Replacement, ...]

    def of(self, source: _Source) -> str:
        """The file with the spans replaced."""
        text = source.text
        for start, end, replacement in sorted(self.spans, reverse=True):
            text = text[:start] + replacement + text[end:]
        return text.decode()

    def moved(self, span: tuple[int, int]) -> tuple[int, int]:
        """Where that is afterwards which is at `span` before, and begins in no replaced one."""
        return self._later(span[0]), self._later(span[1])

    def _later(self, place: int) -> int:
        below = (each for each in self.spans if each[1] <= place)
        return place + sum(len(text) - (end - start) for start, end, text in below)


def _assignment(was: _Parsed) -> Assignment:
    """The one statement of the module that binds the name, and binds nothing else."""
    if _bindings(was) > 1:
        raise _Refused(f"{NAME} is assigned more than once")
    for statement in was.module.body:
        if _binds(statement):
            return statement
    raise _Refused(f"{NAME} is not assigned by a statement of its own at the top of the module")


def _bindings(was: _Parsed) -> int:
    """How often the name is bound, anywhere; what stands there once is bound once at most.

    Python takes other letters for these too (PEP 3131), so that only ASCII can be counted as it is.
    """
    text = was.source.text
    if text.isascii() and text.count(NAME.encode()) < 2:
        return text.count(NAME.encode())
    names = (each for each in ast.walk(was.module) if isinstance(each, ast.Name))
    return sum(each.id == NAME and not isinstance(each.ctx, ast.Load) for each in names)


def _binds(statement: ast.stmt) -> TypeGuard[Assignment]:
    if not isinstance(statement, Assignment):
        return False
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return [each.id for each in targets if isinstance(each, ast.Name)] == [NAME] and (
        len(targets) == 1
    )


def _replaceable(source: _Source, statement: Assignment) -> ast.expr:
    value = statement.value
    parts = value.elts if isinstance(value, ast.Tuple | ast.List | ast.Set) else [value]
    if value is None or not all(isinstance(each, ast.Constant) for each in parts):
        raise _Refused(f"{NAME} is computed, not a literal")
    lines = source.of_node(value).splitlines()
    if len(lines) > 1 and any(b"#" in each for each in lines):
        raise _Refused(f"the value of {NAME} holds a comment, which would be lost")
    return value


def _literal(parents: tuple[str, ...], was: ast.expr, quote: str) -> bytes:
    ids = [_quoted(each, quote) for each in parents]
    if not ids:
        return b"None"
    if len(ids) == 1:
        return ids[0].encode()
    listed = ", ".join(ids)
    return (f"[{listed}]" if isinstance(was, ast.List) else f"({listed})").encode()


def _quoted(name: str, quote: str) -> str:
    return f"{quote}{name}{quote}" if _PLAIN.fullmatch(name) else ascii(name)


def _revises(was: _Parsed, parents: tuple[str, ...]) -> list[Replacement]:
    """The change of the docstring's `Revises:` line, where there is just one of it."""
    source, first = was.source, was.module.body[0]
    if not (isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)):
        return []
    start, end = source.span(first.value)
    opening = _OPENING.match(source.text[start:end])
    if opening is None or not all(_PLAIN.fullmatch(each) for each in parents):
        return []
    start, end = start + opening.end(), end - len(opening.group(1))
    lines = list(re.finditer(_REVISES.encode(), source.text[start:end], re.MULTILINE | re.I))
    if len(lines) != 1:
        return []
    line = lines[0]
    ids = f"{line.group(1).decode()} {', '.join(parents)}".rstrip().encode()
    return [(start + line.start(), start + line.end(), ids)]


def _proved(
    path: str, was: _Parsed, edit: _Edit, rewritten: bytes, parents: tuple[str, ...]
) -> bool:
    """Whether `rewritten` names `parents` and is `was` in all but that and the `Revises:` line."""
    try:
        now = _Parsed(_Source.of(rewritten), parse(rewritten))
    except (_Refused, *PARSE_ERRORS):
        return False
    read = revision_of(path, rewritten, now.module)
    named = isinstance(read, Revision) and read.parents == parents
    return named and now.source.text.decode() == edit.of(was.source) and _alike(was, edit, now)


def _alike(was: _Parsed, edit: _Edit, now: _Parsed) -> bool:
    """Whether every statement is where the edit leaves it, and says the same, but for what is meant
    to change.

    A statement at the top of a module is read by its own text alone. So where each one begins and
    ends in the same text as before, each says what it said. Of the two that differ, the assignment
    ends with the literal that was written, and the docstring is compared.
    """
    old, new = was.module.body, now.module.body
    return (
        len(old) == len(new)
        and all(
            type(one) is type(other)
            and edit.moved(was.source.span(one)) == now.source.span(other)
            and _binds(one) == _binds(other)
            for one, other in zip(old, new, strict=True)
        )
        and _said(old[0]) == _said(new[0])
    )


def _said(first: ast.stmt) -> str:
    """The docstring without the ids of its `Revises:` lines."""
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        said = first.value.value
        return re.sub(_REVISES, r"\1", said, flags=re.M | re.I) if isinstance(said, str) else ""
    return ""
