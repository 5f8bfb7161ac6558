"""SQLite's migrations with one planted defect each.

What a batch loses is what Alembic and SQLAlchemy do not read back from the database.
"""

from __future__ import annotations

from migbot.core.trips import RevisionVerdict
from planted.draft import Draft, defect, sql
from planted.sqlite_drafts import (
    ADD,
    BATCH_ADD,
    BATCH_DROP,
    DROP,
    FTS,
    KEY,
    PAIR,
    SMALL,
    TEXT,
    USERS,
    batch,
    column,
    indexed,
    rebuild,
    recreated,
    replaced,
    table,
)

DEFECTS: list[Draft] = [
    # Columns
    defect(
        "a column is left behind",
        "column @u.x",
        USERS,
        ADD + '\nop.create_index("@ix", "@u", ["name"])',
        'op.drop_index("@ix")',
    ),
    defect(
        "a column too much is dropped",
        "column @u.note",
        USERS,
        ADD,
        DROP + '\nop.drop_column("@u", "note")',
    ),
    defect(
        "a column is renamed and not renamed back",
        "column @u.label",
        USERS,
        batch(
            "@u",
            'alter_column("name", new_column_name="label")',
            'add_column(sa.Column("x", sa.Integer))',
        ),
        BATCH_DROP,
    ),
    defect(
        "a column is renamed back to another name",
        "column @u.nam",
        USERS,
        sql("ALTER TABLE @u RENAME COLUMN name TO label"),
        sql("ALTER TABLE @u RENAME COLUMN label TO nam"),
    ),
    defect(
        "two columns change places by their names",
        "column @u.",
        table("(id INTEGER PRIMARY KEY, a TEXT, b INTEGER)"),
        sql("ALTER TABLE @u RENAME COLUMN a TO c"),
        sql("ALTER TABLE @u RENAME COLUMN b TO a", "ALTER TABLE @u RENAME COLUMN c TO b"),
    ),
    defect(
        "a type comes back wider",
        "column @u.name",
        USERS,
        batch("@u", 'alter_column("name", type_=sa.Text())'),
        batch("@u", 'alter_column("name", type_=sa.String(50))'),
    ),
    defect(
        "a number comes back with another scale",
        "column @u.price",
        table("(id INTEGER PRIMARY KEY, price NUMERIC(10, 2))"),
        batch("@u", 'alter_column("price", type_=sa.Float())'),
        batch("@u", 'alter_column("price", type_=sa.Numeric(10, 4))'),
    ),
    defect(
        "a date comes back as a moment",
        "column @u.day",
        table("(id INTEGER PRIMARY KEY, day DATE)"),
        batch("@u", 'alter_column("day", type_=sa.Text())'),
        batch("@u", 'alter_column("day", type_=sa.DateTime())'),
    ),
    defect(
        "NOT NULL is not put back",
        "column @u.name",
        USERS,
        batch(
            "@u", 'alter_column("name", nullable=True)', 'add_column(sa.Column("x", sa.Integer))'
        ),
        BATCH_DROP,
    ),
    defect(
        "NOT NULL is left behind",
        "column @u.age",
        USERS + "\n" + sql("INSERT INTO @u (name, age) VALUES ('a', 1), ('b', 2)"),
        batch(
            "@u", 'alter_column("age", nullable=False)', 'add_column(sa.Column("x", sa.Integer))'
        ),
        BATCH_DROP,
    ),
    defect(
        "a default is lost",
        "column @u.age",
        USERS,
        batch("@u", 'alter_column("age", server_default=None)'),
        batch("@u", 'alter_column("age", type_=sa.Integer())'),
    ),
    defect(
        "a default is left behind",
        "column @u.note",
        USERS,
        batch(
            "@u",
            'alter_column("note", server_default="-")',
            'add_column(sa.Column("x", sa.Integer))',
        ),
        BATCH_DROP,
    ),
    defect(
        "a default comes back as another number",
        "column @u.age",
        USERS,
        batch("@u", 'alter_column("age", server_default=None)'),
        batch("@u", 'alter_column("age", server_default="1")'),
    ),
    defect(
        "CURRENT_TIMESTAMP comes back as a string",
        "column @u.made",
        table("(id INTEGER PRIMARY KEY, made TIMESTAMP DEFAULT CURRENT_TIMESTAMP)"),
        batch("@u", 'alter_column("made", server_default=None)'),
        batch("@u", 'alter_column("made", server_default="CURRENT_TIMESTAMP")'),
    ),
    defect(
        "CURRENT_TIMESTAMP comes back as CURRENT_DATE",
        "column @u.made",
        table("(id INTEGER PRIMARY KEY, made TIMESTAMP DEFAULT CURRENT_TIMESTAMP)"),
        batch("@u", 'alter_column("made", server_default=None)'),
        batch("@u", 'alter_column("made", server_default=sa.text("CURRENT_DATE"))'),
    ),
    defect(
        "a default comes back in another case",
        "column @u.name",
        *recreated(column("TEXT DEFAULT 'Yes'"), TEXT, column("TEXT DEFAULT 'yes'")),
    ),
    defect(
        "the expression of a default comes back otherwise",
        "column @u.name",
        *recreated(column("TEXT DEFAULT (upper('a'))"), TEXT, column("TEXT DEFAULT (lower('a'))")),
    ),
    defect(
        "the number of a default comes back as a word",
        "column @u.name",
        *recreated(column("TEXT DEFAULT '0'"), TEXT, column("TEXT DEFAULT 'O'")),
    ),
    defect(
        "a batch loses a collation",
        "column @u.name",
        table(column("TEXT COLLATE NOCASE")),
        BATCH_ADD,
        BATCH_DROP,
    ),
    defect(
        "a collation comes back as another",
        "column @u.name",
        *recreated(column("TEXT COLLATE NOCASE"), TEXT, column("TEXT COLLATE RTRIM")),
    ),
    defect(
        "a generated column comes back with another expression",
        "column @u.twice",
        table("(id INTEGER PRIMARY KEY, a INTEGER, twice INTEGER AS (a * 2))"),
        sql("ALTER TABLE @u DROP COLUMN twice"),
        sql("ALTER TABLE @u ADD COLUMN twice INTEGER AS (a + 2)"),
    ),
    defect(
        "a stored column comes back virtual",
        "column @u.up",
        table("(id INTEGER PRIMARY KEY, name TEXT, up TEXT AS (upper(name)) STORED)"),
        sql("ALTER TABLE @u DROP COLUMN up"),
        sql("ALTER TABLE @u ADD COLUMN up TEXT AS (upper(name)) VIRTUAL"),
    ),
    defect(
        "a generated column comes back as an ordinary one",
        "column @u.twice",
        table("(id INTEGER PRIMARY KEY, a INTEGER, twice INTEGER AS (a * 2))"),
        'op.drop_column("@u", "twice")',
        'op.add_column("@u", sa.Column("twice", sa.Integer))',
    ),
    # Keys and checks
    defect(
        "a check is left behind",
        "check constraint @u: @grown",
        USERS,
        batch(
            "@u",
            'create_check_constraint("@grown", "age >= 0")',
            'add_column(sa.Column("x", sa.Integer))',
        ),
        BATCH_DROP,
    ),
    defect(
        "a check is lost",
        "check constraint @u: @short",
        *recreated(
            "(id INTEGER PRIMARY KEY, name TEXT, CONSTRAINT @short CHECK (length(name) < 99))",
            TEXT,
            TEXT,
        ),
    ),
    defect(
        "a check comes back with another limit",
        "check constraint @u: @short",
        *recreated(
            "(id INTEGER PRIMARY KEY, name TEXT, CONSTRAINT @short CHECK (length(name) < 99))",
            TEXT,
            "(id INTEGER PRIMARY KEY, name TEXT, CONSTRAINT @short CHECK (length(name) <= 99))",
        ),
    ),
    defect(
        "a check comes back under another name",
        "check constraint @u: @short",
        *recreated(
            "(id INTEGER PRIMARY KEY, name TEXT, CONSTRAINT @short CHECK (name <> ''))",
            TEXT,
            "(id INTEGER PRIMARY KEY, name TEXT, CONSTRAINT @long CHECK (name <> ''))",
        ),
    ),
    defect(
        "a value more stays in an Enum's check",
        "check constraint @u: @kind",
        table(
            "(id INTEGER PRIMARY KEY, name VARCHAR(5), CONSTRAINT @kind CHECK (name IN ('a', 'b')))"
        ),
        rebuild(
            "@u",
            "(id INTEGER PRIMARY KEY, name VARCHAR(5), x INTEGER, "
            "CONSTRAINT @kind CHECK (name IN ('a', 'b', 'c')))",
        ),
        DROP,
    ),
    defect(
        "a unique key is left behind",
        "unique constraint @u(age)",
        USERS,
        batch(
            "@u",
            'create_unique_constraint("@uq", ["age"])',
            'add_column(sa.Column("x", sa.Integer))',
        ),
        BATCH_DROP,
    ),
    defect(
        "a batch loses a unique key that has no name",
        "unique constraint @u(name)",
        table(column("VARCHAR(20) UNIQUE")),
        BATCH_ADD,
        BATCH_DROP,
    ),
    defect(
        "a unique key comes back with its columns in another order",
        "unique constraint @u(age, name)",
        table(
            "(id INTEGER PRIMARY KEY, name TEXT, age INTEGER, CONSTRAINT @uq UNIQUE (name, age))"
        ),
        batch("@u", 'drop_constraint("@uq", type_="unique")'),
        batch("@u", 'create_unique_constraint("@uq", ["age", "name"])'),
    ),
    defect(
        "a unique key comes back as an index",
        "unique constraint @u(name)",
        table("(id INTEGER PRIMARY KEY, name TEXT, CONSTRAINT @uq UNIQUE (name))"),
        batch("@u", 'drop_constraint("@uq", type_="unique")'),
        'op.create_index("@uq", "@u", ["name"], unique=True)',
    ),
    defect(
        "ON CONFLICT is lost",
        "unique constraint @u(name)",
        *recreated(column("TEXT UNIQUE ON CONFLICT REPLACE"), TEXT, column("TEXT UNIQUE")),
    ),
    defect(
        "a foreign key is left behind",
        "foreign key @c(p)",
        PAIR,
        batch(
            "@c",
            'create_foreign_key("@fk", "@p", ["p"], ["id"])',
            'add_column(sa.Column("x", sa.Integer))',
        ),
        batch("@c", 'drop_column("x")'),
    ),
    defect(
        "a foreign key is lost",
        "foreign key @u(name)",
        *recreated(KEY.format(""), TEXT, TEXT),
    ),
    defect(
        "ON DELETE CASCADE is lost",
        "foreign key @u(name)",
        *recreated(KEY.format(" ON DELETE CASCADE"), TEXT, KEY.format("")),
    ),
    defect(
        "a batch loses the actions of a reference that stands beside its column",
        "foreign key @u(name)",
        table(KEY.format(" ON DELETE CASCADE")),
        BATCH_ADD,
        BATCH_DROP,
    ),
    defect(
        "a batch loses the name of a reference that stands beside its column",
        "foreign key @u(name)",
        table("(id INTEGER PRIMARY KEY, name TEXT CONSTRAINT @fk REFERENCES @u (name))"),
        BATCH_ADD,
        BATCH_DROP,
    ),
    defect(
        "ON UPDATE comes back as another action",
        "foreign key @u(name)",
        *recreated(KEY.format(" ON UPDATE SET NULL"), TEXT, KEY.format(" ON UPDATE SET DEFAULT")),
    ),
    defect(
        "a deferred foreign key comes back immediate",
        "foreign key @u(name)",
        *recreated(KEY.format(" DEFERRABLE INITIALLY DEFERRED"), TEXT, KEY.format("")),
    ),
    defect(
        "a foreign key follows the table that was put aside",
        "foreign key @c(p)",
        sql(
            "CREATE TABLE @p (id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE @c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES @p (id))",
        ),
        'op.add_column("@p", sa.Column("x", sa.Integer))',
        sql(
            "ALTER TABLE @p RENAME TO @p_old",
            "CREATE TABLE @p (id INTEGER PRIMARY KEY, name TEXT)",
            "INSERT INTO @p (id, name) SELECT id, name FROM @p_old",
            "DROP TABLE @p_old",
        ),
    ),
    defect(
        "a foreign key comes back to another column",
        "foreign key @u(name)",
        *recreated(
            "(id INTEGER PRIMARY KEY, name TEXT REFERENCES @u (id))",
            TEXT,
            "(id INTEGER PRIMARY KEY, name TEXT REFERENCES @u (name))",
        ),
    ),
    defect(
        "a primary key comes back smaller",
        "primary key @u",
        table("(id INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (id, name))"),
        rebuild("@u", "(id INTEGER NOT NULL, name TEXT NOT NULL)"),
        rebuild("@u", "(id INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (id))"),
    ),
    defect(
        "a primary key comes back in another order",
        "primary key @u",
        table("(id INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (id, name))"),
        rebuild("@u", "(id INTEGER NOT NULL, name TEXT NOT NULL)"),
        rebuild("@u", "(id INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (name, id))"),
    ),
    defect(
        "a batch loses AUTOINCREMENT",
        "primary key @u",
        table("(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT)"),
        BATCH_ADD,
        BATCH_DROP,
    ),
    # Tables
    defect(
        "a table is left behind",
        "table @two",
        "",
        'op.create_table("@one", sa.Column("i", sa.Integer))\n'
        'op.create_table("@two", sa.Column("i", sa.Integer))',
        'op.drop_table("@one")',
    ),
    defect(
        "a table is not put back",
        "table @u",
        USERS,
        'op.drop_table("@u")\nop.create_table("@other", sa.Column("i", sa.Integer))',
        'op.drop_table("@other")',
    ),
    defect(
        "a table comes back without a column",
        "column @u.note",
        USERS,
        'op.drop_table("@u")',
        sql(
            "CREATE TABLE @u (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL, "
            "age INTEGER DEFAULT 0)"
        ),
    ),
    defect(
        "a table is renamed and not renamed back",
        "table @people",
        SMALL,
        'op.rename_table("@u", "@people")\nop.create_index("@ix", "@people", ["name"])',
        'op.drop_index("@ix")',
    ),
    defect(
        "WITHOUT ROWID is lost",
        "table @u",
        *recreated(TEXT + " WITHOUT ROWID", TEXT, TEXT),
    ),
    defect("STRICT is lost", "table @u", *recreated(TEXT + " STRICT", TEXT, TEXT)),
    defect(
        "a virtual table is left behind",
        "table @d",
        "",
        sql(FTS.format("")) + '\nop.create_table("@one", sa.Column("i", sa.Integer))',
        'op.drop_table("@one")',
    ),
    defect(
        "a virtual table comes back with another tokenizer",
        "table @d",
        sql(FTS.format(", tokenize = 'porter ascii'")),
        sql("DROP TABLE @d"),
        sql(FTS.format(", tokenize = 'ascii'")),
    ),
    # Indexes
    defect(
        "an index is left behind",
        "index @ix",
        USERS,
        ADD + '\nop.create_index("@ix", "@u", ["name"])',
        DROP,
    ),
    defect(
        "an index goes with its table and does not come back",
        "index @ix",
        SMALL + "\n" + sql("CREATE INDEX @ix ON @u (name)"),
        'op.drop_table("@u")',
        SMALL,
    ),
    defect(
        "an index comes back ascending",
        "index @ix",
        *indexed("CREATE INDEX @ix ON @u (name DESC)", "CREATE INDEX @ix ON @u (name)"),
    ),
    defect(
        "a batch loses an index's DESC",
        "index @ix",
        USERS + "\n" + sql("CREATE INDEX @ix ON @u (name DESC)"),
        BATCH_ADD,
        BATCH_DROP,
    ),
    defect(
        "an index comes back without its condition",
        "index @ix",
        *indexed("CREATE INDEX @ix ON @u (name) WHERE age > 1", "CREATE INDEX @ix ON @u (name)"),
    ),
    defect(
        "an index comes back with another condition",
        "index @ix",
        *indexed(
            "CREATE INDEX @ix ON @u (name) WHERE age > 1",
            "CREATE INDEX @ix ON @u (name) WHERE age > 10",
        ),
    ),
    defect(
        "a unique index comes back as an ordinary one",
        "index @ix",
        *indexed("CREATE UNIQUE INDEX @ix ON @u (name)", "CREATE INDEX @ix ON @u (name)"),
    ),
    defect(
        "an index on an expression comes back on the column",
        "index @ix",
        *indexed("CREATE INDEX @ix ON @u (lower(name))", "CREATE INDEX @ix ON @u (name)"),
    ),
    defect(
        "a batch loses an index on an expression",
        "index @ix",
        USERS + "\n" + sql("CREATE INDEX @ix ON @u (lower(name))"),
        BATCH_ADD,
        BATCH_DROP,
    ),
    defect(
        "an index comes back without its collation",
        "index @ix",
        *indexed("CREATE INDEX @ix ON @u (name COLLATE NOCASE)", "CREATE INDEX @ix ON @u (name)"),
    ),
    defect(
        "an index comes back with its columns in another order",
        "index @ix",
        *indexed("CREATE INDEX @ix ON @u (name, age)", "CREATE INDEX @ix ON @u (age, name)"),
    ),
    defect(
        "an index comes back under another name",
        "index @ix",
        *indexed("CREATE INDEX @ix ON @u (name)", "CREATE INDEX @xi ON @u (name)"),
    ),
    # Views and triggers
    defect(
        "a view is left behind",
        "view @v",
        USERS,
        ADD + "\n" + sql("CREATE VIEW @v AS SELECT name FROM @u"),
        DROP,
    ),
    defect(
        "a view is dropped for a batch and not put back",
        "view @v",
        USERS + "\n" + sql("CREATE VIEW @v AS SELECT name FROM @u"),
        sql("DROP VIEW @v") + "\n" + BATCH_ADD,
        BATCH_DROP,
    ),
    defect(
        "a view comes back with another condition",
        "view @v",
        *replaced(
            "VIEW",
            USERS,
            "CREATE VIEW @v AS SELECT name FROM @u WHERE age > 1",
            "CREATE VIEW @v AS SELECT name FROM @u WHERE age >= 1",
        ),
    ),
    defect(
        "a view comes back with a string in another case",
        "view @v",
        *replaced(
            "VIEW",
            USERS,
            "CREATE VIEW @v AS SELECT id FROM @u WHERE name = 'Ann'",
            "CREATE VIEW @v AS SELECT id FROM @u WHERE name = 'ann'",
        ),
    ),
    defect(
        "a view comes back with a column under another name",
        "view @v",
        *replaced(
            "VIEW",
            USERS,
            "CREATE VIEW @v (who) AS SELECT name FROM @u",
            "CREATE VIEW @v (name) AS SELECT name FROM @u",
        ),
    ),
    defect(
        "a trigger is left behind",
        "trigger @t",
        USERS,
        ADD + "\n" + sql("CREATE TRIGGER @t AFTER INSERT ON @u BEGIN SELECT 1; END"),
        DROP,
    ),
    defect(
        "a batch loses a trigger",
        "trigger @t",
        USERS + "\n" + sql("CREATE TRIGGER @t AFTER INSERT ON @u BEGIN SELECT 1; END"),
        BATCH_ADD,
        BATCH_DROP,
    ),
    defect(
        "a trigger comes back with another moment",
        "trigger @t",
        *replaced(
            "TRIGGER",
            USERS,
            "CREATE TRIGGER @t BEFORE INSERT ON @u BEGIN SELECT 1; END",
            "CREATE TRIGGER @t AFTER INSERT ON @u BEGIN SELECT 1; END",
        ),
    ),
    defect(
        "a trigger comes back with another body",
        "trigger @t",
        *replaced(
            "TRIGGER",
            USERS,
            "CREATE TRIGGER @t AFTER DELETE ON @u WHEN old.age > 1 BEGIN SELECT 1; END",
            "CREATE TRIGGER @t AFTER DELETE ON @u WHEN old.age > 2 BEGIN SELECT 1; END",
        ),
    ),
    defect(
        "a view is made anew without its trigger",
        "trigger @t",
        USERS
        + "\n"
        + sql(
            "CREATE VIEW @v AS SELECT name FROM @u",
            "CREATE TRIGGER @t INSTEAD OF DELETE ON @v BEGIN SELECT 1; END",
        ),
        sql("DROP VIEW @v", "CREATE VIEW @v AS SELECT id, name FROM @u"),
        sql("DROP VIEW @v", "CREATE VIEW @v AS SELECT name FROM @u"),
    ),
    # Downgrades that are none, and legs that fail
    defect(
        "a downgrade that does nothing",
        "no-op-downgrade",
        USERS,
        ADD,
        "pass",
        verdict=RevisionVerdict.NO_OP_DOWNGRADE,
    ),
    defect(
        "no downgrade",
        "missing-downgrade",
        USERS,
        ADD,
        None,
        verdict=RevisionVerdict.MISSING_DOWNGRADE,
    ),
    defect("a downgrade that fails at once", "no such index", USERS, ADD, 'op.drop_index("@nope")'),
    defect(
        "a downgrade that fails half way",
        "no such index",
        USERS,
        ADD,
        DROP + '\nop.drop_index("@nope")',
    ),
    defect(
        "a downgrade that gives up half way",
        "the rest is lost",
        USERS,
        ADD,
        DROP + '\nraise NotImplementedError("the rest is lost")',
    ),
    defect(
        "a downgrade of objects in the wrong order",
        "no such table",
        "",
        'op.create_table("@a", sa.Column("i", sa.Integer))\nop.create_index("@ix", "@a", ["i"])',
        'op.drop_table("@a")\n' + sql("DELETE FROM @a"),
    ),
    defect(
        "rows that an upgrade put in are in the way of the next one",
        "UNIQUE constraint failed",
        SMALL,
        ADD + "\n" + sql("INSERT INTO @u (id, name) VALUES (777, 'x')"),
        DROP,
    ),
    defect(
        "a mark that is left keeps the second upgrade from its work",
        "table @made",
        sql("CREATE TABLE @marks (name TEXT)"),
        "if not op.get_bind().scalar(sa.text(\"SELECT 1 FROM @marks WHERE name = 'done'\")):\n"
        "    op.create_table('@made', sa.Column('i', sa.Integer))\n"
        + sql("INSERT INTO @marks VALUES ('done')"),
        sql("DROP TABLE @made"),
    ),
    # Rows
    defect(
        "a trigger changes the rows of another table",
        "rows @log",
        sql(
            "CREATE TABLE @u (id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE @log (id INTEGER PRIMARY KEY, n INTEGER)",
            "CREATE TRIGGER @t AFTER UPDATE ON @u BEGIN UPDATE @log SET n = 99; END",
        ),
        ADD + "\n" + sql("UPDATE @u SET x = 1"),
        DROP,
    ),
    defect(
        "a trigger deletes the rows of another table",
        "rows @log",
        sql(
            "CREATE TABLE @u (id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE @log (id INTEGER PRIMARY KEY, n INTEGER)",
            "CREATE TRIGGER @t AFTER UPDATE ON @u BEGIN DELETE FROM @log; END",
        ),
        ADD,
        sql("UPDATE @u SET name = 'x'") + "\n" + DROP,
    ),
    defect(
        "ON DELETE CASCADE empties the child of a table that a batch rebuilds",
        "rows @c",
        sql(
            "CREATE TABLE @u (id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE @c (id INTEGER PRIMARY KEY, "
            "u INTEGER NOT NULL REFERENCES @u (id) ON DELETE CASCADE)",
        ),
        sql("PRAGMA foreign_keys = ON") + "\n" + BATCH_ADD,
        BATCH_DROP,
    ),
]
