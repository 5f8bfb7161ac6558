"""The statement that reads the whole catalog of a MariaDB or MySQL database.

It holds under any sql_mode: strings stand in single quotes, there is no backslash, and `||` is not
used. It asks for nothing that the server in question does not have
(https://mariadb.com/kb/en/information-schema-tables/,
https://dev.mysql.com/doc/refman/8.4/en/information-schema.html).
"""

from __future__ import annotations

from collections.abc import Iterator

from migbot.databases import mysql_programs as programs
from migbot.databases import mysql_tables as tables
from migbot.databases.mysql_words import release, words


def catalog(flavour: str, version: str) -> str:
    """One SELECT of kind, name, table_name and definition of everything in the current database.

    `flavour` is "mariadb" or "mysql", `version` as the server says it ("10.11.18").
    """
    filled = words(flavour, version)
    parts = [each.format_map(filled) for each in _parts(flavour, release(version))]
    everything = "\nUNION ALL".join(parts)
    # One character set whatever the session's, and text where a server answers with bytes.
    columns = ", ".join(
        f"CONVERT(COALESCE(a.{each}, '') USING utf8mb4) AS {each}"
        for each in ("kind", "name", "table_name", "definition")
    )
    return f"SELECT {filled['hint']} {columns} FROM ({everything}\n) AS a"


def _parts(flavour: str, number: tuple[int, int]) -> Iterator[str]:
    yield from (tables.TABLE, tables.ORDER, tables.COLUMN, tables.INDEX, tables.FOREIGN_KEY)
    yield from (tables.PARTITION, programs.DATABASE, programs.VIEW, programs.TRIGGER)
    yield from (programs.ROUTINE, programs.EVENT)
    if flavour == "mariadb":
        yield tables.CHECK_MARIADB
        yield programs.SEQUENCE_WHOLE if number >= (11, 5) else programs.SEQUENCE
    elif number >= (8, 0):
        yield tables.CHECK_MYSQL
