"""A downgrade that is right leaves PostgreSQL's catalog as it was; a wrong one never does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, NamedTuple

import psycopg
import pytest

from migbot.core.catalogs import Catalog, differences, is_harmless
from migbot.core.trips import Residue
from migbot.databases import postgresql_catalog, postgresql_server
from migbot.databases.server_catalog import catalog_of, text_rows
from support.parts import need


class Case(NamedTuple):
    """One object: made ready, changed, put back, put back wrongly, and what that must be told as.

    Statements are parted by a line `;;`. An `up` that is empty undoes itself. `since`: the first
    major of PostgreSQL that knows it.
    """

    id: str
    ready: str
    up: str
    down: str
    wrong: str
    found: str
    since: int = 10


T = (
    "CREATE TABLE t (id serial PRIMARY KEY, name varchar(20) NOT NULL, age int DEFAULT 0, "
    "note text)"
)
P = "CREATE TABLE p (id int NOT NULL, at date NOT NULL) PARTITION BY RANGE (at)"
P1 = f"{P};; CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2001-01-01') TO ('2002-01-01')"
FN = "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a + 1'"
TRIGGER_FN = "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
TRIGGER = f"{TRIGGER_FN};; CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE PROCEDURE tf()"
ENUM = "CREATE TYPE mood AS ENUM ('sad', 'ok');; CREATE TABLE m (mood mood DEFAULT 'ok')"

CASES = [
    # tables
    Case("table", "", "CREATE TABLE x (i int)", "DROP TABLE x", "", "table x"),
    Case("unlogged", T, "ALTER TABLE t SET UNLOGGED", "ALTER TABLE t SET LOGGED", "", "table t"),
    Case(
        *("options", T + ";; ALTER TABLE t SET (fillfactor = 70, autovacuum_enabled = false)"),
        "ALTER TABLE t RESET (fillfactor);; ALTER TABLE t SET (fillfactor = 50)",
        *("ALTER TABLE t SET (fillfactor = 70)", "ALTER TABLE t RESET (fillfactor)", "table t"),
    ),
    Case(
        *("toast options", T, "ALTER TABLE t SET (toast.autovacuum_enabled = false)"),
        *("ALTER TABLE t RESET (toast.autovacuum_enabled)", "", "table t"),
    ),
    Case(
        *("row level security", T, "ALTER TABLE t ENABLE ROW LEVEL SECURITY"),
        *("ALTER TABLE t DISABLE ROW LEVEL SECURITY", "", "table t"),
    ),
    Case(
        *("forced row level security", T, "ALTER TABLE t FORCE ROW LEVEL SECURITY"),
        *("ALTER TABLE t NO FORCE ROW LEVEL SECURITY", "", "table t"),
    ),
    Case(
        *("replica identity", T, "ALTER TABLE t REPLICA IDENTITY FULL"),
        *("ALTER TABLE t REPLICA IDENTITY DEFAULT", "ALTER TABLE t REPLICA IDENTITY NOTHING"),
        "table t",
    ),
    Case(
        *("replica identity index", T, "ALTER TABLE t REPLICA IDENTITY USING INDEX t_pkey"),
        *("ALTER TABLE t REPLICA IDENTITY DEFAULT", "", "table t"),
    ),
    Case(
        *("cluster", T, "ALTER TABLE t CLUSTER ON t_pkey", "ALTER TABLE t SET WITHOUT CLUSTER", ""),
        "table t",
    ),
    Case(
        *("owner", T, "CREATE ROLE somebody;; ALTER TABLE t OWNER TO somebody"),
        *("ALTER TABLE t OWNER TO CURRENT_USER", "", "table t"),
    ),
    Case(
        *("inheritance", T + ";; CREATE TABLE c (id int, x int);; ALTER TABLE c INHERIT u"),
        *("ALTER TABLE c NO INHERIT u", "ALTER TABLE c INHERIT u", "", "table c"),
    )._replace(ready="CREATE TABLE u (x int);; CREATE TABLE c (x int);; ALTER TABLE c INHERIT u"),
    Case(
        *("partition", P1, "ALTER TABLE p DETACH PARTITION p1"),
        "ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM ('2001-01-01') TO ('2002-01-01')",
        "ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM ('2001-01-01') TO ('2003-01-01')",
        "table p1",
    ),
    Case(
        *("partition key", P, "DROP TABLE p", P, P.replace("RANGE (at)", "LIST (id)"), "table p"),
    ),
    Case(
        *("index of partitions", P1 + ";; CREATE INDEX ix ON p (id)"),
        *(
            "CREATE INDEX ix2 ON p (id);; DROP INDEX ix",
            "CREATE INDEX ix ON p (id);; DROP INDEX ix2",
        ),
        *("", "index ix"),
    )._replace(since=11),
    Case(
        *("key of partitions", P1, "ALTER TABLE p ADD PRIMARY KEY (id, at)"),
        *("ALTER TABLE p DROP CONSTRAINT p_pkey", "", "primary key p_pkey", 11),
    ),
    Case(
        *("foreign key to partitions", P1 + ";; ALTER TABLE p ADD PRIMARY KEY (id, at);;" + T),
        "ALTER TABLE t ADD d date;; ALTER TABLE t ADD FOREIGN KEY (id, d) REFERENCES p",
        "ALTER TABLE t DROP d",
        *("ALTER TABLE t DROP CONSTRAINT t_id_d_fkey", "column t.d", 12),
    ),
    Case(
        *(
            "foreign table",
            "",
            "CREATE FOREIGN DATA WRAPPER w;; CREATE SERVER s FOREIGN DATA WRAPPER w",
        ),
        "DROP SERVER s;; DROP FOREIGN DATA WRAPPER w",
        *("CREATE FOREIGN TABLE ft (i int) SERVER s OPTIONS (a 'b')", "table ft"),
    ),
    # columns
    Case("column", T, "ALTER TABLE t ADD x int", "ALTER TABLE t DROP x", "", "column t.x"),
    Case(
        *("column type", T, "ALTER TABLE t ALTER age TYPE bigint"),
        *("ALTER TABLE t ALTER age TYPE int", "ALTER TABLE t ALTER age TYPE smallint"),
        "column t.age",
    ),
    Case(
        *("column length", T, "ALTER TABLE t ALTER name TYPE varchar(50)"),
        *("ALTER TABLE t ALTER name TYPE varchar(20)", "ALTER TABLE t ALTER name TYPE varchar(21)"),
        "column t.name",
    ),
    Case(
        *("nullability", T, "ALTER TABLE t ALTER name DROP NOT NULL"),
        *("ALTER TABLE t ALTER name SET NOT NULL", "", "column t.name"),
    ),
    Case(
        *("name of not null", T, "ALTER TABLE t RENAME name TO title"),
        "ALTER TABLE t DROP title;; ALTER TABLE t ADD name varchar(20) NOT NULL",
        "ALTER TABLE t DROP title;; ALTER TABLE t ADD name varchar(20)",
        "column t.name",
    ),
    Case(
        *(
            "not null that does not hold yet",
            T,
            "ALTER TABLE t ADD CONSTRAINT n NOT NULL note NOT VALID",
        ),
        *("ALTER TABLE t ALTER note DROP NOT NULL", "ALTER TABLE t VALIDATE CONSTRAINT n"),
        *("column t.note", 18),
    ),
    Case(
        *("default", T, "ALTER TABLE t ALTER age DROP DEFAULT"),
        *("ALTER TABLE t ALTER age SET DEFAULT 0", "ALTER TABLE t ALTER age SET DEFAULT 1"),
        "column t.age",
    ),
    Case(
        *("default of another kind of text", T + ";; ALTER TABLE t ALTER note SET DEFAULT 'a'"),
        "ALTER TABLE t ALTER note TYPE varchar(9), ALTER note SET DEFAULT 'b'",
        "ALTER TABLE t ALTER note SET DEFAULT 'a', ALTER note TYPE text",
        "ALTER TABLE t ALTER note TYPE text",
        "column t.note",
    ),
    Case(
        *("identity", T, "ALTER TABLE t ADD n int GENERATED ALWAYS AS IDENTITY"),
        *("ALTER TABLE t DROP n", "ALTER TABLE t ALTER n DROP IDENTITY", "column t.n"),
    ),
    Case(
        *("kind of identity", "CREATE TABLE i (n int GENERATED ALWAYS AS IDENTITY)"),
        *(
            "ALTER TABLE i ALTER n SET GENERATED BY DEFAULT",
            "ALTER TABLE i ALTER n SET GENERATED ALWAYS",
        ),
        *("", "column i.n"),
    ),
    Case(
        *(
            "options of identity",
            "CREATE TABLE i (n int GENERATED ALWAYS AS IDENTITY (INCREMENT 5))",
        ),
        *("ALTER TABLE i ALTER n SET INCREMENT 10", "ALTER TABLE i ALTER n SET INCREMENT 5"),
        *("ALTER TABLE i ALTER n SET INCREMENT 1", "column i.n"),
    ),
    Case(
        *("identity type", "CREATE TABLE i (n int GENERATED ALWAYS AS IDENTITY)"),
        *("ALTER TABLE i ALTER n TYPE bigint", "ALTER TABLE i ALTER n TYPE int", "", "column i.n"),
    ),
    Case(
        *("computed", "CREATE TABLE c (a int, b int GENERATED ALWAYS AS (a * 2) STORED)"),
        "ALTER TABLE c DROP b",
        "ALTER TABLE c ADD b int GENERATED ALWAYS AS (a * 2) STORED",
        *("ALTER TABLE c ADD b int GENERATED ALWAYS AS (a * 3) STORED", "column c.b", 12),
    ),
    Case(
        *(
            "computed when read",
            "CREATE TABLE c (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL)",
        ),
        "ALTER TABLE c DROP b",
        "ALTER TABLE c ADD b int GENERATED ALWAYS AS (a * 2) VIRTUAL",
        *("ALTER TABLE c ADD b int GENERATED ALWAYS AS (a * 2) STORED", "column c.b", 18),
    ),
    Case(
        *("collation", T, 'ALTER TABLE t ALTER note TYPE text COLLATE "C"'),
        *(
            "ALTER TABLE t ALTER note TYPE text",
            'ALTER TABLE t ALTER note TYPE text COLLATE "POSIX"',
        ),
        "column t.note",
    ),
    Case(
        *("storage", T, "ALTER TABLE t ALTER note SET STORAGE EXTERNAL"),
        *("ALTER TABLE t ALTER note SET STORAGE EXTENDED", "", "column t.note"),
    ),
    Case(
        *("compression", T, "ALTER TABLE t ALTER note SET COMPRESSION pglz"),
        *("ALTER TABLE t ALTER note SET COMPRESSION default", "", "column t.note", 14),
    ),
    Case(
        *("statistics target", T, "ALTER TABLE t ALTER age SET STATISTICS 500"),
        *("ALTER TABLE t ALTER age SET STATISTICS -1", "", "column t.age"),
    ),
    Case(
        *("column options", T, "ALTER TABLE t ALTER age SET (n_distinct = 5)"),
        *("ALTER TABLE t ALTER age RESET (n_distinct)", "", "column t.age"),
    ),
    # constraints
    Case(
        *("primary key", T, "ALTER TABLE t DROP CONSTRAINT t_pkey"),
        *("ALTER TABLE t ADD PRIMARY KEY (id)", "", "primary key t_pkey"),
    ),
    Case(
        *("unique", T, "ALTER TABLE t ADD CONSTRAINT u UNIQUE (name)"),
        *("ALTER TABLE t DROP CONSTRAINT u", "", "unique constraint u"),
    ),
    Case(
        *("unique nulls", T + ";; ALTER TABLE t ADD CONSTRAINT u UNIQUE NULLS NOT DISTINCT (note)"),
        "ALTER TABLE t DROP CONSTRAINT u",
        "ALTER TABLE t ADD CONSTRAINT u UNIQUE NULLS NOT DISTINCT (note)",
        *("ALTER TABLE t ADD CONSTRAINT u UNIQUE (note)", "unique constraint u", 15),
    ),
    Case(
        *("unique includes", T + ";; ALTER TABLE t ADD CONSTRAINT u UNIQUE (name) INCLUDE (age)"),
        "ALTER TABLE t DROP CONSTRAINT u",
        "ALTER TABLE t ADD CONSTRAINT u UNIQUE (name) INCLUDE (age)",
        *("ALTER TABLE t ADD CONSTRAINT u UNIQUE (name)", "unique constraint u", 11),
    ),
    Case(
        *("unique by index", T + ";; ALTER TABLE t ADD CONSTRAINT u UNIQUE (name)"),
        "ALTER TABLE t DROP CONSTRAINT u",
        "CREATE UNIQUE INDEX u ON t (name);; ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX u",
        *("CREATE UNIQUE INDEX u ON t (name)", "unique constraint u"),
    ),
    Case(
        *(
            "options of a key",
            T + ";; ALTER TABLE t ADD CONSTRAINT u UNIQUE (name) WITH (fillfactor = 70)",
        ),
        "ALTER TABLE t DROP CONSTRAINT u",
        "ALTER TABLE t ADD CONSTRAINT u UNIQUE (name) WITH (fillfactor = 70)",
        *("ALTER TABLE t ADD CONSTRAINT u UNIQUE (name)", "unique constraint u"),
    ),
    Case(
        *("check", T + ";; ALTER TABLE t ADD CONSTRAINT k CHECK (age > 0)"),
        *("ALTER TABLE t DROP CONSTRAINT k", "ALTER TABLE t ADD CONSTRAINT k CHECK (age > 0)"),
        *("ALTER TABLE t ADD CONSTRAINT k CHECK (age >= 0)", "check constraint k"),
    ),
    Case(
        *("check that does not hold yet", T + ";; ALTER TABLE t ADD CONSTRAINT k CHECK (age > 0)"),
        *("ALTER TABLE t DROP CONSTRAINT k", "ALTER TABLE t ADD CONSTRAINT k CHECK (age > 0)"),
        *("ALTER TABLE t ADD CONSTRAINT k CHECK (age > 0) NOT VALID", "check constraint k"),
    ),
    Case(
        *(
            "check of a number",
            T + ";; ALTER TABLE t ADD CONSTRAINT k CHECK (age > 0 AND age IN (1, 2))",
        ),
        *("ALTER TABLE t ALTER age TYPE numeric", "ALTER TABLE t ALTER age TYPE int"),
        *(
            "ALTER TABLE t DROP CONSTRAINT k;; ALTER TABLE t ALTER age TYPE int",
            "check constraint k",
        ),
    ),
    Case(
        *(
            "check of words",
            T + ";; ALTER TABLE t ADD CONSTRAINT k CHECK (name IN ('a', 'b') OR name = 'c')",
        ),
        *("ALTER TABLE t ALTER name TYPE text", "ALTER TABLE t ALTER name TYPE varchar(20)"),
        "ALTER TABLE t DROP CONSTRAINT k;; ALTER TABLE t ALTER name TYPE varchar(20);;"
        "ALTER TABLE t ADD CONSTRAINT k CHECK (name IN ('a', 'b') OR name = 'd')",
        "check constraint k",
    ),
    Case(
        *("check of one word", T + ";; ALTER TABLE t ADD CONSTRAINT k CHECK (lower(name) = 'c')"),
        *("ALTER TABLE t ALTER name TYPE text", "ALTER TABLE t ALTER name TYPE varchar(20)"),
        *(
            "ALTER TABLE t DROP CONSTRAINT k;; ALTER TABLE t ALTER name TYPE varchar(20)",
            "check constraint k",
        ),
    ),
    Case(
        *("foreign key", T, "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (age) REFERENCES t"),
        *("ALTER TABLE t DROP CONSTRAINT f", "", "foreign key f"),
    ),
    *(
        Case(
            f"foreign key{more}",
            T + f";; ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (age) REFERENCES t{more}",
            "ALTER TABLE t DROP CONSTRAINT f",
            f"ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (age) REFERENCES t{more}",
            "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (age) REFERENCES t",
            "foreign key f",
        )
        for more in (" ON DELETE CASCADE", " DEFERRABLE INITIALLY DEFERRED", " NOT VALID")
    ),
    Case(
        *(
            "triggers of foreign keys",
            T + ";; ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (age) REFERENCES t",
        ),
        *(
            "ALTER TABLE t DISABLE TRIGGER ALL",
            "ALTER TABLE t ENABLE TRIGGER ALL",
            "",
            "foreign key f",
        ),
    ),
    Case(
        *("exclusion", "CREATE TABLE e (r int4range, CONSTRAINT x EXCLUDE USING gist (r WITH &&))"),
        *(
            "ALTER TABLE e DROP CONSTRAINT x",
            "ALTER TABLE e ADD CONSTRAINT x EXCLUDE USING gist (r WITH &&)",
        ),
        *("ALTER TABLE e ADD CONSTRAINT x EXCLUDE USING gist (r WITH =)", "exclusion constraint x"),
    ),
    # indexes
    Case("index", T, "CREATE INDEX ix ON t (name)", "DROP INDEX ix", "", "index ix"),
    *(
        Case(
            f"index {more}",
            T + f";; CREATE INDEX ix ON t {more}",
            "DROP INDEX ix",
            f"CREATE INDEX ix ON t {more}",
            f"CREATE INDEX ix ON t {plainer}",
            "index ix",
        )
        for more, plainer in (
            ("(name) WHERE age > 0", "(name)"),
            ("USING hash (name)", "(name)"),
            ("(name text_pattern_ops)", "(name)"),
            ("(name DESC NULLS LAST)", "(name DESC)"),
            ("(lower(name))", "(upper(name))"),
            ('(name COLLATE "C")', "(name)"),
            ("(name) WITH (fillfactor = 50)", "(name)"),
            ("(age, name)", "(name, age)"),
        )
    ),
    Case(
        *("index includes", T + ";; CREATE INDEX ix ON t (name) INCLUDE (age)", "DROP INDEX ix"),
        *(
            "CREATE INDEX ix ON t (name) INCLUDE (age)",
            "CREATE INDEX ix ON t (name)",
            "index ix",
            11,
        ),
    ),
    Case(
        *("unique index", T + ";; CREATE UNIQUE INDEX ix ON t (name)", "DROP INDEX ix"),
        *("CREATE UNIQUE INDEX ix ON t (name)", "CREATE INDEX ix ON t (name)", "index ix"),
    ),
    Case(
        *("index that does not hold", T + ";; CREATE INDEX ix ON t (name)", "DROP INDEX ix"),
        *("CREATE INDEX ix ON t (name)", "CREATE INDEX ix ON t (name);; "),
        "index ix",
    )._replace(
        wrong="CREATE INDEX ix ON t (name);; UPDATE pg_index SET indisvalid = false "
        "WHERE indexrelid = 'ix'::regclass"
    ),
    Case(
        *("index of words", T + ";; CREATE INDEX ix ON t (lower(name)) WHERE name <> 'a'"),
        *("ALTER TABLE t ALTER name TYPE text", "ALTER TABLE t ALTER name TYPE varchar(20)"),
        *("DROP INDEX ix;; ALTER TABLE t ALTER name TYPE varchar(20)", "index ix"),
    ),
    Case(
        *(
            "index of a cast",
            "CREATE TABLE j (d jsonb);; CREATE INDEX ix ON j (((d ->> 'n')::int))",
        ),
        *("DROP INDEX ix", "CREATE INDEX ix ON j (((d ->> 'n')::int))"),
        *("CREATE INDEX ix ON j (((d ->> 'n')::numeric))", "index ix"),
    ),
    # types
    Case("enum", "", "CREATE TYPE e AS ENUM ('a')", "DROP TYPE e", "", "enum e"),
    Case(
        *("enum value", ENUM, "ALTER TYPE mood ADD VALUE 'glad'"),
        "ALTER TABLE m ALTER mood DROP DEFAULT;; ALTER TYPE mood RENAME TO old;;"
        "CREATE TYPE mood AS ENUM ('sad', 'ok');;"
        "ALTER TABLE m ALTER mood TYPE mood USING mood::text::mood;;"
        "ALTER TABLE m ALTER mood SET DEFAULT 'ok';; DROP TYPE old",
        *("", "enum mood", 12),
    ),
    Case(
        *("order of enum values", "CREATE TYPE e AS ENUM ('a', 'b')", "DROP TYPE e"),
        *("CREATE TYPE e AS ENUM ('a', 'b')", "CREATE TYPE e AS ENUM ('b', 'a')", "enum e"),
    ),
    Case(
        *("renamed enum value", ENUM, "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'"),
        *("ALTER TYPE mood RENAME VALUE 'fine' TO 'ok'", "", "enum mood"),
    ),
    Case(
        *("domain", "CREATE DOMAIN d AS int CHECK (VALUE > 0)", "DROP DOMAIN d"),
        *("CREATE DOMAIN d AS int CHECK (VALUE > 0)", "CREATE DOMAIN d AS int", "domain d"),
    ),
    Case(
        *("default of a domain", "CREATE DOMAIN d AS int DEFAULT 1 NOT NULL"),
        *("ALTER DOMAIN d DROP DEFAULT", "ALTER DOMAIN d SET DEFAULT 1", "", "domain d"),
    ),
    Case(
        *("domain not null", "CREATE DOMAIN d AS int NOT NULL"),
        *("ALTER DOMAIN d DROP NOT NULL", "ALTER DOMAIN d SET NOT NULL", "", "domain d"),
    ),
    Case(
        *("composite", "CREATE TYPE c AS (a int, b text)", "ALTER TYPE c ADD ATTRIBUTE x int"),
        *("ALTER TYPE c DROP ATTRIBUTE x", "", "composite type c"),
    ),
    Case(
        *("range", "", "CREATE TYPE r AS RANGE (subtype = float8)", "DROP TYPE r", "", "range r"),
    ),
    # sequences
    Case("sequence", "", "CREATE SEQUENCE s", "DROP SEQUENCE s", "", "sequence s"),
    Case(
        *(
            "options of a sequence",
            "CREATE SEQUENCE s",
            "ALTER SEQUENCE s INCREMENT 5 CACHE 3 CYCLE",
        ),
        *(
            "ALTER SEQUENCE s INCREMENT 1 CACHE 1 NO CYCLE",
            "ALTER SEQUENCE s INCREMENT 1",
            "sequence s",
        ),
    ),
    Case(
        *("bounds of a sequence", "CREATE SEQUENCE s", "ALTER SEQUENCE s MAXVALUE 99 MINVALUE -1"),
        *("ALTER SEQUENCE s NO MAXVALUE NO MINVALUE", "ALTER SEQUENCE s NO MAXVALUE", "sequence s"),
    ),
    Case(
        *("owner of a sequence", T, "ALTER SEQUENCE t_id_seq OWNED BY NONE"),
        *("ALTER SEQUENCE t_id_seq OWNED BY t.id", "", "sequence t_id_seq"),
    ),
    Case(
        *("value of a sequence", "CREATE SEQUENCE s", "SELECT setval('s', 7)", ""),
        *("ALTER SEQUENCE s START 7", "sequence s"),
    ),
    # views and what runs
    Case(
        *("view", T + ";; CREATE VIEW v AS SELECT id FROM t", "DROP VIEW v"),
        *("CREATE VIEW v AS SELECT id\n  FROM t", "CREATE VIEW v AS SELECT id FROM t WHERE id > 0"),
        "view v",
    ),
    Case(
        *("options of a view", T + ";; CREATE VIEW v WITH (security_barrier) AS SELECT id FROM t"),
        *("DROP VIEW v", "CREATE VIEW v WITH (security_barrier) AS SELECT id FROM t"),
        *("CREATE VIEW v AS SELECT id FROM t", "view v"),
    ),
    Case(
        *("materialised view", T + ";; CREATE MATERIALIZED VIEW v AS SELECT id FROM t"),
        *("DROP MATERIALIZED VIEW v", "CREATE MATERIALIZED VIEW v AS SELECT id FROM t"),
        *("CREATE MATERIALIZED VIEW v AS SELECT id FROM t WITH NO DATA", "materialised view v"),
    ),
    Case(
        *(
            "index of a view",
            T + ";; CREATE MATERIALIZED VIEW v AS SELECT id FROM t;; CREATE INDEX vx ON v (id)",
        ),
        "DROP MATERIALIZED VIEW v",
        "CREATE MATERIALIZED VIEW v AS SELECT id FROM t;; CREATE INDEX vx ON v (id)",
        *("CREATE MATERIALIZED VIEW v AS SELECT id FROM t", "index vx"),
    ),
    Case(
        *("function", FN, FN.replace("CREATE", "CREATE OR REPLACE").replace("+ 1", "+ 2")),
        *(
            FN.replace("CREATE", "CREATE OR REPLACE").replace(" + ", "\n   + "),
            "",
            "function f(a integer)",
        ),
    ),
    Case(
        *("overloaded function", FN, FN.replace("a int", "a text"), "DROP FUNCTION f(text)"),
        *("", "function f(a text)"),
    )._replace(up="CREATE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT 1'"),
    Case(
        *(
            "volatility",
            FN,
            "ALTER FUNCTION f(int) IMMUTABLE",
            "ALTER FUNCTION f(int) VOLATILE",
            "",
        ),
        "function f(a integer)",
    ),
    Case(
        *(
            "procedure",
            "",
            "CREATE PROCEDURE pr() LANGUAGE sql AS 'SELECT 1'",
            "DROP PROCEDURE pr()",
        ),
        *("", "procedure pr()", 11),
    ),
    Case(
        *(
            "aggregate",
            "",
            "CREATE AGGREGATE ag(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0')",
        ),
        *("DROP AGGREGATE ag(int)", "", "aggregate ag(integer)"),
    ),
    Case(
        *("trigger", f"{T};; {TRIGGER}", "DROP TRIGGER tr ON t"),
        "CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE PROCEDURE tf()",
        "CREATE TRIGGER tr AFTER UPDATE ON t FOR EACH ROW EXECUTE PROCEDURE tf()",
        "trigger t.tr",
    ),
    Case(
        *("disabled trigger", f"{T};; {TRIGGER}", "ALTER TABLE t DISABLE TRIGGER tr"),
        *("ALTER TABLE t ENABLE TRIGGER tr", "", "trigger t.tr"),
    ),
    Case(
        *("trigger of partitions", f"{P1};; {TRIGGER_FN}"),
        "CREATE TRIGGER tr AFTER UPDATE ON p FOR EACH ROW EXECUTE PROCEDURE tf()",
        *("DROP TRIGGER tr ON p", "", "trigger p.tr", 11),
    ),
    Case(
        *(
            "rule",
            T,
            "CREATE RULE ru AS ON DELETE TO t DO INSTEAD NOTHING",
            "DROP RULE ru ON t",
            "",
        ),
        "rule t.ru",
    ),
    Case(
        *(
            "event trigger",
            "CREATE FUNCTION ef() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
        ),
        "CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE PROCEDURE ef()",
        *("DROP EVENT TRIGGER et", "ALTER EVENT TRIGGER et DISABLE", "event trigger et"),
    ),
    # rights
    Case(
        *(
            "policy",
            T + ";; CREATE POLICY po ON t FOR SELECT USING (age > 0)",
            "DROP POLICY po ON t",
        ),
        "CREATE POLICY po ON t FOR SELECT USING (age > 0)",
        *("CREATE POLICY po ON t USING (age > 0)", "policy t.po"),
    ),
    Case(
        *("grant", T, "GRANT SELECT ON t TO PUBLIC", "REVOKE SELECT ON t FROM PUBLIC"),
        *("GRANT INSERT ON t TO PUBLIC", "grant table t to PUBLIC"),
    ),
    Case(
        *(
            "grant that a new view forgets",
            T + ";; CREATE VIEW v AS SELECT id FROM t;; GRANT SELECT ON v TO PUBLIC",
        ),
        "DROP VIEW v",
        "CREATE VIEW v AS SELECT id FROM t;; GRANT SELECT ON v TO PUBLIC",
        *("CREATE VIEW v AS SELECT id FROM t", "grant table v to PUBLIC"),
    ),
    Case(
        *("revoked default", FN, "REVOKE EXECUTE ON FUNCTION f(int) FROM PUBLIC"),
        *(
            "GRANT EXECUTE ON FUNCTION f(int) TO PUBLIC",
            "",
            "grant function f(a integer) to PUBLIC",
        ),
    ),
    Case(
        *("grant of a column", T, "GRANT UPDATE (name) ON t TO PUBLIC"),
        *("REVOKE UPDATE (name) ON t FROM PUBLIC", "", "grant column t.name to PUBLIC"),
    ),
    Case(
        *("grant of a schema", "CREATE SCHEMA s", "GRANT USAGE ON SCHEMA s TO PUBLIC"),
        *("REVOKE USAGE ON SCHEMA s FROM PUBLIC", "", "grant schema s to PUBLIC"),
    ),
    Case(
        *("grant of a type", ENUM, "REVOKE USAGE ON TYPE mood FROM PUBLIC"),
        *("GRANT USAGE ON TYPE mood TO PUBLIC", "", "grant type mood to PUBLIC"),
    ),
    Case(
        *("grant of a sequence", "CREATE SEQUENCE s", "GRANT USAGE ON SEQUENCE s TO PUBLIC"),
        *("REVOKE USAGE ON SEQUENCE s FROM PUBLIC", "", "grant sequence s to PUBLIC"),
    ),
    Case(
        *("default privileges", "CREATE SCHEMA s"),
        "ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO PUBLIC",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA s REVOKE SELECT ON TABLES FROM PUBLIC",
        *("", "grant default privileges of migbot in s on tables to PUBLIC"),
    ),
    # the rest
    *(
        Case(
            *(
                f"comment on {what}",
                f"{T};; {FN};; {ENUM};; CREATE VIEW v AS SELECT 1 AS one;;"
                "CREATE INDEX ix ON t (name)",
            ),
            f"COMMENT ON {what} IS 'new'",
            f"COMMENT ON {what} IS NULL",
            f"COMMENT ON {what} IS 'old'",
            f"comment {found}",
        )
        for what, found in (
            ("TABLE t", "table t"),
            ("COLUMN t.name", "column t.name"),
            ("INDEX ix", "index ix"),
            ("VIEW v", "view v"),
            ("CONSTRAINT t_pkey ON t", "table constraint t_pkey on t"),
            ("FUNCTION f(int)", "function f(integer)"),
            ("TYPE mood", "type mood"),
        )
    ),
    Case("schema", "", "CREATE SCHEMA s", "DROP SCHEMA s", "", "schema s"),
    Case(
        *("table elsewhere", "CREATE SCHEMA s", "CREATE TABLE s.t (i int)", "DROP TABLE s.t", ""),
        "table s.t",
    ),
    Case(
        *("statistics", T + ";; CREATE STATISTICS st (ndistinct) ON name, age FROM t"),
        "DROP STATISTICS st;; ALTER TABLE t DROP name;; "
        "ALTER TABLE t ADD name varchar(20) NOT NULL",
        "CREATE STATISTICS st (ndistinct) ON name, age FROM t",
        *("CREATE STATISTICS st ON name, age FROM t", "statistics st"),
    ),
    Case(
        *("statistics of an expression", T + ";; CREATE STATISTICS st ON lower(name) FROM t"),
        *("DROP STATISTICS st", "CREATE STATISTICS st ON lower(name) FROM t"),
        *("CREATE STATISTICS st ON upper(name) FROM t", "statistics st", 14),
    ),
    Case(
        *("publication", T, "CREATE PUBLICATION pub FOR TABLE t", "DROP PUBLICATION pub"),
        *("ALTER PUBLICATION pub DROP TABLE t", "publication pub"),
    ),
    Case(
        *("published table", T + ";; CREATE PUBLICATION pub", "ALTER PUBLICATION pub ADD TABLE t"),
        *("ALTER PUBLICATION pub DROP TABLE t", "", "publication pub: t"),
    ),
    Case(
        *(
            "published columns",
            T + ";; CREATE PUBLICATION pub FOR TABLE t (id, name) WHERE (age > 0)",
        ),
        "DROP PUBLICATION pub",
        "CREATE PUBLICATION pub FOR TABLE t (id, name) WHERE (age > 0)",
        *("CREATE PUBLICATION pub FOR TABLE t (id, name)", "publication pub: t", 15),
    ),
    Case(
        *("published schema", "CREATE SCHEMA s", "CREATE PUBLICATION pub FOR TABLES IN SCHEMA s"),
        *("DROP PUBLICATION pub", "", "publication pub: schema s", 15),
    ),
    Case(
        *("server", "CREATE FOREIGN DATA WRAPPER w", "CREATE SERVER s FOREIGN DATA WRAPPER w"),
        *("DROP SERVER s", "", "server s"),
    ),
    Case(
        *("collation object", "", "CREATE COLLATION co (locale = 'C')", "DROP COLLATION co", ""),
        "collation co",
    ),
    Case(
        *("cast", FN + ";; CREATE TYPE c AS (a int)", "CREATE CAST (int AS c) WITHOUT FUNCTION"),
        *("DROP CAST (int AS c)", "", "cast"),
    )._replace(
        ready="CREATE TYPE c AS (a int);; CREATE FUNCTION g(int) RETURNS c LANGUAGE sql "
        "AS 'SELECT row($1)::c'",
        up="CREATE CAST (int AS c) WITH FUNCTION g(int)",
    ),
    Case(
        *("text search", "", "CREATE TEXT SEARCH CONFIGURATION ts (COPY = simple)"),
        *("DROP TEXT SEARCH CONFIGURATION ts", "", "text search configuration ts"),
    ),
]

Run = Any


@pytest.fixture(scope="module", params=["15", "18"])
def connection(request: pytest.FixtureRequest) -> Iterator[psycopg.Connection[Any]]:
    need("postgresql")
    with postgresql_server.started(request.param) as server:
        if not server.version.startswith(request.param):
            pytest.skip(f"there is no PostgreSQL {request.param}, only {server.version}")
        where = f"host={server.socket} port={server.port} user={server.user} dbname=postgres"
        with closing(psycopg.connect(where)) as connected:
            connected.add_notice_handler(lambda notice: None)
            yield connected


@contextmanager
def rolled_back(connection: psycopg.Connection[Any]) -> Iterator[None]:
    try:
        yield
    finally:
        connection.rollback()


def run(connection: psycopg.Connection[Any], statements: str) -> None:
    for each in filter(str.strip, statements.split(";;")):
        connection.execute(each)  # type: ignore[arg-type]


def read(connection: psycopg.Connection[Any]) -> Catalog:
    major = connection.info.server_version // 10000
    rows = connection.execute(postgresql_catalog.catalog(major), prepare=True)  # type: ignore[arg-type]
    return catalog_of(text_rows(rows), set())


def left(connection: psycopg.Connection[Any], case: Case, *downs: str) -> Iterator[list[Residue]]:
    """What each of some downgrades of one upgrade leaves."""
    with rolled_back(connection):
        run(connection, case.ready)
        before = read(connection)
        run(connection, case.up)
        if case.up and "setval" not in case.up:
            assert read(connection) != before, "the upgrade changes nothing that is seen"
        run(connection, "SAVEPOINT up")
        for down in downs:
            run(connection, down)
            now = read(connection)
            yield [each for each in differences(before, now) if not is_harmless(each)]
            run(connection, "ROLLBACK TO up")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_right_downgrade_is_not_accused_and_a_wrong_one_is(
    connection: psycopg.Connection[Any], case: Case
) -> None:
    if connection.info.server_version // 10000 < case.since:
        pytest.skip(f"only from PostgreSQL {case.since} on")
    right, wrong = left(connection, case, case.down, case.wrong)
    assert right == []
    told = [f"{each.kind} {each.name}" for each in wrong]
    assert any(each.startswith(case.found) for each in told), told


def test_what_an_extension_brings_is_its_own(connection: psycopg.Connection[Any]) -> None:
    with rolled_back(connection):
        before = read(connection)
        try:
            run(connection, "CREATE EXTENSION citext")
        except psycopg.Error:
            pytest.skip("the server has no citext")
        found = [f"{each.kind} {each.name}" for each in differences(before, read(connection))]
    assert found == ["extension citext"]


def test_settings_of_a_migration_change_nothing_and_are_kept(
    connection: psycopg.Connection[Any],
) -> None:
    with rolled_back(connection):
        run(
            connection,
            f"CREATE SCHEMA s;; {T};; CREATE TABLE s.x (t timestamptz DEFAULT '2001-1-1')",
        )
        run(connection, f"{ENUM};; CREATE VIEW v AS SELECT * FROM s.x, t")
        before = read(connection)
        run(
            connection,
            "SET search_path = s;; SET timezone = 'Asia/Tokyo';; SET datestyle = 'German'",
        )
        run(connection, "SET quote_all_identifiers = on")
        assert read(connection) == before
        shown = "current_setting('search_path'), current_setting('timezone')"
        assert connection.execute(f"SELECT {shown}").fetchone() == ("s", "Asia/Tokyo")  # type: ignore[arg-type]


def test_temporary_tables_are_not_seen(connection: psycopg.Connection[Any]) -> None:
    with rolled_back(connection):
        before = read(connection)
        run(
            connection,
            "CREATE TEMP TABLE x (id serial PRIMARY KEY);; CREATE TEMP VIEW v AS SELECT 1",
        )
        assert read(connection) == before


@pytest.mark.parametrize("major", range(10, 19))
def test_every_driver_can_send_it_as_it_stands(major: int) -> None:
    assert not {"%", "$"} & set(postgresql_catalog.catalog(major))
    assert "%" not in postgresql_catalog.columns(major)


def test_what_is_sent_to_older_servers_a_newer_one_understands(
    connection: psycopg.Connection[Any],
) -> None:
    major = connection.info.server_version // 10000
    with rolled_back(connection):
        run(connection, f"{T};; {FN};; {ENUM}")
        for older in range(11, major + 1):
            rows = connection.execute(postgresql_catalog.catalog(older))  # type: ignore[arg-type]
            assert {("table", "t"), ("column", "t.age")} <= {(row[0], row[1]) for row in rows}
