"""MB405: an enum type that an upgrade creates is dropped by the downgrade."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from migbot.core.check import Remark, rule
from migbot.core.history import Change
from migbot.core.model import Revision, Severity
from migbot.core.parse import module_names
from migbot.core.script import Body, Script
from migbot.core.settings import Settings
from migbot.core.wording import shown

ENUMS = frozenset({"Enum", "ENUM"})
"""sqlalchemy.Enum and sqlalchemy.dialects.postgresql.ENUM, however they were imported."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@rule("MB405", Severity.WARNING)
def enum_dropped(change: Change, settings: Settings) -> Iterator[Remark]:
    """A named Enum that comes with a table and stays when the table goes, on PostgreSQL.

    The next upgrade then stops with "type already exists". What is created elsewhere (`native_enum`
    or `create_type` False), was there in an older revision, or is named anywhere in the downgrade
    is left alone; so is a project whose settings say that its database is another one.
    """
    if change.after.environment.database not in ("", "postgresql"):
        return
    for revision in change.touched:
        script = change.script(revision)
        for name, line in left_behind(script).items():
            if not _older(change, revision, name):
                yield Remark(
                    f"the upgrade of {shown(revision.id)} creates the enum type {shown(name)}, and "
                    "the downgrade leaves it behind on PostgreSQL",
                    f'Add to the downgrade: op.execute("DROP TYPE {name}")',
                    revision,
                    line=line,
                )


def left_behind(script: Script) -> dict[str, int]:
    """The enum types that an upgrade creates and the downgrade never names, with their lines."""
    if script.downgrade is not Body.CODE or script.irreversible:
        return {}
    if b"enum" not in script.data.lower():  # the walks below take most of what a sweep's rules do
        return {}
    enums = _Enums(script.module)
    functions = {each.name: each for each in script.module.body if isinstance(each, Function)}
    downs = [part for each in _reached(functions, "downgrade") for part in ast.walk(each)]
    texts = [each.value for each in downs if isinstance(each, ast.Constant)]
    named = {enums.name(each) for each in downs}
    return {
        name: line
        for function in _reached(functions, "upgrade")
        for name, line in _created(function, enums)
        if name not in named and not any(isinstance(text, str) and name in text for text in texts)
    }


def _reached(functions: dict[str, Function], stem: str) -> list[Function]:
    """`stem` and every function of the module that it calls, however far."""
    waiting = [name for name in functions if name == stem or name.startswith(f"{stem}_")]
    seen: dict[str, Function] = {}
    while waiting:
        name = waiting.pop()
        if name in functions and name not in seen:
            seen[name] = functions[name]
            waiting += [each.id for each in ast.walk(functions[name]) if isinstance(each, ast.Name)]
    return list(seen.values())


class _Enums:
    """What a module gives a variable: calls that may make an Enum, and literals that name one."""

    def __init__(self, module: ast.Module) -> None:
        self.literals = module_names(module).values
        self.variables = {
            target.id: each.value
            for each in ast.walk(module)
            if isinstance(each, ast.Assign) and isinstance(each.value, ast.Call)
            for target in each.targets
            if isinstance(target, ast.Name)
        }

    def name(self, node: ast.AST) -> str:
        """The name of the type that an Enum creates on PostgreSQL; "" for all that is none."""
        call = self.variables.get(node.id) if isinstance(node, ast.Name) else node
        if not isinstance(call, ast.Call) or _called(call) not in ENUMS:
            return ""
        given = {each.arg: each.value for each in call.keywords}
        if any(_is_false(given.get(switch)) for switch in ("native_enum", "create_type")):
            return ""
        name = given.get("name")
        if isinstance(name, ast.Name):
            return str(self.literals.get(name.id, ""))
        return str(name.value) if isinstance(name, ast.Constant) and name.value else ""


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", "") or getattr(call.func, "id", "")


def _is_false(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _created(function: Function, enums: _Enums) -> Iterator[tuple[str, int]]:
    """The enum types that come to be: in `create_table`, or by their own `.create(...)`.

    `add_column` and `alter_column` create none: they need one that is there.
    """
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            made: list[ast.AST] = [call.func.value] if call.func.attr == "create" else []
            if call.func.attr == "create_table":
                made = [part for each in call.args for part in ast.walk(each)]
            yield from ((name, call.lineno) for part in made if (name := enums.name(part)))


def _older(change: Change, revision: Revision, name: str) -> bool:
    """Whether a revision below speaks of the type already: then it is not this one's to drop."""
    graph = change.after.graph
    below = graph.ancestors([revision.id], depends=True) - {revision.id}
    entries = [change.after.entries[graph.by_id[each].path] for each in below]
    quoted = name.encode()
    return any(quoted in text for text in change.after.read(entries).values())
