from migbot.core.script import effect, read_script
from support.histories import ADD, DROP, migration

BLOCKS = """
with op.batch_alter_table("a") as batch_op:
    batch_op.add_column(sa.Column("x"))
with op.batch_alter_table("b", schema=None) as batch_op:
    batch_op.drop_column("y")
op.drop_column("c", "z")
with op.batch_alter_table(name) as batch_op:
    batch_op.drop_column("w")
"""


def test_each_operation_knows_the_batch_block_around_it():
    operations = read_script(migration("a1", upgrade=BLOCKS.strip())).upgrades
    assert [(each.batch, each.names) for each in operations] == [
        ("a", ("a", "x")),
        ("b", ("b", "y")),
        (None, ("c", "z")),
        ("", ("w",)),
    ]


def test_a_comparison_can_leave_names_out():
    one, other = migration("a1", downgrade=DROP), migration("a1", downgrade=ADD)
    assert effect(one) != effect(other)
    assert effect(one, frozenset({"downgrade"})) == effect(other, frozenset({"downgrade"}))
    assert effect(one, frozenset({"upgrade"})) != effect(other, frozenset({"upgrade"}))


def test_what_is_left_out_may_be_annotated_or_a_multidb_function():
    plain = b"down_revision = 'a'\ndef downgrade_one(): pass\nx = 1\n"
    other = b"down_revision: str | None = 'b'\ndef downgrade_one(): return 2\nx = 1\n"
    names = frozenset({"down_revision", "downgrade"})
    assert effect(plain, names) == effect(other, names)
    assert effect(plain, names) != effect(other.replace(b"x = 1", b"x = 2"), names)


def test_an_assignment_of_more_than_is_left_out_still_counts():
    names = frozenset({"down_revision"})
    assert effect(b"down_revision = x = 'a'", names) != effect(b"down_revision = x = 'b'", names)
