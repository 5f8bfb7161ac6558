"""The SQL that tells which rows a PostgreSQL database could have: what a seed has to know."""

from __future__ import annotations

_SPACE = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
_NAME = "CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname"

# A partition is filled through its parent, and what an extension brought along is its own.
_TABLE = f"""c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
    AND {_SPACE} AND NOT EXISTS (SELECT 1 FROM pg_depend AS e
        WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')"""
# The guest says which tables it means: its queries cost what those cost.
_WANTED = "c.oid = ANY ($1::oid[])"
_OF = """FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"""

TABLES = f"""
SELECT {_NAME}, quote_ident(n.nspname) || '.' || quote_ident(c.relname)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE {_TABLE} ORDER BY 1
"""
"""Tables that may hold rows of their own: name, and the name as it stands in SQL."""

PRIMARY_KEYS = f"""
SELECT {_NAME}, a.attname {_OF}
JOIN pg_index AS i ON i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey)
WHERE {_TABLE} ORDER BY c.oid, array_position(i.indkey::int[], a.attnum::int)
"""
"""Name of a table, and a column of its primary key; in the key's order."""

FOREIGN_KEYS = f"""
SELECT k.oid::text, {_NAME}, a.attname,
    (SELECT CASE m.nspname WHEN 'public' THEN '' ELSE m.nspname || '.' END || o.relname
        FROM pg_class AS o JOIN pg_namespace AS m ON m.oid = o.relnamespace
        WHERE o.oid = k.confrelid),
    (SELECT b.attname FROM pg_attribute AS b
        WHERE b.attrelid = k.confrelid AND b.attnum = k.confkey[p.place])
{_OF} JOIN pg_constraint AS k ON k.conrelid = c.oid AND k.contype = 'f'
    AND a.attnum = ANY (k.conkey),
    LATERAL (SELECT array_position(k.conkey::int[], a.attnum::int) AS place) AS p
WHERE {_TABLE} AND {_WANTED} AND NOT EXISTS (SELECT 1 FROM pg_class AS o
    WHERE o.oid = k.confrelid AND o.relispartition) ORDER BY k.oid, p.place
"""
"""Id of a foreign key, name of its table, a column, the other table's name and column."""

# `x IN ('a', 'b')` is printed as `x = ANY (ARRAY['a', 'b'])`, and `x IN ('a')` as `x = 'a'`; a
# check of several columns is no list of what one may be.
_LISTED = r"""(
    SELECT json_agg(coalesce(to_json(replace(w[1], '''''', '''')), w[2]::json))::text
    FROM regexp_matches(d.text, '''((?:[^'']|'''')*)''|(?:\[|, )[(]?(-?[0-9]+)[)]?', 'g') AS w)"""
_CHECK = rf"""(
    SELECT {_LISTED} FROM pg_constraint AS k,
        LATERAL (SELECT pg_get_constraintdef(k.oid) AS text OFFSET 0) AS d
    WHERE k.contype = 'c' AND %s
        AND d.text ~ ('^CHECK [(]+"?[A-Za-z0-9_ ]+"?[)]*(::[a-z ]+)?[)]? = '
            || '(ANY|''[^'']*''[^()=]*[)]+$)')
    ORDER BY k.conname LIMIT 1)"""


def columns(major: int) -> str:
    """SQL for the columns that an INSERT may name, in their order, on PostgreSQL `major`.

    Rows of table name, column, type (of a domain: the type below it), nullable ("yes" or "no"),
    and a JSON list of the values that an enum or a check allows. What the database numbers or
    computes by itself is left out.
    """
    generated = "a.attgenerated = ''" if major >= 12 else "true"
    of_column = _CHECK.replace("%s", "k.conrelid = c.oid AND k.conkey = ARRAY[a.attnum]")
    of_domain = _CHECK.replace("%s", "k.contypid = t.oid")
    return rf"""
SELECT {_NAME}, a.attname,
    CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod)
        ELSE format_type(a.atttypid, a.atttypmod) END,
    CASE WHEN a.attnotnull OR t.typnotnull THEN 'no' ELSE 'yes' END,
    coalesce((SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder)::text FROM pg_enum AS e
        WHERE e.enumtypid IN (t.oid, t.typbasetype)), {of_column},
        CASE WHEN t.typtype = 'd' THEN {of_domain} END, '[]')
{_OF} JOIN pg_type AS t ON t.oid = a.atttypid
WHERE {_TABLE} AND {_WANTED} AND a.attidentity = '' AND {generated} AND NOT EXISTS (
    SELECT 1 FROM pg_attrdef AS d WHERE d.adrelid = c.oid AND d.adnum = a.attnum
    AND pg_get_expr(d.adbin, d.adrelid) ~ '^nextval[(]')
ORDER BY c.oid, a.attnum
"""
