"""Many heads against one base: each judged as `judge_commits` would, the base read once."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial

from migbot.adapters.git_blobs import read_blobs
from migbot.adapters.git_merge import Merge
from migbot.adapters.git_merges import Changed, all_changed, all_merged
from migbot.adapters.git_process import Repository
from migbot.adapters.git_trees import CommitTree, MergedTree, commit
from migbot.adapters.memory import BlobMemory
from migbot.adapters.published_ids import PublishedHere
from migbot.core.check import Rule
from migbot.core.files import Entry, Kind
from migbot.core.forecasting import Addition, addition
from migbot.core.graph import RevisionGraph
from migbot.core.grown import GrownGraph
from migbot.core.history import Change
from migbot.core.report import Report, Subject
from migbot.core.scan import sooner_revision
from migbot.core.settings import Settings, read_settings
from migbot.core.value import Value
from migbot.errors import MigbotError
from migbot.resolvers.planned import planned
from migbot.rules import all_rules
from migbot.workflow import Earlier, Moments, changes, judge_changes

_LOG = logging.getLogger(__name__)


class Swept(Value):
    """One head: its report, what it adds that others may feel, and, where anything was found, the
    histories that it was found in, by the environment's name."""

    report: Report
    additions: tuple[Addition, ...] = ()
    graphs: Mapping[str, RevisionGraph] = {}


class _Base(Value):
    """The base, and what is asked for all heads together."""

    id: str
    tree: CommitTree
    settings: Settings
    memory: BlobMemory
    earlier: Earlier
    published: PublishedHere
    rules: tuple[Rule, ...]


class _Merged(Value):
    """A merge, and what it changes on the base: None where that is too much to be listed."""

    head: str
    merge: Merge
    changed: Changed | None


class _Batch(Value):
    """Some heads, their merges, and what these change on the base, by the id of the tree."""

    heads: tuple[str, ...]
    merges: tuple[Merge | MigbotError, ...]
    listed: Mapping[str, Changed | None]


FEW = 40
"""Heads that git merges, on a core of its own, while those before them are judged."""


def sweep(
    repo: Repository, base: str, heads: Sequence[str], *, singly: bool = False
) -> Iterator[Swept | MigbotError]:
    """Judge each of the commits `heads` merged into the commit `base` (ids), in their order.

    What stands in the way of one is its answer, and the others go on. `singly` is as in
    `all_merged`. Raises MigbotError where the base itself cannot be read.
    """
    batches = [heads[at : at + FEW] for at in range(0, len(heads), FEW)]
    with ExitStack() as stores, ThreadPoolExecutor(1) as ahead:
        merge = partial(_batch, repo, base, singly, stores)
        coming = [ahead.submit(merge, each) for each in batches[:1]]
        known = _read(repo, base)
        for number in range(len(batches)):
            batch = coming.pop().result()
            coming += [ahead.submit(merge, each) for each in batches[number + 1 : number + 2]]
            yield from _answers(repo, known, batch)
    known.memory.save()


def _batch(
    repo: Repository, base: str, singly: bool, stores: ExitStack, heads: Sequence[str]
) -> _Batch:
    """Some heads, merged; the trees can be read until `stores` is closed."""
    merges = stores.enter_context(all_merged(repo, heads, base, singly=singly))
    listed = _listed(base, [each for each in merges if isinstance(each, Merge)])
    return _Batch(tuple(heads), merges, listed)


def _answers(repo: Repository, known: _Base, batch: _Batch) -> Iterator[Swept | MigbotError]:
    texts = _contents(repo, batch.listed.values(), known.earlier)
    for head, merge in zip(batch.heads, batch.merges, strict=True):
        if isinstance(merge, MigbotError):
            yield merge
        else:
            yield _answered(known, _Merged(head, merge, batch.listed[merge.id]), texts)


def _read(repo: Repository, base: str) -> _Base:
    tree = commit(repo, base)
    settings = read_settings(tree)
    memory = BlobMemory(repo.common_dir / "migbot", reader=sooner_revision)
    earlier = Earlier(tree, settings, memory)
    with suppress(MigbotError):  # each head will say so; read now, while git merges the first ones
        for each in earlier.environments:
            earlier.history(each)
    published = PublishedHere(repo, settings, memory)
    return _Base(base, tree, settings, memory, earlier, published, all_rules())


def _listed(base: str, merges: Sequence[Merge]) -> dict[str, Changed | None]:
    """What each merge changes on the base, by the id of its tree."""
    if not merges:
        return {}
    ids = list(dict.fromkeys(each.id for each in merges))
    return dict(zip(ids, all_changed(merges[0].tree.repo, base, ids), strict=True))


def _contents(
    repo: Repository, changes: Iterable[Changed | None], earlier: Earlier
) -> dict[str, bytes]:
    """The content of every migration that is new to the base, by blob id: one process for all.

    Where they cannot be read together, each is read when it is asked for.
    """
    folders = tuple(f"{folder}/" for each in earlier.environments for folder in each.versions)
    entries = (entry for changed in changes if changed for entry in changed.values() if entry)
    wanted = {each.id for each in entries if each.path.startswith(folders)}
    try:
        return read_blobs(repo, [Entry(id, id, Kind.FILE) for id in wanted])
    except MigbotError:
        return {}


def _answered(known: _Base, merged: _Merged, texts: dict[str, bytes]) -> Swept | MigbotError:
    try:
        return _judged(known, merged, texts)
    except MigbotError as error:
        return error
    except Exception:  # a defect of ours that one head meets must not stop the others
        _LOG.exception("judging %s failed", merged.head)
        return MigbotError("migbot itself failed; this is a defect of migbot.")


def _judged(known: _Base, merged: _Merged, texts: dict[str, bytes]) -> Swept:
    subject = Subject(merged.head, known.id, merged.merge.id)
    moments = Moments(known.tree, merged.merge.tree, False, subject, merged.merge.conflicts)
    if merged.changed is None:
        found = changes(moments, known.settings, memory=known.memory)
    else:
        tree = MergedTree(merged.merge.tree.repo, known.tree, merged.changed, texts)
        moments = moments._replace(after=tree)
        found = known.earlier.changes(tree, merged.changed)
    report = judge_changes(found, moments, known.settings, known.rules)
    report = planned(report, found, moments.after, known.settings, known.published)
    graphs = {each.after.environment.name: _fresh(each.after.graph) for each in found}
    additions = tuple(_addition(each, report) for each in found)
    return Swept(report, additions, graphs if report.findings else {})


def _fresh(graph: RevisionGraph) -> RevisionGraph:
    """The graph without the answers that it keeps: of hundreds, those would fill the memory."""
    if isinstance(graph, GrownGraph):
        return GrownGraph(graph.below, graph.own)
    return RevisionGraph(graph.revisions, graph.unreadable)


def _addition(change: Change, report: Report) -> Addition:
    """What is not known whole cannot be said to fork with anybody."""
    added = addition(change)
    return added._replace(sound=added.sound and not report.unknown)
