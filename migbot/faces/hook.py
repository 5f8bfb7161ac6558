"""What git's hooks run: `hook EVENT ARGUMENTS...`, with nothing but the standard library."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from migbot.adapters.git_process import Repository, attempt
from migbot.adapters.git_read import locate
from migbot.errors import MigbotError

TYPE_CHECKING = False  # see core.value
if TYPE_CHECKING:
    from typing import NoReturn

EVENTS = {
    "pre-commit": "hook_commit",
    "pre-merge-commit": "hook_commit",
    "commit-msg": "hook_message",
    "pre-push": "hook_push",
    "post-merge": "hook_advice",
    "post-rewrite": "hook_advice",
}
"""The module beside this one that has a function of the event's name; only it is imported."""

Event = Callable[[Repository, Sequence[str]], bool]
"""An event's function answers whether git may go on, and has said why where not."""


def process(argv: Sequence[str], *, stop: int = 1) -> NoReturn:
    """Run the hook as all that this process is for, and exit: with `stop` to stop git, else 0."""
    gc.disable()  # the process is over before there is anything to collect
    answer = main(argv)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(stop if answer else 0)  # Python's own end takes everything apart, for 10 ms


def main(argv: Sequence[str]) -> int:
    """Run the hook for `argv[0]`, whose arguments git gave; 1 stops git, 0 lets it go on.

    Where nothing could be looked at (no repository, settings that cannot be read, a defect of
    ours) one line says so, and git goes on unless `migbot.strict` is set.
    """
    event, *arguments = _as_pre_commit_says(argv or [""])
    try:
        repo = locate(Path())
    except MigbotError as error:
        return _not_looked(event, error, strict=False)
    try:
        return 0 if _run(repo, event, arguments) else 1
    except KeyboardInterrupt:
        return 1
    except MigbotError as error:
        return _blind(repo, event, error)
    except Exception as error:
        words = f"{type(error).__name__}: {error}"
        return _blind(repo, event, MigbotError(f"a defect of migbot stopped it ({words})"))


def _as_pre_commit_says(argv: Sequence[str]) -> Sequence[str]:
    """The event and its arguments, told by pre-commit's runner in the environment.

    It has one entry for all the stages of an id, and hands on no arguments
    (pre_commit/commands/run.py).
    """
    if argv[0] != "post-merge" or "PRE_COMMIT" not in os.environ:
        return argv
    if "PRE_COMMIT_REWRITE_COMMAND" in os.environ:
        return ["post-rewrite", os.environ["PRE_COMMIT_REWRITE_COMMAND"]]
    return ["post-merge", os.environ.get("PRE_COMMIT_IS_SQUASH_MERGE", "0")]


def _run(repo: Repository, event: str, arguments: Sequence[str]) -> bool:
    if event not in EVENTS:
        raise MigbotError(f"there is no hook {event!r}", f"There are: {', '.join(EVENTS)}.")
    module = import_module(f"migbot.faces.{EVENTS[event]}")
    run: Event = getattr(module, event.replace("-", "_"))
    return run(repo, arguments)


def _blind(repo: Repository, event: str, error: MigbotError) -> int:
    return _not_looked(event, error, strict=_is_strict(repo))


def _not_looked(event: str, error: MigbotError, *, strict: bool) -> int:
    from migbot.render.hook_words import unchecked  # a hook that looked and let go on says nothing

    sys.stderr.write(unchecked(event, error, strict=strict))
    return int(strict)


def _is_strict(repo: Repository) -> bool:
    asked = attempt(repo, "config", "--type=bool", "--get", "migbot.strict")
    return asked.stdout.strip() == b"true"


if __name__ == "__main__":
    process(sys.argv[1:])
