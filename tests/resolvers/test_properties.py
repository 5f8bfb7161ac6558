"""Properties of both ways out of a fork on random histories."""

from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from migbot.core.history import History
from migbot.core.plan import Plan
from migbot.core.settings import Strategy
from migbot.core.templates import Template
from migbot.errors import MigbotError
from migbot.resolvers.choose import resolve
from migbot.resolvers.outcome import outcome
from support.forks import forks


def plan_of(found: History, base: frozenset[str], strategy: Strategy, *heads: str) -> Plan:
    return resolve(found, Template(), heads=heads, base_ids=base, strategy=strategy)


@given(forks(), st.randoms())
@settings(max_examples=100, deadline=None)
def test_a_merge_leaves_one_head_and_the_same_bytes_whoever_looks(
    fork: tuple[History, frozenset[str]], random: Random
) -> None:
    found, base = fork
    plan = plan_of(found, base, Strategy.MERGE)
    after = outcome(found.graph, plan.edits)
    assert after.sound
    assert len(after.heads) == 1
    shuffled = [*found.graph.heads]
    random.shuffle(shuffled)
    assert plan_of(found, base, Strategy.MERGE, *shuffled).edits == plan.edits
    parents = plan.edits[0].parents
    assert {*parents} == {*found.graph.heads}
    assert [each in base for each in parents] == sorted(each in base for each in parents)


@given(forks())
@settings(max_examples=100, deadline=None)
def test_a_rebase_leaves_one_head_moves_nothing_published_and_loses_nothing(
    fork: tuple[History, frozenset[str]],
) -> None:
    found, base = fork
    try:
        plan = plan_of(found, base, Strategy.REBASE)
    except MigbotError:
        assume(False)
    graph, after = found.graph, outcome(found.graph, plan.edits)
    assert after.sound
    assert len(after.heads) == 1
    assert not {edit.revision for edit in plan.edits} & base
    assert after.by_id.keys() == graph.by_id.keys()
    for edit in plan.edits:
        assert after.by_id[edit.revision].depends_on == graph.by_id[edit.revision].depends_on
    for name in base:  # what a published revision needs is what it needed
        assert after.ancestors([name]) == graph.ancestors([name])
    for name in graph.by_id:  # and nobody loses what ran before
        assert after.ancestors([name]) >= graph.ancestors([name])


@given(forks(), st.booleans())
@settings(max_examples=100, deadline=None)
def test_auto_always_finds_a_way_and_moves_nothing_published(
    fork: tuple[History, frozenset[str]], certain: bool
) -> None:
    found, base = fork
    plan = resolve(found, Template(), base_ids=base, certain=certain)
    after = outcome(found.graph, plan.edits)
    assert after.sound
    assert len(after.heads) == 1
    assert plan.reason
    if plan.strategy == "rebase":
        assert certain
        assert not {edit.revision for edit in plan.edits} & base
