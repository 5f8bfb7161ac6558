import io

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from migbot.core.model import Severity
from migbot.rules.constraint_named import constraint_named
from support.histories import ADD, DROP, added, judged

NAMELESS = 'op.drop_constraint(None, "t", type_="foreignkey")'


def test_a_constraint_dropped_without_a_name_is_an_error_at_its_line():
    case = added(body=(ADD, f"{DROP}\n{NAMELESS}"))
    (found,) = judged(constraint_named, case)
    assert found.severity is Severity.ERROR
    assert found.message.startswith("the downgrade of b2 drops a constraint without a name")
    assert case.after.source(found.path).splitlines()[found.line - 1].strip() == NAMELESS.encode()


def test_the_upgrade_is_looked_at_too():
    (found,) = judged(constraint_named, added(body=(NAMELESS, DROP)))
    assert found.message.startswith("the upgrade of b2")


@pytest.mark.parametrize(
    "down",
    [
        'op.drop_constraint(table_name="t", constraint_name=None)',
        'op.drop_constraint(None, "t")',
        'with op.batch_alter_table("t") as batch_op:\n    batch_op.drop_constraint(None)',
        'op.drop_constraint(None, "t", "unique")',
    ],
)
def test_every_way_to_write_it_is_seen(down):
    assert len(judged(constraint_named, added(body=(ADD, down)))) == 1


@pytest.mark.parametrize(
    "down",
    [
        'op.drop_constraint("fk_t_u", "t", type_="foreignkey")',
        'op.drop_constraint(op.f("fk_t_u"), "t")',
        'op.drop_constraint(None, "t", type_="primary")',
        'op.create_unique_constraint(None, "t", ["a"])',
        'op.drop_constraint(name, "t")',
        "pass",
    ],
)
def test_a_name_and_what_needs_none_are_fine(down):
    assert not judged(constraint_named, added(body=(ADD, down)))


@pytest.mark.parametrize("kind", [None, "foreignkey", "unique", "check"])
def test_alembic_itself_fails_without_a_name(kind):
    options = {"as_sql": True, "output_buffer": io.StringIO(), "target_metadata": sa.MetaData()}
    context = MigrationContext.configure(dialect_name="postgresql", opts=options)
    with pytest.raises(sa.exc.CompileError, match="has no name"):
        Operations(context).drop_constraint(None, "t", type_=kind)
