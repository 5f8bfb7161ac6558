"""Merge heads: one new revision over them, the same to the byte whoever makes it."""

from __future__ import annotations

import hashlib

from migbot.core.graph import RevisionGraph
from migbot.core.history import History
from migbot.core.plan import Edit, Plan
from migbot.core.templates import Draft, Template, render, tame
from migbot.core.wording import listed
from migbot.errors import MigbotError
from migbot.resolvers._commands import upgrade
from migbot.resolvers._filename import created, revision_path
from migbot.resolvers.outcome import demand_one_head, outcome

LENGTHS = (12, 16, 20, 24, 28, 32)
"""Hex digits of an id: as many as Alembic's own has, more only where that is taken."""


def merge(
    history: History,
    template: Template,
    heads: tuple[str, ...],
    base_ids: frozenset[str],
    *,
    message: str = "",
    reason: str = "",
) -> Plan:
    """A plan that joins `heads` by one merge revision.

    `base_ids` are the revisions of the base branch: its head is listed last, as Alembic runs the
    last parent first on a fresh database. Id, path and bytes depend on the heads alone (`message`
    changes what the file says, not where it is, so that two different ones meet in git as a
    conflict that can be seen). Raises MigbotError where `heads` are not heads or nothing can be
    written.
    """
    graph = history.graph
    if len(heads) < 2 or not {*heads} <= {*graph.heads}:
        raise MigbotError(f"{listed(heads)} are not two heads.", "migbot heads")
    parents = in_order(heads, base_ids)
    name = merge_id(graph, heads)
    sources = [history.source(graph.by_id[each].path) for each in parents]
    date = created(sources)
    usual = default_message(heads)
    beside = graph.by_id[parents[-1]].path
    path = revision_path(history.environment, beside, name, usual, date)
    if path in history.entries:
        raise MigbotError(f"{path} exists already.", "Rename it, then: migbot resolve")
    draft = Draft(name, parents, tame(message) or usual, date)
    content = render(draft, template, sources[-1], history.environment.output_encoding)
    edit = Edit(path, content, None, name, parents)
    after = outcome(graph, [edit])
    then = (upgrade(history.environment, len(after.heads)),)
    return demand_one_head(graph, heads, Plan("merge", reason, (edit,), then=then))


def in_order(heads: tuple[str, ...], base_ids: frozenset[str]) -> tuple[str, ...]:
    """The order of the parents: sorted, and what the base branch has after what it has not."""
    return tuple(sorted(heads, key=lambda each: (each in base_ids, each)))


def merge_id(graph: RevisionGraph, heads: tuple[str, ...]) -> str:
    """The id of the merge of `heads`: the first hex digits of a hash of their sorted ids.

    Raises MigbotError where even the longest is taken by another revision.
    """
    digest = hashlib.sha256("\n".join(sorted(heads)).encode(errors="surrogatepass")).hexdigest()
    taken = {*graph.by_id, *graph.labels}
    for length in LENGTHS:
        if digest[:length] not in taken:
            return digest[:length]
    raise MigbotError(f"The id {digest[:32]} is taken.", "alembic merge --rev-id ID HEAD HEAD")


def default_message(heads: tuple[str, ...]) -> str:
    """`merge A and B`, `merge A, B and C`: told from the heads alone."""
    return tame(f"merge {listed(sorted(heads), len(heads))}")
