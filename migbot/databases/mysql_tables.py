"""The parts of the catalog that tell of tables: columns, keys, indexes, checks, partitions.

Each is a SELECT of kind, name, table and definition; names in braces are filled in by mysql_words.
What is joined is a derived table with DISTINCT: MariaDB gives it an index, and merges one without.
"""

from __future__ import annotations

from migbot.databases.mysql_words import comment, expression

_REAL = "TABLE_SCHEMA = DATABASE() AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')"

_OPTIONS = "t.CREATE_OPTIONS"
for _each in (
    *("row_format=DYNAMIC", "row_format=COMPACT", "row_format=REDUNDANT", "row_format=COMPRESSED"),
    *(
        "row_format=FIXED",
        "row_format=PAGE",
        "row_format=DEFAULT",
        "page_checksum=1",
        "partitioned",
    ),
):
    _OPTIONS = f"REPLACE({_OPTIONS}, '{_each}', '')"
_OPTIONS = f"TRIM(REPLACE({_OPTIONS}, '  ', ' '))"
"""Without the row format, of which the real one is told, without what the partitions tell, and
without the usual setting that a table keeps when it has been in Aria."""

TABLE = f"""
SELECT 'table' AS kind, t.TABLE_NAME AS name, '' AS table_name, CONCAT_WS(' ',
    CONCAT('ENGINE=', t.ENGINE),
    CONCAT('COLLATE=', t.TABLE_COLLATION),
    IF(t.ENGINE = 'InnoDB' AND t.ROW_FORMAT = 'Dynamic', NULL,
        CONCAT('ROW_FORMAT=', UPPER(t.ROW_FORMAT))),
    NULLIF({_OPTIONS}, ''),
    IF(t.TABLE_TYPE = 'SYSTEM VERSIONED', 'WITH SYSTEM VERSIONING', NULL),
    {comment("t.TABLE_COMMENT")}) AS definition
FROM information_schema.TABLES AS t WHERE t.{_REAL}"""
"""AUTO_INCREMENT is left out: the counter moves with every row."""

ORDER = f"""
SELECT 'column order', c.TABLE_NAME, c.TABLE_NAME,
    GROUP_CONCAT(c.COLUMN_NAME ORDER BY c.ORDINAL_POSITION SEPARATOR ', ')
FROM information_schema.COLUMNS AS c
WHERE c.TABLE_SCHEMA = DATABASE()
    AND c.TABLE_NAME IN (SELECT TABLE_NAME FROM information_schema.TABLES WHERE {_REAL})
GROUP BY c.TABLE_NAME"""

_TYPE = """
    CASE WHEN LOCATE('zerofill', c.COLUMN_TYPE) > 0 THEN c.COLUMN_TYPE
    WHEN c.DATA_TYPE IN ('smallint', 'mediumint', 'int', 'bigint')
        OR (c.DATA_TYPE = 'tinyint' AND LEFT(c.COLUMN_TYPE, 10) <> 'tinyint(1)')
    THEN CONCAT(c.DATA_TYPE, IF(LOCATE('unsigned', c.COLUMN_TYPE) > 0, ' unsigned', ''))
    ELSE c.COLUMN_TYPE END"""
"""The width of an integer is left out, as MySQL 8 does: it pads with zeros and does nothing else.
`tinyint(1)` stays, for it is how a boolean is told."""

_EXTRA = "c.EXTRA"
for _each in ("VIRTUAL GENERATED", "STORED GENERATED", "DEFAULT_GENERATED", ","):
    _EXTRA = f"REPLACE({_EXTRA}, '{_each}', '')"
_NOW = "'current_timestamp()', 'CURRENT_TIMESTAMP'"

COLUMN = f"""
SELECT 'column', CONCAT(c.TABLE_NAME, '.', c.COLUMN_NAME), c.TABLE_NAME, CONCAT_WS(' ', {_TYPE},
    IF(c.COLLATION_NAME <> t.TABLE_COLLATION, CONCAT('COLLATE ', c.COLLATION_NAME), NULL),
    CASE WHEN COALESCE(c.GENERATION_EXPRESSION, '') = '' THEN NULL
        WHEN {{generated_by_row}} THEN CONCAT('AS ', c.GENERATION_EXPRESSION)
        ELSE CONCAT('AS (', {expression("c.GENERATION_EXPRESSION")}, ') ',
            IF(LOCATE('STORED', c.EXTRA) > 0, 'STORED', 'VIRTUAL')) END,
    IF(c.IS_NULLABLE = 'NO', 'NOT NULL', NULL),
    CONCAT('DEFAULT ', REPLACE({{default}}, {_NOW})),
    NULLIF(TRIM(REPLACE({_EXTRA}, {_NOW})), ''),
    {{reference_system}},
    {comment("c.COLUMN_COMMENT")})
FROM information_schema.COLUMNS AS c
JOIN (SELECT DISTINCT TABLE_NAME, TABLE_COLLATION FROM information_schema.TABLES WHERE {_REAL}) AS t
    ON t.TABLE_NAME = c.TABLE_NAME
WHERE c.TABLE_SCHEMA = DATABASE()"""

INDEX = f"""
SELECT CASE WHEN i.INDEX_NAME = 'PRIMARY' THEN 'primary key'
        WHEN i.NON_UNIQUE = 0 THEN 'unique constraint' ELSE 'index' END,
    IF(i.INDEX_NAME = 'PRIMARY', i.TABLE_NAME, CONCAT(i.TABLE_NAME, '.', i.INDEX_NAME)),
    i.TABLE_NAME, CONCAT_WS(' ',
    CASE WHEN i.INDEX_NAME = 'PRIMARY' THEN 'PRIMARY KEY'
        WHEN i.NON_UNIQUE = 0 THEN CONCAT('UNIQUE ', i.INDEX_NAME)
        WHEN i.INDEX_TYPE IN ('BTREE', 'HASH') THEN CONCAT('INDEX ', i.INDEX_NAME)
        ELSE CONCAT(i.INDEX_TYPE, ' INDEX ', i.INDEX_NAME) END,
    CONCAT('(', GROUP_CONCAT(
        {{key_part}},
        IF(i.SUB_PART IS NULL, '', CONCAT('(', i.SUB_PART, ')')),
        IF(i.COLLATION = 'D', ' DESC', '')
        ORDER BY i.SEQ_IN_INDEX SEPARATOR ', '), ')'),
    IF(i.INDEX_TYPE = 'HASH', 'USING HASH', NULL),
    IF(MAX({{hidden}}), {{hidden_word}}, NULL),
    {comment("i.INDEX_COMMENT")})
FROM information_schema.STATISTICS AS i WHERE i.TABLE_SCHEMA = DATABASE()
GROUP BY i.TABLE_NAME, i.INDEX_NAME, i.NON_UNIQUE, i.INDEX_TYPE, i.INDEX_COMMENT"""
"""Names are qualified: they are unique in their table alone."""

FOREIGN_KEY = """
SELECT 'foreign key', CONCAT(k.TABLE_NAME, '.', k.CONSTRAINT_NAME), k.TABLE_NAME,
    CONCAT_WS(' ', 'CONSTRAINT', k.CONSTRAINT_NAME,
    CONCAT('FOREIGN KEY (', GROUP_CONCAT(k.COLUMN_NAME
        ORDER BY k.ORDINAL_POSITION SEPARATOR ', '), ')'),
    CONCAT('REFERENCES ', IF(k.REFERENCED_TABLE_SCHEMA = DATABASE(), '',
        CONCAT(k.REFERENCED_TABLE_SCHEMA, '.')), k.REFERENCED_TABLE_NAME,
        ' (', GROUP_CONCAT(k.REFERENCED_COLUMN_NAME
        ORDER BY k.ORDINAL_POSITION SEPARATOR ', '), ')'),
    IF(r.UPDATE_RULE IN ('RESTRICT', 'NO ACTION'), NULL, CONCAT('ON UPDATE ', r.UPDATE_RULE)),
    IF(r.DELETE_RULE IN ('RESTRICT', 'NO ACTION'), NULL, CONCAT('ON DELETE ', r.DELETE_RULE)))
FROM (SELECT DISTINCT TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, ORDINAL_POSITION,
        REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME
    FROM information_schema.KEY_COLUMN_USAGE
    WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL) AS k
JOIN (SELECT DISTINCT TABLE_NAME, CONSTRAINT_NAME, UPDATE_RULE, DELETE_RULE
    FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()) AS r
    ON r.TABLE_NAME = k.TABLE_NAME AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME
GROUP BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME,
    r.UPDATE_RULE, r.DELETE_RULE"""
"""InnoDB does the same for RESTRICT, NO ACTION and no rule at all, so none of them is told."""

CHECK_MARIADB = f"""
SELECT 'check constraint', CONCAT(TABLE_NAME, '.', CONSTRAINT_NAME), TABLE_NAME,
    CONCAT('CONSTRAINT ', CONSTRAINT_NAME, ' CHECK (', {expression("CHECK_CLAUSE")}, ')')
FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()"""

CHECK_MYSQL = f"""
SELECT 'check constraint', CONCAT(n.TABLE_NAME, '.', n.CONSTRAINT_NAME), n.TABLE_NAME,
    CONCAT('CONSTRAINT ', n.CONSTRAINT_NAME, ' CHECK ', {expression("k.CHECK_CLAUSE")},
    IF(n.ENFORCED = 'NO', ' NOT ENFORCED', ''))
FROM information_schema.CHECK_CONSTRAINTS AS k
JOIN information_schema.TABLE_CONSTRAINTS AS n
    ON n.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND n.CONSTRAINT_NAME = k.CONSTRAINT_NAME
    AND n.CONSTRAINT_TYPE = 'CHECK'
WHERE k.CONSTRAINT_SCHEMA = DATABASE()"""
"""From MySQL 8.0.16 on; CHECK_CONSTRAINTS does not say there whose the check is."""

PARTITION = f"""
SELECT 'partition', CONCAT_WS('.', p.TABLE_NAME, p.PARTITION_NAME, p.SUBPARTITION_NAME),
    p.TABLE_NAME, CONCAT_WS(' ', p.PARTITION_METHOD,
    CONCAT('(', {expression("p.PARTITION_EXPRESSION")}, ')'),
    CONCAT('VALUES ', p.PARTITION_DESCRIPTION),
    CONCAT('SUBPARTITION BY ', p.SUBPARTITION_METHOD),
    CONCAT('(', {expression("p.SUBPARTITION_EXPRESSION")}, ')'),
    {comment("p.PARTITION_COMMENT")})
FROM information_schema.PARTITIONS AS p
WHERE p.TABLE_SCHEMA = DATABASE() AND p.PARTITION_NAME IS NOT NULL"""
