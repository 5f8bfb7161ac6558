import pytest

from migbot.core.parse import read_revision
from migbot.core.script import read_script
from migbot.core.suggest import LONGEST_MESSAGE, advice, fresh_id, suggest
from support.histories import migration


def suggestion(upgrade):
    return suggest(read_script(migration("a1", upgrade=upgrade)))


@pytest.mark.parametrize(
    ("upgrade", "message"),
    [
        ('op.add_column("user", sa.Column("email", sa.String()))', "add column email to user"),
        ('op.create_table("invoice", sa.Column("id"))', "create table invoice"),
        (
            'op.create_table("a")\nop.create_table("b")\nop.create_index("ix", "a", ["x"])',
            "create tables a and b and index ix",
        ),
        (
            'op.add_column("t", sa.Column("a"))\nop.add_column("t", sa.Column("b"))',
            "add columns a and b to t",
        ),
        (
            'op.add_column("t", sa.Column("a"))\nop.add_column("u", sa.Column("a"))',
            "add column a to t and column a to u",
        ),
        ('op.drop_column("user", "email")', "drop column email from user"),
        ('op.drop_column(table_name="user", column_name="email")', "drop column email from user"),
        ('op.alter_column("user", "email", nullable=False)', "alter column email of user"),
        (
            'op.alter_column("user", "mail", new_column_name="email")',
            "rename column mail to email of user",
        ),
        ('op.rename_table("a", "b")', "rename table a to b"),
        ('op.drop_table("a")', "drop table a"),
        ('op.create_index(op.f("ix_a_b"), "a", ["b"])', "create index ix_a_b"),
        ('op.create_index(None, "a", ["b"])', "create index on a"),
        ('op.create_foreign_key(None, "a", "b", ["x"], ["y"])', "add foreign key to a"),
        ('op.create_unique_constraint("uq", "a", ["x"])', "add unique constraint uq to a"),
        ('op.drop_constraint("fk", "a", type_="foreignkey")', "drop constraint fk from a"),
        ('op.execute("UPDATE users SET x = 1")', "update users"),
        ('op.execute(sa.text("insert into users values (1)"))', "insert into users"),
        ('op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS ix ON t (a)")', "create index ix"),
        ('op.execute("create view v as select 1")', "create view v"),
        (
            'op.create_table("a")\nop.drop_table("b")\nop.drop_table("c")',
            "create table a and drop tables b and c",
        ),
    ],
)
def test_a_message_says_what_the_operations_do(upgrade, message):
    assert suggestion(upgrade) == message


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        ('add_column(sa.Column("email"))', "add column email to user"),
        ('drop_column("email")', "drop column email from user"),
        ('alter_column("email")', "alter column email of user"),
        ('create_index("ix", ["email"])', "create index ix"),
        ('create_foreign_key("fk", "other", ["a"], ["b"])', "add foreign key fk to user"),
        ('drop_constraint("fk", type_="foreignkey")', "drop constraint fk from user"),
    ],
)
def test_inside_a_batch_block_the_table_is_the_blocks(operation, message):
    block = f'with op.batch_alter_table("user") as batch_op:\n    batch_op.{operation}'
    assert suggestion(block) == message


def test_each_operation_belongs_to_the_batch_block_around_it():
    block = 'with op.batch_alter_table("{0}") as b:\n    b.add_column(sa.Column("x"))'
    both = suggestion(f"{block.format('a')}\n{block.format('c')}")
    assert both == "add column x to a and column x to c"


@pytest.mark.parametrize(
    "upgrade", ["pass", "print()", "op.add_column(t, c)", 'op.execute("SELECT 1")', "op.execute(x)"]
)
def test_nothing_is_suggested_where_nothing_is_known(upgrade):
    assert suggestion(upgrade) == ""


def test_a_long_story_is_cut_at_a_whole_phrase():
    tables = "\n".join(f'op.drop_column("table_{n}", "column_{n}")' for n in range(50))
    message = suggestion(tables)
    assert message.startswith("drop column column_0 from table_0")
    assert len(message) <= LONGEST_MESSAGE


def test_many_of_one_kind_are_counted():
    tables = "\n".join(f'op.drop_table("t{n}")' for n in range(20))
    assert suggestion(tables) == "drop tables t0, t1, t2, t3 and 16 more"


def test_a_name_with_line_breaks_stays_in_one_line():
    assert suggestion('op.drop_table("a\\nb\\x1b[31m")').isprintable()


def test_advice_is_a_line_to_write():
    script = read_script(migration("a1", upgrade='op.drop_table("t")'))
    assert advice(script) == "Begin the docstring with: drop table t"


def test_a_fresh_id_is_the_same_for_the_same_file_and_another_for_another():
    one, other = (read_revision(f"versions/{n}.py", migration("a1")) for n in "ab")
    assert fresh_id(one) == fresh_id(one)
    assert fresh_id(one) != fresh_id(other)
    assert len(fresh_id(one)) == 12
    assert int(fresh_id(one), 16)
