"""Tests of choosing between re-pointing and merging (law 6), and of what is no fork at all."""

import pytest

from migbot.core.environment import Environment
from migbot.core.history import History
from migbot.core.plan import Plan
from migbot.core.settings import Strategy
from migbot.core.templates import Template
from migbot.errors import MigbotError
from migbot.resolvers.choose import resolve
from support.histories import history, migration

FORK = {"r0": None, "a1": "r0", "b1": "r0"}


def resolved(
    found: History,
    *heads: str,
    base: tuple[str, ...] = (),
    published: tuple[str, ...] = (),
    certain: bool = True,
    strategy: Strategy = Strategy.AUTO,
) -> Plan:
    return resolve(
        found,
        Template(),
        heads=heads,
        base_ids=found.graph.ancestors(base),
        published=found.graph.ancestors(published),
        certain=certain,
        strategy=strategy,
        base_name="origin/main",
    )


def told(plan: Plan) -> tuple[str, list[tuple[str, tuple[str, ...]]]]:
    return plan.strategy, [(edit.revision, edit.parents) for edit in plan.edits]


def test_what_is_nowhere_else_is_re_pointed_onto_the_base_and_the_reason_says_so() -> None:
    plan = resolved(history(FORK), base=("a1",))
    assert told(plan) == ("rebase", [("b1", ("a1",))])
    assert plan.reason == (
        "re-points the branch of b1 onto a1, as it is neither on origin/main nor published"
    )


def test_once_both_are_on_the_base_they_are_merged() -> None:
    plan = resolved(history(FORK), base=("a1", "b1"))
    assert plan.strategy == "merge"
    assert plan.reason == (
        "merges a1 and b1: a1 and b1 are published, and databases may be at any of them"
    )


def test_what_a_release_has_is_merged_though_the_base_lacks_it() -> None:
    plan = resolved(history(FORK), base=("a1",), published=("b1",))
    assert told(plan)[0] == "merge"
    assert plan.edits[0].parents == ("b1", "a1")


def test_a_branch_half_of_which_is_published_is_merged() -> None:
    found = history({**FORK, "b2": "b1"})
    plan = resolved(found, base=("a1",), published=("b1",))
    assert plan.strategy == "merge"
    assert "re-pointing is not possible (b1 is published" in plan.reason


def test_where_nobody_can_know_what_is_published_it_is_merged() -> None:
    plan = resolved(history(FORK), base=("a1",), certain=False)
    assert plan.strategy == "merge"
    assert "does not have everything" in plan.reason


def test_two_local_branches_are_put_in_order_of_their_ids() -> None:
    assert told(resolved(history(FORK))) == ("rebase", [("b1", ("a1",))])
    assert told(resolved(history(FORK), base=("r0",))) == ("rebase", [("b1", ("a1",))])


def test_a_file_that_cannot_be_rewritten_is_merged() -> None:
    odd = migration("b1", "r0").replace(b"down_revision =", b"down_revision = x =")
    plan = resolved(history({"r0": None, "a1": "r0"}, files={"versions/b1.py": odd}), base=("a1",))
    assert plan.strategy == "merge"
    assert "versions/b1.py: down_revision is not assigned" in plan.reason


def test_a_dependency_in_the_way_of_re_pointing_is_merged() -> None:
    plan = resolved(history(FORK, depends={"a1": "b1"}), base=("a1",))
    assert told(plan)[0] == "merge"
    assert "cycle" in plan.reason


def test_a_merge_revision_with_code_moves_like_any_other() -> None:
    bodies = {"m": ("op.execute('select 1')", "pass")}
    found = history({**FORK, "x": "r0", "m": ("x", "r0"), "b1": "m"}, bodies=bodies)
    assert told(resolved(found, base=("a1",))) == ("rebase", [("m", ("x",)), ("x", ("a1",))])


@pytest.mark.parametrize("strategy", [Strategy.MERGE, Strategy.REBASE])
def test_a_strategy_that_is_asked_for_is_used(strategy: Strategy) -> None:
    plan = resolved(history(FORK), base=("a1",), strategy=strategy, certain=False)
    assert plan.strategy == strategy
    assert plan.reason.startswith(f"{strategy} was asked for")


def test_a_rebase_of_what_is_published_is_refused_though_asked_for() -> None:
    with pytest.raises(MigbotError, match="b1 is published"):
        resolved(history(FORK), base=("a1",), published=("b1",), strategy=Strategy.REBASE)


def test_one_head_is_a_plan_without_edits() -> None:
    plan = resolved(history({"r0": None, "a1": "r0"}))
    assert (plan.edits, plan.reason) == ((), "nothing to resolve: one head")


def test_as_many_heads_as_expected_are_a_plan_without_edits() -> None:
    found = history(FORK, environment=Environment("main", ("versions",), expected_heads=2))
    assert resolved(found).reason == "nothing to resolve: 2 heads (a1 and b1), as expected"
    assert told(resolved(found, "a1", "b1"))[1]


def test_named_heads_alone_are_joined_by_id_prefix_or_label() -> None:
    found = history({**FORK, "c1": "r0"}, labels={"c1": "billing"})
    assert told(resolved(found, "a1", "c1")) == ("rebase", [("c1", ("a1",))])
    assert told(resolved(found, "a", "billing")) == ("rebase", [("c1", ("a1",))])


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (("a1",), "at least two"),
        (("a1", "a1"), "at least two"),
        (("a1", "r0"), "r0 is not a head"),
        (("a1", "zz"), "'zz' names no head"),
        (("a1", "b"), "'b' names no head"),
        (("a1", ""), "'' names no head"),
    ],
)
def test_names_that_are_no_heads_are_refused(names: tuple[str, ...], why: str) -> None:
    found = history({**FORK, "b2": "r0"})
    with pytest.raises(MigbotError, match=why):
        resolved(found, *names)


@pytest.mark.parametrize(
    "found",
    [
        history({"a0": None, "a1": "a0", "b0": None, "b1": "b0"}),
        history(FORK, labels={"a1": "left", "b1": "right"}),
        history(FORK, labels={"b1": "side"}),
    ],
    ids=["disjoint", "two labels", "one label"],
)
def test_separate_branches_are_joined_only_where_they_are_named(found: History) -> None:
    with pytest.raises(MigbotError, match="separate branches") as error:
        resolved(found)
    assert "migbot resolve a1 b1" in error.value.hint
    assert "expected_heads = 2" in error.value.hint
    assert told(resolved(found, "a1", "b1"))[1]


def test_a_fork_within_one_of_several_labelled_branches_is_found() -> None:
    found = history(
        {"a0": None, "a1": "a0", "a2": "a0", "b0": None},
        labels={"a0": "left", "b0": "right"},
        environment=Environment("main", ("versions",), expected_heads=2),
    )
    assert told(resolved(found)) == ("rebase", [("a2", ("a1",))])


@pytest.mark.parametrize(
    ("parents", "expected", "why"),
    [
        ({**FORK, "c1": "r0"}, 2, "which of them belong together is not known"),
        ({"a0": None, "a1": "a0", "a2": "a0", "b0": None, "b1": "b0", "b2": "b0"}, 2, "2 forks"),
    ],
)
def test_heads_of_which_it_is_not_known_which_belong_together_are_not_joined(
    parents: dict[str, str | None], expected: int, why: str
) -> None:
    found = history(
        parents, environment=Environment("main", ("versions",), expected_heads=expected)
    )
    with pytest.raises(MigbotError, match=why) as error:
        resolved(found)
    assert "migbot resolve a1" in error.value.hint


@pytest.mark.parametrize(
    ("found", "why", "hint"),
    [
        (
            history(FORK, files={"versions/copy.py": migration("b1", "a1")}),
            "versions/b1_.py and versions/copy.py have the same id b1; a merge would not help",
            "a new `revision`",
        ),
        (history({**FORK, "c1": "gone"}), "c1 names gone, which no file has", "git log --all"),
        (history({**FORK, "x": "y", "y": "x"}), "x and y form a cycle", "down_revision"),
        (
            history(FORK, files={"versions/z.py": b"<<<<<<< ours\n=======\n>>>>>>> theirs\n"}),
            "versions/z.py:1 has conflict markers",
            "Resolve the conflict",
        ),
        (history({}), "no migrations", "migbot heads"),
    ],
    ids=["duplicate", "missing parent", "cycle", "unreadable", "empty"],
)
def test_what_joining_heads_would_not_mend_is_refused_with_the_advice_that_fits(
    found: History, why: str, hint: str
) -> None:
    for heads in ((), ("a1", "b1")):
        with pytest.raises(MigbotError) as error:
            resolved(found, *heads)
        assert why in error.value.message
        assert hint in error.value.hint
