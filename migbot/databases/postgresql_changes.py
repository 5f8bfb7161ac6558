"""The SQL that tells which rows of PostgreSQL's own tables have come or gone since a last look.

A row that came, or came anew, was written by a transaction that had not ended at that look: its
xmin is not below the first of those. What went is missed in the number and the sum of the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from string import Template

from migbot.core.value import Value

_CLASS = "'pg_class'::regclass"


class _Kept(Value):
    """A table whose rows are known one by one: an id, and the relation that a row is told with."""

    id: str
    of: str
    where: str
    more: str = "NULL"
    again: str = ""


# An index and a TOAST are told with their table. What others print of a relation is its name.
_OF_RELATIONS = {
    "pg_class": _Kept(
        "c.oid::bigint",
        "coalesce((SELECT i.indrelid FROM pg_index AS i WHERE i.indexrelid = c.oid), "
        "CASE c.relkind WHEN 't' THEN (SELECT p.oid FROM pg_class AS p "
        "WHERE p.reltoastrelid = c.oid) END, c.oid)",
        "c.oid >= $first_oid",
        "json_build_array(c.relkind::text, (SELECT CASE n.nspname WHEN 'public' THEN '' "
        "ELSE n.nspname || '.' END FROM pg_namespace AS n WHERE n.oid = c.relnamespace) "
        "|| c.relname, pg_relation_filenode(c.oid)::text)",
        " OR c.oid = ANY ($open)",
    ),
    # Before PostgreSQL 14 the states of an index change in its row as it stands.
    "pg_index": _Kept(
        "c.indexrelid::bigint * 4 + c.indisvalid::int * 2 + c.indisready::int",
        "c.indrelid",
        "c.indexrelid >= $first_oid",
    ),
    "pg_constraint": _Kept("c.oid::bigint", "c.conrelid", "c.oid >= $first_oid AND c.contypid = 0"),
    "pg_attrdef": _Kept("c.oid::bigint", "c.adrelid", "c.oid >= $first_oid"),
    "pg_trigger": _Kept("c.oid::bigint", "c.tgrelid", "c.oid >= $first_oid"),
    "pg_rewrite": _Kept("c.oid::bigint", "c.ev_class", "c.oid >= $first_oid"),
    "pg_policy": _Kept("c.oid::bigint", "c.polrelid", "true"),
    "pg_statistic_ext": _Kept("c.oid::bigint", "c.stxrelid", "true"),
    "pg_sequence": _Kept("c.seqrelid::bigint", "c.seqrelid", "true"),
    "pg_inherits": _Kept(
        "(c.inhrelid::bigint << 32) + c.inhparent::bigint", "c.inhrelid", "c.inhrelid >= $first_oid"
    ),
    "pg_description": _Kept(
        "c.objoid::bigint * 2048 + c.objsubid",
        "coalesce((SELECT i.indrelid FROM pg_index AS i WHERE i.indexrelid = c.objoid), c.objoid)",
        f"c.objoid >= $first_oid AND c.classoid = {_CLASS}",
    ),
    # What a sequence belongs to.
    "pg_depend": _Kept(
        "(c.objid::bigint << 32) + c.refobjid::bigint",
        "c.objid",
        f"c.classid = {_CLASS} AND c.objid = ANY (ARRAY(SELECT s.seqrelid FROM pg_sequence AS s)) "
        f"AND c.refclassid = {_CLASS} AND c.deptype IN ('a', 'i')",
    ),
}

# Their rows only go with the relation's.
_COLUMNS = """
SELECT 'pg_attribute', '', '', coalesce(json_agg(json_build_array(
    c.attrelid::bigint * 2048 + c.attnum, c.attrelid::bigint,
    CASE WHEN c.attisdropped THEN '' ELSE c.attname END, $new)) FILTER (WHERE
    (SELECT r.relkind FROM pg_class AS r WHERE r.oid = c.attrelid) NOT IN ('i', 'I', 't')),
    '[]')::text
FROM pg_attribute AS c WHERE c.attrelid >= $first_oid AND c.attnum > 0
    AND ($new OR c.attrelid = ANY ($open))
"""

# Seldom changed, and told all over the schema: where one of them is, everything is read again.
_OF_ALL = (
    *((name, "true") for name in ("pg_namespace", "pg_extension", "pg_language", "pg_am")),
    *((name, "true") for name in ("pg_default_acl", "pg_event_trigger", "pg_publication")),
    *((name, "true") for name in ("pg_foreign_server", "pg_foreign_table")),
    *((name, "true") for name in ("pg_foreign_data_wrapper", "pg_transform")),
    ("pg_partitioned_table", "true"),
    *((name, "c.oid >= $first_oid") for name in ("pg_proc", "pg_enum", "pg_collation", "pg_cast")),
    *((name, "c.oid >= $first_oid") for name in ("pg_operator", "pg_opclass", "pg_opfamily")),
    *((name, "c.oid >= $first_oid") for name in ("pg_conversion", "pg_ts_dict", "pg_ts_config")),
    ("pg_aggregate", "c.aggfnoid::oid >= $first_oid"),
    ("pg_range", "c.rngtypid >= $first_oid"),
    ("pg_ts_config_map", "c.mapcfg >= $first_oid"),
)
_PUBLISHED = ("pg_publication_namespace", "true")
"""Since PostgreSQL 15."""

# The same, in tables that every CREATE TABLE or INDEX writes to, or of which it is asked whether
# there are any. A composite type that went is missed among the relations.
_OF_ALL_BESIDE = {
    "published": ("pg_publication_rel", "true"),
    "types": (
        "pg_type",
        "c.oid >= $first_oid AND c.typcategory <> 'A' AND (c.typrelid = 0 OR $new "
        "AND (SELECT r.relkind FROM pg_class AS r WHERE r.oid = c.typrelid) = 'c')",
    ),
    "checks": ("pg_constraint", "c.oid >= $first_oid AND c.contypid <> 0"),
    "comments": ("pg_description", f"c.objoid >= $first_oid AND c.classoid <> {_CLASS}"),
    "members": (
        "pg_depend",
        "c.refclassid = 'pg_extension'::regclass AND c.deptype = 'e' AND c.objid >= $first_oid",
    ),
}

# The whole server's, which any session may write to.
_OF_SERVER = (("pg_tablespace", "true"), ("pg_database", "c.datname = current_database()"))

# Not everybody may read the rows of roles and of user mappings, and these views have no xmin.
_OTHERS = """
SELECT '', 'pg_roles', string_agg(concat_ws(' ', r.oid, r.rolname), ', ' ORDER BY r.oid), '0'
FROM pg_roles AS r
UNION ALL
SELECT '', 'pg_user_mappings', string_agg(m::text, ', ' ORDER BY m.umid), '0'
FROM pg_user_mappings AS m
"""

# A statement counts the rows that it writes where pg_stat_get_xact_... shows them; a session adds
# them to what pg_stat_get_... shows between two transactions, and at the latest when it ends. So
# the sum of both only stays the same for one who is alone in a database where nobody has written.
# What others have written is not seen at once at higher isolation. Since PostgreSQL 15 there is no
# delay (https://www.postgresql.org/docs/15/release-15.html, "cumulative statistics system").
_COUNTED = 15
_SURE = """current_setting('track_counts')::bool
        AND current_setting('transaction_isolation') = 'read committed'
        AND pg_stat_get_db_numbackends(d.oid) = 1"""
_HERE = """pg_stat_get_xact_tuples_inserted(o.id) + pg_stat_get_xact_tuples_updated(o.id)
                + pg_stat_get_xact_tuples_deleted(o.id)"""
_BEFORE = """pg_stat_get_tuples_inserted(o.id) + pg_stat_get_tuples_updated(o.id)
                + pg_stat_get_tuples_deleted(o.id)"""
_WRITTEN = f"""CASE WHEN {_SURE}
    THEN concat(coalesce(extract(epoch FROM pg_stat_get_db_stat_reset_time(d.oid)), 0), ' ', (
        SELECT string_agg(concat(x.here, ' ', x.here + x.before), ' ' ORDER BY x.place)
        FROM (SELECT o.place, {_HERE} AS here, {_BEFORE} AS before
            FROM unnest('$catalogs'::oid[]) WITH ORDINALITY AS o (id, place)) AS x))
    ELSE '' END"""
_ROWS = f"""CASE WHEN {_SURE}
    THEN concat(coalesce(extract(epoch FROM pg_stat_get_db_stat_reset_time(d.oid)), 0), ' ', (
        SELECT string_agg(concat(o.id, ' ', {_HERE} + {_BEFORE}), ' ')
        FROM unnest('$tables'::oid[]) AS o (id)))
    ELSE '' END"""
_FROM = """FROM (SELECT pg_stat_clear_snapshot()::text OFFSET 0) AS c, pg_database AS d
WHERE d.datname = current_database()"""
_MOMENT = f"""
SELECT mod(txid_snapshot_xmin(txid_current_snapshot()), 4294967296)::text,
    coalesce(txid_current_if_assigned()::text, ''),
    CASE '$last' WHEN '' THEN '' ELSE coalesce(txid_status(nullif('$last', '')::bigint), '') END,
    $written, $rows
{_FROM}
"""
"""Within a transaction PostgreSQL shows statistics as they were when it was first asked."""

_NEW = "age(c.xmin) <= (SELECT age($1::text::xid))"
# A name may be an old one again: what was done after a savepoint can be undone.
_OPEN = "ARRAY(SELECT unnest($2::oid[]))"
_CAME = """
SELECT '$catalog', count(*)::text, coalesce(sum($id), 0)::text, coalesce(
    json_agg(json_build_array($id, ($of)::bigint, $more, $new))
        FILTER (WHERE $new$again), '[]')::text
FROM $catalog AS c WHERE $where
"""
_REST = "SELECT c.xmin FROM $catalog AS c WHERE $where"
_LEFT = "SELECT '$catalog', coalesce(json_agg($id), '[]')::text FROM $catalog AS c WHERE $where"

# What tells something of the relations $1 in its text: an expression, a view, a sequence. A foreign
# key tells names, which do not change here, and whether its triggers are enabled, some of which
# are the other table's: $2 says that those may have changed.
DEPENDENT = """
    SELECT d.classid, CASE d.classid
        WHEN 'pg_class'::regclass THEN coalesce(
            (SELECT i.indrelid FROM pg_index AS i WHERE i.indexrelid = d.objid), d.objid)
        WHEN 'pg_constraint'::regclass THEN CASE WHEN NOT $2::bool THEN
            d.refobjid ELSE (SELECT c.conrelid FROM pg_constraint AS c WHERE c.oid = d.objid) END
        WHEN 'pg_attrdef'::regclass THEN
            (SELECT a.adrelid FROM pg_attrdef AS a WHERE a.oid = d.objid)
        WHEN 'pg_rewrite'::regclass THEN
            (SELECT w.ev_class FROM pg_rewrite AS w WHERE w.oid = d.objid)
        WHEN 'pg_trigger'::regclass THEN
            (SELECT t.tgrelid FROM pg_trigger AS t WHERE t.oid = d.objid)
        WHEN 'pg_policy'::regclass THEN
            (SELECT p.polrelid FROM pg_policy AS p WHERE p.oid = d.objid)
        WHEN 'pg_statistic_ext'::regclass THEN
            (SELECT x.stxrelid FROM pg_statistic_ext AS x WHERE x.oid = d.objid)
        WHEN 'pg_publication_rel'::regclass THEN d.refobjid
        WHEN 'pg_type'::regclass THEN CASE d.deptype WHEN 'i' THEN d.refobjid END END AS oid
    FROM pg_depend AS d WHERE d.refclassid = 'pg_class'::regclass
        AND d.refobjid = ANY (ARRAY(SELECT g.oid FROM given AS g))
"""
GIVEN = "SELECT g.oid FROM unnest($1::oid[]) AS g (oid)"
WANTED = """
    SELECT g.oid FROM given AS g
    UNION SELECT d.oid FROM dependent AS d WHERE d.oid IS NOT NULL
    UNION SELECT d.refobjid FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass
        AND d.objid = ANY (ARRAY(SELECT g.oid FROM given AS g))
        AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
"""
"""The relations $1, what tells something of them, and what an identity's sequence is told with."""


def moment(major: int) -> str:
    """SQL for one row that begins a look: all that can be told without reading a catalog.

    The first transaction that has not ended, the one that this is in ('' for none), what became of
    the transaction `$last`, which the guest puts there ('' for none), and what has been written: ''
    where that is not certain, else words, of which the first is another once counting began anew.
    Then come two for each of the ids in `$catalogs`: how many rows this transaction has written at
    most, and a number that is another once anybody has written any. The last column is `counted`'s.
    """
    if major < _COUNTED:
        return Template(_MOMENT).safe_substitute(written="''", rows="''")
    return Template(_MOMENT).safe_substitute(written=_WRITTEN, rows=_ROWS)


def ids(catalogs: Iterable[str]) -> str:
    """SQL for the ids of `catalogs` as an array: to look up forty names takes 0.2 ms each time."""
    names = ",".join(f"pg_catalog.{name}" for name in catalogs)
    return f"SELECT '{{{names}}}'::regclass[]::oid[]::text"


def counted(major: int) -> str:
    """SQL for what has been written to the tables `$tables`, which the guest puts there.

    '' where that is not certain; else words, of which the first is another once counting began
    anew, and then each table's id and a number that is another once anybody has written a row. A
    TRUNCATE is not counted, but takes another file.
    """
    return f"SELECT {_ROWS} {_FROM}" if major >= _COUNTED else "SELECT ''"


def came(major: int, first: int) -> list[tuple[str, list[str], str]]:
    """SQL for what came since the transaction $1 (text); ids of users begin at `first`.

    Relations $2 (oid[]) and their columns are told once more, whether they came or not.

    Parts of a UNION ALL: a name, the catalogs of which one has to be written before anything that
    the part tells is another (none: that may be at any time), and the SQL.

    Of catalogs whose rows are known: the name, their number, the sum of their ids, and as JSON the
    rows that came: id, relation, of a relation its kind, name and file, of a column its name (else
    null), and whether it came.
    Of all others of a part together: '', its name, their number, and how many came; of what has no
    xmin: '', a name, the content, '0'.
    """
    rest = (*_OF_ALL, *([_PUBLISHED] if major >= 15 else []))
    kept = ((name, _filled(_CAME, name, each, first)) for name, each in _OF_RELATIONS.items())
    beside = _OF_ALL_BESIDE.items()
    return [
        *((name, [name], sql) for name, sql in kept),
        ("pg_attribute", ["pg_attribute"], _filled(_COLUMNS, "", _Kept("", "", ""), first)),
        ("rest", [name for name, _ in rest], _counted("rest", rest, first)),
        *((name, [each[0]], _counted(name, [each], first)) for name, each in beside),
        ("server", [], _counted("server", _OF_SERVER, first) + "UNION ALL" + _OTHERS),
    ]


def left(first: int) -> dict[str, str]:
    """SQL for one row of each catalog whose rows are known: its name, and as JSON its ids."""
    return {name: _filled(_LEFT, name, each, first) for name, each in _OF_RELATIONS.items()}


def _counted(part: str, catalogs: Iterable[tuple[str, str]], first: int) -> str:
    read = (_filled(_REST, name, _Kept("", "", where), first) for name, where in catalogs)
    rows = "\n    UNION ALL ".join(read)
    counted = f"count(*)::text, (count(*) FILTER (WHERE {_NEW}))::text"
    return f"\nSELECT '', '{part}', {counted} FROM (\n    {rows}) AS c (xmin)\n"


def _filled(text: str, catalog: str, kept: _Kept, first: int) -> str:
    known = {**kept._asdict(), "catalog": catalog, "first_oid": first, "new": _NEW, "open": _OPEN}
    inner = Template(text).safe_substitute(known)
    return Template(inner).safe_substitute(first_oid=first, new=_NEW, open=_OPEN)
