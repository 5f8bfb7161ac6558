"""What MariaDB and MySQL call differently in information_schema, by flavour and version."""

from __future__ import annotations

import re
from collections.abc import Mapping

HERE = "DATABASE()"
"""The schema that is read: the connection's own."""


def release(version: str) -> tuple[int, int]:
    """The major and minor number in a server's version ("10.11.18" -> (10, 11))."""
    numbers = [int(each) for each in re.findall(r"\d+", version)[:2]]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else (numbers[0] if numbers else 0, 0)


def words(flavour: str, version: str) -> Mapping[str, str]:
    """Placeholder -> SQL, for the parts of the catalog."""
    return (_mariadb if flavour == "mariadb" else _mysql)(release(version))


def expression(column: str) -> str:
    """SQL for the expression in `column`: without the name of the current database.

    The server prints names in double quotes where the session has ANSI_QUOTES; here they stand in
    backticks.
    """
    quotes = f"IF(LOCATE('ANSI_QUOTES', @@sql_mode) > 0, REPLACE({column}, '\"', '`'), {column})"
    return f"REPLACE({quotes}, CONCAT('`', {HERE}, '`.'), '')"


def one_line(column: str) -> str:
    """SQL for the text in `column` with each run of white space as one space.

    A downgrade that writes a body again indents it as its own file does. Neither MySQL 5.7 nor a
    session with NO_BACKSLASH_ESCAPES has a regular expression for it, hence the two characters
    that no text holds: each space becomes the pair, and pairs that touch lose their inside.
    """
    one, two = "CHAR(1 USING utf8mb4)", "CHAR(2 USING utf8mb4)"
    text = column
    for code in (9, 10, 13):
        text = f"REPLACE({text}, CHAR({code} USING utf8mb4), ' ')"
    text = f"REPLACE({text}, ' ', CONCAT({one}, {two}))"
    text = f"REPLACE({text}, CONCAT({two}, {one}), '')"
    return f"TRIM(REPLACE({text}, CONCAT({one}, {two}), ' '))"


def comment(column: str) -> str:
    """SQL for the comment in `column` as it is written, NULL where there is none."""
    return f"IF({column} = '', NULL, CONCAT('COMMENT ', QUOTE({column})))"


def _mariadb(number: tuple[int, int]) -> dict[str, str]:
    return {
        "hint": "",
        # An expression since 10.2.7, strings in quotes; NULL is spelled out.
        "default": f"NULLIF({expression('c.COLUMN_DEFAULT')}, 'NULL')",
        "reference_system": "NULL",
        "generated_by_row": "c.GENERATION_EXPRESSION IN ('ROW START', 'ROW END')",
        "key_part": "COLUMN_NAME",
        "hidden": "IGNORED = 'YES'" if number >= (10, 6) else "1 = 0",
        "hidden_word": "'IGNORED'",
        "algorithm": "CONCAT('ALGORITHM=', NULLIF(v.ALGORITHM, 'UNDEFINED'))",
    }


def _mysql(number: tuple[int, int]) -> dict[str, str]:
    modern = number >= (8, 0)
    return {
        # The limit of 1,024 characters would cut off the columns of a wide table. 5.7 takes no
        # such hint: there the session's own limit holds.
        "hint": "/*+ SET_VAR(group_concat_max_len = 1048576) */" if modern else "",
        # The value itself, without quotes, unless it is an expression: MySQL 8 marks these, 5.7
        # knows only CURRENT_TIMESTAMP.
        "default": (
            "CASE WHEN c.COLUMN_DEFAULT IS NULL THEN NULL"
            " WHEN LOCATE('DEFAULT_GENERATED', c.EXTRA) > 0"
            " OR c.NUMERIC_PRECISION IS NOT NULL OR c.DATA_TYPE = 'bit'"
            " OR (c.DATA_TYPE IN ('timestamp', 'datetime')"
            " AND LEFT(c.COLUMN_DEFAULT, 17) = 'CURRENT_TIMESTAMP') THEN c.COLUMN_DEFAULT"
            " ELSE QUOTE(c.COLUMN_DEFAULT) END"
        ),
        "reference_system": "CONCAT('SRID ', c.SRS_ID)" if modern else "NULL",
        "generated_by_row": "1 = 0",
        "key_part": "COALESCE(COLUMN_NAME, CONCAT('(', EXPRESSION, ')'))"
        if modern
        else "COLUMN_NAME",
        "hidden": "IS_VISIBLE = 'NO'" if modern else "1 = 0",
        "hidden_word": "'INVISIBLE'",
        "algorithm": "NULL",
    }
