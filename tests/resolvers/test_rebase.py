"""Tests of putting one branch's revisions on top of another's."""

import pytest

from migbot.core.environment import Environment
from migbot.core.history import History
from migbot.core.plan import Plan
from migbot.errors import MigbotError
from migbot.resolvers.outcome import outcome
from migbot.resolvers.rebase import rebase
from support.histories import history, migration


def rebased(found: History, *heads: str, on: str = "") -> Plan:
    settled = found.graph.ancestors([on])
    return rebase(found, heads or found.graph.heads, settled)


def moves(plan: Plan) -> dict[str, tuple[str, ...]]:
    return {edit.revision: edit.parents for edit in plan.edits}


def test_the_root_of_a_chain_moves_and_the_rest_of_it_stays() -> None:
    found = history({"r0": None, "a1": "r0", "a2": "a1", "b1": "r0", "b2": "b1", "b3": "b2"})
    plan = rebased(found, on="a2")
    assert moves(plan) == {"b1": ("a2",)}
    assert plan.edits[0].was == found.source(plan.edits[0].path)
    assert plan.edits[0].content == migration("b1", "a2")
    assert plan.first == ("alembic downgrade r0",)
    assert plan.then == ("alembic upgrade head",)


def test_the_head_of_the_base_branch_stays_whatever_its_name() -> None:
    found = history({"r0": None, "a1": "r0", "z9": "r0"})
    assert moves(rebased(found, on="z9")) == {"a1": ("z9",)}
    assert moves(rebased(found, on="a1")) == {"z9": ("a1",)}


def test_of_two_local_branches_the_first_id_stays() -> None:
    found = history({"r0": None, "a1": "r0", "b1": "r0"})
    assert moves(rebased(found, "b1", "a1", on="r0")) == {"b1": ("a1",)}


def test_every_root_of_a_branch_moves_and_its_own_merge_keeps_its_parents() -> None:
    found = history(
        {"r0": None, "r1": "r0", "a1": "r1", "x": "r0", "y": "r1", "m": ("x", "y"), "n": "m"}
    )
    plan = rebased(found, on="a1")
    assert moves(plan) == {"x": ("a1",), "y": ("a1",)}
    assert plan.first == ("alembic downgrade r0",)


def test_a_merge_of_ones_own_with_the_base_loses_the_parent_of_the_base() -> None:
    found = history({"r0": None, "r1": "r0", "a1": "r1", "x": "r0", "m": ("r1", "x"), "n": "m"})
    assert moves(rebased(found, on="a1")) == {"x": ("a1",), "m": ("x",)}


def test_a_merge_of_two_of_the_base_becomes_a_revision_on_its_head() -> None:
    found = history({"r0": None, "p": "r0", "q": "r0", "a1": ("p", "q"), "m": ("q", "p")})
    plan = rebased(found, on="a1")
    assert moves(plan) == {"m": ("a1",)}
    assert plan.first == ("alembic downgrade q",)


def test_three_heads_become_a_line() -> None:
    found = history({"r0": None, "a1": "r0", "b1": "r0", "b2": "b1", "c1": "r0"})
    plan = rebased(found, on="c1")
    assert moves(plan) == {"a1": ("c1",), "b1": ("a1",)}
    assert plan.first == ("alembic downgrade r0",)


def test_a_head_further_up_the_base_goes_on_the_line_as_well() -> None:
    found = history({"r0": None, "p": "r0", "a1": "p", "x": "r0", "y": "p"})
    assert moves(rebased(found, on="a1")) == {"x": ("a1",), "y": ("x",)}


def test_a_branch_that_is_forked_in_itself_becomes_a_line_too() -> None:
    found = history({"r0": None, "a1": "r0", "x": "r0", "y": "x", "z": "x"})
    plan = rebased(found, on="a1")
    assert moves(plan) == {"x": ("a1",), "z": ("y",)}
    assert plan.first == ("alembic downgrade r0",)


def test_dependencies_and_labels_stay() -> None:
    found = history(
        {"r0": None, "a1": "r0", "b1": "r0"}, depends={"b1": "r0"}, labels={"b1": "billing"}
    )
    after = outcome(found.graph, rebased(found, on="a1").edits).by_id["b1"]
    assert (after.parents, after.depends_on, after.labels) == (("a1",), ("r0",), ("billing",))


def test_a_branch_without_a_parent_is_put_on_the_other_and_undone_to_its_base() -> None:
    found = history({"r0": None, "a1": "r0", "b1": None, "b2": "b1"})
    plan = rebased(found, on="a1")
    assert moves(plan) == {"b1": ("a1",)}
    assert plan.first == ("alembic downgrade b1@base",)


def test_unrelated_old_parents_are_each_downgraded_to() -> None:
    found = history(
        {"r0": None, "p": "r0", "q": "r0", "a1": ("p", "q"), "x": "p", "y": "q", "m": ("x", "y")}
    )
    plan = rebased(found, on="a1")
    assert plan.first == ("alembic downgrade p", "alembic downgrade q")


def test_the_commands_name_the_configuration_and_the_section_where_they_are_not_the_usual() -> None:
    odd = Environment("main", ("versions",), config="my conf/alembic.ini", section="two")
    found = history({"r0": None, "a1": "r0", "b1": "r0"}, environment=odd)
    plan = rebased(found, on="a1")
    assert plan.first == ("alembic -c 'my conf/alembic.ini' -n two downgrade r0",)
    usual = odd._replace(config="pyproject.toml", section="alembic")
    found = history({"r0": None, "a1": "r0", "b1": "r0"}, environment=usual)
    assert rebased(found, on="a1").first == ("alembic downgrade r0",)


def test_a_published_revision_is_not_moved() -> None:
    found = history({"r0": None, "a1": "r0", "b1": "r0", "b2": "b1"})
    settled = frozenset({"r0", "a1", "b1"})
    with pytest.raises(MigbotError, match="b1 is published") as error:
        rebase(found, ("a1", "b2"), settled)
    assert error.value.hint == "migbot resolve --strategy merge"


def test_two_published_heads_are_not_moved() -> None:
    found = history({"r0": None, "a1": "r0", "b1": "r0"})
    with pytest.raises(MigbotError, match="b1 is published"):
        rebase(found, ("a1", "b1"), frozenset(found.graph.by_id))


def test_a_dependency_that_would_become_a_cycle_is_refused() -> None:
    found = history({"r0": None, "a1": "r0", "b1": "r0"}, depends={"a1": "b1"})
    with pytest.raises(MigbotError, match="cycle") as error:
        rebased(found, on="a1")
    assert error.value.hint == "migbot resolve --strategy merge"


def test_another_head_that_was_built_on_the_moved_branch_comes_along() -> None:
    found = history({"r0": None, "a1": "r0", "x": "r0", "y": "x", "z": "x"})
    plan = rebased(found, "a1", "y", on="a1")
    assert moves(plan) == {"x": ("a1",)}
    assert outcome(found.graph, plan.edits).heads == ("y", "z")
    assert plan.then == ("alembic upgrade heads",)


def test_a_file_that_cannot_be_rewritten_is_refused_with_its_name() -> None:
    odd = migration("b1", "r0").replace(b"down_revision =", b"down_revision = x =")
    found = history({"r0": None, "a1": "r0"}, files={"versions/b1.py": odd})
    with pytest.raises(MigbotError, match=r"^versions/b1.py: "):
        rebased(found, on="a1")
