"""The git hooks of a repository: put in beside whatever is there, and taken out again.

One file in the git folder, `migbot/hook`, does what all hooks do. Git reaches it through its own
configuration where it can (`hook.NAME.command`, git 2.54), else through a small file for each
event, which runs the hook that was there before it too.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

from migbot.adapters.git_process import Repository
from migbot.adapters.git_read import git_version, hooks_dir
from migbot.adapters.hook_owners import advice, kept, leftovers, own, place
from migbot.adapters.hook_steps import Configure, Forget, Move, Remove, Step, Write
from migbot.core.environment import Environment
from migbot.errors import MigbotError

EVENTS = ("pre-commit", "pre-merge-commit", "pre-push", "post-merge", "post-rewrite")
"""What is installed: commits, merges and pushes can be stopped, the last two only advise."""

OPTIONAL = ("commit-msg",)
"""What is installed where it is asked for."""

HOOKS_IN_CONFIG = (2, 54)
"""The git that runs `hook.NAME.command` (its release notes); older ones pass it over silently."""

ANYWHERE = (
    ":(glob)**/versions/**/*.py",
    ":(glob)**/alembic.ini",
    ":(glob)**/migbot.toml",
)
"""What migrations look like in an environment that was not there when the hooks were installed."""


def pathspecs(environments: Iterable[Environment]) -> tuple[str, ...]:
    """What git is asked about before anything else is done: folders of revisions and configs."""
    found = [
        path
        for each in environments
        for path in (*(folder or ":(glob)*.py" for folder in each.versions), each.config)
        if path
    ]
    return tuple(dict.fromkeys([*found, *ANYWHERE]))


def install(
    repo: Repository,
    python: str,
    paths: Iterable[str] = ANYWHERE,
    *,
    events: Iterable[str] = EVENTS,
    version: tuple[int, ...] | None = None,
    dry_run: bool = False,
) -> tuple[Step, ...]:
    """Install the hooks for `events`; a second time changes nothing.

    `python` is the interpreter that has migbot, `paths` what `pathspecs` gives, `version` that of
    git (asked for where it is None). Returns what was done, or with `dry_run` would be, and what
    is left to the user (`Tell`). Locate `repo` with `elsewhere()`, so that the hooks of the
    repository that is meant are written. Raises MigbotError, before anything is written, where an
    existing hook cannot be kept.
    """
    shim, hooks = repo.common_dir / "migbot" / "hook", hooks_dir(repo)
    in_config = (version or git_version(repo)) >= HOOKS_IN_CONFIG
    way = _configured if in_config else _filed
    steps = [step for event in events for step in way(repo, hooks, shim, event)]
    return _done(repo, [Write(shim, _shim(python, paths)), *steps], dry_run)


def uninstall(repo: Repository, *, dry_run: bool = False) -> tuple[Step, ...]:
    """Take out whatever `install` put in, by either way, and put back the hooks of before.

    Returns what was done, or with `dry_run` would be; nothing where nothing is installed.
    """
    # core.hooksPath may have been set since
    folders = dict.fromkeys([hooks_dir(repo).resolve(), repo.common_dir / "hooks"])
    steps: list[Step] = [Forget(_section(event)) for event in (*EVENTS, *OPTIONAL)]
    for hooks in folders:
        for event in (*EVENTS, *OPTIONAL):
            steps += [*_unfiled(hooks, event), *leftovers(hooks, event)]
    steps.append(Remove(repo.common_dir / "migbot" / "hook"))
    return _done(repo, steps, dry_run)


def _done(repo: Repository, steps: Iterable[Step], dry_run: bool) -> tuple[Step, ...]:
    wanted = tuple(step for step in steps if step.needed(repo))
    if not dry_run:
        for step in wanted:
            step.carry_out(repo)
    return wanted


def _shim(python: str, paths: Iterable[str]) -> str:
    return _filled("shim.sh", PYTHON=shlex.quote(python), PATHSPECS=shlex.join(paths))


def _filled(name: str, **values: str) -> str:
    text = (files("migbot.hooks") / name).read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text


def _section(event: str) -> str:
    # git refuses a name that is the name of an event
    return f"hook.migbot-{event}"


def _configured(repo: Repository, hooks: Path, shim: Path, event: str) -> Iterator[Step]:
    """Git's own configuration; it runs beside every hook file, so ours is one too many."""
    at = shlex.quote(str(shim))
    gone = shlex.quote(f"migbot: {shim} is gone, so nothing is checked; run: migbot install")
    # git appends the arguments by itself
    command = f"[ -f {at} ] || {{ echo {gone} >&2; exit 0; }}; /bin/sh {at} {event}"
    yield from _unfiled(hooks, event)
    yield Configure(f"{_section(event)}.command", command)
    yield Configure(f"{_section(event)}.event", event)


def _filed(repo: Repository, hooks: Path, shim: Path, event: str) -> Iterator[Step]:
    yield Forget(_section(event))
    told = advice(repo, hooks, event)
    if told:
        yield told
        return
    path, before = place(hooks, event), kept(hooks, event)
    if os.path.lexists(path) and not own(path):
        if os.path.lexists(before):
            raise MigbotError(
                f"{path} is not migbot's, and {before.name} is kept beside it already.",
                "Remove the one that is not wanted, then run: migbot install",
            )
        yield Move(path, before)
    hook = os.path.relpath(shim, hooks.resolve())
    yield Write(path, _filled("chain.sh", EVENT=event, HOOK=hook))


def _unfiled(hooks: Path, event: str) -> Iterator[Step]:
    path, before = place(hooks, event), kept(hooks, event)
    if own(path):
        yield Remove(path)
        yield Move(before, path)
