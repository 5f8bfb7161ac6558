"""SQLite's right migrations, of the kinds that a comparison of schemas accuses most easily."""

from __future__ import annotations

from migbot.core.trips import RevisionVerdict
from planted.draft import Draft, right, sql
from planted.sqlite_drafts import (
    ADD,
    BATCH_ADD,
    BATCH_DROP,
    DROP,
    FTS,
    PAIR,
    TEXT,
    USERS,
    batch,
    both_ways,
    column,
    indexed,
    rebuild,
    recreated,
    table,
)

COLUMNS = 'sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20))'

RIGHT: list[Draft] = [
    right("a column", USERS, ADD, DROP),
    right("a column, in batches", USERS, BATCH_ADD, BATCH_DROP),
    right("a batch that need not rebuild", USERS, BATCH_ADD.replace("always", "auto"), BATCH_DROP),
    right(
        "a column that comes back at the end",
        USERS,
        'op.drop_column("@u", "age")',
        sql("ALTER TABLE @u ADD COLUMN age INTEGER DEFAULT 0"),
    ),
    right(
        "batches of a table and columns whose names need quotes",
        *both_ways(
            'CREATE TABLE "@order group" (id INTEGER PRIMARY KEY, "order" INTEGER, "Select" TEXT, '
            '"it\'s" TEXT, CONSTRAINT "@my check" CHECK ("order" > -5))',
            name="@order group",
        ),
    ),
    right(
        "batches of a table with CURRENT_TIMESTAMP",
        *both_ways(
            "CREATE TABLE @u (id INTEGER PRIMARY KEY, "
            "made TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)"
        ),
    ),
    right(
        "batches of a table written by hand",
        *both_ways(
            "create table @u (id integer primary key, name varchar(20) not null default 'x', "
            "ok bool, n int default -1, price numeric(10,2))"
        ),
    ),
    right(
        "batches of a table with types that SQLAlchemy does not know",
        *both_ways(
            "CREATE TABLE @u (id INTEGER PRIMARY KEY, a TINYINT(1), b DOUBLE PRECISION, "
            "c CHARACTER(20), d MONEY, e CLOB, f INT(11), g UNSIGNED BIG INT, h INT8)"
        ),
    ),
    right(
        "batches of a table with the defaults of many forms",
        *both_ways(
            "CREATE TABLE @u (id INTEGER PRIMARY KEY, a INTEGER DEFAULT (1 + 2), "
            "b REAL DEFAULT 1.5, "
            "c TEXT DEFAULT 'it''s', d INTEGER DEFAULT +1, e TEXT DEFAULT (datetime('now')), "
            "f BLOB DEFAULT x'00ff', g BOOLEAN DEFAULT TRUE, h INTEGER DEFAULT 0x10, "
            "i TEXT DEFAULT '', j REAL DEFAULT 1e3, l TEXT DEFAULT NULL)"
        ),
    ),
    right(
        "batches of a table with references",
        sql(
            "CREATE TABLE @p (id INTEGER PRIMARY KEY, k TEXT UNIQUE)",
            "CREATE TABLE @u (id INTEGER PRIMARY KEY, a INTEGER REFERENCES @p, "
            "b INTEGER REFERENCES @p(id) ON DELETE NO ACTION, c TEXT, "
            "d INTEGER REFERENCES @u MATCH SIMPLE NOT DEFERRABLE, CONSTRAINT @fk FOREIGN KEY (c) "
            "REFERENCES @p (k) ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED)",
        ),
        BATCH_ADD,
        BATCH_DROP,
    ),
    right(
        "a generated column",
        USERS,
        'op.add_column("@u", sa.Column("x", sa.Integer, sa.Computed("age * 2")))',
        DROP,
    ),
    right(
        "a generated column, made anew by Alembic",
        table(
            "(id INTEGER PRIMARY KEY, age INTEGER, x INTEGER GENERATED ALWAYS AS ( AGE*2 ) VIRTUAL)"
        ),
        DROP,
        'op.add_column("@u", sa.Column("x", sa.Integer, sa.Computed("age * 2")))',
    ),
    right(
        "batches of a table whose names are written in more than one way",
        *both_ways(
            "CREATE TABLE @u (Id INTEGER PRIMARY KEY, Name VARCHAR(20), P INTEGER, "
            "CONSTRAINT @uq UNIQUE (Name), CONSTRAINT @fk FOREIGN KEY (P) REFERENCES @U (ID))"
        ),
    ),
    right(
        "batches of a table with named keys and checks",
        *both_ways(
            "CREATE TABLE @u (id INTEGER, a INTEGER, b TEXT, CONSTRAINT @pk PRIMARY KEY (id), "
            "CONSTRAINT @uq UNIQUE (a, b), CONSTRAINT @ck CHECK (a > 0 OR (b IN ('x', 'y, z'))))"
        ),
    ),
    right(
        "batches of a table with partial and unique indexes",
        USERS
        + "\n"
        + sql(
            "CREATE UNIQUE INDEX @ix1 ON @u (name)",
            "CREATE INDEX @ix2 ON @u (name, age) WHERE age IS NOT NULL AND name <> ''",
            "CREATE INDEX IF NOT EXISTS @ix3 ON @u(note ASC)",
        ),
        BATCH_ADD,
        BATCH_DROP,
    ),
    right(
        "a type, there and back",
        USERS,
        batch("@u", 'alter_column("name", type_=sa.Text(), existing_nullable=False)'),
        batch("@u", 'alter_column("name", type_=sa.String(20), existing_nullable=False)'),
    ),
    right(
        "NOT NULL, there and back, the rows filled first",
        USERS,
        sql("UPDATE @u SET age = 0 WHERE age IS NULL")
        + "\n"
        + batch("@u", 'alter_column("age", nullable=False)'),
        batch("@u", 'alter_column("age", nullable=True)'),
    ),
    right(
        "a default, there and back, as SQLAlchemy writes it",
        USERS,
        batch("@u", 'alter_column("age", server_default=None)'),
        batch("@u", 'alter_column("age", server_default="0")'),
    ),
    right(
        "a default of the moment, there and back",
        table("(id INTEGER PRIMARY KEY, made TIMESTAMP DEFAULT CURRENT_TIMESTAMP)"),
        batch("@u", 'alter_column("made", server_default=None)'),
        batch("@u", 'alter_column("made", server_default=sa.func.now())'),
    ),
    right(
        "a default of false, there and back",
        table("(id INTEGER PRIMARY KEY, ok BOOLEAN DEFAULT FALSE NOT NULL)"),
        batch("@u", 'alter_column("ok", server_default=None)'),
        batch("@u", 'alter_column("ok", server_default=sa.false())'),
    ),
    right(
        "named constraints, in batches",
        PAIR,
        batch(
            "@c",
            'create_unique_constraint("@uq", ["name"])',
            'create_check_constraint("@ck", "p <> 7")',
            'create_foreign_key("@fk", "@p", ["p"], ["id"], ondelete="CASCADE")',
        ),
        batch(
            "@c",
            'drop_constraint("@fk", type_="foreignkey")',
            'drop_constraint("@ck", type_="check")',
            'drop_constraint("@uq", type_="unique")',
        ),
    ),
    right(
        "a foreign key made anew by SQLAlchemy",
        sql(
            "CREATE TABLE @p (id INTEGER PRIMARY KEY)",
            "CREATE TABLE @c (id INTEGER PRIMARY KEY, p INTEGER, CONSTRAINT @fk FOREIGN KEY(p) "
            "REFERENCES @p (id) ON UPDATE CASCADE ON DELETE SET NULL "
            "DEFERRABLE INITIALLY IMMEDIATE)",
        ),
        batch("@c", 'drop_constraint("@fk", type_="foreignkey")'),
        batch(
            "@c",
            'create_foreign_key("@fk", "@p", ["p"], ["id"], onupdate="CASCADE", '
            'ondelete="SET NULL", deferrable=True)',
        ),
    ),
    right(
        "a table by Alembic",
        "",
        f'op.create_table("@u", {COLUMNS}, sa.Column("kind", sa.Enum("a", "b", name="@kind", '
        "create_constraint=True)), "
        'sa.Column("ok", sa.Boolean(create_constraint=True, name="@ok")), '
        'sqlite_autoincrement=True)\nop.create_index("@ix", "@u", ["name"])',
        'op.drop_index("@ix", table_name="@u")\nop.drop_table("@u")',
    ),
    right(
        "a table written by hand, made anew by Alembic",
        sql(
            "create table @u (id integer primary key, name varchar(20) default 'x' "
            "not null unique, "
            "age int default 0, price numeric (10,2), ok bool /* or not */)"
        ),
        'op.drop_table("@u")',
        """
        op.create_table(
            "@u",
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("name", sa.String(20), nullable=False, server_default="x"),
            sa.Column("age", sa.Integer, server_default="0"),
            sa.Column("price", sa.Numeric(10, 2)),
            sa.Column("ok", sa.Boolean),
            sa.UniqueConstraint("name"),
        )
        """,
    ),
    right(
        "tables that are STRICT and WITHOUT ROWID",
        "",
        sql(
            "CREATE TABLE @a (id INTEGER PRIMARY KEY, name TEXT) STRICT",
            "CREATE TABLE @b (name TEXT PRIMARY KEY) WITHOUT ROWID, STRICT",
        ),
        sql("DROP TABLE @a", "DROP TABLE @b"),
    ),
    right(
        "a table WITHOUT ROWID, dropped and made anew",
        sql("CREATE TABLE @b (name TEXT PRIMARY KEY, n INTEGER) STRICT, WITHOUT ROWID"),
        sql("DROP TABLE @b"),
        sql(
            "CREATE TABLE @b (name TEXT NOT NULL, n INTEGER, PRIMARY KEY (name)) "
            "without rowid, strict"
        ),
    ),
    right(
        "a table with AUTOINCREMENT",
        "",
        sql(
            "CREATE TABLE @u (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT)",
            "INSERT INTO @u (name) VALUES ('a')",
        ),
        'op.drop_table("@u")',
    ),
    right("a virtual table", "", sql(FTS.format("")), sql("DROP TABLE @d")),
    right(
        "a virtual table, dropped and made anew",
        sql(FTS.format(", tokenize = 'porter'")),
        'op.drop_table("@d")',
        sql("create virtual table @d using FTS5 (body, tokenize='porter')"),
    ),
    right(
        "a table renamed, with all that hangs on it",
        sql(
            "CREATE TABLE @u (id INTEGER PRIMARY KEY, name TEXT, CHECK (@u.name <> 'q'))",
            "CREATE TABLE @c (id INTEGER PRIMARY KEY, u INTEGER REFERENCES @u (id))",
            "CREATE INDEX @ix ON @u (name) WHERE name > 'a'",
            "CREATE VIEW @v AS SELECT @u.name FROM @u",
            "CREATE TRIGGER @t AFTER INSERT ON @u BEGIN UPDATE @u SET name = name; END",
        ),
        'op.rename_table("@u", "@people")',
        'op.rename_table("@people", "@u")',
    ),
    right(
        "a column renamed, with all that hangs on it",
        sql(
            "CREATE TABLE @u (id INTEGER PRIMARY KEY, name TEXT UNIQUE, up TEXT AS (upper(name)), "
            "CHECK (name <> 'q'))",
            "CREATE TABLE @c (id INTEGER PRIMARY KEY, u TEXT REFERENCES @u (name))",
            "CREATE INDEX @ix ON @u (lower(name)) WHERE name > 'a'",
            "CREATE VIEW @v AS SELECT name FROM @u",
            "CREATE TRIGGER @t AFTER INSERT ON @u BEGIN UPDATE @u SET name = name; END",
        ),
        sql("ALTER TABLE @u RENAME COLUMN name TO label"),
        sql("ALTER TABLE @u RENAME COLUMN label TO name"),
    ),
    right(
        "a column renamed in batches",
        USERS + "\n" + sql("CREATE INDEX @ix ON @u (name)"),
        batch("@u", 'alter_column("name", new_column_name="label")'),
        batch("@u", 'alter_column("label", new_column_name="name")'),
    ),
    right(
        "two columns that change places by their names",
        table("(id INTEGER PRIMARY KEY, a TEXT, b TEXT)"),
        sql(
            "ALTER TABLE @u RENAME COLUMN a TO c",
            "ALTER TABLE @u RENAME COLUMN b TO a",
            "ALTER TABLE @u RENAME COLUMN c TO b",
        ),
        sql(
            "ALTER TABLE @u RENAME COLUMN a TO c",
            "ALTER TABLE @u RENAME COLUMN b TO a",
            "ALTER TABLE @u RENAME COLUMN c TO b",
        ),
    ),
    right(
        "a table rebuilt by hand, spelled otherwise",
        sql(
            "CREATE TABLE @u (id INTEGER PRIMARY KEY, -- the key\n name TEXT COLLATE NOCASE "
            "CHECK (name <> '' AND name != 'q') UNIQUE)"
        ),
        rebuild("@u", "(id INTEGER PRIMARY KEY, name TEXT)"),
        rebuild(
            "@u",
            '("id" integer NOT NULL, [name] text collate nocase, UNIQUE (`name`), '
            "CHECK (( name!='' and name<>'q' )), PRIMARY KEY (id))",
        ),
    ),
    right(
        "a column with the collation that every column has",
        *recreated(column("TEXT COLLATE BINARY"), TEXT, TEXT),
    ),
    right(
        "an index, spelled otherwise",
        *indexed(
            "CREATE INDEX IF NOT EXISTS @ix ON @u(name ASC, age) WHERE (age != 1)",
            'CREATE INDEX main."@ix" on "@u" (name, age) where age <> 1',
        ),
    ),
    right(
        "indexes of every form",
        USERS,
        """
        op.create_index("@i1", "@u", [sa.text("lower(name)")])
        op.create_index("@i2", "@u", [sa.text("age DESC")], sqlite_where=sa.text("age > 1"))
        op.create_index("@i3", "@u", ["name", "age"], unique=True)
        op.execute("CREATE INDEX @i4 ON @u (name COLLATE NOCASE)")
        """,
        'for each in (1, 2, 3, 4):\n    op.drop_index("@i%d" % each, table_name="@u")',
    ),
    right(
        "an index on an expression, made anew by Alembic",
        USERS + "\n" + sql("CREATE INDEX @ix ON @u (lower(name), age DESC) WHERE age > 1"),
        'op.drop_index("@ix")',
        'op.create_index("@ix", "@u", [sa.text("lower(name)"), sa.text("age DESC")], '
        'sqlite_where=sa.text("(age > 1)"))',
    ),
    right(
        "a view dropped for a batch and put back",
        USERS + "\n" + sql("CREATE VIEW @v AS SELECT name FROM @u"),
        sql("DROP VIEW @v")
        + "\n"
        + BATCH_ADD
        + "\n"
        + sql("CREATE VIEW @v AS SELECT name FROM @u"),
        sql("DROP VIEW @v")
        + "\n"
        + BATCH_DROP
        + "\n"
        + sql("create view @v as\nselect name from @u"),
    ),
    right(
        "a trigger that a batch drops, put back",
        USERS + "\n" + sql("CREATE TRIGGER @t AFTER UPDATE ON @u BEGIN SELECT 1; END"),
        BATCH_ADD + "\n" + sql("CREATE TRIGGER @t AFTER UPDATE ON @u BEGIN SELECT 1; END"),
        BATCH_DROP
        + "\n"
        + sql("CREATE TRIGGER IF NOT EXISTS @t after update on @u begin select 1; end"),
    ),
    right(
        "views and triggers",
        USERS,
        sql(
            "CREATE VIEW @v AS WITH old AS (SELECT * FROM @u WHERE age > 9) SELECT name FROM old",
            "CREATE TRIGGER @t INSTEAD OF DELETE ON @v BEGIN "
            "DELETE FROM @u WHERE name = old.name; END",
        ),
        sql("DROP TRIGGER @t", "DROP VIEW @v"),
    ),
    right(
        "rows changed and changed back",
        USERS,
        sql("UPDATE @u SET age = age + 1"),
        sql("UPDATE @u SET age = age - 1"),
    ),
    right(
        "rows of a lookup table",
        sql("CREATE TABLE @kinds (name TEXT PRIMARY KEY)"),
        "op.bulk_insert(sa.table('@kinds', sa.column('name')), [{'name': 'aa'}, {'name': 'bb'}])",
        sql("DELETE FROM @kinds WHERE name IN ('aa', 'bb')"),
    ),
    right(
        "a column split into two and put together again",
        sql(
            "CREATE TABLE @u (id INTEGER PRIMARY KEY, name TEXT)",
            "INSERT INTO @u (name) VALUES ('Ada Lovelace'), ('Alan Turing')",
        ),
        sql("ALTER TABLE @u ADD COLUMN first TEXT", "ALTER TABLE @u ADD COLUMN last TEXT")
        + "\n"
        + sql(
            "UPDATE @u SET first = substr(name, 1, instr(name, ' ') - 1), "
            "last = substr(name, instr(name, ' ') + 1)",
            "ALTER TABLE @u DROP COLUMN name",
        ),
        sql(
            "ALTER TABLE @u ADD COLUMN name TEXT",
            "UPDATE @u SET name = first || ' ' || last",
            "ALTER TABLE @u DROP COLUMN first",
            "ALTER TABLE @u DROP COLUMN last",
        ),
    ),
    right(
        "rows changed through the ORM",
        USERS,
        """
        session = sa.orm.Session(bind=op.get_bind())
        for (key,) in session.execute(sa.text("SELECT id FROM @u")).fetchall():
            session.execute(sa.text("UPDATE @u SET age = coalesce(age, 0) + 1 WHERE id = %d" % key))
        session.flush()
        """,
        sql("UPDATE @u SET age = age - 1"),
        head="import sqlalchemy.orm",
    ),
    right(
        "a data migration that is not undone",
        USERS,
        sql("UPDATE @u SET note = 'seen'"),
        "pass",
        verdict=RevisionVerdict.NO_OP_DOWNGRADE,
    ),
    right(
        "a merge point",
        "",
        "pass",
        "pass",
        merges="fork",
    ),
    right("a merge point that does something", USERS, ADD, DROP, merges="fork"),
    right("a merge with a second base", USERS, BATCH_ADD, BATCH_DROP, merges="base"),
    right("nothing either way", "", "pass", "pass"),
    right(
        "a declared one-way migration",
        USERS,
        ADD,
        "pass",
        head='irreversible = "the old values are gone"',
        verdict=RevisionVerdict.IRREVERSIBLE,
    ),
    right(
        "a downgrade that raises NotImplementedError",
        USERS,
        ADD,
        'raise NotImplementedError("the old values are gone")',
        verdict=RevisionVerdict.IRREVERSIBLE,
    ),
    right(
        "an index in an autocommit block",
        USERS,
        'with op.get_context().autocommit_block():\n    op.create_index("@ix", "@u", ["name"])',
        'with op.get_context().autocommit_block():\n    op.drop_index("@ix", table_name="@u")',
    ),
    right(
        "statistics and a rebuilt file",
        USERS,
        "with op.get_context().autocommit_block():\n    "
        + 'op.execute("VACUUM")\n    op.execute("ANALYZE")\n'
        + ADD,
        sql("REINDEX") + "\n" + DROP,
    ),
    right(
        "a temporary table for the work",
        USERS,
        sql(
            "CREATE TEMP TABLE @work AS SELECT id, age FROM @u",
            "UPDATE @u SET age = (SELECT w.age FROM @work AS w WHERE w.id = @u.id)",
            "DROP TABLE @work",
        )
        + "\n"
        + ADD,
        DROP,
    ),
    right(
        "objects that may be there and may be gone",
        USERS,
        sql(
            "CREATE TABLE IF NOT EXISTS @more (i INTEGER)",
            "CREATE INDEX IF NOT EXISTS @ix ON @more (i)",
            "CREATE VIEW IF NOT EXISTS @v AS SELECT i FROM @more",
        ),
        sql("DROP VIEW IF EXISTS @v", "DROP TABLE IF EXISTS @more"),
    ),
    right(
        "a batch that knows its table",
        USERS,
        ADD,
        """
        known = sa.Table("@u", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("name", sa.String(20), nullable=False),
            sa.Column("age", sa.Integer, server_default=sa.text("0")),
            sa.Column("note", sa.Text), sa.Column("x", sa.Integer))
        with op.batch_alter_table("@u", copy_from=known, recreate="always") as t:
            t.drop_column("x")
        """,
    ),
    right(
        "a batch that puts its columns into an order",
        USERS,
        'with op.batch_alter_table("@u", partial_reordering=[("note", "name")]) as t:\n'
        '    t.add_column(sa.Column("x", sa.Integer))',
        'with op.batch_alter_table("@u", '
        'partial_reordering=[("id", "name", "age", "note")]) as t:\n'
        '    t.drop_column("x")',
    ),
    right(
        "keys off while the parent of a cascade is rebuilt",
        sql(
            "CREATE TABLE @u (id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE @c (id INTEGER PRIMARY KEY, "
            "u INTEGER NOT NULL REFERENCES @u (id) ON DELETE CASCADE)",
        ),
        sql("PRAGMA foreign_keys = OFF") + "\n" + BATCH_ADD,
        sql("PRAGMA foreign_keys = OFF") + "\n" + BATCH_DROP,
    ),
]
