"""The SQL that reads what stands beside PostgreSQL's tables: one part for each kind of object."""

from __future__ import annotations

from migbot.databases.postgresql_tables import (
    collation,
    owner,
    plain,
    sequence_options,
    sorted_options,
)


def _not_member(catalog: str, oid: str) -> str:
    return f"{oid} NOT IN (SELECT objid FROM member WHERE classid = '{catalog}'::regclass)"


SCHEMAS = f"""
SELECT 'schema', s.nspname, '', CASE WHEN s.nspname = 'public' THEN ''
    ELSE concat_ws(' ', {owner("s.nspowner")}) END
FROM space AS s WHERE {_not_member("pg_namespace", "s.oid")}
"""

# A template in which a line feed ends a line of SQL: those inside a literal stay.
_LINES = r"regexp_replace({}, '\s*\n\s*', ' ', 'g')"

VIEWS = f"""
SELECT CASE r.relkind WHEN 'v' THEN 'view' ELSE 'materialised view' END, r.name, '', concat_ws(' ',
    'WITH (' || {sorted_options("r.reloptions")} || ')',
    btrim({_LINES.format("pg_get_viewdef(r.oid)")}, ' ;'),
    CASE WHEN NOT r.relispopulated THEN 'WITH NO DATA' END, {owner("r.relowner")})
FROM relation AS r WHERE r.relkind IN ('v', 'm')
"""

# The sequence of an identity column is told with the column.
SEQUENCES = f"""
SELECT 'sequence', r.name, coalesce(o.name, ''), concat_ws(' ',
    'AS ' || format_type(s.seqtypid, NULL), {sequence_options("s")},
    'OWNED BY ' || o.name || '.' || (SELECT a.attname FROM pg_attribute AS a
        WHERE a.attrelid = d.refobjid AND a.attnum = d.refobjsubid), {owner("r.relowner")})
FROM relation AS r JOIN pg_sequence AS s ON s.seqrelid = r.oid
LEFT JOIN pg_depend AS d ON d.objid = r.oid AND d.classid = 'pg_class'::regclass
    AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
LEFT JOIN LATERAL (SELECT n.prefix || c.relname AS name FROM pg_class AS c
    JOIN space AS n ON n.oid = c.relnamespace WHERE c.oid = d.refobjid) AS o ON true
WHERE d.deptype IS DISTINCT FROM 'i'
"""

ENUMS = f"""
SELECT 'enum', t.name, '', concat_ws(' ',
    '(' || (SELECT coalesce(string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder),
        '') FROM pg_enum AS e WHERE e.enumtypid = t.oid) || ')', {owner("t.typowner")})
FROM type AS t WHERE t.typtype = 'e'
"""

DOMAINS = f"""
SELECT 'domain', t.name, '', concat_ws(' ', format_type(t.typbasetype, t.typtypmod),
    {collation("t.typcollation", "b.typcollation")},
    'DEFAULT ' || pg_get_expr(t.typdefaultbin, 0), CASE WHEN t.typnotnull THEN 'NOT NULL' END,
    (SELECT string_agg('CONSTRAINT ' || d.conname || ' ' || {plain("d.text")}, ' '
        ORDER BY d.conname) FROM (SELECT c.conname, pg_get_constraintdef(c.oid) AS text
        FROM pg_constraint AS c WHERE c.contypid = t.oid AND c.contype = 'c') AS d),
    {owner("t.typowner")})
FROM type AS t JOIN pg_type AS b ON b.oid = t.typbasetype WHERE t.typtype = 'd'
"""

COMPOSITES = f"""
SELECT 'composite type', t.name, '', concat_ws(' ',
    (SELECT '(' || string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
        {collation("a.attcollation", "b.typcollation")}), ', ' ORDER BY a.attnum) || ')'
        FROM pg_attribute AS a JOIN pg_type AS b ON b.oid = a.atttypid
        WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped),
    {owner("t.typowner")})
FROM type AS t WHERE t.typtype = 'c'
"""

RANGES = f"""
SELECT 'range', t.name, '', concat_ws(' ', 'OF ' || format_type(r.rngsubtype, NULL),
    'OPCLASS ' || (SELECT o.opcname FROM pg_opclass AS o WHERE o.oid = r.rngsubopc),
    {collation("r.rngcollation", "0")},
    CASE WHEN r.rngcanonical <> 0 THEN 'CANONICAL ' || r.rngcanonical END,
    CASE WHEN r.rngsubdiff <> 0 THEN 'SUBTYPE_DIFF ' || r.rngsubdiff END, {owner("t.typowner")})
FROM type AS t JOIN pg_range AS r ON r.rngtypid = t.oid
"""

# Blanks mean nothing to SQL and PL/pgSQL, and a body is seldom indented in a downgrade as it was.
FUNCTIONS = rf"""
SELECT CASE p.kind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
    p.name, '',
    concat_ws(' ', CASE WHEN p.kind = 'a' THEN (SELECT concat_ws(' ',
            'SFUNC ' || g.aggtransfn, 'STYPE ' || format_type(g.aggtranstype, NULL),
            CASE WHEN g.aggfinalfn <> 0 THEN 'FINALFUNC ' || g.aggfinalfn END,
            CASE WHEN g.aggcombinefn <> 0 THEN 'COMBINEFUNC ' || g.aggcombinefn END,
            CASE WHEN g.aggsortop <> 0 THEN 'SORTOP ' || g.aggsortop::regoperator END,
            'INITCOND ' || quote_literal(g.agginitval), 'KIND ' || g.aggkind::text,
            'PARALLEL ' || p.proparallel::text)
            FROM pg_aggregate AS g WHERE g.aggfnoid = p.oid)
        WHEN p.lanname IN ('sql', 'plpgsql')
            THEN btrim(regexp_replace(pg_get_functiondef(p.oid), '\s+', ' ', 'g'))
        ELSE btrim(pg_get_functiondef(p.oid)) END, {owner("p.proowner")})
FROM routine AS p
"""

EXTENSIONS = """
SELECT 'extension', e.extname, '', concat_ws(' ', 'VERSION ' || e.extversion,
    'SCHEMA ' || e.extnamespace::regnamespace)
FROM pg_extension AS e
"""

PUBLICATIONS = """
SELECT 'publication', p.pubname, '', concat_ws(' ', CASE WHEN p.puballtables THEN 'ALL TABLES' END,
    CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
    CASE WHEN p.pubdelete THEN 'delete' END, $publication_detail)
FROM pg_publication AS p
"""

PUBLISHED_TABLES = """
SELECT 'publication', p.pubname || ': ' || r.name, r.name, concat_ws(' ', $publication_columns)
FROM pg_publication AS p JOIN pg_publication_rel AS l ON l.prpubid = p.oid
JOIN relation AS r ON r.oid = l.prrelid
"""

PUBLISHED_SCHEMAS = """
SELECT 'publication', p.pubname || ': schema ' || s.nspname, '', ''
FROM pg_publication AS p JOIN pg_publication_namespace AS l ON l.pnpubid = p.oid
JOIN space AS s ON s.oid = l.pnnspid
"""

# The rest is seldom met; the server itself has a name for each (pg_identify_object).
_OTHERS = {
    "pg_event_trigger": "concat_ws(' ', 'ON ' || evtevent, evtfoid::regprocedure::text, "
    "array_to_string(evttags, ', '), CASE evtenabled WHEN 'D' THEN '(disabled)' END)",
    "pg_foreign_server": "concat_ws(' ', (SELECT f.fdwname FROM pg_foreign_data_wrapper AS f "
    f"WHERE f.oid = srvfdw), srvtype, srvversion, {sorted_options('srvoptions')})",
    "pg_foreign_data_wrapper": "concat_ws(' ', CASE WHEN fdwhandler <> 0 THEN "
    f"'HANDLER ' || fdwhandler::regproc END, {sorted_options('fdwoptions')})",
    "pg_user_mapping": f"concat_ws(' ', {sorted_options('umoptions')})",
    "pg_collation": "(to_jsonb(o) - 'oid' - 'collnamespace' - 'collowner' - 'collversion')::text",
    "pg_cast": "concat_ws(' ', CASE WHEN castfunc <> 0 THEN castfunc::regprocedure::text END, "
    "castcontext::text, castmethod::text)",
    "pg_operator": "oprcode::regproc::text",
    "pg_opclass": "",
    "pg_opfamily": "",
    "pg_conversion": "conproc::regproc::text",
    "pg_language": "",
    "pg_am": "amhandler::regproc::text",
    "pg_transform": "",
    "pg_ts_dict": "concat_ws(' ', (SELECT t.tmplname FROM pg_ts_template AS t "
    "WHERE t.oid = dicttemplate), dictinitoption)",
    "pg_ts_config": "(SELECT string_agg(m.maptokentype || ' ' || m.mapdict::regdictionary, ', ' "
    "ORDER BY m.maptokentype, m.mapseqno) FROM pg_ts_config_map AS m WHERE m.mapcfg = o.oid)",
}
_FOR_ALL = {"pg_user_mapping": "(SELECT umid AS oid, umoptions FROM pg_user_mappings)"}
"""What stands in for a catalog that only a superuser reads: a user's server may have another."""

_TOLD = "\nUNION ALL\n".join(
    f"SELECT '{catalog}'::regclass AS class, o.oid, {definition or chr(39) * 2} AS definition "
    f"FROM {_FOR_ALL.get(catalog, catalog)} AS o WHERE o.oid >= $first_oid"
    for catalog, definition in _OTHERS.items()
)
OTHERS = f"""
SELECT i.type, replace(i.identity, 'public.', ''), '', coalesce(o.definition, '')
FROM ({_TOLD}) AS o, LATERAL pg_identify_object(o.class, o.oid, 0) AS i
WHERE (o.class, o.oid) NOT IN (SELECT classid, objid FROM member)
"""

COMMENTS_ON_RELATIONS = """
SELECT 'comment', CASE WHEN d.objsubid > 0 THEN 'column ' || r.name || '.' || a.attname
    ELSE CASE r.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialised view '
        WHEN 'i' THEN 'index ' WHEN 'I' THEN 'index ' WHEN 'S' THEN 'sequence '
        WHEN 'c' THEN 'type ' ELSE 'table ' END || r.name END,
    coalesce(o.name, r.name), d.description
FROM pg_description AS d JOIN relation AS r ON r.oid = d.objoid
LEFT JOIN pg_attribute AS a ON a.attrelid = d.objoid AND a.attnum = d.objsubid AND d.objsubid > 0
LEFT JOIN pg_index AS i ON i.indexrelid = d.objoid LEFT JOIN relation AS o ON o.oid = i.indrelid
WHERE d.classoid = 'pg_class'::regclass AND d.objoid >= $first_oid
"""

COMMENTS = """
SELECT 'comment', i.type || ' ' || replace(i.identity, 'public.', ''), coalesce((SELECT r.name
    FROM relation AS r WHERE r.oid = coalesce(
        (SELECT c.conrelid FROM pg_constraint AS c WHERE c.oid = d.objoid),
        (SELECT t.tgrelid FROM pg_trigger AS t WHERE t.oid = d.objoid),
        (SELECT p.polrelid FROM pg_policy AS p WHERE p.oid = d.objoid),
        (SELECT w.ev_class FROM pg_rewrite AS w WHERE w.oid = d.objoid))), ''), d.description
FROM pg_description AS d, LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) AS i
WHERE d.classoid NOT IN ('pg_class'::regclass, 'pg_extension'::regclass)
    AND d.objoid >= $first_oid AND (d.classoid, d.objoid) NOT IN (SELECT classid, objid FROM member)
"""

# What an owner may do without being asked is no grant, whether it was ever written down or not.
_GRANTS = """
SELECT 'grant', concat_ws(' ', g.what, g.name, 'to', g.grantee), g.table_name,
    string_agg(concat_ws(' ', g.word, g.privilege, g.more), ', ' ORDER BY g.word, g.privilege)
FROM (SELECT l.what, l.name, l.table_name, x.word, x.privilege_type AS privilege,
        CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(x.grantee) END AS grantee,
        CASE WHEN x.is_grantable THEN 'WITH GRANT OPTION' END AS more
    FROM ({}) AS l,
    LATERAL ((SELECT e.grantee, e.privilege_type, e.is_grantable, 'GRANT' AS word
            FROM aclexplode(l.acl) AS e
            EXCEPT SELECT e.grantee, e.privilege_type, e.is_grantable, 'GRANT'
            FROM aclexplode(l.usual) AS e)
        UNION ALL
        (SELECT e.grantee, e.privilege_type, e.is_grantable, 'REVOKE' FROM aclexplode(l.usual) AS e
            EXCEPT SELECT e.grantee, e.privilege_type, e.is_grantable, 'REVOKE'
            FROM aclexplode(l.acl) AS e)) AS x) AS g
GROUP BY g.what, g.name, g.grantee, g.table_name
"""

GRANTS_ON_RELATIONS = _GRANTS.format("""
SELECT CASE r.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END AS what, r.name,
    r.name AS table_name, r.relacl AS acl, acldefault(
        CASE r.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", r.relowner) AS usual
FROM relation AS r
WHERE r.relacl IS NOT NULL AND r.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
UNION ALL
SELECT 'column', r.name || '.' || a.attname, r.name, a.attacl, NULL
FROM relation AS r JOIN pg_attribute AS a ON a.attrelid = r.oid
WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped
""")

GRANTS = _GRANTS.format(f"""
SELECT 'function' AS what, p.name, '' AS table_name, p.proacl AS acl,
    acldefault('f', p.proowner) AS usual
FROM routine AS p WHERE p.proacl IS NOT NULL
UNION ALL
SELECT 'type', t.name, '', t.typacl, acldefault('T', t.typowner)
FROM type AS t WHERE t.typacl IS NOT NULL
UNION ALL
SELECT 'schema', s.nspname, '', s.nspacl, acldefault('n', s.nspowner)
FROM space AS s WHERE s.nspacl IS NOT NULL AND {_not_member("pg_namespace", "s.oid")}
UNION ALL
SELECT 'server', f.srvname, '', f.srvacl, acldefault('S', f.srvowner)
FROM pg_foreign_server AS f WHERE f.srvacl IS NOT NULL
UNION ALL
SELECT 'default privileges', concat_ws(' ', 'of', pg_get_userbyid(d.defaclrole),
    'in ' || s.nspname, 'on', CASE d.defaclobjtype WHEN 'r' THEN 'tables'
    WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
    WHEN 'n' THEN 'schemas' ELSE 'large objects' END), '', d.defaclacl,
    CASE WHEN d.defaclnamespace = 0 AND d.defaclobjtype IN ('r', 'S', 'f', 'T', 'n')
        THEN acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's'
            ELSE d.defaclobjtype END::"char", d.defaclrole) END
FROM pg_default_acl AS d LEFT JOIN space AS s ON s.oid = d.defaclnamespace
""")

OF_RELATIONS = (VIEWS, SEQUENCES, PUBLISHED_TABLES, COMMENTS_ON_RELATIONS, GRANTS_ON_RELATIONS)
"""Those that tell nothing but relations, and what belongs to one."""

PARTS = (
    *OF_RELATIONS,
    *(SCHEMAS, ENUMS, DOMAINS, COMPOSITES, RANGES, FUNCTIONS),
    *(EXTENSIONS, PUBLICATIONS, OTHERS, COMMENTS, GRANTS),
)
"""All of them that every version has."""
