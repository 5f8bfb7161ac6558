"""The text of a migration, read and never run: bytes in, a Revision out."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator

from migbot.core.model import Claims, Revision, Unreadable

SOURCE = re.compile(r"(?!\.#|__init__)(.*\.py)$", re.DOTALL)
"""File names that Alembic loads (alembic.script.base); `.hidden.py` is one of them."""

LEGACY_ID = re.compile(r"([a-f0-9]+)\.py$")
"""A file without `revision` whose name is hexadecimal has its id from the name, as in Alembic."""

NAMES = ("revision", "down_revision", "branch_labels", "depends_on")

# What `ast.parse` raises for bytes that are no Python, measured on hostile inputs.
PARSE_ERRORS = (
    SyntaxError,
    ValueError,
    RecursionError,
    MemoryError,
    OverflowError,
    LookupError,
)

_MARKER = re.compile(rb"^(<{7} |>{7} |\|{7} |={7}\r?$)", re.MULTILINE)
_CLAIM = re.compile(r"^\s*(Revision ID|Revises|Create Date|Merges|Depends on)\s*:\s*(.*)$", re.I)


class Computed(Exception):
    """A value that is not a literal: only running the file would tell it."""


class Names:
    """The module variables seen so far: literal values, the lines, and which are computed."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self.lines: dict[str, int] = {}
        self.computed: set[str] = set()

    def assign(self, name: str, node: ast.expr | None, line: int) -> None:
        """Book `name = node`; the last assignment wins, as it does when the file runs."""
        self.lines[name] = line
        self.computed.discard(name)
        try:
            self.values[name] = literal(node, self.values, self.computed)
        except Computed:
            self.values.pop(name, None)
            self.computed.add(name)

    def hide(self, name: str, line: int) -> None:
        """Book that `name` is set in a way that only running the file would tell."""
        self.assign(name, None, line)


def read_revision(path: str, data: bytes) -> Revision | Unreadable:
    """One file of a versions folder as a Revision, or why it cannot be read as one.

    `path` is from the repository's root. Nothing is imported and nothing is executed. Whatever
    Alembic would accept as a literal is accepted: annotated, chained and unpacked assignments,
    str, tuple, list, set and None, any encoding that Python knows.
    """
    try:
        module = parse(data)
    except PARSE_ERRORS as error:
        return unreadable(path, data, error)
    return revision_of(path, data, module)


def revision_of(path: str, data: bytes, module: ast.Module) -> Revision | Unreadable:
    """As `read_revision`, of the `module` that `parse` has made of `data`."""
    names = module_names(module)
    if b"global" in data:
        _hide_globals(module, names)
    try:
        return _revision(path, module, names)
    except _NotAMigration as reason:
        return Unreadable(path, reason.reason, reason.line, reason.hint)


def parse(data: bytes) -> ast.Module:
    """`ast.parse` of a file's bytes, without the warnings that it prints about old escapes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(data)


def unreadable(path: str, data: bytes, error: BaseException) -> Unreadable:
    """Why `data` is not Python: conflict markers, a Git LFS pointer, or the parser's words."""
    marker = _MARKER.search(data)
    if marker:
        line = data.count(b"\n", 0, marker.start()) + 1
        return Unreadable(path, "has conflict markers", line, "Resolve the conflict in this file.")
    if data.startswith(b"version https://git-lfs"):
        return Unreadable(path, "is a Git LFS pointer", 1, "Run: git lfs pull")
    line = getattr(error, "lineno", None) or 1
    words = error.msg if isinstance(error, SyntaxError) else str(error)
    reason = f"is not valid Python ({words or type(error).__name__})"
    return Unreadable(path, reason, line, "Mend the file; syntax newer than migbot's Python counts")


class _NotAMigration(Exception):
    def __init__(self, reason: str, line: int = 1, hint: str = "") -> None:
        super().__init__(reason)
        self.reason, self.line, self.hint = reason, line, hint


def _revision(path: str, module: ast.Module, names: Names) -> Revision:
    text = docstring(module)
    return Revision(
        id=_id(path, names),
        path=path,
        parents=_parents(names),
        depends_on=_optional(names, "depends_on"),
        labels=_optional(names, "branch_labels"),
        message=message_of(text),
        claims=claims_of(text),
        lines={name: names.lines[name] for name in NAMES if name in names.lines},
        unresolved=frozenset(names.computed & {"branch_labels", "depends_on"}),
    )


def _id(path: str, names: Names) -> str:
    if "revision" in names.computed:
        raise _computed("revision", names)
    if "revision" not in names.values:
        legacy = LEGACY_ID.match(path.rsplit("/", 1)[-1])
        if legacy:
            return legacy.group(1)
        hint = "Move a helper module out of the versions folder: Alembic stops at it too."
        raise _NotAMigration("has no `revision`", 1, hint)
    value, line = names.values["revision"], names.lines["revision"]
    if not isinstance(value, str) or not value:
        raise _NotAMigration(f"has `revision = {value!r}`, which is no id", line)
    return value


def _parents(names: Names) -> tuple[str, ...]:
    if "down_revision" in names.computed:
        raise _computed("down_revision", names)
    if "down_revision" not in names.values:
        raise _NotAMigration("has no `down_revision`", 1, "Write `down_revision = None` for a base")
    return _ids("down_revision", names)


def _optional(names: Names, name: str) -> tuple[str, ...]:
    return _ids(name, names) if name in names.values else ()


def _ids(name: str, names: Names) -> tuple[str, ...]:
    value, line = names.values[name], names.lines[name]
    if value is None:
        return ()
    ids = (value,) if isinstance(value, str) else value
    if not isinstance(ids, tuple) or not all(isinstance(each, str) and each for each in ids):
        hint = "Write an id, a tuple of ids, or None."
        raise _NotAMigration(f"has `{name} = {value!r}`, which names no revision", line, hint)
    return ids


def _computed(name: str, names: Names) -> _NotAMigration:
    hint = "Write the value as a literal: migbot does not run files to read them."
    return _NotAMigration(f"computes `{name}`, so its value is not known", names.lines[name], hint)


def module_names(module: ast.Module) -> Names:
    """What the module's own statements bind, as far as literals tell it."""
    names = Names()
    for statement in module.body:
        _bind(statement, names)
    return names


def _hide_globals(module: ast.Module, names: Names) -> None:
    """A function may set a module variable; whether it runs is not known."""
    for each in ast.walk(module):
        for name in each.names if isinstance(each, ast.Global) else ():
            names.hide(name, each.lineno)  # type: ignore[attr-defined]


def _bind(node: ast.stmt, names: Names) -> None:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            _assign(target, node.value, names)
    elif isinstance(node, ast.AnnAssign):
        if node.value is not None:
            _assign(node.target, node.value, names)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.NamedExpr):
        _assign(node.value.target, node.value.value, names)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        names.hide(node.name, node.lineno)
    elif isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            for name in _imported(alias):
                names.hide(name, node.lineno)
    elif not isinstance(node, ast.Expr) or isinstance(node.value, ast.Call):
        for name in _hidden(node):
            names.hide(name, node.lineno)


def _assign(target: ast.expr, value: ast.expr, names: Names) -> None:
    if isinstance(target, ast.Name):
        names.assign(target.id, value, target.lineno)
    elif isinstance(target, ast.Tuple | ast.List):
        pairs = _unpacked(target, value)
        for each, part in pairs:
            if isinstance(each, ast.Name):
                names.assign(each.id, part, each.lineno)
    elif isinstance(target, ast.Subscript):  # globals()["revision"] = ...
        for name in _hidden(target):
            names.hide(name, target.lineno)


def _unpacked(
    target: ast.Tuple | ast.List, value: ast.expr
) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    parts = value.elts if isinstance(value, ast.Tuple | ast.List) else []
    plain = not any(isinstance(each, ast.Starred) for each in (*target.elts, *parts))
    for number, each in enumerate(target.elts):
        fits = plain and len(parts) == len(target.elts)
        yield (
            (each.value if isinstance(each, ast.Starred) else each),
            (parts[number] if fits else None),
        )


def _hidden(node: ast.AST) -> Iterator[str]:
    """The names that a compound statement, an import or a call may bind."""
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store | ast.Del):
            yield each.id
        elif isinstance(each, ast.alias):
            yield from _imported(each)
        elif isinstance(each, ast.Name) and each.id in ("globals", "vars", "locals", "exec"):
            yield from NAMES


def _imported(alias: ast.alias) -> Iterable[str]:
    return NAMES if alias.name == "*" else (alias.asname or alias.name).split(".")[:1]


def literal(node: ast.expr | None, known: dict[str, object], computed: set[str]) -> object:
    """The value of a literal expression; sequences and sets become tuples in source order.

    A name stands for what an earlier literal assignment gave it. Raises Computed for the rest.
    """
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return tuple(literal(each, known, computed) for each in node.elts)
    if isinstance(node, ast.Name) and node.id in known and node.id not in computed:
        return known[node.id]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _joined([literal(side, known, computed) for side in (node.left, node.right)])
    if isinstance(node, ast.JoinedStr):
        return _joined([literal(_inner(part), known, computed) for part in node.values])
    raise Computed


def _inner(part: ast.expr) -> ast.expr:
    if not isinstance(part, ast.FormattedValue):
        return part
    if part.conversion != -1 or part.format_spec is not None:
        raise Computed
    return part.value


def _joined(parts: list[object]) -> str:
    if not all(isinstance(part, str) for part in parts):
        raise Computed
    return "".join(str(part) for part in parts)


def docstring(module: ast.Module) -> str:
    """The module's docstring as it is written, "" where there is none."""
    first = module.body[0] if module.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        value = first.value.value
        return value if isinstance(value, str) else ""
    return ""


def message_of(text: str) -> str:
    """The message in a docstring: its first paragraph, before any `Revision ID:` line."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if not line.strip() or _CLAIM.match(line):
            break
        lines.append(line.strip())
    return " ".join(lines)


def claims_of(text: str) -> Claims:
    """What the docstring's `Revision ID:` and `Revises:` lines say."""
    found = {
        match.group(1).lower(): match.group(2).strip()
        for match in map(_CLAIM.match, text.splitlines())
        if match
    }
    revises = found.get("revises")
    return Claims(
        revision=found.get("revision id"),
        revises=None if revises is None else _claimed_ids(revises),
    )


def _claimed_ids(text: str) -> tuple[str, ...]:
    ids = (each.strip(" '\"()[]") for each in text.split(","))
    return tuple(each for each in ids if each and each.lower() not in ("none", "<base>", "base"))
