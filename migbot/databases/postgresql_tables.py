"""The SQL that reads what belongs to PostgreSQL's tables: one part for each kind of object.

Each part selects `kind, name, table_name, definition` from `relation`, which `postgresql_catalog`
declares. Words with a dollar sign are what differs between the versions of PostgreSQL.
"""

from __future__ import annotations


def plain(text: str) -> str:
    """SQL for an expression as PostgreSQL prints it, without the casts that come and go.

    `x IN ('a')` on a varchar column is not the same text again after its type was changed to text
    and back, nor `x > 0` after numeric and back: the server rebuilds both from what it printed.
    Casts to a kind of text mean nothing there; casts to a number do, except those of a mere
    column or constant.
    """
    stripped = text
    for pattern, kept in _CASTS:
        stripped = f"regexp_replace({stripped}, '{pattern}', '{kept}', 'g')"
    no_cast = f"strpos({text}, '::') = 0 OR left({text}, 8) = 'nextval('"
    return f"CASE WHEN {no_cast} THEN {text} ELSE {stripped} END"


_TEXT = "(text|character varying|character|bpchar)([(][0-9]+[)])?"
_NUMBER = "(smallint|integer|bigint|numeric|real|double precision)([(][0-9,]+[)])?"
_LITERAL = "''([^'']|'''')*''"
_WORD = r'-?[0-9.]+|"?[A-Za-z_][A-Za-z0-9_]*"?'
_CASTS = (
    (f"''(-?[0-9.]+)''::{_NUMBER}", r"\1"),
    (f"({_LITERAL})::{_TEXT}", r"\1"),
    (f"[(]({_WORD}|{_LITERAL})[)]::{_TEXT}", r"\1"),
    (f"[(]({_WORD})[)]::{_NUMBER}", r"\1"),
    (rf"[(](ARRAY\[[^][]*\])[)]::({_TEXT}|{_NUMBER})\[\]", r"\1"),
    (rf"::{_TEXT}(\[\])?", ""),
)
"""What is replaced in turn (within quotes in SQL, so those of a pattern are doubled), by what."""


def sorted_options(options: str) -> str:
    """SQL for an array of `name=value`: their order is that in which they were set."""
    joined = f"(SELECT string_agg(o, ', ' ORDER BY o) FROM unnest({options}) AS o)"
    return f"CASE WHEN {options} IS NOT NULL THEN {joined} END"


def sequence_options(s: str) -> str:
    """SQL for what differs from a sequence of its type that was made without any options."""
    most = (
        f"CASE {s}.seqtypid::int WHEN 21 THEN 32767::bigint WHEN 23 THEN 2147483647 "
        "ELSE 9223372036854775807 END"
    )
    least, first = f"-({most}) - 1", f"CASE WHEN {s}.seqincrement > 0"
    return f"""concat_ws(' ',
        CASE WHEN {s}.seqincrement <> 1 THEN 'INCREMENT BY ' || {s}.seqincrement END,
        CASE WHEN {s}.seqmin <> {first} THEN 1 ELSE {least} END THEN 'MINVALUE ' || {s}.seqmin END,
        CASE WHEN {s}.seqmax <> {first} THEN {most} ELSE -1 END THEN 'MAXVALUE ' || {s}.seqmax END,
        CASE WHEN {s}.seqstart <> {first} THEN {s}.seqmin ELSE {s}.seqmax END
            THEN 'START ' || {s}.seqstart END,
        CASE WHEN {s}.seqcache <> 1 THEN 'CACHE ' || {s}.seqcache END,
        CASE WHEN {s}.seqcycle THEN 'CYCLE' END)"""


def collation(column: str, usual: str) -> str:
    """SQL for a collation that is not the usual one of its type."""
    name = f"(SELECT quote_ident(l.collname) FROM pg_collation AS l WHERE l.oid = {column})"
    return f"CASE WHEN {column} <> {usual} THEN 'COLLATE ' || {name} END"


def owner(column: str) -> str:
    """SQL for an owner who is not the one of the database: that one is nothing to tell."""
    return (
        f"CASE WHEN {column} NOT IN (SELECT datdba FROM dba) "
        f"THEN 'OWNER TO ' || pg_get_userbyid({column}) END"
    )


TABLES = f"""
SELECT 'table', r.name, '', concat_ws(' ',
    CASE WHEN r.relpersistence = 'u' THEN 'UNLOGGED' END,
    (SELECT 'FOREIGN, SERVER ' || s.srvname || coalesce(' OPTIONS (' ||
        {sorted_options("f.ftoptions")} || ')', '')
        FROM pg_foreign_table AS f JOIN pg_foreign_server AS s ON s.oid = f.ftserver
        WHERE f.ftrelid = r.oid),
    CASE WHEN r.reloftype <> 0 THEN 'OF ' || format_type(r.reloftype, NULL) END,
    (SELECT CASE WHEN r.relispartition THEN 'PARTITION OF ' ELSE 'INHERITS ' END ||
        string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno)
        FROM pg_inherits AS i WHERE i.inhrelid = r.oid),
    CASE WHEN r.relispartition THEN pg_get_expr(r.relpartbound, r.oid) END,
    CASE WHEN r.relkind = 'p' THEN 'PARTITION BY ' || pg_get_partkeydef(r.oid) END,
    $access_method,
    'WITH (' || {sorted_options("r.reloptions")} || ')',
    CASE WHEN r.reltoastrelid <> 0 THEN (SELECT 'TOAST (' || {sorted_options("t.reloptions")} || ')'
        FROM pg_class AS t WHERE t.oid = r.reltoastrelid) END,
    CASE WHEN r.reltablespace <> 0 THEN (SELECT 'TABLESPACE ' || t.spcname
        FROM pg_tablespace AS t WHERE t.oid = r.reltablespace) END,
    CASE WHEN r.relrowsecurity THEN 'ENABLE ROW LEVEL SECURITY' END,
    CASE WHEN r.relforcerowsecurity THEN 'FORCE ROW LEVEL SECURITY' END,
    'REPLICA IDENTITY ' || CASE r.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING'
        WHEN 'i' THEN 'USING INDEX ' || coalesce((SELECT i.indexrelid::regclass::text
            FROM pg_index AS i WHERE i.indrelid = r.oid AND i.indisreplident), '') END,
    CASE WHEN r.relhasindex THEN (SELECT 'CLUSTER ON ' || i.indexrelid::regclass::text
        FROM pg_index AS i WHERE i.indrelid = r.oid AND i.indisclustered) END,
    {owner("r.relowner")})
FROM relation AS r WHERE r.relkind IN ('r', 'p', 'f')
"""

COLUMN_ORDER = """
SELECT 'column order', r.name, r.name, string_agg(a.attname, ', ' ORDER BY a.attnum)
FROM relation AS r JOIN pg_attribute AS a ON a.attrelid = r.oid
WHERE r.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped GROUP BY r.name
"""

COLUMNS = f"""
SELECT 'column', r.name || '.' || a.attname, r.name, concat_ws(' ',
    format_type(a.atttypid, a.atttypmod),
    {collation("a.attcollation", "t.typcollation")},
    CASE WHEN a.attstorage <> t.typstorage THEN 'STORAGE ' || CASE a.attstorage
        WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END,
    $compression,
    CASE WHEN a.attstattarget >= 0 THEN 'STATISTICS ' || a.attstattarget END,
    'WITH (' || {sorted_options("a.attoptions")} || ')',
    'OPTIONS (' || {sorted_options("a.attfdwoptions")} || ')',
    CASE WHEN a.attidentity <> '' THEN 'GENERATED ' || CASE a.attidentity WHEN 'a' THEN 'ALWAYS'
        ELSE 'BY DEFAULT' END || ' AS IDENTITY' || coalesce((SELECT
            ' (' || nullif({sequence_options("s")}, '') || ')'
            FROM pg_depend AS d JOIN pg_sequence AS s ON s.seqrelid = d.objid
            WHERE d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype = 'i'
                AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_class'::regclass), '')
        END,
    CASE WHEN a.atthasdef THEN (SELECT CASE WHEN $generated = '' THEN 'DEFAULT ' || e.text
        ELSE 'GENERATED ALWAYS AS (' || e.text || CASE $generated WHEN 's' THEN ') STORED'
            ELSE ') VIRTUAL' END END
        FROM (SELECT {plain("g.text")} AS text FROM pg_attrdef AS d,
            LATERAL (SELECT pg_get_expr(d.adbin, d.adrelid) AS text OFFSET 0) AS g
            WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) AS e) END,
    CASE WHEN a.attnotnull THEN 'NOT NULL' END, $not_null_detail)
FROM relation AS r JOIN pg_attribute AS a ON a.attrelid = r.oid
JOIN pg_type AS t ON t.oid = a.atttypid
WHERE r.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped
"""

# What a partition or an heir has from its parent is the parent's to tell: it comes and goes with
# it, under names that the server makes up.
CONSTRAINTS = f"""
SELECT CASE c.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique constraint'
        WHEN 'c' THEN 'check constraint' WHEN 'f' THEN 'foreign key'
        ELSE 'exclusion constraint' END,
    r.prefix || c.conname, r.name,
    {plain("d.text")} ||
    CASE WHEN c.contype = 'f' AND EXISTS (SELECT 1 FROM pg_trigger AS t
        WHERE t.tgconstraint = c.oid AND t.tgenabled <> 'O')
        THEN ' (not enforced: its triggers are disabled)' ELSE '' END ||
    coalesce(' WITH (' || (SELECT {sorted_options("x.reloptions")} FROM pg_class AS x
        WHERE x.oid = c.conindid AND c.contype IN ('p', 'u', 'x')) || ')', '')
FROM relation AS r JOIN pg_constraint AS c ON c.conrelid = r.oid,
    LATERAL (SELECT pg_get_constraintdef(c.oid) AS text OFFSET 0) AS d
WHERE c.contype IN ('p', 'u', 'c', 'f', 'x') AND $constraint_parent = 0
    AND (c.conislocal OR c.coninhcount = 0)
"""

INDEXES = f"""
SELECT 'index', r.prefix || x.relname, r.name, {plain("d.text")} ||
    CASE WHEN i.indisvalid AND i.indisready THEN '' ELSE ' INVALID' END ||
    coalesce(' TABLESPACE ' || (SELECT t.spcname FROM pg_tablespace AS t
        WHERE t.oid = x.reltablespace), '')
FROM relation AS r JOIN pg_index AS i ON i.indrelid = r.oid JOIN pg_class AS x
    ON x.oid = i.indexrelid, LATERAL (SELECT pg_get_indexdef(x.oid) AS text OFFSET 0) AS d
WHERE r.relkind IN ('r', 'p', 'm', 'f') AND NOT x.relispartition AND NOT EXISTS (
    SELECT 1 FROM pg_constraint AS c WHERE c.conrelid = i.indrelid AND c.conindid = x.oid
    AND c.contype IN ('p', 'u', 'x'))
"""

TRIGGERS = """
SELECT 'trigger', r.name || '.' || t.tgname, r.name, pg_get_triggerdef(t.oid) ||
    CASE t.tgenabled WHEN 'D' THEN ' (disabled)' WHEN 'R' THEN ' (enabled for replicas)'
        WHEN 'A' THEN ' (enabled always)' ELSE '' END
FROM relation AS r JOIN pg_trigger AS t ON t.tgrelid = r.oid
WHERE NOT t.tgisinternal AND $trigger_parent = 0
"""

RULES = """
SELECT 'rule', r.name || '.' || w.rulename, r.name, pg_get_ruledef(w.oid) ||
    CASE w.ev_enabled WHEN 'O' THEN '' ELSE ' (' || w.ev_enabled::text || ')' END
FROM relation AS r JOIN pg_rewrite AS w ON w.ev_class = r.oid WHERE w.rulename <> '_RETURN'
"""

POLICIES = """
SELECT 'policy', r.name || '.' || p.polname, r.name, concat_ws(' ',
    CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
    CASE p.polcmd WHEN 'r' THEN 'FOR SELECT' WHEN 'a' THEN 'FOR INSERT' WHEN 'w' THEN 'FOR UPDATE'
        WHEN 'd' THEN 'FOR DELETE' ELSE 'FOR ALL' END,
    'TO ' || (SELECT string_agg(n, ', ' ORDER BY n) FROM (SELECT CASE role WHEN 0 THEN 'PUBLIC'
        ELSE pg_get_userbyid(role) END AS n FROM unnest(p.polroles) AS role) AS names),
    'USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
    'WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')
FROM relation AS r JOIN pg_policy AS p ON p.polrelid = r.oid
"""

STATISTICS = """
SELECT 'statistics', s.stxnamespace_prefix || s.stxname, r.name, concat_ws(' ',
    (SELECT string_agg(CASE k WHEN 'd' THEN 'ndistinct' WHEN 'f' THEN 'dependencies'
        WHEN 'm' THEN 'mcv' END, ', ' ORDER BY k) FROM unnest(s.stxkind) AS k),
    'ON', (SELECT string_agg(a.attname, ', ' ORDER BY a.attname) FROM pg_attribute AS a
        WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys)), $statistics_detail)
FROM relation AS r JOIN (SELECT x.*, n.prefix AS stxnamespace_prefix FROM pg_statistic_ext AS x
    JOIN space AS n ON n.oid = x.stxnamespace) AS s ON s.stxrelid = r.oid
"""

PARTS = (
    *(TABLES, COLUMN_ORDER, COLUMNS, CONSTRAINTS, INDEXES),
    *(TRIGGERS, RULES, POLICIES, STATISTICS),
)
"""All of them."""
