"""Re-point a migration: another `down_revision`, and proof that nothing else changed."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable
from itertools import accumulate

from migbot.core.model import Revision
from migbot.core.parse import PARSE_ERRORS, parse, read_revision
from migbot.core.value import Value
from migbot.errors import MigbotError

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
        module = parse(data)
        value = _replaceable(source, _assignment(module))
    except (_Refused, *PARSE_ERRORS) as error:
        raise MigbotError(f"{path}: {error}.", _by_hand(path, parents)) from None
    change = (*source.span(value), _literal(parents, value, source.quote(value)))
    for changes in ([change, *_revises(source, module, parents)], [change]):
        rewritten = source.edited(changes)
        if _proved(path, data, rewritten, parents):
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

    def span(self, node: ast.expr) -> tuple[int, int]:
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

    def edited(self, changes: Iterable[Replacement]) -> bytes:
        """The file in its own encoding with some spans replaced."""
        text = self.text
        for start, end, replacement in sorted(changes, reverse=True):
            text = text[:start] + replacement + text[end:]
        return text.decode().encode(self.encoding)


def _assignment(module: ast.Module) -> Assignment:
    """The one statement of the module that binds the name, and binds nothing else."""
    bound = [each for each in ast.walk(module) if isinstance(each, ast.Name) and each.id == NAME]
    if sum(not isinstance(each.ctx, ast.Load) for each in bound) > 1:
        raise _Refused(f"{NAME} is assigned more than once")
    for statement in module.body:
        if isinstance(statement, Assignment) and _binds(statement):
            return statement
    raise _Refused(f"{NAME} is not assigned by a statement of its own at the top of the module")


def _binds(statement: Assignment) -> bool:
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


def _revises(source: _Source, module: ast.Module, parents: tuple[str, ...]) -> list[Replacement]:
    """The change of the docstring's `Revises:` line, where there is just one of it."""
    first = module.body[0]
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


def _proved(path: str, was: bytes, now: bytes, parents: tuple[str, ...]) -> bool:
    """Whether `now` names `parents` and is `was` in all but that and the `Revises:` line."""
    read = read_revision(path, now)
    return isinstance(read, Revision) and read.parents == parents and _shape(was) == _shape(now)


def _shape(data: bytes) -> str:
    module = parse(data)
    statement = _assignment(module)
    statement.value = ast.Constant(None)
    first = module.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        said = first.value.value
        if isinstance(said, str):
            first.value.value = re.sub(_REVISES, r"\1", said, flags=re.MULTILINE | re.I)
    return ast.dump(module)
