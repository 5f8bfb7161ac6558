"""What a migration does, as far as its syntax tree tells: its bodies, operations and waivers."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

from migbot.core.parse import PARSE_ERRORS, docstring, module_names, parse
from migbot.core.value import Value

TYPE_CHECKING = False  # see core.value
if TYPE_CHECKING:
    from typing import TypeGuard


class Body(StrEnum):
    """What stands in `upgrade` or `downgrade`."""

    CODE = "code"
    EMPTY = "empty"
    RAISE = "raise"
    MISSING = "missing"


class Operation(Value):
    """One call of an operation, as `op.add_column("user", sa.Column("name", ...))`.

    `names` are the literal strings among its arguments in order of writing, nested calls such as
    `sa.Column("name")` included one level deep; `node` is the call. `batch` is the table of the
    `batch_alter_table` block that it stands in ("" where that is not a literal), which is then
    the first of `names` too; None outside of one.
    """

    verb: str
    names: tuple[str, ...]
    line: int
    node: ast.Call
    batch: str | None = None


class Waiver(Value):
    """A comment `# migbot: allow CODE reason`; the reason may be empty, and is then not enough."""

    code: str
    reason: str
    line: int


class Script(Value):
    """A migration's functions. `irreversible` is the reason the module declares, or None.

    `module` is the syntax tree, for the rules that look deeper than operations, and `data` the
    bytes that it was read from.
    """

    upgrade: Body
    downgrade: Body
    upgrades: tuple[Operation, ...]
    downgrades: tuple[Operation, ...]
    upgrade_line: int
    downgrade_line: int
    irreversible: str | None
    waivers: tuple[Waiver, ...]
    module: ast.Module
    data: bytes


OPERATIONS = frozenset(
    {
        *("add_column", "alter_column", "drop_column", "rename_table", "bulk_insert", "execute"),
        *("create_table", "drop_table", "create_table_comment", "drop_table_comment"),
        *("create_index", "drop_index", "create_foreign_key", "create_primary_key"),
        *("create_unique_constraint", "create_check_constraint", "create_exclude_constraint"),
        *("drop_constraint",),
    }
)
"""The operations of alembic.op; the same names are the methods of `batch_alter_table`."""

_WAIVER = re.compile(r"#\s*migbot:\s*allow\s+(\w+)\b[\s:,-]*(.*)$")


def read_script(data: bytes) -> Script:
    """The bodies of a file that `read_revision` could read. Nothing is run."""
    module = parse(data)
    ups, downs = _functions(module, "upgrade"), _functions(module, "downgrade")
    names = module_names(module)
    reason = names.values.get("irreversible")
    return Script(
        upgrade=_body("upgrade", ups, names.lines),
        downgrade=_body("downgrade", downs, names.lines),
        upgrades=tuple(_operations(ups)),
        downgrades=tuple(_operations(downs)),
        upgrade_line=names.lines.get("upgrade", 1),
        downgrade_line=names.lines.get("downgrade", 1),
        irreversible=reason if isinstance(reason, str) and reason.strip() else None,
        waivers=tuple(_waivers(data)) if b"migbot:" in data else (),
        module=module,
        data=data,
    )


Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(module: ast.Module, stem: str) -> list[Function]:
    """`stem` itself and, for the multidb template, `stem_<engine>`."""
    return [
        each
        for each in module.body
        if isinstance(each, Function) and (each.name == stem or each.name.startswith(f"{stem}_"))
    ]


def _body(stem: str, functions: list[Function], bound: dict[str, int]) -> Body:
    own = [each for each in functions if each.name == stem]
    if not own:
        return Body.CODE if stem in bound else Body.MISSING
    if _dispatches(own[-1]):  # the multidb template: the work is in upgrade_<engine>
        own = [each for each in functions if each.name != stem] or own
    bodies = {_one_body(each) for each in own}
    for worst in (Body.CODE, Body.RAISE):
        if worst in bodies:
            return worst
    return Body.EMPTY


def _dispatches(function: Function) -> bool:
    names = (each.id for each in ast.walk(function) if isinstance(each, ast.Name))
    return "globals" in names


def _one_body(function: Function) -> Body:
    for statement in function.body:
        if isinstance(statement, ast.Raise):
            return Body.RAISE
        if not _does_nothing(statement):
            return Body.CODE
    return Body.EMPTY


def _does_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Return):
        return statement.value is None or isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Pass)


def _operations(functions: Iterable[Function]) -> Iterator[Operation]:
    for function in functions:
        blocks = list(_batches(function))
        calls = (each for each in ast.walk(function) if isinstance(each, ast.Call))
        for call in sorted(calls, key=lambda each: (each.lineno, each.col_offset)):
            if isinstance(call.func, ast.Attribute) and call.func.attr in OPERATIONS:
                batch = _batch(call.func.value, blocks)
                names = (*((batch,) if batch else ()), *_strings(call))
                yield Operation(call.func.attr, names, call.lineno, call, batch)


class _Block(Value):
    """`with op.batch_alter_table("table") as alias:`, from its first line to its last."""

    alias: str
    table: str
    lines: range


def _batches(function: Function) -> Iterator[_Block]:
    """The batch blocks of a function, an inner one after the one around it."""
    for block in ast.walk(function):
        if isinstance(block, ast.With | ast.AsyncWith):
            lines = range(block.lineno, (block.end_lineno or block.lineno) + 1)
            for item in block.items:
                call, alias = item.context_expr, item.optional_vars
                if _opens_batch(call) and isinstance(alias, ast.Name):
                    yield _Block(alias.id, next(_strings(call), ""), lines)


def _opens_batch(node: ast.expr) -> TypeGuard[ast.Call]:
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr == "batch_alter_table"


def _batch(owner: ast.expr, blocks: list[_Block]) -> str | None:
    """The table that an operation on `owner` leaves out, because its block names it."""
    if not isinstance(owner, ast.Name):
        return None
    around = (each for each in reversed(blocks) if each.alias == owner.id)
    inside = (each.table for each in around if owner.lineno in each.lines)
    return next(inside, "" if "batch" in owner.id else None)


def _strings(call: ast.Call) -> Iterator[str]:
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value
        elif isinstance(argument, ast.Call) and argument.args:
            first = argument.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def _waivers(data: bytes) -> Iterator[Waiver]:
    import tokenize  # few migrations have any

    for token in tokenize.tokenize(io.BytesIO(data).readline):
        match = _WAIVER.match(token.string) if token.type == tokenize.COMMENT else None
        if match:
            yield Waiver(match.group(1).upper(), match.group(2).strip(), token.start[0])


def effect(data: bytes, leaving_out: frozenset[str] = frozenset()) -> str:
    """A text that is equal for two files exactly if they do the same: for comparing versions.

    Comments, formatting, docstrings, annotations and typing imports are left out, so that a
    formatter's run or a modernised annotation is no edit; so is what the module binds to the names
    `leaving_out`, to ask what else differs. For a file that cannot be parsed it is the file's own
    text.
    """
    try:
        module = parse(data)
    except PARSE_ERRORS:
        return data.decode("latin-1")
    if leaving_out:
        module.body = [each for each in module.body if not _binds(each, leaving_out)]
    return ast.dump(_Effect().visit(module))


def _binds(statement: ast.stmt, names: frozenset[str]) -> bool:
    """Whether a statement binds one of `names` (or `name_<engine>`) and nothing else."""
    if isinstance(statement, Function):
        return any(
            statement.name == name or statement.name.startswith(f"{name}_") for name in names
        )
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    return bool(targets) and all(
        isinstance(each, ast.Name) and each.id in names for each in targets
    )


class _Effect(ast.NodeTransformer):
    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt | None:
        if node.value is None:
            return None
        return ast.Assign(targets=[node.target], value=self.visit(node.value))

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(arg=node.arg)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt | None:
        return None if node.module in ("typing", "collections.abc", "__future__") else node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        node.returns = None
        return self._without_docstring(node)

    def visit_Module(self, node: ast.Module) -> ast.Module:
        self._without_docstring(node)
        return node

    def _without_docstring(self, node: ast.FunctionDef | ast.Module) -> ast.FunctionDef:
        if docstring(ast.Module(body=node.body, type_ignores=[])):
            node.body = node.body[1:] or [ast.Pass()]
        self.generic_visit(node)
        return node  # type: ignore[return-value]
