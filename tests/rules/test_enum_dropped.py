import pytest

from migbot.core.environment import Environment
from migbot.core.model import Severity
from migbot.rules.enum_dropped import enum_dropped
from support.histories import added, change, history, judged

ENUM = 'sa.Enum("open", "paid", name="order_status")'
TABLE = f'op.create_table("orders", sa.Column("status", {ENUM}))'
DOWN = 'op.drop_table("orders")'


def found_in(up, down, extra="", environment=None):
    return judged(enum_dropped, added(body=(up, down), extra=extra, environment=environment))


@pytest.mark.parametrize(
    ("up", "extra"),
    [
        (TABLE, ""),
        (TABLE.replace("sa.Enum", "postgresql.ENUM"), ""),
        (TABLE.replace("sa.Enum", "ENUM"), ""),
        (f"{ENUM}.create(op.get_bind())", ""),
        (f"status = {ENUM}\nstatus.create(op.get_bind(), checkfirst=True)", ""),
        ('op.create_table("orders", sa.Column("status", STATUS))', f"STATUS = {ENUM}"),
        (TABLE.replace('"order_status"', "NAME"), 'NAME = "order_status"'),
        ("make()", f"def make():\n    {TABLE}\n"),
        (f'op.create_table("orders", sa.Column("s", sa.ARRAY({ENUM})))', ""),
    ],
    ids=[
        *("in a table", "ENUM of a dialect", "ENUM by its name", "created on its own"),
        *("through a variable", "a module's variable", "a module's literal as name"),
        *("in a helper", "inside another type"),
    ],
)
def test_a_type_that_the_downgrade_leaves_is_a_warning(up, extra):
    (found,) = found_in(up, DOWN, extra)
    assert found.severity is Severity.WARNING
    assert "creates the enum type order_status" in found.message
    assert found.hint == 'Add to the downgrade: op.execute("DROP TYPE order_status")'


@pytest.mark.parametrize(
    ("down", "extra"),
    [
        (f'{DOWN}\nop.execute("DROP TYPE order_status")', ""),
        (f'{DOWN}\nop.execute(sa.text("drop type if exists order_status"))', ""),
        (f"{DOWN}\n{ENUM}.drop(op.get_bind())", ""),
        (f'{DOWN}\nsa.Enum(name="order_status").drop(op.get_bind(), checkfirst=False)', ""),
        (f"{DOWN}\nSTATUS.drop(op.get_bind())", f"STATUS = {ENUM}"),
        (f"{DOWN}\nfor each in (STATUS,):\n    each.drop(op.get_bind())", f"STATUS = {ENUM}"),
        (f"{DOWN}\nclean()", 'def clean():\n    op.execute("DROP TYPE order_status")\n'),
        (f'{DOWN}\nop.execute(f"DROP TYPE order_status_{{1}}")', ""),
    ],
)
def test_a_downgrade_that_speaks_of_the_type_is_trusted(down, extra):
    assert not found_in(TABLE, down, extra)


@pytest.mark.parametrize(
    "up",
    [
        TABLE.replace("name=", "native_enum=False, name="),
        TABLE.replace("name=", "create_type=False, name="),
        TABLE.replace(', name="order_status"', ""),
        f'op.add_column("orders", sa.Column("status", {ENUM}))',
        f'op.alter_column("orders", "status", existing_type={ENUM})',
        'op.create_table("orders", sa.Column("status", sa.String()))',
    ],
    ids=["not native", "not created", "no name", "add_column", "alter_column", "no enum"],
)
def test_what_creates_no_named_type_is_fine(up):
    assert not found_in(up, DOWN)


@pytest.mark.parametrize("down", ["pass", "raise NotImplementedError", None])
def test_a_downgrade_that_does_nothing_is_another_rules(down):
    assert not found_in(TABLE, down)


@pytest.mark.parametrize(("database", "told"), [("", 1), ("postgresql", 1), ("sqlite", 0)])
def test_a_project_on_another_database_is_left_alone(database, told):
    environment = Environment("alembic", ("versions",), database=database)
    assert len(found_in(TABLE, DOWN, environment=environment)) == told


def test_a_type_that_an_older_revision_speaks_of_is_not_this_ones():
    ids = {"a1": None, "b2": "a1"}
    older = {"a1": (f"{ENUM}.create(op.get_bind())", "pass")}
    after = history(ids, bodies={**older, "b2": (TABLE, DOWN)})
    assert not judged(enum_dropped, change(history({"a1": None}, bodies=older), after))


def test_a_type_of_a_revision_that_it_depends_on_is_not_this_ones():
    ids = {"a1": None, "x": None, "b2": "a1"}
    older = {"x": (f"{ENUM}.create(op.get_bind())", "pass")}
    after = history(ids, bodies={**older, "b2": (TABLE, DOWN)}, depends={"b2": "x"})
    before = history({"a1": None, "x": None}, bodies=older)
    assert not judged(enum_dropped, change(before, after))


def test_a_type_that_only_a_newer_revision_speaks_of_is():
    before = history({"a1": None, "b2": "a1"})
    ids = {"a1": None, "b2": "a1", "c3": "b2", "d4": "c3"}
    after = history(ids, bodies={"c3": (TABLE, DOWN), "d4": (f"{ENUM}.create(x)", "go()")})
    assert [each.revision for each in judged(enum_dropped, change(before, after))] == ["c3"]
