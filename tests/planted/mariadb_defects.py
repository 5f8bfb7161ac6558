"""MariaDB's migrations with one planted defect each.

MODIFY writes a column anew: whatever a statement does not repeat is gone. And no DDL is undone by
a rollback: what a migration did before it failed stays.
"""

from __future__ import annotations

from migbot.core.trips import RevisionVerdict
from planted.draft import Draft, defect, sql
from planted.mariadb_drafts import (
    ADD,
    DROP,
    KEYED,
    PAIR,
    USERS,
    after,
    altered,
    forgotten,
    indexed,
    replaced,
    table,
)

DEFECTS: list[Draft] = [
    # Tables
    defect(
        "a second table is left behind",
        "table @b",
        "",
        sql("CREATE TABLE @a (id INT)", "CREATE TABLE @b (id INT)"),
        'op.drop_table("@a")',
    ),
    defect(
        "a table too much is dropped",
        "table @k",
        after(USERS, "CREATE TABLE @k (id INT)"),
        ADD,
        DROP + '\nop.drop_table("@k")',
    ),
    defect(
        "a table is renamed back to another name",
        "table @w",
        USERS,
        'op.rename_table("@u", "@v")',
        'op.rename_table("@v", "@w")',
    ),
    defect("the engine stays", "table @u", *forgotten(USERS, "ALTER TABLE @u ENGINE=Aria")),
    defect(
        "the row format stays", "table @u", *forgotten(USERS, "ALTER TABLE @u ROW_FORMAT=COMPACT")
    ),
    defect(
        "a table's comment stays",
        "table @u",
        USERS,
        'op.create_table_comment("@u", "people")\n' + ADD,
        DROP,
    ),
    defect(
        "a storage option stays",
        "table @u",
        *forgotten(USERS, "ALTER TABLE @u STATS_PERSISTENT=1"),
    ),
    defect(
        "the character set is converted and not converted back",
        "table @u",
        *forgotten(USERS, "ALTER TABLE @u CONVERT TO CHARACTER SET latin1"),
    ),
    defect(
        "converting back takes the default collation",
        "table @u",
        *altered(
            table("name VARCHAR(20)", "CHARACTER SET utf8mb4 COLLATE utf8mb4_icelandic_ci"),
            "CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            "CONVERT TO CHARACTER SET utf8mb4",
        ),
    ),
    defect(
        "the collation of new columns stays",
        "table @u",
        *forgotten(USERS, "ALTER TABLE @u COLLATE utf8mb4_swedish_ci"),
    ),
    defect(
        "a partition is left behind",
        "partition @u.p1",
        sql(
            "CREATE TABLE @u (id INT, year INT) PARTITION BY RANGE (year) "
            "(PARTITION p0 VALUES LESS THAN (2020))"
        ),
        sql("ALTER TABLE @u ADD PARTITION (PARTITION p1 VALUES LESS THAN (2030))") + "\n" + ADD,
        DROP,
    ),
    defect(
        "partitioning stays",
        "partition @u.p0",
        *forgotten(USERS, "ALTER TABLE @u PARTITION BY HASH (id) PARTITIONS 2"),
    ),
    defect(
        "system versioning stays",
        "table @u",
        USERS,
        ADD + "\n" + sql("ALTER TABLE @u ADD SYSTEM VERSIONING"),
        sql("SET @@system_versioning_alter_history = 1") + "\n" + DROP,
    ),
    # Columns
    defect(
        "a column is left behind",
        "column @u.y",
        USERS,
        ADD + '\nop.add_column("@u", sa.Column("y", sa.Integer))',
        DROP,
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
        *forgotten(USERS, "ALTER TABLE @u CHANGE note label TEXT"),
    ),
    defect(
        "a type stays wide",
        "column @u.name",
        USERS,
        'op.alter_column("@u", "name", type_=sa.String(50), existing_nullable=False)\n' + ADD,
        DROP,
    ),
    defect(
        "a change of type forgets NOT NULL",
        "column @u.name",
        USERS,
        'op.alter_column("@u", "name", type_=sa.String(50), existing_nullable=False)',
        'op.alter_column("@u", "name", type_=sa.String(20))',
    ),
    defect(
        "a change of type forgets the default",
        "column @u.age",
        USERS,
        'op.alter_column("@u", "age", type_=sa.BigInteger, existing_server_default=sa.text("0"))',
        'op.alter_column("@u", "age", type_=sa.Integer)',
    ),
    defect(
        "a change of type forgets AUTO_INCREMENT",
        "column @u.id",
        USERS,
        'op.alter_column("@u", "id", type_=sa.BigInteger, existing_nullable=False, '
        "autoincrement=True)",
        'op.alter_column("@u", "id", type_=sa.Integer, existing_nullable=False)',
    ),
    defect(
        "a change of type forgets the comment",
        "column @u.name",
        table("name VARCHAR(20) COMMENT 'as it is called'"),
        'op.alter_column("@u", "name", type_=sa.String(50), existing_comment="as it is called")',
        'op.alter_column("@u", "name", type_=sa.String(20))',
    ),
    defect(
        "a change of type forgets unsigned",
        "column @u.n",
        table("n INT UNSIGNED"),
        'op.alter_column("@u", "n", type_=mysql.BIGINT(unsigned=True))',
        'op.alter_column("@u", "n", type_=sa.Integer)',
    ),
    defect(
        "a change of type forgets the collation",
        "column @u.code",
        table("code VARCHAR(9) COLLATE ascii_bin"),
        'op.alter_column("@u", "code", type_=mysql.VARCHAR(19, collation="ascii_bin"))',
        'op.alter_column("@u", "code", type_=sa.String(9))',
    ),
    defect(
        "a change of type forgets ON UPDATE",
        "column @u.at",
        *altered(
            table("at TIMESTAMP NOT NULL DEFAULT NOW() ON UPDATE NOW()"),
            "MODIFY at TIMESTAMP(6) NOT NULL DEFAULT NOW(6) ON UPDATE NOW(6)",
            "MODIFY at TIMESTAMP NOT NULL DEFAULT NOW()",
        ),
    ),
    defect(
        "a change of type forgets the fraction of a second",
        "column @u.at",
        *altered(table("at DATETIME(6)"), "MODIFY at TIMESTAMP(6) NULL", "MODIFY at DATETIME"),
    ),
    defect(
        "a default is another one",
        "column @u.age",
        USERS,
        'op.alter_column("@u", "age", server_default="7", existing_type=sa.Integer)',
        'op.alter_column("@u", "age", server_default="1", existing_type=sa.Integer)',
    ),
    defect(
        "a default that was an expression is a text",
        "column @u.at",
        *altered(
            table("at DATE DEFAULT CURDATE()"),
            "ALTER at DROP DEFAULT",
            "ALTER at SET DEFAULT '2020-01-01'",
        ),
    ),
    defect(
        "a value of an enum stays",
        "column @u.e",
        table("e ENUM('a', 'b')"),
        'op.alter_column("@u", "e", type_=sa.Enum("a", "b", "c"))\n' + ADD,
        DROP,
    ),
    defect(
        "the values of an enum come back in another order",
        "column @u.e",
        *altered(
            table("e ENUM('small', 'large')"),
            "MODIFY e VARCHAR(9)",
            "MODIFY e ENUM('large', 'small')",
        ),
    ),
    defect(
        "a boolean comes back as a number",
        "column @u.on_",
        *altered(table("on_ BOOL"), "MODIFY on_ INT", "MODIFY on_ TINYINT"),
    ),
    defect(
        "a decimal comes back with fewer digits",
        "column @u.price",
        *altered(
            table("price DECIMAL(12, 4)"),
            "MODIFY price DECIMAL(20, 4)",
            "MODIFY price DECIMAL(12, 2)",
        ),
    ),
    defect(
        "a generated column is not stored any more",
        "column @u.g",
        *altered(table("a INT, g INT AS (a + 1) STORED"), "DROP g", "ADD g INT AS (a + 1) VIRTUAL"),
    ),
    defect(
        "a generated column counts otherwise",
        "column @u.g",
        *altered(table("a INT, g INT AS (a + 1) STORED"), "DROP g", "ADD g INT AS (a + 2) STORED"),
    ),
    defect(
        "an invisible column is seen",
        "column @u.h",
        *altered(table("h INT INVISIBLE"), "MODIFY h BIGINT INVISIBLE", "MODIFY h INT"),
    ),
    defect(
        "a column stays compressed",
        "column @u.note",
        *forgotten(USERS, "ALTER TABLE @u MODIFY note TEXT COMPRESSED"),
    ),
    defect(
        "the check that JSON brings stays",
        "check constraint @u.doc",
        *forgotten(table("doc LONGTEXT COLLATE utf8mb4_bin"), "ALTER TABLE @u MODIFY doc JSON"),
    ),
    # Keys and indexes
    defect(
        "a primary key comes back in another order",
        "primary key @u",
        *altered(
            sql("CREATE TABLE @u (a INT, b INT, PRIMARY KEY (a, b))"),
            "DROP PRIMARY KEY, ADD PRIMARY KEY (a)",
            "DROP PRIMARY KEY, ADD PRIMARY KEY (b, a)",
        ),
    ),
    defect(
        "a unique key comes back as an index",
        "unique constraint @u.@ix",
        *indexed("UNIQUE INDEX @ix ON @u (name)", "INDEX @ix ON @u (name)"),
    ),
    defect(
        "a unique key is left behind",
        "unique constraint @u.@uq",
        USERS,
        'op.create_unique_constraint("@uq", "@u", ["name"])\n' + ADD,
        DROP,
    ),
    defect(
        "an index is left behind",
        "index @u.@ix",
        USERS,
        'op.create_index("@ix", "@u", ["age"])\n' + ADD,
        DROP,
    ),
    defect(
        "an index comes back without its prefix",
        "index @u.@ix",
        *indexed("INDEX @ix ON @u (name(5))", "INDEX @ix ON @u (name)"),
    ),
    defect(
        "an index comes back in the other direction",
        "index @u.@ix",
        *indexed("INDEX @ix ON @u (age DESC)", "INDEX @ix ON @u (age)"),
    ),
    defect(
        "an index comes back with its columns the other way round",
        "index @u.@ix",
        *indexed("INDEX @ix ON @u (name, age)", "INDEX @ix ON @u (age, name)"),
    ),
    defect(
        "a full text index comes back as an ordinary one",
        "index @u.@ix",
        *indexed("FULLTEXT INDEX @ix ON @u (note)", "INDEX @ix ON @u (note(9))"),
    ),
    defect(
        "an index stays ignored",
        "index @u.@ix",
        *forgotten(
            after(USERS, "CREATE INDEX @ix ON @u (age)"), "ALTER TABLE @u ALTER INDEX @ix IGNORED"
        ),
    ),
    defect(
        "an index is renamed and not renamed back",
        "index @u.@new",
        *forgotten(
            after(USERS, "CREATE INDEX @ix ON @u (age)"), "ALTER TABLE @u RENAME INDEX @ix TO @new"
        ),
    ),
    defect(
        "the index of a foreign key is left behind",
        "index @c.@fk",
        PAIR,
        'op.create_foreign_key("@fk", "@c", "@p", ["p"], ["id"])',
        'op.drop_constraint("@fk", "@c", type_="foreignkey")',
    ),
    defect(
        "a foreign key comes back without its rule",
        "foreign key @c.@fk",
        KEYED,
        'op.drop_constraint("@fk", "@c", type_="foreignkey")',
        'op.create_foreign_key("@fk", "@c", "@p", ["p"], ["id"])',
    ),
    defect(
        "a foreign key comes back without its name",
        "foreign key @c.@c_ibfk_1",
        KEYED,
        'op.drop_constraint("@fk", "@c", type_="foreignkey")',
        'op.create_foreign_key(None, "@c", "@p", ["p"], ["id"], ondelete="CASCADE")',
    ),
    defect(
        "a foreign key comes back to another table",
        "foreign key @c.@fk",
        after(KEYED, "CREATE TABLE @q (id INT PRIMARY KEY)"),
        'op.drop_constraint("@fk", "@c", type_="foreignkey")\n' + sql("DELETE FROM @c"),
        'op.create_foreign_key("@fk", "@c", "@q", ["p"], ["id"], ondelete="CASCADE")',
    ),
    defect(
        "a check comes back looser",
        "check constraint @u.@ck",
        *altered(
            table("a INT, CONSTRAINT @ck CHECK (a >= 0)"),
            "DROP CONSTRAINT @ck",
            "ADD CONSTRAINT @ck CHECK (a >= -1)",
        ),
    ),
    defect(
        "a check is gone with its column",
        "check constraint @u.a",
        *altered(table("a INT CHECK (a > -5)"), "MODIFY a BIGINT CHECK (a > -5)", "MODIFY a INT"),
    ),
    # Views and code
    defect(
        "a view comes back with other columns",
        "view @v",
        *replaced(
            "VIEW @v",
            USERS,
            "CREATE VIEW @v AS SELECT id, name FROM @u",
            "CREATE VIEW @v AS SELECT id FROM @u",
        ),
    ),
    defect(
        "a view comes back without its check",
        "view @v",
        *replaced(
            "VIEW @v",
            USERS,
            "CREATE VIEW @v AS SELECT id FROM @u WHERE age > 1 WITH CHECK OPTION",
            "CREATE VIEW @v AS SELECT id FROM @u WHERE age > 1",
        ),
    ),
    defect(
        "a view reads a column that is not there any more",
        "view @v",
        after(USERS, "CREATE VIEW @v AS SELECT note FROM @u"),
        ADD,
        DROP + '\nop.drop_column("@u", "note")',
    ),
    defect(
        "a view is left behind",
        "view @v",
        *forgotten(USERS, "CREATE OR REPLACE VIEW @v AS SELECT id FROM @u"),
    ),
    defect(
        "a trigger is gone with the table that was swapped",
        "trigger @t",
        after(USERS, "CREATE TRIGGER @t BEFORE INSERT ON @u FOR EACH ROW SET NEW.age = 1"),
        ADD,
        sql(
            "CREATE TABLE @n LIKE @u",
            "ALTER TABLE @n DROP x",
            "INSERT INTO @n (id, name, age, note) SELECT id, name, age, note FROM @u",
            "DROP TABLE @u",
            "RENAME TABLE @n TO @u",
        ),
    ),
    defect(
        "a trigger comes back after instead of before",
        "trigger @t",
        *replaced(
            "TRIGGER @t",
            USERS,
            "CREATE TRIGGER @t BEFORE DELETE ON @u FOR EACH ROW SET @@session.lc_time_names = 1",
            "CREATE TRIGGER @t AFTER DELETE ON @u FOR EACH ROW SET @@session.lc_time_names = 1",
        ),
    ),
    defect(
        "a function comes back with another body",
        "function @f",
        *replaced(
            "FUNCTION @f",
            USERS,
            "CREATE FUNCTION @f(a INT) RETURNS INT DETERMINISTIC RETURN a + 1",
            "CREATE FUNCTION @f(a INT) RETURNS INT DETERMINISTIC RETURN a + 2",
        ),
    ),
    defect(
        "a procedure comes back with another parameter",
        "procedure @f",
        *replaced(
            "PROCEDURE @f",
            USERS,
            "CREATE PROCEDURE @f(IN a BIGINT) SELECT a",
            "CREATE PROCEDURE @f(IN a INT) SELECT a",
        ),
    ),
    defect(
        "an event comes back switched off",
        "event @e",
        *replaced(
            "EVENT @e",
            USERS,
            "CREATE EVENT @e ON SCHEDULE EVERY 1 DAY DO DELETE FROM @u WHERE age > 99",
            "CREATE EVENT @e ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM @u WHERE age > 99",
        ),
    ),
    defect(
        "a sequence is left behind",
        "sequence @s",
        *forgotten(USERS, "CREATE SEQUENCE IF NOT EXISTS @s"),
    ),
    # Legs that fail: nothing is undone, and what was done before the failure stays
    defect(
        "an upgrade that fails halfway",
        "doesn't exist",
        USERS,
        sql("CREATE TABLE @a (id INT)", "ALTER TABLE @u ADD x INT", "ALTER TABLE @gone ADD x INT"),
        sql("ALTER TABLE @u DROP x", "DROP TABLE @a"),
    ),
    defect(
        "a downgrade that fails halfway",
        "Can't DROP INDEX",
        USERS,
        ADD + '\nop.create_index("@ix", "@u", ["age"])',
        DROP + '\nop.drop_index("@other", "@u")',
    ),
    defect(
        "a downgrade that drops an index which a foreign key needs",
        "needed in a foreign key constraint",
        PAIR,
        'op.create_index("@ix", "@c", ["p"])\n'
        'op.create_foreign_key("@fk", "@c", "@p", ["p"], ["id"])',
        'op.drop_index("@ix", "@c")\nop.drop_constraint("@fk", "@c", type_="foreignkey")',
    ),
    defect(
        "a downgrade that drops a parent before its child",
        "foreign key constraint",
        "",
        sql(
            "CREATE TABLE @p (id INT PRIMARY KEY)",
            "CREATE TABLE @c (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES @p (id))",
        ),
        sql("DROP TABLE @p", "DROP TABLE @c"),
    ),
    defect(
        "a second upgrade that finds what the first one made",
        "@a",
        "",
        sql("CREATE TABLE @a (id INT)", "CREATE TABLE @b (id INT)"),
        'op.drop_table("@b")',
    ),
    # Rows
    defect(
        "rows go with the rows that they refer to",
        "rows @c",
        KEYED,
        'op.add_column("@p", sa.Column("x", sa.Integer))',
        'op.drop_column("@p", "x")\n' + sql("DELETE FROM @p"),
    ),
    # Downgrades that are none
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
]
