"""MB404: a constraint is dropped by its name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from migbot.core.check import Remark, rule
from migbot.core.history import Change
from migbot.core.script import Operation
from migbot.core.settings import Settings
from migbot.core.wording import shown


@rule("MB404")
def constraint_named(change: Change, settings: Settings) -> Iterator[Remark]:
    """`drop_constraint(None, ...)`: Alembic has no name to put into the statement, and fails.

    Autogenerate writes it under a constraint that it let the database name. A naming convention
    that uses columns cannot find the name either, as nothing tells the columns here. A primary key
    is left alone: `pk_%(table_name)s` names it, and MySQL needs no name for it.
    """
    for revision in change.touched:
        script = change.script(revision)
        for part in ("upgrade", "downgrade"):
            for operation in script.upgrades if part == "upgrade" else script.downgrades:
                if operation.verb == "drop_constraint" and _nameless(operation):
                    yield Remark(
                        f"the {part} of {shown(revision.id)} drops a constraint without a name, "
                        "which fails when it runs",
                        "Name the constraint where it is created, and drop it by that name.",
                        revision,
                        line=operation.line,
                    )


def _nameless(operation: Operation) -> bool:
    call = operation.node
    given = {each.arg: each.value for each in call.keywords}
    positional = dict(zip(("constraint_name", "table_name", "type_"), call.args, strict=False))
    name, kind = (given.get(key) or positional.get(key) for key in ("constraint_name", "type_"))
    nameless = isinstance(name, ast.Constant) and name.value is None
    return nameless and not (isinstance(kind, ast.Constant) and kind.value == "primary")
