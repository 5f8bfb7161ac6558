"""What to do about it, as Markdown: the one command, what it will write, and what to beware of."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from migbot.core.plan import PlannedEdit, PlanReport
from migbot.core.report import Report
from migbot.render.foreign import code, fenced, prose
from migbot.render.headlines import lead, needed_pulls, pull
from migbot.render.neutral import plain
from migbot.render.verdicts import NEUTRAL, forked_before, graph_word

MOST_EDITS = 5
"""Files of a plan that are shown."""

_TITLES = {"rebase": "re-point your revision", "merge": "merge the heads"}


def command(report: Report) -> str:
    """The command that repairs it; "" where no command does."""
    first = lead(report)
    if report.plan is not None:
        return _resolve(report, report.plan.strategy)
    return _resolve(report) if first and first.code == "MB101" else ""


def _resolve(report: Report, strategy: str = "") -> str:
    first = lead(report)
    words = ["migbot", "resolve", *(["--strategy", plain(strategy)] if strategy else [])]
    words += ["-n", plain(first.environment)] if first and len(report.environments) > 1 else []
    return shlex.join(words)


def fix_sections(report: Report) -> Iterator[str]:
    """The way out; nothing where there is nothing to mend."""
    if pulls := needed_pulls(report):
        then = "This is judged again then." if len(pulls) == 1 else "Then the others that it needs."
        yield f"**Fix: merge {pull(pulls[0])} first.** {then}"
    yield from _of_the_graph(report)


def _of_the_graph(report: Report) -> Iterator[str]:
    first, repair = lead(report), command(report)
    if report.plan is not None:
        yield from _planned(report, report.plan)
    elif repair:
        yield (
            f"**Fix:** {_run(repair)} It re-points what only this branch has, and merges what is "
            "published already."
        )
    elif first is not None and first.hint:
        yield f"**Fix:** {prose(first.hint)}"
    elif graph_word(report) == NEUTRAL:
        yield _mend_the_base(report)


def _planned(report: Report, plan: PlanReport) -> Iterator[str]:
    title = _TITLES.get(plan.strategy, "resolve it")
    why = f" Why: {prose(plan.reason.rstrip('. '))}." if plan.reason else ""
    yield f"**Fix: {title}.** {_run(command(report))}{why}"
    if plan.strategy == "rebase" and plan.first:
        yield (
            "Has it run on a database of your own? Then this comes first, **before** the files "
            f"change:\n\n{_commands(plan.first)}"
        )
    for edit in plan.edits[:MOST_EDITS]:
        yield from _edit(edit)
    if len(plan.edits) > MOST_EDITS:
        yield f"… and {len(plan.edits) - MOST_EDITS} more files, in the report."
    if plan.then:
        yield f"Then:\n\n{_commands(plan.then)}"
    if plan.strategy == "rebase":
        yield _applied_already(_resolve(report, "merge"))


def _run(repair: str) -> str:
    """What to do, in the order in which it works: the branch may not have the base's head yet."""
    return f"Merge the base branch into yours, run {code(repair)}, commit and push."


def _edit(edit: PlannedEdit) -> Iterator[str]:
    parents = ", ".join(code(parent, 40) for parent in edit.down_revision[:3]) or "nothing"
    if not edit.lines:
        does = "will be created" if edit.action == "create" else "will be rewritten"
        yield f"{code(edit.path)} {does}: {code(edit.revision, 40)} on {parents}."
        return
    changed = edit.lines[:6]
    yield f"{code(f'{edit.path}:{changed[0].line}')}, by hand:"
    yield fenced("\n".join(f"-{each.was}\n+{each.now}" for each in changed), kind="diff")


def _applied_already(merge: str) -> str:
    inside = [
        "A database that has run the moved revision calls itself up to date, and would never run "
        "what now lies below it.",
        fenced(merge, kind="sh"),
    ]
    title = "Already applied it to a shared database? Merge instead"
    return "\n\n".join([f"<details><summary>{title}</summary>", *inside, "</details>"])


def _commands(commands: tuple[str, ...]) -> str:
    return fenced("\n".join(" ".join(each.split()) for each in commands[:10]), kind="sh")


def _mend_the_base(report: Report) -> str:
    heads = "; ".join(
        ", ".join(code(head, 40) for head in each.heads_before[:6])
        for each in forked_before(report)[:3]
    )
    return (
        f"The base branch has these heads, with this pull request and without it: {heads}. Nobody "
        "has to mend that here. **One repair pull request mends it for everybody:** on a new "
        f"branch from the base run {code('migbot resolve')}, commit and open it."
    )
