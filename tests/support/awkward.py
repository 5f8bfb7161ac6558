"""What migrations do to a PostgreSQL database that is hard to see by what has changed."""

from __future__ import annotations

T = "CREATE TABLE t (id serial PRIMARY KEY, name varchar(20) NOT NULL, age int DEFAULT 0)"
U = "CREATE TABLE u (id int PRIMARY KEY, t_id int REFERENCES t (id), CONSTRAINT c CHECK (id > 0))"
TWO = (T, U, "COMMIT")
P = "CREATE TABLE p (id int NOT NULL, at date NOT NULL) PARTITION BY RANGE (at)"
P1 = "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2001-01-01') TO ('2002-01-01')"
FN = "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a + 1'"
OTHER_FN = "CREATE OR REPLACE FUNCTION g(a int) RETURNS int LANGUAGE sql AS 'SELECT a + 2'"
TF = "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"

AWKWARD = {
    "a column of what is published": (
        *(*TWO, "CREATE PUBLICATION a FOR TABLE t", "COMMIT", "ALTER TABLE t ADD x int", "COMMIT"),
    ),
    "a column beside a constraint with a comment": (
        *(*TWO, "COMMENT ON CONSTRAINT c ON u IS 'c'", "COMMIT", "ALTER TABLE u ADD x int"),
        "COMMIT",
    ),
    "several in one transaction": (
        *(T, U, "ALTER TABLE t ADD x int", "DROP TABLE u", "CREATE INDEX i ON t (x)", "COMMIT"),
    ),
    "a savepoint that is undone": (
        *(*TWO, "SAVEPOINT a", "ALTER TABLE t ADD x int UNIQUE", "ROLLBACK TO SAVEPOINT a"),
        *("SAVEPOINT a", "DROP TABLE u", "ROLLBACK TO a", "ALTER TABLE u ADD y int", "COMMIT"),
    ),
    "a savepoint that is undone before the commit": (
        *(*TWO, "SAVEPOINT a", "COMMENT ON TABLE t IS 'x'", "ROLLBACK TO a", "COMMIT"),
        *("SAVEPOINT a", "ALTER TABLE t DROP age", "ROLLBACK TO a", "COMMIT", "SELECT 1"),
    ),
    "a savepoint within one that is kept": (
        *(
            *TWO,
            "SAVEPOINT a",
            "DROP INDEX IF EXISTS i",
            "CREATE INDEX i ON t (age)",
            "SAVEPOINT b",
        ),
        *("DROP INDEX i", "RELEASE b", "ROLLBACK TO a", "CREATE INDEX j ON t (age)", "RELEASE a"),
        "COMMIT",
    ),
    "a transaction that is rolled back": (
        *(*TWO, "ALTER TABLE t ADD x int", "DROP TABLE u", "ROLLBACK", "ALTER TABLE t ADD y int"),
        *("ROLLBACK", "ALTER TABLE t ADD z int", "COMMIT", "ALTER TABLE u RENAME TO uu"),
        *("ROLLBACK", "DROP TABLE u", "COMMIT"),
    ),
    "names after a savepoint that is undone": (
        *(*TWO, "SAVEPOINT a", "ALTER TABLE u RENAME TO uu", "ROLLBACK TO a", "COMMIT", "SELECT 1"),
        *("COMMIT", "DROP TABLE u", "COMMIT", U, "COMMIT", "SAVEPOINT a"),
        *("ALTER TABLE t RENAME id TO key", "ROLLBACK TO a", "COMMIT", "SELECT 1", "COMMIT"),
        *("ALTER TABLE t RENAME id TO key", "COMMIT"),
    ),
    "an error that is caught": (
        *(*TWO, "DO $$ BEGIN CREATE TABLE t (id int); EXCEPTION WHEN OTHERS THEN NULL; END $$"),
        "DO $$ BEGIN DROP TABLE u; PERFORM 1/0; EXCEPTION WHEN OTHERS THEN NULL; END $$",
        "COMMIT",
    ),
    "outside of a transaction": (
        *(*TWO, "!CREATE INDEX CONCURRENTLY i ON t (age)", "!REINDEX TABLE t", "!VACUUM FULL t"),
        *("!DROP INDEX CONCURRENTLY i", "ALTER TABLE t ADD x int", "!CREATE INDEX j ON t (x)"),
    ),
    "an index that stays invalid": (
        *(*TWO, "INSERT INTO t (name) VALUES ('a'), ('a')", "COMMIT"),
        "!UPDATE pg_index SET indisvalid = false WHERE indrelid = 't'::regclass",
        *("!REINDEX TABLE t", "SELECT 1"),
    ),
    "somebody else beside": (
        *(*TWO, "&ALTER TABLE t ADD x int", "&CREATE INDEX i ON t (x)", "&DROP TABLE u", "COMMIT"),
        *("ALTER TABLE t ADD y int", "+CREATE TABLE w (id int)", "COMMIT", "SELECT 1", "COMMIT"),
        *("&COMMENT ON COLUMN t.x IS 'seen'", "+CREATE TABLE z (id int)", "COMMIT"),
        *("-", "COMMIT", "SELECT 1", "+CREATE TABLE a (id int)", "COMMIT"),
    ),
    "somebody else at a higher isolation": (
        *(*TWO, "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ"),
        *(
            "COMMIT",
            "SELECT count(*) FROM t",
            "+CREATE TABLE w (id int)",
            "-",
            "COMMIT",
            "SELECT 1",
        ),
        *("COMMIT", "+CREATE TABLE z (id int)", "-", "ALTER TABLE t ADD x int", "COMMIT"),
        *("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED", "COMMIT"),
        "SELECT 1",
    ),
    "partitions": (
        *(P, P1, "CREATE INDEX i ON p (id)", "COMMIT", "ALTER TABLE p DETACH PARTITION p1"),
        "ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM ('2001-01-01') TO ('2003-01-01')",
        *("COMMIT", "ALTER TABLE p ADD x int", "DROP TABLE p1", "COMMIT", "DROP TABLE p"),
    ),
    "inheritance": (
        *(*TWO, "CREATE TABLE heir (more int) INHERITS (t)", "COMMIT", "ALTER TABLE t ADD x int"),
        *("ALTER TABLE t ADD CHECK (age > 0)", "COMMIT", "ALTER TABLE heir NO INHERIT t", "COMMIT"),
        *("ALTER TABLE heir INHERIT t", "ALTER TABLE t RENAME age TO years", "COMMIT"),
    ),
    "sequences": (
        *(*TWO, "CREATE SEQUENCE s", "ALTER SEQUENCE s OWNED BY u.id", "COMMIT"),
        *("ALTER SEQUENCE s OWNED BY t.id", "COMMIT", "ALTER SEQUENCE s OWNED BY NONE", "COMMIT"),
        *("ALTER SEQUENCE s INCREMENT 2 CYCLE", "COMMIT", "ALTER SEQUENCE t_id_seq RENAME TO r"),
        *("COMMIT", "ALTER TABLE t DROP id CASCADE", "COMMIT", "DROP SEQUENCE s", "COMMIT"),
    ),
    "identities": (
        *(*TWO, "ALTER TABLE u ALTER id ADD GENERATED ALWAYS AS IDENTITY", "COMMIT"),
        *("ALTER TABLE u ALTER id SET GENERATED BY DEFAULT SET INCREMENT 5", "COMMIT"),
        *("ALTER TABLE u ALTER id DROP IDENTITY", "COMMIT"),
    ),
    "triggers": (
        *(*TWO, TF, "CREATE TRIGGER a BEFORE UPDATE ON t FOR EACH ROW EXECUTE PROCEDURE tf()"),
        *("COMMIT", "ALTER TABLE t DISABLE TRIGGER a", "COMMIT", "ALTER TABLE t ENABLE TRIGGER a"),
        *("COMMIT", "ALTER TRIGGER a ON t RENAME TO b", "COMMIT", "ALTER FUNCTION tf RENAME TO tg"),
        *("COMMIT", "DROP FUNCTION tg CASCADE", "COMMIT"),
    ),
    "triggers of foreign keys": (
        *(*TWO, "ALTER TABLE t DISABLE TRIGGER ALL", "COMMIT", "ALTER TABLE u DISABLE TRIGGER ALL"),
        *(
            "COMMIT",
            "ALTER TABLE t ENABLE TRIGGER ALL",
            "COMMIT",
            "ALTER TABLE u ENABLE TRIGGER ALL",
        ),
        *("COMMIT", "ALTER TABLE u DROP CONSTRAINT u_t_id_fkey", "COMMIT"),
        *("ALTER TABLE u ADD FOREIGN KEY (t_id) REFERENCES t NOT VALID", "COMMIT"),
        *("ALTER TABLE u VALIDATE CONSTRAINT u_t_id_fkey", "COMMIT"),
    ),
    "names": (
        *(*TWO, "CREATE INDEX i ON t (age)", "CREATE VIEW v AS SELECT id, age FROM t", "COMMIT"),
        *("ALTER INDEX i RENAME TO j", "COMMIT", "ALTER TABLE t RENAME age TO years", "COMMIT"),
        *("ALTER TABLE u RENAME CONSTRAINT c TO d", "COMMIT", "ALTER TABLE t RENAME TO tt"),
        *("COMMIT", "ALTER VIEW v RENAME TO w", "COMMIT", "ALTER INDEX t_pkey RENAME TO pk"),
        *("COMMIT", "ALTER TABLE tt RENAME TO t", "ALTER TABLE u RENAME TO uu", "COMMIT"),
    ),
    "names that are exchanged": (
        *(*TWO, "ALTER TABLE t RENAME TO x", "ALTER TABLE u RENAME TO t", "COMMIT"),
        *("ALTER TABLE x RENAME TO u", "COMMIT", "ALTER TABLE t RENAME id TO key", "COMMIT"),
    ),
    "schemas": (
        *(*TWO, "CREATE SCHEMA s", "CREATE TABLE s.t (id int PRIMARY KEY)", "COMMIT"),
        *("ALTER TABLE u SET SCHEMA s", "COMMIT", "ALTER SCHEMA s RENAME TO r", "COMMIT"),
        *("CREATE VIEW r.v AS SELECT * FROM t", "COMMIT", "DROP SCHEMA r CASCADE", "COMMIT"),
    ),
    "enums": (
        *("CREATE TYPE mood AS ENUM ('sad')", "CREATE TABLE m (a mood DEFAULT 'sad')", "COMMIT"),
        *("!ALTER TYPE mood ADD VALUE 'ok'", "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'"),
        *("COMMIT", "ALTER TYPE mood RENAME TO temper", "COMMIT", "DROP TYPE temper CASCADE"),
        "COMMIT",
    ),
    "domains": (
        *("CREATE DOMAIN d AS int CHECK (VALUE > 0)", "CREATE TABLE m (a d)", "COMMIT"),
        *("ALTER DOMAIN d SET NOT NULL", "COMMIT", "ALTER DOMAIN d DROP CONSTRAINT d_check"),
        *("COMMIT", "ALTER DOMAIN d ADD CONSTRAINT e CHECK (VALUE < 9)", "COMMIT"),
        *("ALTER DOMAIN d RENAME TO dd", "COMMIT", "DROP DOMAIN dd CASCADE", "COMMIT"),
    ),
    "composite types": (
        *("CREATE TYPE c AS (a int)", "CREATE TABLE m (x c)", "COMMIT"),
        *("CREATE TYPE e AS (b int)", "COMMIT", "ALTER TYPE e ADD ATTRIBUTE f text", "COMMIT"),
        *("SELECT 1", "ALTER TYPE e RENAME TO g", "COMMIT", "DROP TYPE g", "COMMIT"),
        *("DROP TYPE c CASCADE", "COMMIT"),
    ),
    "a row as a type": (
        *(*TWO, "CREATE TABLE r (whole t, many t[])", "COMMIT", "ALTER TABLE t RENAME TO tt"),
        *("COMMIT", "ALTER TABLE tt ADD x int", "COMMIT", "ALTER TABLE r DROP whole", "COMMIT"),
    ),
    "comments": (
        *(*TWO, "COMMENT ON TABLE t IS 'a'", "COMMIT", "COMMENT ON COLUMN t.age IS 'b'", "COMMIT"),
        *("COMMENT ON CONSTRAINT c ON u IS 'c'", "COMMIT", "COMMENT ON INDEX t_pkey IS 'd'"),
        *("COMMIT", "COMMENT ON SCHEMA public IS 'e'", "COMMIT", "COMMENT ON TABLE t IS NULL"),
        *("COMMIT", "COMMENT ON CONSTRAINT c ON u IS NULL", "COMMIT"),
        *("COMMENT ON COLUMN t.age IS 'other'", "COMMIT", "ALTER TABLE t DROP age", "COMMIT"),
    ),
    "grants": (
        *(*TWO, "GRANT SELECT ON t TO PUBLIC", "COMMIT", "GRANT UPDATE (age) ON t TO PUBLIC"),
        *("COMMIT", "REVOKE SELECT ON t FROM PUBLIC", "COMMIT"),
        *("GRANT USAGE ON SEQUENCE t_id_seq TO PUBLIC", "COMMIT"),
        *("REVOKE UPDATE (age) ON t FROM PUBLIC", "COMMIT"),
        *("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC", "COMMIT"),
        *("CREATE TABLE w (id int)", "COMMIT"),
    ),
    "roles": (
        *(*TWO, "DROP ROLE IF EXISTS looks_a", "CREATE ROLE looks_a", "COMMIT"),
        *("ALTER TABLE t OWNER TO looks_a", "COMMIT", "GRANT SELECT ON u TO looks_a", "COMMIT"),
        *("ALTER ROLE looks_a RENAME TO looks_b", "COMMIT", "ALTER TABLE t OWNER TO CURRENT_USER"),
        *("DROP OWNED BY looks_b", "DROP ROLE looks_b", "COMMIT"),
    ),
    "row level security": (
        *(*TWO, "CREATE POLICY a ON t USING (age > 0)", "COMMIT"),
        *("ALTER POLICY a ON t USING (true)", "COMMIT", "ALTER TABLE t ENABLE ROW LEVEL SECURITY"),
        *("COMMIT", "ALTER POLICY a ON t RENAME TO b", "COMMIT", "DROP POLICY b ON t", "COMMIT"),
    ),
    "statistics": (
        *(
            *TWO,
            "CREATE STATISTICS s (ndistinct) ON id, age FROM t",
            "COMMIT",
            "ANALYZE t",
            "COMMIT",
        ),
        *("ALTER STATISTICS s RENAME TO r", "COMMIT", "ALTER TABLE t ALTER age SET STATISTICS 9"),
        *("COMMIT", "DROP STATISTICS r", "COMMIT"),
    ),
    "views": (
        *(*TWO, "CREATE VIEW v AS SELECT id, age FROM t", "CREATE VIEW w AS SELECT * FROM v"),
        *("CREATE MATERIALIZED VIEW m AS SELECT age FROM w WITH NO DATA", "COMMIT"),
        *("REFRESH MATERIALIZED VIEW m", "COMMIT", "CREATE INDEX i ON m (age)", "COMMIT"),
        *("CREATE OR REPLACE VIEW v AS SELECT id, age, 1 AS one FROM t", "COMMIT"),
        *("ALTER TABLE t RENAME TO tt", "COMMIT", "ALTER TABLE tt RENAME id TO key", "COMMIT"),
        *("ALTER TABLE tt ADD more int", "COMMIT", "DROP TABLE tt CASCADE", "COMMIT"),
    ),
    "rules": (
        *(*TWO, "CREATE RULE r AS ON DELETE TO t DO ALSO UPDATE u SET id = 1", "COMMIT"),
        *("ALTER TABLE u RENAME id TO key", "COMMIT", "ALTER TABLE t DISABLE RULE r", "COMMIT"),
        *("ALTER RULE r ON t RENAME TO s", "COMMIT", "ALTER TABLE u RENAME TO uu", "COMMIT"),
        *("DROP RULE s ON t", "COMMIT"),
    ),
    "functions": (
        *(*TWO, FN, "ALTER TABLE t ALTER age SET DEFAULT f(1)", "COMMIT"),
        *("ALTER TABLE u ADD CHECK (f(id) > 0)", "CREATE INDEX i ON t (abs(age))", "COMMIT"),
        *("ALTER FUNCTION f RENAME TO g", "COMMIT", OTHER_FN, "COMMIT"),
        *("DROP FUNCTION g CASCADE", "COMMIT"),
    ),
    "cascades": (
        *(*TWO, "CREATE VIEW v AS SELECT t.id FROM t JOIN u ON true", "COMMIT"),
        *("DROP TABLE t CASCADE", "COMMIT", "CREATE TABLE t (id int)", "COMMIT"),
        *("ALTER TABLE u DROP id CASCADE", "COMMIT"),
    ),
    "made again": (
        *(*TWO, "DROP TABLE u", "DROP TABLE t", "COMMIT", T, "COMMIT", "DROP TABLE t", T, "COMMIT"),
        *("ALTER TABLE t DROP age", "ALTER TABLE t ADD age bigint", "COMMIT"),
        *("ALTER TABLE t DROP CONSTRAINT t_pkey", "ALTER TABLE t ADD PRIMARY KEY (id, age)"),
        "COMMIT",
    ),
    "how it lies": (
        *(
            *TWO,
            "ALTER TABLE t SET (fillfactor = 70)",
            "COMMIT",
            "ALTER TABLE t REPLICA IDENTITY FULL",
        ),
        *("COMMIT", "ALTER TABLE t REPLICA IDENTITY USING INDEX t_pkey", "COMMIT"),
        *("ALTER TABLE t CLUSTER ON t_pkey", "COMMIT", "ALTER TABLE u SET UNLOGGED", "COMMIT"),
        *("ALTER TABLE t ALTER name SET STORAGE EXTERNAL", "COMMIT"),
        *("ALTER TABLE t SET (toast.autovacuum_enabled = false)", "COMMIT", "CLUSTER t", "COMMIT"),
        *("ALTER TABLE t ALTER name TYPE text USING name || 'x'", "COMMIT", "TRUNCATE u, t"),
        *("COMMIT", "ALTER TABLE t SET TABLESPACE pg_default", "COMMIT"),
        *("ALTER INDEX t_pkey SET (fillfactor = 60)", "COMMIT"),
    ),
    "what a session leaves behind": (
        *(*TWO, "SET search_path = pg_catalog", "ALTER TABLE public.t ADD x int", "COMMIT"),
        *("DROP ROLE IF EXISTS looks_c", "CREATE ROLE looks_c", "COMMIT", "SET ROLE looks_c"),
        *("COMMIT", "RESET ROLE", "DROP ROLE looks_c", "COMMIT", "!DISCARD ALL"),
        *("ALTER TABLE t ADD y int", "COMMIT", "DEALLOCATE ALL", "ALTER TABLE t DROP y", "COMMIT"),
        *("SET timezone = 'Asia/Tokyo'", "ALTER TABLE t ADD z int", "COMMIT"),
    ),
    "temporary tables": (
        *(*TWO, "CREATE TEMP TABLE x (id serial PRIMARY KEY)", "COMMIT", "ALTER TABLE x ADD y int"),
        *("COMMIT", "CREATE TEMP TABLE t (id int)", "COMMIT", "ALTER TABLE public.t ADD x int"),
        *("COMMIT", "DROP TABLE pg_temp.t", "COMMIT"),
    ),
    "publications": (
        *(*TWO, "CREATE PUBLICATION a FOR TABLE t", "COMMIT", "ALTER PUBLICATION a ADD TABLE u"),
        *("COMMIT", "ALTER TABLE t RENAME TO tt", "COMMIT", "ALTER PUBLICATION a DROP TABLE tt"),
        *("COMMIT", "ALTER PUBLICATION a SET (publish = 'insert')", "COMMIT", "DROP TABLE u"),
        *("COMMIT", "DROP PUBLICATION a", "COMMIT"),
    ),
    "languages": (
        *(*TWO, "DROP EXTENSION plpgsql", "COMMIT", "CREATE EXTENSION plpgsql", "COMMIT"),
        *("ALTER EXTENSION plpgsql ADD TABLE u", "COMMIT", "ALTER EXTENSION plpgsql DROP TABLE u"),
        "COMMIT",
    ),
    "a foreign table": (
        *("CREATE FOREIGN DATA WRAPPER w", "CREATE SERVER s FOREIGN DATA WRAPPER w", "COMMIT"),
        *(
            "CREATE FOREIGN TABLE ft (id int) SERVER s",
            "COMMIT",
            "ALTER FOREIGN TABLE ft ADD x int",
        ),
        *("COMMIT", "CREATE USER MAPPING FOR CURRENT_USER SERVER s", "COMMIT"),
        *("ALTER SERVER s OPTIONS (a 'b')", "COMMIT", "DROP SERVER s CASCADE", "COMMIT"),
    ),
    "in two phases": (
        *(*TWO, "CREATE TABLE x (id int)", "PREPARE TRANSACTION 'looks'", "SELECT 1", "COMMIT"),
        *("!COMMIT PREPARED 'looks'", "DROP TABLE x", "COMMIT"),
    ),
}
"""What is run; see `looking.Guest.run`."""
