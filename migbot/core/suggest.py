"""A message for a migration, made from its operations, and an id for one that needs another."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from migbot.core.model import Revision
from migbot.core.script import Operation, Script
from migbot.core.value import Value
from migbot.core.wording import listed, shown

LONGEST_MESSAGE = 72
"""Characters of a suggestion, the width of a commit's subject; what does not fit is left out."""

# The parameters of alembic.op's operations, as far as a message names them. Inside a
# `batch_alter_table` block the table is left out.
_PARAMETERS = {
    "create_table": ("table_name",),
    "drop_table": ("table_name",),
    "create_table_comment": ("table_name",),
    "drop_table_comment": ("table_name",),
    "rename_table": ("old_table_name", "new_table_name"),
    "add_column": ("table_name", "column"),
    "drop_column": ("table_name", "column_name"),
    "alter_column": ("table_name", "column_name"),
    "create_index": ("index_name", "table_name"),
    "drop_index": ("index_name", "table_name"),
    "create_foreign_key": ("constraint_name", "source_table"),
    "create_primary_key": ("constraint_name", "table_name"),
    "create_unique_constraint": ("constraint_name", "table_name"),
    "create_check_constraint": ("constraint_name", "table_name"),
    "create_exclude_constraint": ("constraint_name", "table_name"),
    "drop_constraint": ("constraint_name", "table_name"),
    "execute": ("sqltext",),
}
_TABLES = ("table_name", "source_table")
_OBJECTS = ("column", "column_name", "index_name", "constraint_name")

# verb of the operation: verb of the message, what it is done to, and how the table is tied to it
_WORDS = {
    "create_table": ("create", "table", ""),
    "drop_table": ("drop", "table", ""),
    "create_table_comment": ("comment", "table", ""),
    "drop_table_comment": ("drop", "comment", "of"),
    "add_column": ("add", "column", "to"),
    "drop_column": ("drop", "column", "from"),
    "alter_column": ("alter", "column", "of"),
    "create_index": ("create", "index", ""),
    "drop_index": ("drop", "index", ""),
    "create_foreign_key": ("add", "foreign key", "to"),
    "create_primary_key": ("add", "primary key", "to"),
    "create_unique_constraint": ("add", "unique constraint", "to"),
    "create_check_constraint": ("add", "check constraint", "to"),
    "create_exclude_constraint": ("add", "exclude constraint", "to"),
    "drop_constraint": ("drop", "constraint", "from"),
}

_PLURALS = {"index": "indexes"}

# A text, because a hook without a finding need not compile it.
_SQL = (
    r"(?i)\s*(update|insert\s+into|delete\s+from|(?:create|drop|alter)\s+(?:unique\s+)?\w+)"
    r"(?:\s+(?:concurrently|if\s+(?:not\s+)?exists))*\s+[\"`]?([\w.]+)"
)


class _Deed(Value):
    """One operation in words: `add`, `column`, `email`, ` to user`."""

    verb: str
    noun: str
    name: str = ""
    tail: str = ""


def suggest(script: Script) -> str:
    """A message that says what `script` does: "add column email to user".

    Operations of one kind are gathered ("create tables a, b and index ix"); "" where no operation
    says what it works on.
    """
    phrases = list(_phrases(list(dict.fromkeys(_deeds(script)))))
    while len(phrases) > 1 and len(_sentence(phrases)) > LONGEST_MESSAGE:
        phrases.pop()
    return _sentence(phrases)


def advice(script: Script) -> str:
    """What to do about a message that says too little, with a suggestion where there is one."""
    text = suggest(script)
    if not text:
        return "Begin the docstring with a line that says what the migration does to the schema."
    return f"Begin the docstring with: {text}"


def fresh_id(revision: Revision) -> str:
    """An id for a file that needs another: 12 hexadecimal digits, the same at every run."""
    from hashlib import blake2b  # here, because a hook without such a finding need not load it

    seed = "\0".join((revision.path, revision.id, *revision.parents, revision.message))
    return blake2b(seed.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def _deeds(script: Script) -> Iterator[_Deed]:
    for operation in script.upgrades:
        deed = _deed(operation)
        if deed and (deed.name or deed.tail):
            yield deed


def _deed(operation: Operation) -> _Deed | None:
    values = _values(operation)
    if operation.verb == "execute":
        return _statement(values.get("sqltext", ""))
    if operation.verb == "rename_table":
        names = values.get("old_table_name"), values.get("new_table_name")
        return _Deed("rename", "table", f"{names[0]} to {names[1]}") if all(names) else None
    if operation.verb not in _WORDS:
        return None
    verb, noun, tie = _WORDS[operation.verb]
    table, name = (_first(values, keys) for keys in (_TABLES, _OBJECTS))
    if operation.verb == "alter_column" and values.get("new_column_name"):
        verb, name = "rename", f"{name} to {values['new_column_name']}"
    if noun in ("table", "comment"):
        return _Deed(verb, noun, table)
    tie = tie or ("" if name else "on")
    return _Deed(verb, noun, name, f" {tie} {table}" if tie and table else "")


def _first(values: dict[str, str], keys: tuple[str, ...]) -> str:
    return next((values[key] for key in keys if values.get(key)), "")


def _values(operation: Operation) -> dict[str, str]:
    """The literal arguments of an operation by the names of its parameters."""
    names = _PARAMETERS.get(operation.verb, ())
    values = {}
    if operation.batch is not None:
        names = tuple(name for name in names if name not in _TABLES)
        values["table_name"] = operation.batch
    values |= dict(zip(names, map(_text, operation.node.args), strict=False))
    return values | {each.arg: _text(each.value) for each in operation.node.keywords if each.arg}


def _text(node: ast.expr) -> str:
    """A literal text, or the first argument of a call: `sa.Column("name")`, `op.f("ix")`."""
    if isinstance(node, ast.Call) and node.args:
        node = node.args[0]
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) else ""


def _statement(sql: str) -> _Deed | None:
    match = re.match(_SQL, sql)
    if not match:
        return None
    verb, *noun = match.group(1).lower().split()
    return _Deed(verb, " ".join(noun), match.group(2))


def _phrases(deeds: list[_Deed]) -> Iterator[str]:
    """The deeds gathered by verb, noun and tail: `add columns a and b to user`."""
    while deeds:
        first = deeds[0]
        kind = (first.verb, first.noun, first.tail)
        same = [each for each in deeds if (each.verb, each.noun, each.tail) == kind]
        deeds = [each for each in deeds if each not in same]
        names = [each.name for each in same if each.name]
        noun = _PLURALS.get(first.noun, f"{first.noun}s") if len(names) > 1 else first.noun
        words = (first.verb, noun if first.noun else "", listed(names))
        yield " ".join(word for word in words if word) + shown(first.tail)


def _sentence(phrases: list[str]) -> str:
    """The phrases in one line; a verb is not said twice in a row."""
    parts: list[str] = []
    said = ""
    for phrase in phrases:
        verb, rest = phrase.split(" ", 1)
        parts.append(rest if verb == said else phrase)
        said = verb
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)
