"""MariaDB's right migrations, of the kinds that a comparison of texts accuses."""

from __future__ import annotations

from planted.draft import Draft, right, sql
from planted.mariadb_drafts import (
    ADD,
    DROP,
    KEYED,
    PAIR,
    USERS,
    after,
    altered,
    indexed,
    replaced,
    table,
)

RIGHT: list[Draft] = [
    # Tables
    right(
        "a table with keys and an index comes and goes",
        USERS,
        """
        op.create_table("@a", sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("u", sa.Integer, sa.ForeignKey("@u.id"), index=True),
            sa.Column("kind", sa.Enum("x", "y")), sa.CheckConstraint("u > -9"))
        """,
        'op.drop_table("@a")',
    ),
    right(
        "a table is renamed and back",
        USERS,
        'op.rename_table("@u", "@v")',
        'op.rename_table("@v", "@u")',
    ),
    right("another engine and back", *altered(USERS, "ENGINE=Aria", "ENGINE=InnoDB")),
    right(
        "the row format that was the usual one is written out",
        *altered(USERS, "ROW_FORMAT=COMPRESSED", "ROW_FORMAT=DYNAMIC"),
    ),
    right(
        "a table's comment comes and goes",
        USERS,
        'op.create_table_comment("@u", "it\'s")',
        'op.drop_table_comment("@u", existing_comment="it\'s")',
    ),
    right(
        "another character set and back",
        *altered(
            table("name VARCHAR(20)", "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"),
            "CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            "CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
        ),
    ),
    right(
        "a partition comes and goes",
        *altered(
            sql(
                "CREATE TABLE @u (id INT, year INT) PARTITION BY RANGE (year) "
                "(PARTITION p0 VALUES LESS THAN (2020))"
            ),
            "ADD PARTITION (PARTITION p1 VALUES LESS THAN (2030))",
            "DROP PARTITION p1",
        ),
    ),
    right(
        "partitioning comes and goes",
        *altered(USERS, "PARTITION BY HASH (id) PARTITIONS 2", "REMOVE PARTITIONING"),
    ),
    right(
        "system versioning comes and goes",
        *altered(USERS, "ADD SYSTEM VERSIONING", "DROP SYSTEM VERSIONING"),
    ),
    right(
        "a table is swapped for a copy, both ways",
        USERS,
        sql(
            "CREATE TABLE @n LIKE @u",
            "ALTER TABLE @n ADD x INT",
            "INSERT INTO @n (id, name, age, note) SELECT id, name, age, note FROM @u",
            "RENAME TABLE @u TO @old, @n TO @u",
            "DROP TABLE @old",
        ),
        sql(
            "CREATE TABLE @n LIKE @u",
            "ALTER TABLE @n DROP x",
            "INSERT INTO @n SELECT id, name, age, note FROM @u",
            "RENAME TABLE @u TO @old, @n TO @u",
            "DROP TABLE @old",
        ),
    ),
    right(
        "a temporary table",
        USERS,
        sql("CREATE TEMPORARY TABLE @tmp SELECT id FROM @u", "DROP TEMPORARY TABLE @tmp")
        + "\n"
        + ADD,
        DROP,
    ),
    # Columns
    right("a column comes and goes", USERS, ADD, DROP),
    right(
        "a column is added without a lock",
        *altered(USERS, "ADD x INT, ALGORITHM=INPLACE, LOCK=NONE", "DROP x, ALGORITHM=INPLACE"),
    ),
    right(
        "a column in the middle comes back to its place",
        *altered(USERS, "DROP age", "ADD age INT DEFAULT '0' AFTER name"),
    ),
    right(
        "a column comes back at the end",
        USERS,
        'op.drop_column("@u", "age")',
        'op.add_column("@u", sa.Column("age", sa.Integer, server_default="0"))',
    ),
    right(
        "a column is renamed and back",
        USERS,
        'op.alter_column("@u", "name", new_column_name="label", existing_type=sa.String(20), '
        "existing_nullable=False)",
        'op.alter_column("@u", "label", new_column_name="name", existing_type=sa.String(20), '
        "existing_nullable=False)",
    ),
    right(
        "a column in a key, a check and a foreign key is renamed and back",
        *altered(
            sql(
                "CREATE TABLE @p (id INT PRIMARY KEY)",
                "CREATE TABLE @u (id INT PRIMARY KEY, a INT, KEY @k (a), "
                "CONSTRAINT @fk FOREIGN KEY (a) REFERENCES @p (id))",
            ),
            "RENAME COLUMN a TO b",
            "RENAME COLUMN b TO a",
        ),
    ),
    right(
        "a wider type and back",
        USERS,
        'op.alter_column("@u", "name", type_=sa.String(50), existing_type=sa.String(20), '
        "existing_nullable=False)",
        'op.alter_column("@u", "name", type_=sa.String(20), existing_type=sa.String(50), '
        "existing_nullable=False)",
    ),
    right(
        "a wider number and back, whose width was written out",
        table("n INT(5)"),
        'op.alter_column("@u", "n", type_=sa.BigInteger)',
        'op.alter_column("@u", "n", type_=sa.Integer)',
    ),
    right(
        "AUTO_INCREMENT stays on a wider key",
        USERS,
        'op.alter_column("@u", "id", type_=sa.BigInteger, existing_nullable=False, '
        "autoincrement=True)",
        'op.alter_column("@u", "id", type_=sa.Integer, existing_nullable=False, '
        "autoincrement=True)",
    ),
    right(
        "a boolean by another of its names",
        *altered(table("on_ BOOL"), "MODIFY on_ INT", "MODIFY on_ TINYINT(1)"),
    ),
    right(
        "the moment by another of its names",
        *altered(
            table("at DATETIME DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"),
            "MODIFY at DATETIME",
            "MODIFY at DATETIME DEFAULT NOW() ON UPDATE LOCALTIME()",
        ),
    ),
    right(
        "a default NULL that is written out",
        *altered(table("a INT"), "MODIFY a BIGINT", "MODIFY a INT NULL DEFAULT NULL"),
    ),
    right(
        "a default in quotes",
        *altered(table("a INT DEFAULT 5"), "ALTER a DROP DEFAULT", "ALTER a SET DEFAULT '5'"),
    ),
    right(
        "a value of an enum comes and goes",
        table("e ENUM('a', 'b')"),
        'op.alter_column("@u", "e", type_=sa.Enum("a", "b", "c"))',
        'op.alter_column("@u", "e", type_=sa.Enum("a", "b"))',
    ),
    right(
        "a comment comes and goes",
        USERS,
        'op.alter_column("@u", "age", comment="in years", existing_type=sa.Integer, '
        'existing_server_default=sa.text("0"))',
        'op.alter_column("@u", "age", comment=None, existing_type=sa.Integer, '
        'existing_comment="in years", existing_server_default=sa.text("0"))',
    ),
    right(
        "a generated column by the other of its spellings",
        *altered(
            table("a INT, g INT AS (a+1) PERSISTENT"),
            "DROP g",
            "ADD g INTEGER GENERATED ALWAYS AS (`a` + 1) STORED",
        ),
    ),
    right(
        "JSON comes and goes",
        USERS,
        'op.add_column("@u", sa.Column("doc", sa.JSON))',
        'op.drop_column("@u", "doc")',
    ),
    right(
        "a batch, which is no rebuild here",
        USERS,
        'with op.batch_alter_table("@u") as t:\n    t.add_column(sa.Column("x", sa.Integer))\n'
        '    t.create_index("@ix", ["x"])',
        'with op.batch_alter_table("@u") as t:\n    t.drop_index("@ix")\n    t.drop_column("x")',
    ),
    # Keys and indexes
    right(
        "another primary key and back",
        *altered(
            sql("CREATE TABLE @u (a INT, b INT, PRIMARY KEY (a, b))"),
            "DROP PRIMARY KEY, ADD PRIMARY KEY (b, a)",
            "DROP PRIMARY KEY, ADD PRIMARY KEY (a, b)",
        ),
    ),
    right(
        "a unique key comes and goes",
        USERS,
        'op.create_unique_constraint("@uq", "@u", ["name"])',
        'op.drop_constraint("@uq", "@u", type_="unique")',
    ),
    right(
        "a unique key comes back as a unique index",
        table("name VARCHAR(20), CONSTRAINT @uq UNIQUE (name)"),
        'op.drop_constraint("@uq", "@u", type_="unique")',
        'op.create_index("@uq", "@u", ["name"], unique=True)',
    ),
    right(
        "an index with a prefix comes back",
        USERS + '\nop.create_index("@ix", "@u", ["note"], mysql_length=9)',
        'op.drop_index("@ix", "@u")',
        'op.create_index("@ix", "@u", ["note"], mysql_length={"note": 9})',
    ),
    right(
        "an index comes back with its kind written out",
        *indexed("INDEX @ix ON @u (age ASC)", "INDEX @ix USING BTREE ON @u (age)"),
    ),
    right(
        "a full text index comes back",
        USERS + '\nop.create_index("@ix", "@u", ["note"], mysql_prefix="FULLTEXT")',
        'op.drop_index("@ix", "@u")',
        'op.create_index("@ix", "@u", ["note"], mysql_prefix="FULLTEXT")',
    ),
    right(
        "two indexes come back in the other order",
        after(USERS, "CREATE INDEX @i1 ON @u (age)", "CREATE INDEX @i2 ON @u (name)"),
        'op.drop_index("@i1", "@u")\nop.drop_index("@i2", "@u")',
        'op.create_index("@i2", "@u", ["name"])\nop.create_index("@i1", "@u", ["age"])',
    ),
    right(
        "a foreign key goes with its index",
        PAIR,
        'op.create_foreign_key("@fk", "@c", "@p", ["p"], ["id"])',
        'op.drop_constraint("@fk", "@c", type_="foreignkey")\nop.drop_index("@fk", "@c")',
    ),
    right(
        "a foreign key comes back to the index that stayed",
        KEYED,
        'op.drop_constraint("@fk", "@c", type_="foreignkey")',
        'op.create_foreign_key("@fk", "@c", "@p", ["p"], ["id"], ondelete="CASCADE")',
    ),
    right(
        "a rule that is the usual one is written out",
        after(PAIR, "ALTER TABLE @c ADD CONSTRAINT @fk FOREIGN KEY (p) REFERENCES @p (id)"),
        'op.drop_constraint("@fk", "@c", type_="foreignkey")',
        'op.create_foreign_key("@fk", "@c", "@p", ["p"], ["id"], ondelete="RESTRICT", '
        'onupdate="NO ACTION")',
    ),
    right(
        "a table with a foreign key comes and goes while keys are not checked",
        USERS,
        sql(
            "SET FOREIGN_KEY_CHECKS = 0",
            "CREATE TABLE @c (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES @q (id))",
            "CREATE TABLE @q (id INT PRIMARY KEY)",
            "SET FOREIGN_KEY_CHECKS = 1",
        ),
        sql(
            "SET FOREIGN_KEY_CHECKS = 0",
            "DROP TABLE @q",
            "DROP TABLE @c",
            "SET FOREIGN_KEY_CHECKS = 1",
        ),
    ),
    right(
        "a check comes back in another spelling",
        *altered(
            table("a INT, CONSTRAINT @ck CHECK (a>-5 and a<>7)"),
            "DROP CONSTRAINT @ck",
            "ADD CONSTRAINT @ck CHECK (`a` > -5 AND `a` <> 7)",
        ),
    ),
    # Views and code
    right(
        "a view comes back in another spelling",
        *replaced(
            "VIEW @v",
            USERS,
            "CREATE VIEW @v AS SELECT id, name FROM @u WHERE age>1",
            "CREATE ALGORITHM=UNDEFINED VIEW @v AS\nselect @u.id, @u.name\nfrom @u where (age > 1)",
        ),
    ),
    right(
        "a view of everything is made anew when its table changes, both ways",
        after(USERS, "CREATE VIEW @v AS SELECT * FROM @u"),
        ADD + "\n" + sql("CREATE OR REPLACE VIEW @v AS SELECT * FROM @u"),
        DROP + "\n" + sql("CREATE OR REPLACE VIEW @v AS SELECT * FROM @u"),
    ),
    right(
        "a trigger comes back indented otherwise",
        *replaced(
            "TRIGGER @t",
            USERS,
            "CREATE TRIGGER @t BEFORE INSERT ON @u FOR EACH ROW SET NEW.note = 'n'",
            "CREATE TRIGGER @t BEFORE INSERT ON @u\n  FOR EACH ROW\n    SET NEW.note =\n    'n'",
        ),
    ),
    right(
        "a function comes back indented otherwise",
        *replaced(
            "FUNCTION @f",
            USERS,
            "CREATE FUNCTION @f(a INT) RETURNS INT NO SQL\nBEGIN\n  RETURN a + 1;\nEND",
            "CREATE FUNCTION @f(a INT) RETURNS INT NO SQL\n\tBEGIN\n\t\tRETURN a + 1;\n\tEND",
        ),
    ),
    right(
        "a procedure comes back with IN left out",
        *replaced(
            "PROCEDURE @f",
            USERS,
            "CREATE PROCEDURE @f(IN a INT) SELECT a",
            "CREATE PROCEDURE @f(a INT) CONTAINS SQL SELECT a",
        ),
    ),
    right(
        "an event comes back, and starts at another moment",
        *replaced(
            "EVENT @e",
            USERS,
            "CREATE EVENT @e ON SCHEDULE EVERY 1 DAY DO DELETE FROM @u WHERE age > 99",
            "CREATE EVENT @e ON SCHEDULE EVERY 1 DAY ON COMPLETION NOT PRESERVE ENABLE "
            "DO DELETE FROM @u WHERE age > 99",
        ),
    ),
    right(
        "a sequence comes and goes",
        "",
        sql("CREATE SEQUENCE @s START WITH 5", "SELECT NEXT VALUE FOR @s"),
        sql("DROP SEQUENCE @s"),
    ),
    right(
        "a sequence that moves on",
        sql("CREATE SEQUENCE @s"),
        sql("SELECT NEXT VALUE FOR @s", "CREATE TABLE @a (id INT DEFAULT (NEXT VALUE FOR @s))"),
        sql("DROP TABLE @a"),
    ),
    # Rows
    right(
        "rows come and go, and the counter moves",
        USERS,
        'op.bulk_insert(sa.table("@u", sa.column("name")), [{"name": "@new"}])',
        sql("DELETE FROM @u WHERE name = '@new'"),
    ),
    right(
        "the counter is set",
        *altered(USERS, "ADD x INT, AUTO_INCREMENT = 1000", "DROP x"),
    ),
    right(
        "rows are moved into a table and back",
        USERS,
        sql(
            "CREATE TABLE @n (u INT, note TEXT)",
            "INSERT INTO @n SELECT id, note FROM @u",
            "ALTER TABLE @u DROP note",
        ),
        sql(
            "ALTER TABLE @u ADD note TEXT",
            "UPDATE @u JOIN @n ON @n.u = @u.id SET @u.note = @n.note",
            "DROP TABLE @n",
        ),
    ),
    right("a merge point that does nothing", "", "pass", "pass", merges="fork"),
]
