"""A CREATE TABLE statement of SQLite as columns and constraints.

SQLite keeps a table only as the text that made it. The pragmas do not tell of CHECK, COLLATE,
AUTOINCREMENT, ON CONFLICT, DEFERRABLE and the names of constraints, so the text is read
(https://www.sqlite.org/lang_createtable.html).
"""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Sequence, Tuple

from .column_type import plain_default, reflected
from .sql_text import Token, bare, group, plain, split, tokens

_TABLE_CONSTRAINTS = {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"}
_COLUMN_CONSTRAINTS = {
    *("CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE"),
    *("REFERENCES", "GENERATED", "AS"),
}


class Column(NamedTuple):
    """One column: its declared type, and what is said of it beside its keys."""

    name: str
    type: str
    null: str = ""
    rest: Tuple[str, ...] = ()

    @property
    def definition(self) -> str:
        """The column in one line, without its name."""
        parts = (reflected(self.type), self.null, *self.rest)
        return " ".join(part for part in parts if part)


class Constraint(NamedTuple):
    """One key or check: `columns` it is on, `definition` without the name, `name` if it has one."""

    kind: str
    columns: Tuple[str, ...]
    definition: str
    name: str = ""
    target: str = ""


class Table(NamedTuple):
    """A table as its text declares it; `options` are STRICT and WITHOUT ROWID."""

    columns: List[Column]
    constraints: List[Constraint]
    options: str


def read_table(sql: str) -> Table:
    """The table that `sql` declares. Raises ValueError for text that is not understood."""
    words = tokens(sql)
    start = next((index for index, token in enumerate(words) if token.text == "("), -1)
    if start < 0:
        raise ValueError("a table without columns")
    end = group(words, start)
    columns: List[Column] = []
    constraints: List[Constraint] = []
    for piece in split(words[start + 1 : end - 1]):
        if piece and piece[0].word in _TABLE_CONSTRAINTS:
            constraints.append(_Reader(piece).table_constraint())
        elif piece:
            column, found = _Reader(piece).column()
            columns.append(column)
            constraints += found
    options = ", ".join(sorted(plain(piece).upper() for piece in split(words[end:]) if piece))
    return Table(_with_key_columns(columns, constraints, options), constraints, options)


def rowid_alias(columns: Sequence[Column], constraints: Sequence[Constraint]) -> str:
    """The INTEGER PRIMARY KEY column, which SQLite fills by itself ("" where there is none)."""
    for key in constraints:
        if key.kind == "primary key" and len(key.columns) == 1 and " DESC" not in key.definition:
            for column in columns:
                if column.name.lower() == key.columns[0].lower() and column.type == "INTEGER":
                    return column.name
    return ""


def _with_key_columns(
    columns: List[Column], constraints: List[Constraint], options: str
) -> List[Column]:
    """`columns`, the ones that can never be NULL saying so.

    `id integer primary key` comes out of a batch as `id INTEGER NOT NULL, PRIMARY KEY (id)`: the
    same column. Every key of a table WITHOUT ROWID is NOT NULL as well.
    """
    never_null = {rowid_alias(columns, constraints).lower()}
    if "WITHOUT ROWID" in options:
        keys = [key.columns for key in constraints if key.kind == "primary key"]
        never_null.update(name.lower() for key in keys for name in key)
    return [
        column._replace(null=column.null or "NOT NULL")
        if column.name.lower() in never_null
        else column
        for column in columns
    ]


class _Reader:
    """Reads one piece of a table's body from left to right."""

    def __init__(self, piece: Sequence[Token]) -> None:
        self.piece = piece
        self.at = 0

    def word(self) -> str:
        return self.piece[self.at].word if self.at < len(self.piece) else ""

    def text(self) -> str:
        if self.at >= len(self.piece):
            raise ValueError("a definition ends too early")
        self.at += 1
        return self.piece[self.at - 1].text

    def skip(self, *words: str) -> bool:
        """Pass over `words` if they come next."""
        ahead = tuple(token.word for token in self.piece[self.at : self.at + len(words)])
        if ahead == words:
            self.at += len(words)
        return ahead == words

    def parenthesis(self) -> Sequence[Token]:
        end = group(self.piece, self.at)
        inside = self.piece[self.at + 1 : end - 1]
        self.at = end
        return inside

    def conflict(self) -> str:
        return " ON CONFLICT " + self.text().upper() if self.skip("ON", "CONFLICT") else ""

    def direction(self) -> str:
        if self.skip("ASC"):
            return ""
        return " DESC" if self.skip("DESC") else ""

    def column(self) -> Tuple[Column, List[Constraint]]:
        name = self.text()
        start = self.at
        while self.at < len(self.piece) and self.word() not in _COLUMN_CONSTRAINTS:
            self.at = group(self.piece, self.at) if self.piece[self.at].text == "(" else self.at + 1
        declared = plain(self.piece[start : self.at]).upper()
        parts: Dict[str, str] = {}
        constraints = []
        label = ""
        while self.at < len(self.piece):
            if self.skip("CONSTRAINT"):
                label = self.text()
                continue
            found = self.column_constraint(name, label, parts)
            label = ""
            if found is not None:
                constraints.append(found)
        if "default" in parts:
            parts["default"] = "DEFAULT " + plain_default(parts["default"], declared)
        rest = tuple(parts[key] for key in ("default", "collate", "generated") if key in parts)
        return Column(name, declared, parts.get("null", ""), rest), constraints

    def column_constraint(
        self, column: str, label: str, parts: Dict[str, str]
    ) -> "Constraint | None":
        if self.skip("PRIMARY", "KEY"):
            direction, conflict = self.direction(), self.conflict()
            auto = " AUTOINCREMENT" if self.skip("AUTOINCREMENT") else ""
            return _key("primary key", [column + direction], conflict + auto, label)
        if self.skip("UNIQUE"):
            return _key("unique constraint", [column], self.conflict(), label)
        if self.skip("CHECK"):
            return self.check(label)
        if self.skip("REFERENCES"):
            return self.reference([column], label)
        if self.skip("NOT", "NULL"):
            parts["null"] = "NOT NULL" + self.conflict()
        elif self.skip("NULL"):
            self.conflict()
        elif self.skip("DEFAULT"):
            self.default(parts)
        elif self.skip("COLLATE"):
            self.collation(parts)
        elif self.skip("GENERATED", "ALWAYS", "AS") or self.skip("AS"):
            parts["generated"] = "AS (%s)" % plain(self.parenthesis())
            stored = self.word() in ("STORED", "VIRTUAL") and self.text().upper()
            parts["generated"] += " STORED" if stored == "STORED" else ""
        else:
            raise ValueError("%r is not understood" % self.text())
        return None

    def collation(self, parts: Dict[str, str]) -> None:
        name = self.text().upper()
        if name != "BINARY":  # every column has this one that has no other
            parts["collate"] = "COLLATE " + name

    def default(self, parts: Dict[str, str]) -> None:
        start = self.at
        if self.piece[self.at : self.at + 1] and self.piece[self.at].text == "(":
            self.at = group(self.piece, self.at)
        else:
            self.at += 2 if self.piece[self.at].text in "+-" else 1
        value = plain(bare(self.piece[start : self.at]))
        if value != "null":  # DEFAULT NULL is no default
            parts["default"] = value

    def check(self, label: str) -> Constraint:
        condition = plain(bare(self.parenthesis()))
        self.conflict()
        return Constraint("check constraint", (), "CHECK (%s)" % condition, label, condition)

    def reference(self, columns: List[str], label: str) -> Constraint:
        table = self.text()
        listed = self.at < len(self.piece) and self.piece[self.at].text == "("
        others = [plain(each, fold=False) for each in split(self.parenthesis())] if listed else []
        actions = []
        while self.at < len(self.piece) and (
            self.word() in ("ON", "MATCH", "DEFERRABLE") or self.skip("NOT", "DEFERRABLE")
        ):
            actions.append(self.action())
        return Constraint(
            "foreign key",
            tuple(columns),
            " ".join(sorted(filter(None, actions))),
            label,
            "%s(%s)" % (table, ", ".join(others)) if others else table,
        )

    def action(self) -> str:
        """One clause after a reference, "" where it says what is so without it."""
        if self.skip("ON"):
            when, start = self.text().upper(), self.at
            if not (self.skip("SET", "NULL") or self.skip("SET", "DEFAULT")):
                _ = self.skip("NO", "ACTION") or self.text()
            what = plain(self.piece[start : self.at]).upper()
            return "" if what == "NO ACTION" else "ON %s %s" % (when, what)
        if self.skip("MATCH"):
            self.text()  # read by SQLite, and ignored
            return ""
        deferrable = "DEFERRABLE" if self.skip("DEFERRABLE") else ""
        if self.skip("INITIALLY", "DEFERRED"):
            return deferrable and deferrable + " INITIALLY DEFERRED"
        self.skip("INITIALLY", "IMMEDIATE")
        return deferrable

    def table_constraint(self) -> Constraint:
        label = self.text() if self.skip("CONSTRAINT") else ""
        if self.skip("CHECK"):
            return self.check(label)
        if self.skip("FOREIGN", "KEY"):
            columns = [plain(each, fold=False) for each in split(self.parenthesis())]
            if not self.skip("REFERENCES"):
                raise ValueError("a foreign key that references nothing")
            return self.reference(columns, label)
        kind = "primary key" if self.skip("PRIMARY", "KEY") else "unique constraint"
        if kind != "primary key" and not self.skip("UNIQUE"):
            raise ValueError("%r is not understood" % self.text())
        inside = list(self.parenthesis())
        auto = inside and inside[-1].word == "AUTOINCREMENT" and inside.pop()
        columns = [_ascending(plain(each, fold=False)) for each in split(inside)]
        return _key(kind, columns, self.conflict() + (" AUTOINCREMENT" if auto else ""), label)


def _ascending(column: str) -> str:
    return column[:-4] if column.upper().endswith(" ASC") else column


def _key(kind: str, columns: List[str], extra: str, label: str) -> Constraint:
    word = "PRIMARY KEY" if kind == "primary key" else "UNIQUE"
    names = tuple(column.split(" ")[0] for column in columns)
    return Constraint(kind, names, "%s (%s)%s" % (word, ", ".join(columns), extra), label)
