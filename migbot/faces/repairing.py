"""The command that repairs: migbot resolve."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from migbot.adapters.apply_plan import apply
from migbot.adapters.git_read import is_shallow, is_single_branch
from migbot.adapters.git_work_tree import work_tree
from migbot.adapters.journal import recover
from migbot.adapters.published_ids import published_ids
from migbot.core.check import Rule
from migbot.core.history import Change
from migbot.core.plan import Plan
from migbot.core.report import Report
from migbot.core.settings import Strategy
from migbot.core.templates import read_template
from migbot.core.value import Value
from migbot.errors import MigbotError
from migbot.faces.judging import Ask
from migbot.faces.local import Local, as_it_is, compared
from migbot.faces.proving_one import Progress
from migbot.faces.proving_repair import with_proof
from migbot.resolvers.choose import resolve as choose
from migbot.resolvers.outcome import shortfall
from migbot.resolvers.planned import FORK, joined
from migbot.rules import all_rules
from migbot.workflow import changes, judge_changes, with_plan


class Wish(Value):
    """What was asked of a repair beside where: which heads, how, with what message, and whether
    it is proved when it is written."""

    heads: tuple[str, ...] = ()
    strategy: Strategy | None = None
    message: str = ""
    dry_run: bool = False
    prove: bool = False


class Repaired(Value):
    """The report on the files as they are now, with the plan where there was anything to do.

    `recovered` is what became of a repair that a crash cut short, `said` what to say where there
    was nothing to do.
    """

    report: Report
    recovered: str = ""
    said: str = ""


def resolve(ask: Ask, wish: Wish, progress: Progress = lambda line: None) -> Repaired:
    """Repair every fork of the work tree, or only say how (`dry_run`).

    Raises MigbotError where the history is broken in another way, and where the repair could not
    be written: then everything is as it was.
    """
    local = ask.here()
    root = _work_tree(local)
    recovered = recover(local.repo.git_dir)
    found = changes(as_it_is(local), local.settings, ask.selection(local), local.memory)
    plan = _joined([_planned(local, change, wish) for change in found])
    if not plan.edits:
        return _nothing_to_do(ask, local, found)._replace(recovered=recovered)
    if not wish.dry_run:
        apply(plan, root, local.repo.git_dir, _post_condition(ask, local, found, plan))
    local.memory.save()
    report = _report(ask, local, plan)
    if wish.prove and not wish.dry_run:
        report = with_proof(report, ask, local, progress)
    return Repaired(report, recovered)


def _work_tree(local: Local) -> Path:
    if local.repo.root is None:
        raise MigbotError("A bare repository has no files to repair.", "Go into a clone of it.")
    return local.repo.root


def _planned(local: Local, change: Change, wish: Wish) -> Plan:
    return choose(
        change.after,
        read_template(work_tree(local.repo), change.after.environment),
        heads=wish.heads,
        base_ids=frozenset(change.before.graph.by_id),
        published=published_ids(local.repo, local.settings, change.after.environment, local.memory),
        certain=not (is_shallow(local.repo) or is_single_branch(local.repo)),
        strategy=wish.strategy or local.settings.strategy,
        message=wish.message,
        base_name=local.base_name,
    )


def _joined(plans: list[Plan]) -> Plan:
    if not plans:
        raise MigbotError("No Alembic environment was found.", "migbot -c path/to/alembic.ini")
    return joined(plans)


def _post_condition(
    ask: Ask, local: Local, found: tuple[Change, ...], plan: Plan
) -> Callable[[], str | None]:
    """What is asked once everything is written: are the promised heads in the files now?"""

    def check() -> str | None:
        now = changes(as_it_is(local), local.settings, ask.selection(local))
        pairs = zip(found, now, strict=True)
        short = (shortfall(was.after, _part(plan, was), is_.after) for was, is_ in pairs)
        return next((each for each in short if each), None)

    return check


def _part(plan: Plan, change: Change) -> Plan:
    """The edits of a plan that are in one environment."""
    folders = tuple(f"{folder}/" for folder in change.after.environment.versions)
    return plan._replace(edits=tuple(e for e in plan.edits if e.path.startswith(folders)))


def _nothing_to_do(ask: Ask, local: Local, found: tuple[Change, ...]) -> Repaired:
    """These files have no fork; but merging them with the base may make one, which is told."""
    with compared(local) as moments:
        merged = changes(moments, local.settings, ask.selection(local), local.memory)
        report = judge_changes(merged, moments, local.settings, _structural())
    if any(each.code == FORK for each in report.findings):
        base = local.base_name
        said = (
            f"These files have no fork; merging {base} makes one. Merge it, then repair:\n"
            f"git merge {base}\nmigbot resolve\n"
        )
        return Repaired(report, said=said)
    heads = ", ".join(head for each in found for head in each.after.graph.heads)
    return Repaired(report, said=f"Nothing to resolve: the heads are as expected ({heads}).\n")


def _structural() -> list[Rule]:
    return [rule for rule in all_rules() if rule.structural]


def _report(ask: Ask, local: Local, plan: Plan) -> Report:
    moments = as_it_is(local)
    found = changes(moments, local.settings, ask.selection(local), local.memory)
    report = judge_changes(found, moments, local.settings, _structural())
    return with_plan(report, plan.report)
