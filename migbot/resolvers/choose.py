"""Choose the way out of a fork: re-point what nobody else has, merge what is published."""

from __future__ import annotations

import shlex

from migbot.core.graph import Ids, RevisionGraph
from migbot.core.history import History
from migbot.core.model import Revision
from migbot.core.plan import Plan
from migbot.core.settings import Strategy
from migbot.core.templates import Template
from migbot.core.wording import listed
from migbot.errors import MigbotError
from migbot.resolvers._forks import fork, named_heads
from migbot.resolvers.merge import merge
from migbot.resolvers.rebase import in_line, rebase


def resolve(
    history: History,
    template: Template,
    *,
    heads: Ids = (),
    base_ids: frozenset[str] = frozenset(),
    published: frozenset[str] = frozenset(),
    certain: bool = True,
    strategy: Strategy = Strategy.AUTO,
    message: str = "",
    base_name: str = "the base branch",
) -> Plan:
    """A plan that makes one of several heads: all that should be one, or those in `heads`.

    `base_ids` are the revisions that the base branch has, `published` those that databases may
    have run besides. `certain` is False where that cannot be known whole, as in a shallow clone.
    `auto` (law 6 of the design) re-points revisions that neither has, and merges otherwise. The
    plan of a history with as many heads as are meant has no edits, and says so.

    Raises MigbotError where the history is broken in a way that joining heads would not mend (a
    duplicate id, a missing parent, a cycle, an unreadable file), where it is not known which
    heads belong together, and where the strategy asked for is not possible.
    """
    graph = history.graph
    refuse_broken(graph)
    asked = named_heads(graph, heads) if heads else fork(graph, history.environment.expected_heads)
    if not asked:
        return Plan("merge", f"nothing to resolve: {_count(graph)}", ())
    settled = base_ids | published
    if strategy is Strategy.REBASE:
        why = f"rebase was asked for: {_moving(asked, settled)}"
        return rebase(history, asked, settled, reason=why)
    if strategy is Strategy.AUTO:
        try:
            return _re_pointed(history, asked, settled, certain, base_name)
        except _Merge as because:
            reason = f"merges {listed(asked)}: {because}"
    else:
        reason = f"merge was asked for: merges {listed(asked)}"
    return merge(history, template, asked, base_ids, message=message, reason=reason)


class _Merge(Exception):
    """Why `auto` merges; the second half of a sentence."""


def _re_pointed(
    history: History, heads: Ids, settled: frozenset[str], certain: bool, base_name: str
) -> Plan:
    """The rebase that `auto` prefers; raises _Merge where a merge is the right way."""
    if not certain:
        raise _Merge("this clone does not have everything, so what is published is not known")
    kept = [head for head in heads if head in settled]
    if len(kept) > 1:
        raise _Merge(f"{listed(kept)} are published, and databases may be at any of them")
    reason = f"{_moving(heads, settled)}, as it is neither on {base_name} nor published"
    try:
        return rebase(history, heads, settled, reason=reason)
    except MigbotError as error:
        raise _Merge(f"re-pointing is not possible ({error.message.rstrip('.')})") from None


def _moving(heads: Ids, settled: frozenset[str]) -> str:
    stays, *others = in_line(heads, settled)
    return f"re-points the branch of {listed(others)} onto {stays}"


def _count(graph: RevisionGraph) -> str:
    many = len(graph.heads) != 1
    return f"{len(graph.heads)} heads ({listed(graph.heads)}), as expected" if many else "one head"


def refuse_broken(graph: RevisionGraph) -> None:
    """Raise MigbotError with the advice that fits where the graph is broken but not forked."""
    for file in graph.unreadable:
        raise MigbotError(f"{file.path}:{file.line} {file.reason}.", file.hint)
    for name, files in graph.duplicates.items():
        raise _duplicate(name, files)
    for each, name in graph.missing:
        raise MigbotError(
            f"{each.path}: {each.id} names {name}, which no file has; a merge would not help.",
            f"Find the file: git log --all --oneline -G {shlex.quote(name)}",
        )
    if graph.cycle:
        raise MigbotError(
            f"{listed(graph.cycle)} form a cycle; a merge would not help.",
            f"Mend `down_revision` or `depends_on` in {graph.by_id[graph.cycle[0]].path}",
        )
    if not graph.heads:
        raise MigbotError("There are no migrations here.", "migbot heads")


def _duplicate(name: str, files: tuple[Revision, ...]) -> MigbotError:
    paths = [each.path for each in files]
    return MigbotError(
        f"{listed(paths)} have the same id {name}; a merge would not help.",
        f"Give the one that is not on the base branch a new `revision`, for example: {paths[-1]}",
    )
