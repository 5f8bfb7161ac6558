"""The parts of the catalog beside the tables: views, triggers, routines, events, sequences.

Each is a SELECT of kind, name, table and definition; names in braces are filled in by mysql_words.
Who made a thing and with which sql_mode is left out: both are the session's, not the migration's.
"""

from __future__ import annotations

from migbot.databases.mysql_words import comment, expression, one_line

DATABASE = """
SELECT 'database', 'default collation', '', DEFAULT_COLLATION_NAME
FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = DATABASE()"""

VIEW = f"""
SELECT 'view', v.TABLE_NAME, '', CONCAT_WS(' ', {expression("v.VIEW_DEFINITION")},
    CONCAT('WITH ', NULLIF(v.CHECK_OPTION, 'NONE'), ' CHECK OPTION'),
    CONCAT('SQL SECURITY ', NULLIF(v.SECURITY_TYPE, 'DEFINER')),
    {{algorithm}},
    IF(t.TABLE_COMMENT = 'VIEW', NULL, '(broken: what it reads is not there)'))
FROM information_schema.VIEWS AS v
JOIN (SELECT DISTINCT TABLE_NAME, TABLE_COMMENT, COALESCE(ROW_FORMAT, '') AS opened
    FROM information_schema.TABLES
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'VIEW') AS t ON t.TABLE_NAME = v.TABLE_NAME
WHERE v.TABLE_SCHEMA = DATABASE()"""
"""MariaDB opens a view, and finds it broken, only where more than its name is asked for."""

TRIGGER = f"""
SELECT 'trigger', TRIGGER_NAME, EVENT_OBJECT_TABLE, CONCAT_WS(' ', ACTION_TIMING,
    EVENT_MANIPULATION, 'ON', EVENT_OBJECT_TABLE, 'FOR EACH ROW',
    IF(ACTION_ORDER > 1, CONCAT('(as number ', ACTION_ORDER, ')'), NULL),
    {one_line("ACTION_STATEMENT")})
FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()"""

_COLLATED = "IF({0}.COLLATION_NAME = r.DATABASE_COLLATION, NULL, {0}.COLLATION_NAME)"

ROUTINE = f"""
SELECT LOWER(r.ROUTINE_TYPE), r.ROUTINE_NAME, '', CONCAT_WS(' ',
    CONCAT('(', COALESCE(GROUP_CONCAT(CONCAT_WS(' ', NULLIF(p.PARAMETER_MODE, 'IN'),
        p.PARAMETER_NAME, p.DTD_IDENTIFIER, CONCAT('COLLATE ', {_COLLATED.format("p")}))
        ORDER BY p.ORDINAL_POSITION SEPARATOR ', '), ''), ')'),
    CONCAT('RETURNS ', r.DTD_IDENTIFIER), CONCAT('COLLATE ', {_COLLATED.format("r")}),
    IF(r.IS_DETERMINISTIC = 'YES', 'DETERMINISTIC', NULL),
    NULLIF(r.SQL_DATA_ACCESS, 'CONTAINS SQL'),
    CONCAT('SQL SECURITY ', NULLIF(r.SECURITY_TYPE, 'DEFINER')),
    {comment("r.ROUTINE_COMMENT")},
    {one_line("r.ROUTINE_DEFINITION")})
FROM information_schema.ROUTINES AS r
LEFT JOIN (SELECT DISTINCT SPECIFIC_NAME, ROUTINE_TYPE, ORDINAL_POSITION, PARAMETER_MODE,
        PARAMETER_NAME, DTD_IDENTIFIER, COLLATION_NAME FROM information_schema.PARAMETERS
    WHERE SPECIFIC_SCHEMA = DATABASE() AND ORDINAL_POSITION > 0) AS p
    ON p.SPECIFIC_NAME = r.SPECIFIC_NAME AND p.ROUTINE_TYPE = r.ROUTINE_TYPE
WHERE r.ROUTINE_SCHEMA = DATABASE()
GROUP BY r.ROUTINE_TYPE, r.ROUTINE_NAME, r.DTD_IDENTIFIER, r.COLLATION_NAME,
    r.DATABASE_COLLATION, r.IS_DETERMINISTIC, r.SQL_DATA_ACCESS, r.SECURITY_TYPE,
    r.ROUTINE_COMMENT, r.ROUTINE_DEFINITION"""


def _moment(word: str, column: str) -> str:
    """SQL for a moment that a person wrote down: one on a full hour.

    `STARTS` that is left out, and `AT CURRENT_TIMESTAMP + INTERVAL 1 DAY`, depend on when the
    event was made, so that they never come back as they were.
    """
    written = f"TIME_TO_SEC(TIME({column})) MOD 3600 = 0"
    return f"IF({written}, CONCAT('{word} ', {column}), NULL)"


EVENT = f"""
SELECT 'event', EVENT_NAME, '', CONCAT_WS(' ',
    IF(EVENT_TYPE = 'RECURRING', CONCAT('EVERY ', INTERVAL_VALUE, ' ', INTERVAL_FIELD), 'ONCE'),
    {_moment("AT", "EXECUTE_AT")},
    {_moment("STARTS", "STARTS")},
    {_moment("ENDS", "ENDS")},
    IF(ON_COMPLETION = 'PRESERVE', 'ON COMPLETION PRESERVE', NULL),
    NULLIF(STATUS, 'ENABLED'),
    {comment("EVENT_COMMENT")},
    'DO', {one_line("EVENT_DEFINITION")})
FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()"""

SEQUENCE = """
SELECT 'sequence', t.TABLE_NAME, '', CONCAT('ENGINE=', t.ENGINE)
FROM information_schema.TABLES AS t
WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE = 'SEQUENCE'"""
"""MariaDB below 11.5 tells a sequence's parameters nowhere but in the sequence itself."""

SEQUENCE_WHOLE = """
SELECT 'sequence', SEQUENCE_NAME, '', CONCAT_WS(' ', DATA_TYPE,
    CONCAT('START ', START_VALUE), CONCAT('INCREMENT ', INCREMENT),
    CONCAT('MINVALUE ', MINIMUM_VALUE), CONCAT('MAXVALUE ', MAXIMUM_VALUE),
    IF(CYCLE_OPTION = 1, 'CYCLE', NULL))
FROM information_schema.SEQUENCES WHERE SEQUENCE_SCHEMA = DATABASE()"""
