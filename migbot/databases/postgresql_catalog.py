"""The one statement that reads the catalog of a PostgreSQL database, for PostgreSQL 10 to 18."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from string import Template
from typing import Any

from migbot.databases import postgresql_changes, postgresql_objects, postgresql_tables
from migbot.databases.postgresql_rows import FOREIGN_KEYS, PRIMARY_KEYS, TABLES, columns

__all__ = [
    "FOREIGN_KEYS",
    "PRIMARY_KEYS",
    "TABLES",
    "catalog",
    "changed",
    "changes",
    "columns",
]

FIRST_OID = 16384
"""Where the ids of what users made begin (FirstNormalObjectId in access/transam.h)."""

# A migration may leave settings behind that decide how the server prints names and constants
# (`SET search_path`). They are the same for each reading, and put back by its last part: the parts
# of a UNION ALL run in order, and a volatile function is called where it stands.
_SETTINGS = """
    SELECT v.name, current_setting(v.name) AS old, set_config(v.name, v.wanted, true) AS now
    FROM (VALUES ('search_path', 'public, pg_temp'), ('timezone', 'UTC'), ('datestyle', 'ISO, MDY'),
        ('intervalstyle', 'postgres'), ('extra_float_digits', '1'), ('bytea_output', 'hex'),
        ('quote_all_identifiers', 'off')) AS v (name, wanted)
"""
_BEGIN = "SELECT s.name, '', '', s.old FROM settings AS s WHERE s.now IS NULL"
_END = """
SELECT '', '', '', b.back FROM (SELECT set_config(s.name, s.old, true) AS back FROM settings AS s)
    AS b WHERE b.back IS NULL
"""

# Names are qualified unless the schema is public, and what an extension brought along is its own.
# Columns are named one by one: before PostgreSQL 12 a star had no oid.
_SHARED = {
    "settings": _SETTINGS,
    "dba": """
        SELECT datdba FROM pg_database WHERE datname = current_database()
        UNION ALL SELECT oid FROM pg_roles WHERE rolname = 'pg_database_owner'
    """,
    "space": """
        SELECT n.oid, n.nspname, n.nspowner, n.nspacl,
            CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END AS prefix
        FROM pg_namespace AS n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    """,
    "member": """
        SELECT classid, objid FROM pg_depend
        WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass
    """,
    "relation": """
        SELECT c.oid, c.relname, c.relkind, c.relowner, c.relacl, c.relpersistence, c.reloftype,
            c.relispartition, c.relpartbound, c.relam, c.reloptions, c.reltoastrelid,
            c.reltablespace, c.relrowsecurity, c.relforcerowsecurity, c.relreplident,
            c.relhasindex, c.relispopulated, s.prefix, s.prefix || c.relname AS name
        FROM pg_class AS c JOIN space AS s ON s.oid = c.relnamespace
        WHERE c.oid::bigint >= $first_oid AND c.relpersistence <> 't' AND c.oid NOT IN (
            SELECT objid FROM member WHERE classid = 'pg_class'::regclass)$only
    """,
    "type": """
        SELECT t.oid, t.typtype, t.typowner, t.typacl, t.typbasetype, t.typtypmod, t.typcollation,
            t.typdefaultbin, t.typnotnull, t.typrelid, s.prefix || t.typname AS name
        FROM pg_type AS t JOIN space AS s ON s.oid = t.typnamespace
        WHERE t.oid >= $first_oid AND t.typtype IN ('e', 'd', 'r', 'c') AND (t.typrelid = 0 OR
            (SELECT c.relkind FROM pg_class AS c WHERE c.oid = t.typrelid) = 'c') AND t.oid NOT IN (
            SELECT objid FROM member WHERE classid = 'pg_type'::regclass)
    """,
    "routine": """
        SELECT p.oid, p.proowner, p.proacl, p.proparallel, $prokind AS kind, l.lanname,
            s.prefix || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS name
        FROM pg_proc AS p JOIN space AS s ON s.oid = p.pronamespace
        JOIN pg_language AS l ON l.oid = p.prolang
        WHERE p.oid >= $first_oid AND p.oid NOT IN (
            SELECT objid FROM member WHERE classid = 'pg_proc'::regclass)
            AND p.oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'i'
                AND classid = 'pg_proc'::regclass AND refclassid = 'pg_type'::regclass)
    """,
}

_SINCE = {
    "prokind": (11, "p.prokind::text", "CASE WHEN p.proisagg THEN 'a' ELSE 'f' END"),
    "constraint_parent": (11, "c.conparentid::int", "0"),
    "generated": (12, "a.attgenerated::text", "''"),
    "access_method": (
        12,
        "CASE WHEN r.relam <> 0 THEN (SELECT 'USING ' || m.amname FROM pg_am AS m "
        "WHERE m.oid = r.relam AND m.amname <> 'heap') END",
        "NULL",
    ),
    "trigger_parent": (13, "t.tgparentid::int", "0"),
    "compression": (
        14,
        "'COMPRESSION ' || CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END",
        "NULL",
    ),
    "statistics_detail": (
        14,
        "array_to_string(pg_get_statisticsobjdef_expressions(s.oid), ', ')",
        "NULL",
    ),
    "publication_detail": (
        13,
        "CASE WHEN p.pubtruncate THEN 'truncate' END, CASE WHEN p.pubviaroot THEN 'via root' END",
        "NULL",
    ),
    "publication_columns": (
        15,
        "(SELECT '(' || string_agg(a.attname, ', ' ORDER BY a.attname) || ')' "
        "FROM pg_attribute AS a WHERE a.attrelid = r.oid AND a.attnum = ANY (l.prattrs)), "
        "'WHERE ' || pg_get_expr(l.prqual, l.prrelid)",
        "NULL",
    ),
    # From 18 on NOT NULL is a constraint with a name of its own, which a renamed column keeps: it
    # is told as the column's, and only its state beside it.
    "not_null_detail": (
        18,
        "(SELECT concat_ws(' ', CASE WHEN c.connoinherit THEN 'NO INHERIT' END, "
        "CASE WHEN NOT c.convalidated THEN 'NOT VALID' END) FROM pg_constraint AS c WHERE "
        "a.attnotnull AND c.conrelid = a.attrelid AND c.contype = 'n' "
        "AND (c.connoinherit OR NOT c.convalidated) AND c.conkey[1] = a.attnum)",
        "NULL",
    ),
}
"""What only newer versions can tell: since which major, how, and what older ones say instead."""


# Those that are read, with their indexes and sequences; what each of them is called; and that the
# text of something else depends on one of them.
_ONLY = """
            AND c.oid = ANY (ARRAY(SELECT w.oid FROM wanted AS w UNION ALL SELECT i.indexrelid
                FROM pg_index AS i WHERE i.indrelid = ANY (ARRAY(SELECT w.oid FROM wanted AS w))
                UNION ALL SELECT d.objid FROM pg_depend AS d
                WHERE d.refclassid = 'pg_class'::regclass
                AND d.refobjid = ANY (ARRAY(SELECT w.oid FROM wanted AS w))
                AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')))"""
_READ = """
SELECT '', 'read', r.name, CASE WHEN r.relkind IN ('r', 'p') AND NOT r.relispartition
    THEN quote_ident(n.nspname) || '.' || quote_ident(r.relname) ELSE '' END
FROM relation AS r JOIN pg_class AS c ON c.oid = r.oid JOIN pg_namespace AS n
    ON n.oid = c.relnamespace WHERE r.relkind NOT IN ('i', 'I')
"""
_KEYS = """
SELECT '', 'key', r.name,
    json_agg(a.attname ORDER BY array_position(i.indkey::int[], a.attnum::int))::text
FROM relation AS r JOIN pg_index AS i ON i.indrelid = r.oid AND i.indisprimary
JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum = ANY (i.indkey) GROUP BY r.name
"""
_MORE = "SELECT '', 'all', '', '' FROM dependent AS d WHERE d.oid IS NULL"
_COMMENTS = f"SELECT * FROM ({postgresql_objects.COMMENTS}) AS c (k, n, t, d) WHERE c.t <> ''"
_NEEDS = {
    postgresql_tables.TRIGGERS: "pg_trigger",
    postgresql_tables.RULES: "pg_rewrite",
    postgresql_tables.POLICIES: "pg_policy",
    postgresql_tables.STATISTICS: "pg_statistic_ext",
    postgresql_objects.VIEWS: "pg_rewrite",
    postgresql_objects.SEQUENCES: "pg_sequence",
    postgresql_objects.COMMENTS_ON_RELATIONS: "pg_description",
    postgresql_objects.PUBLISHED_TABLES: "published",
    _COMMENTS: "comments",
}
"""Beginning a part that finds nothing costs about what reading a column does."""


@functools.cache
def catalog(major: int) -> str:
    """The statement for PostgreSQL `major`: rows of kind, name, table_name, definition.

    It has no parameters and no percent sign, so that every driver sends it as it stands. It
    changes nothing but settings of its own transaction, which it puts back.
    """
    parts = [*postgresql_tables.PARTS, *postgresql_objects.PARTS]
    if major >= 15:
        parts.append(postgresql_objects.PUBLISHED_SCHEMAS)
    return _statement(major, _SHARED, _union(parts), only="")


@functools.cache
def changed(major: int) -> tuple[str, list[tuple[str, str]]]:
    """The part of `catalog` that may be another when the relations $1 (oid[]) have changed.

    A statement with `$parts` where its parts belong, which UNION ALL joins in their order, and
    these: each with the catalog, or the part, of `postgresql_changes.came` that has to have rows
    for it to tell anything ('' for none), and its SQL.

    And rows of '', 'read', the name of a relation that was read, and how it stands in SQL if it
    may hold rows of its own; of '', 'key', a table and a JSON list of its primary key; and of '',
    'all' where that part is not all that may be another. $2 (bool): whether triggers have changed.
    """
    more = {
        "given": postgresql_changes.GIVEN,
        "dependent": postgresql_changes.DEPENDENT,
        "wanted": postgresql_changes.WANTED,
    }
    of_relations = (*postgresql_tables.PARTS, *postgresql_objects.OF_RELATIONS, _COMMENTS)
    parts = [_BEGIN, _READ, _KEYS, _MORE, *of_relations, _END]
    frame = _statement(major, {**more, **_SHARED}, "$parts", only=_ONLY)
    return frame, [(_NEEDS.get(part, ""), f"({_filled(major, part)})") for part in parts]


@functools.cache
def changes(major: int) -> Mapping[str, Any]:
    """The SQL that tells which relations have changed: see `postgresql_changes`."""
    came = postgresql_changes.came(major, FIRST_OID)
    catalogs = list(dict.fromkeys(name for _, names, _ in came for name in names))
    return {
        "catalogs": catalogs,
        "ids": postgresql_changes.ids(catalogs),
        "moment": postgresql_changes.moment(major),
        "counted": postgresql_changes.counted(major),
        "came": came,
        "left": postgresql_changes.left(FIRST_OID),
        "changed": changed(major),
    }


def _statement(major: int, shared: Mapping[str, str], parts: str, only: str) -> str:
    told = ",\n".join(f"{name} AS ({text})" for name, text in shared.items())
    text = f"WITH {told}\nSELECT * FROM ({parts}) AS told (kind, name, table_name, definition)"
    return _filled(major, text, only)


def _union(parts: Iterable[str]) -> str:
    return "\nUNION ALL\n".join(f"({part})" for part in (_BEGIN, *parts, _END))


def _filled(major: int, text: str, only: str = "") -> str:
    words = {name: new if major >= since else old for name, (since, new, old) in _SINCE.items()}
    return Template(text).safe_substitute(words, first_oid=FIRST_OID, only=only)
