"""A copy of a MariaDB or MySQL database, which the server cannot make by itself."""

from __future__ import annotations

from collections.abc import Iterator

from migbot.databases.session import Run

_DEFAULTS = """
    SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA
    WHERE SCHEMA_NAME = '{}'
"""
_TABLES = "SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{}'"
_COLUMNS = """
    SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '{}'
    AND TABLE_NAME = '{}' AND REPLACE(EXTRA, 'DEFAULT_GENERATED', '') NOT LIKE '%GENERATED%'
    ORDER BY ORDINAL_POSITION
"""
"""DEFAULT_GENERATED is MySQL's word for a default that is an expression: its column has values."""

_ROUTINES = (
    "SELECT ROUTINE_NAME, ROUTINE_TYPE FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = '{}'"
)
_TRIGGERS = """
    SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = '{}'
    ORDER BY EVENT_OBJECT_TABLE, ACTION_ORDER
"""
_EVENTS = "SELECT EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = '{}'"


def copy(run: Run, source: str, target: str) -> None:
    """Make `target` out of everything in `source`: structure, rows, counters, code.

    What cannot be copied raises the driver's error; a database of migbot's own holds nothing that
    the statements below do not know.
    """
    (charset, collation), *_ = run(_DEFAULTS.format(source))
    run(f"CREATE DATABASE `{target}` CHARACTER SET {charset} COLLATE {collation}")
    run(f"USE `{target}`")
    run("SET FOREIGN_KEY_CHECKS = 0")
    mode = run("SELECT @@SESSION.sql_mode")[0][0]
    try:
        for sql_mode, statement in [*_statements(run, source, target)]:
            run(f"SET SESSION sql_mode = '{sql_mode}'")
            run(statement)
        _views(run, source)
    finally:
        run(f"SET SESSION sql_mode = '{mode}'")
        run("SET FOREIGN_KEY_CHECKS = 1")


def _statements(run: Run, source: str, target: str) -> Iterator[tuple[str, str]]:
    """The statements in the order in which they can run, each with the sql_mode that it needs."""
    tables = [(name, kind) for name, kind in run(_TABLES.format(source))]
    for name, _ in (each for each in tables if each[1] == "SEQUENCE"):
        yield "", _made(run, f"TABLE `{source}`.{_quoted(name)}", 1, source)
        ((value,),) = run(f"SELECT next_not_cached_value FROM `{source}`.{_quoted(name)}")
        yield "", f"SELECT SETVAL({_quoted(name)}, {value}, 0)"
    for name, _ in (each for each in tables if each[1] in ("BASE TABLE", "SYSTEM VERSIONED")):
        yield "", _made(run, f"TABLE `{source}`.{_quoted(name)}", 1, source)
        columns = ", ".join(_quoted(row[0]) for row in run(_COLUMNS.format(source, _text(name))))
        rows = f"SELECT {columns} FROM `{source}`.{_quoted(name)}"
        yield "NO_AUTO_VALUE_ON_ZERO", f"INSERT INTO {_quoted(name)} ({columns}) {rows}"
    for name, kind in run(_ROUTINES.format(source)):
        yield _coded(run, f"{kind} `{source}`.{_quoted(name)}", 1, 2, source)
    for (name,) in run(_TRIGGERS.format(source)):
        yield _coded(run, f"TRIGGER `{source}`.{_quoted(name)}", 1, 2, source)
    for (name,) in run(_EVENTS.format(source)):
        yield _coded(run, f"EVENT `{source}`.{_quoted(name)}", 1, 3, source)


def _views(run: Run, source: str) -> None:
    """Views, those that stand on others after them."""
    names = [name for name, kind in run(_TABLES.format(source)) if kind == "VIEW"]
    waiting = [_made(run, f"VIEW `{source}`.{_quoted(name)}", 1, source) for name in names]
    while waiting:
        left = [statement for statement in waiting if not _runs(run, statement)]
        if len(left) == len(waiting):
            run(left[0])  # and it says why
        waiting = left


def _runs(run: Run, statement: str) -> bool:
    try:
        run(statement)
    except Exception:
        return False
    return True


def _coded(run: Run, what: str, mode: int, body: int, source: str) -> tuple[str, str]:
    row = run(f"SHOW CREATE {what}")[0]
    return str(row[mode]), str(row[body]).replace(f"`{source}`.", "")


def _made(run: Run, what: str, place: int, source: str) -> str:
    return str(run(f"SHOW CREATE {what}")[0][place]).replace(f"`{source}`.", "")


def _quoted(name: str) -> str:
    return "`{}`".format(name.replace("`", "``"))


def _text(name: str) -> str:
    return name.replace("\\", "\\\\").replace("'", "''")
