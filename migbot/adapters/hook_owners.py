"""Whose a hook file is: migbot's own, another tool's, or of a folder that is shared."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from migbot.adapters.git_process import Repository
from migbot.adapters.hook_steps import Tell

ID = b"# migbot-hook:"
"""The line by which our own files are known."""

LINE = (
    'hook="$(git rev-parse --git-common-dir)/migbot/hook"; '
    '[ ! -f "$hook" ] || /bin/sh "$hook" {event} {arguments} || exit $?'
)
"""What another tool's hook can say to run ours; it does nothing in a clone without migbot."""

_LEFTHOOK = tuple(
    f"{folder}{dot}lefthook.{kind}"
    for folder, dot in (("", ""), ("", "."), (".config/", ""))
    for kind in ("yml", "yaml", "toml", "json", "jsonc")
)


def own(path: Path) -> bool:
    """Whether `install` wrote this file."""
    return _holds(path, ID)


def place(hooks: Path, event: str) -> Path:
    """Where our file for `event` is, or belongs.

    Other tools keep an existing hook as NAME.legacy and run it (pre-commit does); where they have
    done so to ours, it stays there.
    """
    kept = hooks / f"{event}.legacy"
    return kept if own(kept) and not own(hooks / event) else hooks / event


def kept(hooks: Path, event: str) -> Path:
    """Where the hook that was there before ours is kept."""
    return hooks / f"{event}.migbot-legacy"


def advice(repo: Repository, hooks: Path, event: str) -> Tell | None:
    """What to add by hand where a hook file must not be written; None where it can be.

    A hooks folder outside of the git folder (core.hooksPath, a link) is tracked, shared with the
    team, or shared with other repositories. lefthook writes its hooks anew when it likes.
    """
    if not hooks.resolve().is_relative_to(repo.common_dir):
        return Tell(f"add to {_by_hand(hooks) / event}:", line(event))
    root = repo.root
    if root and any((root / name).is_file() for name in _LEFTHOOK):
        stdin = "\n      use_stdin: true" if event in ("pre-push", "post-rewrite") else ""
        run = LINE.format(event=event, arguments="{0}")
        block = f"{event}:\n  commands:\n    migbot:\n      run: |\n        {run}{stdin}"
        return Tell("lefthook writes the hooks here; add to its configuration:", block)
    return None


def leftovers(hooks: Path, event: str) -> Iterator[Tell]:
    """What `uninstall` leaves to the user: a line added by hand, a hook that nothing runs."""
    by_hand = _by_hand(hooks) / event
    if not own(by_hand) and _holds(by_hand, b"/migbot/hook"):
        yield Tell(f"take the line with migbot/hook out of {by_hand}")
    before = kept(hooks, event)
    if os.path.lexists(before) and not own(place(hooks, event)):
        yield Tell(f"{before} was kept, and {event} is another tool's now: remove one of them")


def line(event: str) -> str:
    """The line that runs our hook out of another one for the same event."""
    return LINE.format(event=event, arguments='"$@"')


def _by_hand(hooks: Path) -> Path:
    """Where people write hooks: husky's git-ignored folder `_` only calls those beside it."""
    return hooks.parent if hooks.name == "_" and hooks.parent.name == ".husky" else hooks


def _holds(path: Path, mark: bytes) -> bool:
    return path.is_file() and mark in path.read_bytes()
