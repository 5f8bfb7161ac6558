"""autofix: the merge revision that a merge needs, written and staged in the middle of it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path, PurePath

from migbot.adapters.apply_plan import apply
from migbot.adapters.git_process import Repository, git
from migbot.adapters.git_trees import index
from migbot.core.history import Change, read_history
from migbot.core.plan import Edit, Plan
from migbot.core.settings import Strategy
from migbot.core.templates import read_template
from migbot.errors import MigbotError
from migbot.faces.hook_look import Look, look, report_to_user, tree_of
from migbot.render.hook_words import PARTIAL, not_mended, repaired
from migbot.resolvers.choose import resolve
from migbot.workflow import changes


def mend(repo: Repository, seen: Look, doing: str, *, finished: bool) -> bool:
    """Write and stage the merge revision, and say so; `finished` if this commit takes it in.

    Answers whether git may go on. All is as before where it may not, but for a merge revision
    that waits for `git commit`. The index of `git commit FILE` is not the one that stays, so
    there nothing is staged.
    """
    if PurePath(repo.env.get("GIT_INDEX_FILE", "")).name.startswith("next-index-"):
        report_to_user(seen, doing)
        sys.stderr.write(PARTIAL)
        return False
    try:
        plan = _staged(repo, seen)
    except MigbotError as error:
        report_to_user(seen, doing)
        sys.stderr.write(not_mended(error))
        return False
    sys.stderr.write(repaired(plan, finished=finished))
    return finished


def _staged(repo: Repository, seen: Look) -> Plan:
    assert repo.root is not None  # nothing is committed in a bare repository
    plan = _plan(repo, seen)
    root = repo.root
    # a hook that was killed between writing and staging left the very same file
    to_write = tuple(each for each in plan.edits if not _is_there(root / each.path, each))
    missing = plan._replace(edits=to_write)
    apply(missing, root, repo.git_dir, lambda: _stage(repo, seen, plan.edits))
    return plan


def _is_there(path: Path, edit: Edit) -> bool:
    return path.is_file() and path.read_bytes() == edit.content


def _plan(repo: Repository, seen: Look) -> Plan:
    """One plan for every environment that is forked; always a merge, as others' work is in it."""
    names = {each.environment for each in seen.errors}
    every = changes(seen.moments, seen.by.settings)
    forked = [each for each in every if each.after.environment.name in names]
    plans = [_merge(repo, seen, each) for each in forked]
    return plans[0]._replace(edits=tuple(edit for plan in plans for edit in plan.edits))


def _merge(repo: Repository, seen: Look, change: Change) -> Plan:
    base = read_history(tree_of(repo, seen.by.base), change.before.environment)
    template = read_template(seen.moments.after, change.after.environment)
    ids = frozenset(base.graph.by_id)
    return resolve(change.after, template, base_ids=ids, strategy=Strategy.MERGE)


def _stage(repo: Repository, seen: Look, edits: Iterable[Edit]) -> str | None:
    """Stage what was written and judge again; what is wrong then, with nothing staged."""
    paths = [edit.path for edit in edits]
    git(repo, "add", "--", *(f":(top,literal){path}" for path in paths))
    again = look(repo, seen.moments._replace(after=index(repo)), seen.by, whole_history=True)
    if not again.stops:
        return None
    git(repo, "update-index", "--force-remove", "--", *paths)
    return "; ".join(each.message for each in again.errors) or "the result cannot be read"
