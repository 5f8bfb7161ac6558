"""What a plan leaves behind, told from values before anything is written, and read back after."""

from __future__ import annotations

from collections.abc import Iterable

from migbot.core.graph import RevisionGraph
from migbot.core.grown import grown
from migbot.core.history import History
from migbot.core.model import Revision, Unreadable
from migbot.core.parse import read_revision
from migbot.core.plan import Edit, Plan
from migbot.core.wording import listed
from migbot.errors import MigbotError


def outcome(graph: RevisionGraph, edits: Iterable[Edit]) -> RevisionGraph:
    """The graph once `edits` are written, each read from the bytes that it writes."""
    read = {edit.path: read_revision(edit.path, edit.content) for edit in edits}
    found = [each for each in read.values() if isinstance(each, Revision)]
    if len(found) == len(read):
        return grown(graph, found)
    kept = (each for each in graph.revisions if each.path not in read)
    unreadable = (each for each in read.values() if isinstance(each, Unreadable))
    return RevisionGraph((*kept, *found), (*graph.unreadable, *unreadable))


def demand_one_head(
    graph: RevisionGraph, joined: tuple[str, ...], plan: Plan, after: RevisionGraph | None = None
) -> Plan:
    """`plan`, if it leaves one head over all of `joined`, and no more heads otherwise.

    `after` is the outcome of its edits, where that is known. Raises MigbotError if it does not;
    nothing is written yet then.
    """
    after = after or outcome(graph, plan.edits)
    over = [head for head in after.heads if after.ancestors([head]) >= {*joined}]
    fewer = len(graph.heads) - len(after.heads) == len(joined) - 1
    if after.sound and len(over) == 1 and fewer:
        return plan
    raise MigbotError(
        f"A {plan.strategy} of {listed(joined)} would leave {problem(after)}.",
        "migbot resolve --strategy merge" if plan.strategy == "rebase" else "migbot graph",
    )


def shortfall(before: History, plan: Plan, after: History) -> str | None:
    """What `after`, read again once `plan` was applied to `before`, lacks; None if nothing.

    This is the post-condition of law 5: the heads that the plan promised, in a sound graph.
    """
    wanted = outcome(before.graph, plan.edits)
    if after.graph.sound and after.graph.heads == wanted.heads:
        return None
    return f"the files now have {problem(after.graph)}; expected {listed(wanted.heads)}"


def problem(graph: RevisionGraph) -> str:
    """What is wrong with a graph in a few words: the worst first, heads last."""
    for file in graph.unreadable:
        return f"a file that cannot be read ({file.path} {file.reason})"
    for name in graph.duplicates:
        return f"two files with the id {name}"
    for each, name in graph.missing:
        return f"a parent that no file has ({name}, named by {each.id})"
    if graph.cycle:
        return f"a cycle ({', '.join(graph.cycle)})"
    return f"the heads {listed(graph.heads)}"
