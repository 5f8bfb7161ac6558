"""PostgreSQL's right migrations, of the kinds that others accuse."""

from __future__ import annotations

from migbot.core.trips import RevisionVerdict
from planted.draft import Bodies, Draft, right, sql
from planted.postgresql_drafts import (
    ADD,
    DAYS,
    DROP,
    KEYED,
    MOOD,
    PAIR,
    TOUCH,
    TRIGGER,
    USERS,
    after,
    altered,
    indexed,
    recreated,
    replaced,
)

VIEW = "CREATE VIEW @v AS SELECT id, name FROM @u"
MATERIALISED = VIEW.replace("VIEW", "MATERIALIZED VIEW")
FUNCTION = "CREATE FUNCTION @f(a INTEGER) RETURNS INTEGER LANGUAGE sql AS 'SELECT a + 1'"
CHECKED = after(USERS, "ALTER TABLE @u ADD CONSTRAINT @ck CHECK (age > -1 AND age IN (0, 1, 2))")


def concurrently(*body: str) -> str:
    """Source that runs outside of a transaction."""
    lines = "\n".join(f"    {line}" for line in body)
    return f"with op.get_context().autocommit_block():\n{lines}"


def made(what: str, name: str, before: str = USERS) -> Bodies:
    """Something that comes and goes."""
    kind = what.removeprefix("UNIQUE ").split()[0]
    return (before, sql(f"CREATE {what}"), sql(f"DROP {kind} {name}"))


CREATE = "op.create_index('@ix', '@u', ['name'], postgresql_concurrently=True)"
REMOVE = "op.drop_index('@ix', table_name='@u', postgresql_concurrently=True)"

TABLES: list[Draft] = [
    right(
        "a table with everything comes and goes",
        USERS,
        """
        op.create_table("@a", sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("u", sa.Integer, sa.ForeignKey("@u.id"), index=True),
            sa.Column("data", postgresql.JSONB, server_default="{}"),
            sa.Column("tags", postgresql.ARRAY(sa.Text)), sa.Column("at", sa.DateTime(True)),
            sa.Column("key", postgresql.UUID, unique=True), sa.CheckConstraint("u > -9"))
        """,
        'op.drop_table("@a")',
    ),
    right(
        "a table is renamed and back",
        USERS,
        'op.rename_table("@u", "@v")',
        'op.rename_table("@v", "@u")',
    ),
    right(
        "a table, its sequence and its key are renamed and back",
        USERS,
        sql(
            "ALTER TABLE @u RENAME TO @v",
            "ALTER SEQUENCE @u_id_seq RENAME TO @v_id_seq",
            "ALTER INDEX @u_pkey RENAME TO @v_pkey",
        ),
        sql(
            "ALTER TABLE @v RENAME TO @u",
            "ALTER SEQUENCE @v_id_seq RENAME TO @u_id_seq",
            "ALTER INDEX @v_pkey RENAME TO @u_pkey",
        ),
    ),
    right(
        "a table is made anew from a copy",
        sql("CREATE TABLE @u (id INT PRIMARY KEY, n TEXT)"),
        sql(
            "CREATE TABLE @w (id INT, n TEXT, x INT, CONSTRAINT @w_pkey PRIMARY KEY (id))",
            "INSERT INTO @w SELECT id, n FROM @u",
            "DROP TABLE @u",
            "ALTER TABLE @w RENAME TO @u",
        ),
        sql("ALTER TABLE @u DROP x", "ALTER INDEX @w_pkey RENAME TO @u_pkey"),
    ),
    right(
        "a schema with a table comes and goes",
        "",
        sql("CREATE SCHEMA @s", "CREATE TABLE @s.t (id SERIAL PRIMARY KEY)"),
        sql("DROP SCHEMA @s CASCADE"),
    ),
    right(
        "a table moves to another schema and back",
        after(USERS, "CREATE SCHEMA @s"),
        sql("ALTER TABLE @u SET SCHEMA @s"),
        sql("ALTER TABLE @s.@u SET SCHEMA public"),
    ),
    right(
        "options are set in another order",
        *altered(
            "RESET (fillfactor)",
            "SET (fillfactor=70)",
            before=after(
                USERS,
                "ALTER TABLE @u SET (fillfactor=70)",
                "ALTER TABLE @u SET (autovacuum_enabled=false)",
            ),
        ),
    ),
    right("unlogged and back", *altered("SET UNLOGGED", "SET LOGGED")),
    right(
        "a partition comes and goes",
        DAYS,
        sql("CREATE TABLE @d2 PARTITION OF @d FOR VALUES FROM ('2002-01-01') TO ('2003-01-01')"),
        sql("DROP TABLE @d2"),
    ),
    right(
        "a partition is detached and attached again",
        DAYS,
        sql("ALTER TABLE @d DETACH PARTITION @d1"),
        sql("ALTER TABLE @d ATTACH PARTITION @d1 FOR VALUES FROM ('2001-01-01') TO ('2002-01-01')"),
    ),
    right(
        "an index of a partitioned table gives way to another",
        after(DAYS, "CREATE INDEX @ix ON @d (id)"),
        sql("CREATE INDEX @iy ON @d (id)", "DROP INDEX @ix"),
        sql("CREATE INDEX @ix ON @d (id)", "DROP INDEX @iy"),
    ),
    right(
        "a temporary table is left to its session",
        USERS,
        sql("CREATE TEMPORARY TABLE @t ON COMMIT DROP AS SELECT * FROM @u") + "\n" + ADD,
        DROP,
    ),
]

COLUMNS: list[Draft] = [
    right("a column comes and goes", USERS, ADD, DROP),
    right(
        "a column is dropped and added again at the end",
        USERS,
        'op.drop_column("@u", "age")',
        'op.add_column("@u", sa.Column("age", sa.Integer, server_default=sa.text("0")))',
    ),
    right(
        "a column is renamed and back",
        CHECKED,
        'op.alter_column("@u", "age", new_column_name="years")',
        'op.alter_column("@u", "years", new_column_name="age")',
    ),
    right(
        "a required column is renamed and back",
        USERS,
        'op.alter_column("@u", "name", new_column_name="title")',
        'op.alter_column("@u", "title", new_column_name="name")',
    ),
    right(
        "a required column is added with a default that goes",
        USERS,
        'op.add_column("@u", sa.Column("x", sa.Integer, nullable=False, server_default="0"))\n'
        'op.alter_column("@u", "x", server_default=None)',
        DROP,
    ),
    right(
        "a required column is filled before it is required",
        USERS,
        ADD + "\n" + sql("UPDATE @u SET x = id", "ALTER TABLE @u ALTER x SET NOT NULL"),
        DROP,
    ),
    right("a key grows and shrinks", *altered("ALTER id TYPE BIGINT", "ALTER id TYPE INTEGER")),
    right(
        "an identity grows and shrinks",
        *altered(
            "ALTER id TYPE BIGINT",
            "ALTER id TYPE INT",
            before=sql("CREATE TABLE @u (id INT GENERATED ALWAYS AS IDENTITY, a INT)"),
        ),
    ),
    right(
        "a checked number becomes a decimal and back",
        CHECKED,
        sql("ALTER TABLE @u ALTER age TYPE NUMERIC(10, 2)"),
        sql("ALTER TABLE @u ALTER age TYPE INTEGER"),
    ),
    right(
        "a checked word becomes a text and back",
        after(USERS, "ALTER TABLE @u ADD CONSTRAINT @ck CHECK (name IN ('a', 'b') OR age > -1)"),
        sql("ALTER TABLE @u ALTER name TYPE TEXT"),
        sql("ALTER TABLE @u ALTER name TYPE VARCHAR(20)"),
    ),
    right(
        "an indexed word becomes a text and back",
        after(USERS, "CREATE INDEX @ix ON @u (lower(name)) WHERE name <> 'x'"),
        sql("ALTER TABLE @u ALTER name TYPE TEXT"),
        sql("ALTER TABLE @u ALTER name TYPE VARCHAR(20)"),
    ),
    right(
        "a text with a default becomes a word and back",
        *altered(
            "ALTER note TYPE VARCHAR(50), ALTER note SET DEFAULT 'b'",
            "ALTER note SET DEFAULT 'a', ALTER note TYPE TEXT",
            before=after(USERS, "ALTER TABLE @u ALTER note SET DEFAULT 'a'"),
        ),
    ),
    right(
        "a text becomes JSON and back",
        *altered(
            "ALTER note TYPE JSONB USING to_jsonb(note)", "ALTER note TYPE TEXT USING note #>> '{}'"
        ),
    ),
    right(
        "a date gets a time zone and loses it",
        *altered(
            "ALTER at TYPE TIMESTAMPTZ USING at AT TIME ZONE 'UTC'",
            "ALTER at TYPE TIMESTAMP USING at AT TIME ZONE 'UTC'",
            before=sql("CREATE TABLE @u (id INT, at TIMESTAMP DEFAULT now())"),
        ),
    ),
    right(
        "a serial becomes an identity and back",
        USERS,
        sql(
            "ALTER TABLE @u ALTER id DROP DEFAULT",
            "DROP SEQUENCE @u_id_seq",
            "ALTER TABLE @u ALTER id ADD GENERATED BY DEFAULT AS IDENTITY (START 100)",
        ),
        sql(
            "ALTER TABLE @u ALTER id DROP IDENTITY",
            "CREATE SEQUENCE @u_id_seq AS INTEGER OWNED BY @u.id",
            "SELECT setval('@u_id_seq', 1000)",
            "ALTER TABLE @u ALTER id SET DEFAULT nextval('@u_id_seq')",
        ),
    ),
    right(
        "a computed column is dropped and computed again",
        *altered(
            "DROP b",
            "ADD b INT GENERATED ALWAYS AS (a * 2) STORED",
            before=sql("CREATE TABLE @u (a INT, b INT GENERATED ALWAYS AS (a * 2) STORED)"),
        ),
    ),
    right(
        "a comment is changed and back",
        after(USERS, "COMMENT ON COLUMN @u.name IS 'old'"),
        sql("COMMENT ON COLUMN @u.name IS 'new'"),
        sql("COMMENT ON COLUMN @u.name IS 'old'"),
    ),
]

CONSTRAINTS: list[Draft] = [
    right(
        "a foreign key is added without looking and looked at later",
        PAIR,
        sql(
            "ALTER TABLE @c ADD CONSTRAINT @fk FOREIGN KEY (p) REFERENCES @p NOT VALID",
            "ALTER TABLE @c VALIDATE CONSTRAINT @fk",
        ),
        'op.drop_constraint("@fk", "@c", type_="foreignkey")',
    ),
    right(
        "a foreign key learns to cascade and forgets it",
        KEYED,
        'op.drop_constraint("@fk", "@c")\nop.create_foreign_key("@fk", "@c", "@p", ["p"], ["id"])',
        'op.drop_constraint("@fk", "@c")\n'
        'op.create_foreign_key("@fk", "@c", "@p", ["p"], ["id"], ondelete="CASCADE")',
    ),
    right(
        "a unique constraint is built from an index",
        USERS,
        sql(
            "CREATE UNIQUE INDEX @uq ON @u (name)",
            "ALTER TABLE @u ADD CONSTRAINT @uq UNIQUE USING INDEX @uq",
        ),
        'op.drop_constraint("@uq", "@u")',
    ),
    right(
        "a constraint without a name gets the server's",
        USERS,
        'op.create_unique_constraint(None, "@u", ["name"])',
        'op.drop_constraint("@u_name_key", "@u")',
    ),
    right(
        "triggers are off while rows move",
        KEYED,
        sql(
            "ALTER TABLE @c DISABLE TRIGGER ALL",
            "UPDATE @c SET p = p",
            "ALTER TABLE @c ENABLE TRIGGER ALL",
            "ALTER TABLE @c ADD x INT",
        ),
        'op.drop_column("@c", "x")',
    ),
]

INDEXES: list[Draft] = [
    right("an index is built concurrently", USERS, concurrently(CREATE), concurrently(REMOVE)),
    right(
        "an index is rebuilt concurrently",
        after(USERS, "CREATE INDEX @ix ON @u (name)"),
        concurrently("op.execute('CREATE INDEX CONCURRENTLY @iy ON @u (name, age)')", REMOVE),
        concurrently(CREATE, "op.execute('DROP INDEX CONCURRENTLY @iy')"),
    ),
    right(
        "a functional index comes and goes",
        USERS,
        'op.create_index("@ix", "@u", [sa.text("lower(name)")])',
        'op.drop_index("@ix")',
    ),
    right(
        "an index is dropped and built as it was",
        *indexed(
            "INDEX @ix ON @u USING btree (name ASC NULLS LAST) WHERE (age > 1)",
            "INDEX @ix ON @u (name) WHERE age > 1",
        ),
    ),
    right(
        "an index of JSON comes and goes",
        after(USERS, "ALTER TABLE @u ADD d JSONB"),
        'op.create_index("@ix", "@u", ["d"], postgresql_using="gin")',
        'op.drop_index("@ix")',
    ),
]

TYPES: list[Draft] = [
    right("an enum is made anew without its new value", *recreated("'sad', 'ok'")),
    right(
        "an enum comes with its column and goes with it",
        USERS,
        sql("CREATE TYPE @kind AS ENUM ('a', 'b')", "ALTER TABLE @u ADD x @kind"),
        sql("ALTER TABLE @u DROP x", "DROP TYPE @kind"),
    ),
    right(
        "an enum comes with its table",
        "",
        'op.create_table("@a", sa.Column("kind", sa.Enum("a", "b", name="@kind")))',
        'op.drop_table("@a")\nsa.Enum(name="@kind").drop(op.get_bind())',
    ),
    right(
        "an enum is made before its table",
        "",
        'kind = postgresql.ENUM("a", "b", name="@kind", create_type=False)\n'
        "kind.create(op.get_bind(), checkfirst=True)\n"
        'op.create_table("@a", sa.Column("kind", kind))',
        'op.drop_table("@a")\nop.execute("DROP TYPE @kind")',
    ),
    right(
        "an enum's value is renamed and back",
        MOOD,
        sql("ALTER TYPE @mood RENAME VALUE 'sad' TO 'low'"),
        sql("ALTER TYPE @mood RENAME VALUE 'low' TO 'sad'"),
    ),
    right(
        "a value is added outside of a transaction and used",
        MOOD,
        concurrently("""op.execute("ALTER TYPE @mood ADD VALUE IF NOT EXISTS 'glad'")""")
        + "\n"
        + sql("ALTER TABLE @u ALTER mood SET DEFAULT 'glad'"),
        recreated("'sad', 'ok'")[2] or "",
    ),
    right(
        "a domain's check is replaced and back",
        after("", "CREATE DOMAIN @d AS INT CONSTRAINT @ck CHECK (VALUE > 0)"),
        sql("ALTER DOMAIN @d DROP CONSTRAINT @ck"),
        sql("ALTER DOMAIN @d ADD CONSTRAINT @ck CHECK (VALUE > 0)"),
    ),
    right(
        "a composite type grows and shrinks",
        sql("CREATE TYPE @c AS (a INT)"),
        sql("ALTER TYPE @c ADD ATTRIBUTE b INT"),
        sql("ALTER TYPE @c DROP ATTRIBUTE b"),
    ),
    right(
        "a sequence is moved on",
        sql("CREATE SEQUENCE @s"),
        sql("ALTER SEQUENCE @s INCREMENT 5", "SELECT nextval('@s')"),
        sql("ALTER SEQUENCE @s INCREMENT 1"),
    ),
]

PROGRAMS: list[Draft] = [
    right(
        "a view gives way while a column changes",
        after(USERS, VIEW),
        sql("DROP VIEW @v", "ALTER TABLE @u ALTER name TYPE VARCHAR(40)", VIEW),
        sql("DROP VIEW @v", "ALTER TABLE @u ALTER name TYPE VARCHAR(20)", VIEW),
    ),
    right(
        "a view of everything stays while a column comes",
        after(USERS, "CREATE VIEW @v AS SELECT * FROM @u"),
        ADD,
        DROP,
    ),
    right(
        "a view is dropped and written otherwise",
        *replaced("VIEW @v", VIEW, "CREATE VIEW @v AS\n    select id,\n name from public.@u"),
    ),
    right(
        "a materialised view with its index comes and goes",
        USERS,
        sql(MATERIALISED, "CREATE UNIQUE INDEX @ix ON @v (id)"),
        sql("DROP MATERIALIZED VIEW @v"),
    ),
    right(
        "a function is replaced and back with another indentation",
        after(USERS, FUNCTION),
        sql(FUNCTION.replace("CREATE", "CREATE OR REPLACE").replace("+ 1", "+ 2")),
        sql(FUNCTION.replace("CREATE", "CREATE OR REPLACE").replace(" + ", "\n        + ")),
    ),
    right(
        "a trigger and its function come and go",
        USERS,
        sql(TOUCH, TRIGGER),
        sql("DROP TRIGGER @tr ON @u", "DROP FUNCTION @touch()"),
    ),
    right(
        "a trigger is off while rows move",
        after(USERS, TOUCH, TRIGGER),
        sql(
            "ALTER TABLE @u DISABLE TRIGGER @tr",
            "UPDATE @u SET age = age",
            "ALTER TABLE @u ENABLE TRIGGER @tr",
        )
        + "\n"
        + ADD,
        DROP,
    ),
    right(
        "a procedure comes and goes", *made("PROCEDURE @pr() LANGUAGE sql AS 'SELECT 1'", "@pr()")
    ),
]

RIGHTS: list[Draft] = [
    right(
        "a grant comes and goes",
        USERS,
        sql("GRANT SELECT, INSERT ON @u TO PUBLIC"),
        sql("REVOKE SELECT, INSERT ON @u FROM PUBLIC"),
    ),
    right(
        "a default right is revoked and granted again",
        after(USERS, FUNCTION),
        sql("REVOKE ALL ON FUNCTION @f(INTEGER) FROM PUBLIC"),
        sql("GRANT EXECUTE ON FUNCTION @f(INTEGER) TO PUBLIC"),
    ),
    right(
        "row level security with a policy comes and goes",
        USERS,
        sql(
            "ALTER TABLE @u ENABLE ROW LEVEL SECURITY",
            "CREATE POLICY @po ON @u USING (name = current_user)",
        ),
        sql("DROP POLICY @po ON @u", "ALTER TABLE @u DISABLE ROW LEVEL SECURITY"),
    ),
    right(
        "statistics are made again on columns in another order",
        after(USERS, "CREATE STATISTICS @st ON name, age FROM @u"),
        sql("DROP STATISTICS @st", "ALTER TABLE @u DROP name"),
        sql(
            "ALTER TABLE @u ADD name VARCHAR(20)",
            "UPDATE @u SET name = id",
            "ALTER TABLE @u ALTER name SET NOT NULL",
            "CREATE STATISTICS @st ON name, age FROM @u",
        ),
    ),
]

RUNS: list[Draft] = [
    right(
        "rows are changed and changed back",
        USERS,
        sql("UPDATE @u SET age = age + 1"),
        sql("UPDATE @u SET age = age - 1"),
    ),
    right(
        "rows are added and taken away",
        USERS,
        'op.bulk_insert(sa.table("@u", sa.column("name")), [{"name": "new"}])',
        sql("DELETE FROM @u WHERE name = 'new'"),
    ),
    right(
        "a column is split and joined again",
        USERS,
        ADD + "\n" + sql("UPDATE @u SET x = length(name)"),
        DROP,
    ),
    right(
        "a migration sets its search path",
        after(USERS, "CREATE SCHEMA @s"),
        sql("SET LOCAL search_path = @s, public", "CREATE TABLE t (id INT)"),
        sql("DROP TABLE @s.t"),
    ),
    right(
        "a migration leaves its search path behind",
        after(USERS, "CREATE SCHEMA @s"),
        sql("CREATE TABLE @s.t (id INT)", "SET search_path = public, @s"),
        sql("DROP TABLE @s.t", "RESET search_path"),
    ),
    right(
        "deferred keys are kept at the end",
        after(
            PAIR,
            "ALTER TABLE @c ADD CONSTRAINT @fk FOREIGN KEY (p) REFERENCES @p "
            "DEFERRABLE INITIALLY DEFERRED",
        ),
        sql("INSERT INTO @c VALUES (-1, -1)", "INSERT INTO @p VALUES (-1, 'x')"),
        sql("DELETE FROM @p WHERE id = -1", "DELETE FROM @c WHERE id = -1"),
    ),
    right(
        "a way of no return is said to be one",
        USERS,
        ADD,
        'raise NotImplementedError("no")',
        verdict=RevisionVerdict.IRREVERSIBLE,
    ),
    right("a merge of a fork", "", "pass", "pass", merges="fork"),
    right("a merge of two bases", "", "pass", "pass", merges="base"),
]

RIGHT = [*TABLES, *COLUMNS, *CONSTRAINTS, *INDEXES, *TYPES, *PROGRAMS, *RIGHTS, *RUNS]
"""All of them."""
