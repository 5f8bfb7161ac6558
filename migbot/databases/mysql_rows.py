"""The statements that tell what rows the tables of a MariaDB or MySQL database can hold."""

from __future__ import annotations

from migbot.databases.mysql_words import expression, release

TABLES = """
SELECT TABLE_NAME,
    CONCAT('`', REPLACE(TABLE_SCHEMA, '`', '``'), '`.`', REPLACE(TABLE_NAME, '`', '``'), '`')
FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')"""
"""Tables that hold rows: name, and the name as it stands in a statement."""

PRIMARY_KEYS = """
SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.STATISTICS
WHERE TABLE_SCHEMA = DATABASE() AND INDEX_NAME = 'PRIMARY' ORDER BY TABLE_NAME, SEQ_IN_INDEX"""
"""Table and column, in the order of the key."""

FOREIGN_KEYS = """
SELECT CONCAT(TABLE_NAME, '.', CONSTRAINT_NAME), TABLE_NAME, COLUMN_NAME,
    CONCAT(IF(REFERENCED_TABLE_SCHEMA = DATABASE(), '', CONCAT(REFERENCED_TABLE_SCHEMA, '.')),
        REFERENCED_TABLE_NAME), REFERENCED_COLUMN_NAME
FROM information_schema.KEY_COLUMN_USAGE
WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL
ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION"""
"""Constraint, table, column, and the table and column that they refer to."""


def columns(flavour: str, version: str) -> str:
    """The columns that an INSERT has to name: table, name, type, nullable, choices.

    `choices` is a JSON list: of an enum or a set, or of what `CHECK (c IN (...))` allows where the
    server keeps checks (MariaDB, and MySQL from 8.0.16 on). MariaDB's JSON is a text with a check;
    it is told as what it was written.
    """
    return f"""
SELECT a.TABLE_NAME, a.COLUMN_NAME, IF(a.is_json, 'json', a.COLUMN_TYPE), LOWER(a.IS_NULLABLE),
    CASE WHEN LEFT(a.listed, 1) = '''' THEN {_json("a.listed")}
        WHEN a.listed REGEXP '^[-0-9., ]+$' THEN CONCAT('[', a.listed, ']')
        ELSE '[]' END
FROM (SELECT c.TABLE_NAME, c.COLUMN_NAME, c.COLUMN_TYPE, c.IS_NULLABLE, c.ORDINAL_POSITION,
        MAX({_ENUM}) AS listed,
        COALESCE(MAX(LOCATE(CONCAT('json_valid(', {_NAME}), k.clause)), 0) > 0 AS is_json
    FROM information_schema.COLUMNS AS c
    LEFT JOIN ({_checks(flavour, release(version))}) AS k ON k.TABLE_NAME = c.TABLE_NAME
        AND LOCATE({_NAME}, k.clause) > 0
    WHERE c.TABLE_SCHEMA = DATABASE() AND COALESCE(c.GENERATION_EXPRESSION, '') = ''
        AND LOCATE('auto_increment', c.EXTRA) = 0
        AND LOCATE('nextval(', COALESCE(c.COLUMN_DEFAULT, '')) = 0
        AND c.TABLE_NAME IN (SELECT t.TABLE_NAME FROM information_schema.TABLES AS t
            WHERE t.TABLE_SCHEMA = DATABASE()
            AND t.TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED'))
    GROUP BY c.TABLE_NAME, c.COLUMN_NAME, c.COLUMN_TYPE, c.IS_NULLABLE, c.ORDINAL_POSITION) AS a
ORDER BY a.TABLE_NAME, a.ORDINAL_POSITION"""


_NAME = "CONCAT('`', c.COLUMN_NAME, '`')"
_IN = f"CONCAT({_NAME}, ' in (')"
_ENUM = f"""CASE WHEN c.DATA_TYPE IN ('enum', 'set')
        THEN SUBSTRING(c.COLUMN_TYPE, LOCATE('(', c.COLUMN_TYPE) + 1,
            CHAR_LENGTH(c.COLUMN_TYPE) - LOCATE('(', c.COLUMN_TYPE) - 1)
        WHEN LOCATE({_IN}, k.clause) > 0
        THEN SUBSTRING_INDEX(SUBSTRING_INDEX(k.clause, {_IN}, -1), ')', 1) END"""
"""The list in parentheses: of the type, or of a check."""


def _checks(flavour: str, number: tuple[int, int]) -> str:
    """SQL for the checks of each table; MySQL writes their strings as `_utf8mb4\\'a\\'`."""
    if flavour == "mariadb":
        return f"""
        SELECT DISTINCT TABLE_NAME, {expression("CHECK_CLAUSE")} AS clause
        FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()
            AND (LOCATE(' in (', CHECK_CLAUSE) > 0 OR LOCATE('json_valid(', CHECK_CLAUSE) > 0)"""
    if number < (8, 0):
        return "SELECT DISTINCT '' AS TABLE_NAME, '' AS clause"
    plain = f"REPLACE(REPLACE({expression('k.CHECK_CLAUSE')}, '_utf8mb4', ''), {_BACKSLASH}, '')"
    return f"""
        SELECT DISTINCT n.TABLE_NAME, {plain} AS clause
        FROM information_schema.CHECK_CONSTRAINTS AS k
        JOIN information_schema.TABLE_CONSTRAINTS AS n
            ON n.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND n.CONSTRAINT_NAME = k.CONSTRAINT_NAME
        WHERE k.CONSTRAINT_SCHEMA = DATABASE() AND n.CONSTRAINT_TYPE = 'CHECK'"""


_BACKSLASH = "CHAR(92 USING utf8mb4)"
_QUOTE = "CHAR(1 USING utf8mb4)"
_ESCAPED = "CHAR(2 USING utf8mb4)"
"""Characters that no text holds, in the place of a quote and of a backslash within a string."""


def _json(listed: str) -> str:
    """SQL for a list of SQL strings as a JSON list.

    The server escapes backslashes and the ends of lines as JSON does, and a quote in either way.
    Two quotes are one within a string, and an empty string between commas: they are set aside
    before the commas are looked for.
    """
    pair = f"CONCAT({_BACKSLASH}, {_BACKSLASH})"
    text = f"REPLACE(CONCAT(',', {listed}, ','), {pair}, {_ESCAPED})"
    text = f"REPLACE({text}, CONCAT({_BACKSLASH}, ''''), {_QUOTE})"
    text = f"REPLACE({text}, CONCAT({_BACKSLASH}, '0'), CONCAT({_BACKSLASH}, 'u0000'))"
    text = f"REPLACE({text}, CHAR(9 USING utf8mb4), CONCAT({_BACKSLASH}, 't'))"
    text = f"REPLACE({text}, '''''', {_QUOTE})"
    text = f"REPLACE({text}, CONCAT(',', {_QUOTE}, ','), ','''',')"
    text = f"REPLACE({text}, '\"', CONCAT({_BACKSLASH}, '\"'))"
    text = f"REPLACE(REPLACE({text}, ''',''', '\",\"'), {_QUOTE}, '''')"
    text = f"REPLACE({text}, {_ESCAPED}, {pair})"
    return f"CONCAT('[\"', SUBSTRING({text}, 3, CHAR_LENGTH({text}) - 4), '\"]')"
