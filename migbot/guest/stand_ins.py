"""SQL of the project's that stands in for an extension which the server does not have.

What it makes becomes a member of an extension of that name, so that the rest is PostgreSQL's own:
IF NOT EXISTS, DROP EXTENSION with all that belongs to it, CASCADE, and a catalog that shows one
extension.
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Any, Callable, Dict, Tuple

from sqlalchemy import event
from sqlalchemy.engine import Engine

from .extensions import CREATES
from .rows import literal

VERSION = "stand-in"
"""What the catalog says of the extension's version."""

_WHOLE = re.compile(CREATES.pattern + r"(?P<options>[^;]*);?\s*$", re.IGNORECASE)
_SCHEMA = re.compile(r"\bSCHEMA\s+(\"[^\"]+\"|\w+)", re.IGNORECASE)

_PLACE = """DO $migbot$
DECLARE
    made oid;
    place oid;
    before text[];
    path text;
    members text := $members$%(members)s$members$;
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = %(name)s) THEN
        IF %(unless)s THEN RETURN; END IF;
        RAISE duplicate_object USING MESSAGE = 'extension ' || %(name)s || ' already exists';
    END IF;
    path := current_setting('search_path');
    IF %(schema)s <> '' THEN PERFORM set_config('search_path', %(schema)s, true); END IF;
    SELECT oid INTO STRICT place FROM pg_namespace WHERE nspname = current_schema();
    EXECUTE 'SELECT array_agg(x) FROM (' || members || ') AS m(x)' INTO before;
    EXECUTE convert_from(decode('%(sql)s', 'base64'), 'UTF8');
    PERFORM set_config('search_path', path, true);
    PERFORM set_config('allow_system_table_mods', 'on', true);
    made := pg_nextoid('pg_extension', 'oid', 'pg_extension_oid_index');
    INSERT INTO pg_extension
        (oid, extname, extowner, extnamespace, extrelocatable, extversion)
    SELECT made, %(name)s, r.oid, place, false, '%(version)s'
    FROM pg_roles AS r WHERE r.rolname = current_user;
    INSERT INTO pg_depend
    VALUES ('pg_extension'::regclass, made, 0, 'pg_namespace'::regclass, place, 0, 'n');
    EXECUTE 'INSERT INTO pg_depend SELECT split_part(x, '' '', 1)::oid, '
        'split_part(x, '' '', 2)::oid, 0, ''pg_extension''::regclass, $1, 0, ''e'' '
        'FROM (' || members || ') AS m(x) WHERE x <> ALL ($2)' USING made, before;
    PERFORM set_config('allow_system_table_mods', 'off', true);
END $migbot$"""
"""A catalog row for the extension, and for each thing that is there since the SQL was run one that
says whose it is: what CREATE EXTENSION does
(https://www.postgresql.org/docs/current/extend-extensions.html)."""

_CATALOGS = (
    *("pg_proc", "pg_operator", "pg_opclass", "pg_opfamily", "pg_cast", "pg_am", "pg_collation"),
    *("pg_conversion", "pg_language", "pg_namespace", "pg_ts_config", "pg_ts_dict", "pg_ts_parser"),
    *("pg_ts_template", "pg_foreign_data_wrapper", "pg_foreign_server", "pg_event_trigger"),
)
_MEMBERS = " UNION ALL ".join(
    (
        *("SELECT tableoid || ' ' || oid FROM %s" % name for name in _CATALOGS),
        # What belongs to a member (an index, a row type, an array) needs no row of its own.
        "SELECT tableoid || ' ' || oid FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'S', "
        "'f') AND relnamespace <> 'pg_toast'::regnamespace AND NOT EXISTS (SELECT FROM pg_depend "
        "AS d WHERE d.objid = pg_class.oid AND d.deptype = 'i')",
        "SELECT tableoid || ' ' || oid FROM pg_type WHERE typelem = 0 AND (typrelid = 0 OR EXISTS "
        "(SELECT FROM pg_class AS c WHERE c.oid = typrelid AND c.relkind = 'c'))",
    )
)


def in_its_place(sql: str, statement: str) -> str:
    """What to run instead of `statement`, a CREATE EXTENSION, so that `sql` stands in for it."""
    found = _WHOLE.match(statement)
    assert found is not None
    schema = _SCHEMA.search(found.group("options"))
    return _PLACE % {
        "members": _MEMBERS,
        "name": literal(_name(found)),
        "unless": "true" if found.group("unless") else "false",
        "schema": literal(schema.group(1) if schema else ""),
        "sql": b64encode(sql.encode()).decode(),  # no driver finds a parameter in it
        "version": VERSION,
    }


def install(texts: Dict[str, str], used: Callable[[str], None]) -> None:
    """Run the SQL of `texts` (by extension) where a CREATE EXTENSION of that name would fail.

    `used` is told the name of each.
    """

    def replace(
        connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any
    ) -> Tuple[str, Any]:
        found = _WHOLE.match(statement)
        if not found or _name(found) not in texts or _has(connection, _name(found)):
            return statement, parameters
        used(_name(found))
        return in_its_place(texts[_name(found)], statement), parameters

    if texts:
        event.listen(Engine, "before_cursor_execute", replace, retval=True)


def _name(found: "re.Match[str]") -> str:
    name = found.group("name")
    return name.strip('"') if name.startswith('"') else name.lower()


def _has(connection: Any, name: str) -> bool:
    """Whether the server has the extension; asked past SQLAlchemy, which would be heard."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = " + literal(name))
        return bool(cursor.fetchall())
    finally:
        cursor.close()
