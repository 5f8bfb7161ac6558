"""Starts the guest: in the project's interpreter, with nothing of ours but the request."""

from __future__ import annotations

import functools
import json
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from migbot.adapters import child_process
from migbot.adapters.child_process import MARK, Child, Ended, Limits
from migbot.adapters.project_python import Interpreter
from migbot.core.guest_words import Heard, hear
from migbot.core.value import Value
from migbot.errors import MigbotError

GUEST = Path(__file__).parent.parent / "guest" / "__main__.py"

KEPT = ("PATH", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""Variables that say how this machine works. Everything else may be a way to a real database."""

_FENCES = (
    ("unshare", "--net"),
    ("unshare", "--user", "--map-current-user", "--net"),
    ("unshare", "--user", "--map-root-user", "--net"),
)


class Guest(Value):
    """How to run a guest, whatever the task: where, in what, for how long.

    It has no network, where the system can see to that; with `network` its database is there.
    """

    interpreter: Interpreter
    scratch: Path
    environ: Mapping[str, str]
    limits: Limits
    network: bool = False


def run_guest(guest: Guest, request: Mapping[str, Any], child: Child) -> tuple[Heard, Ended]:
    """Run one task in a process of `start_guest`; what it said, and how it ended.

    The request goes to its stdin, since it may hold what nobody may see in a list of processes.
    Raises ValueError for an answer that is not understood.
    """
    token = secrets.token_hex(16)
    text = json.dumps({**request, "answer": child.number, "token": token})
    ended = child_process.ask(child, text.encode(), guest.limits)
    return hear(ended.answer, token), ended


def start_guest(guest: Guest) -> Child:
    """Start the process of a guest, which imports what it will need and waits for its task.

    Raises MigbotError where the interpreter cannot be started.
    """
    command = [*(() if guest.network else namespace()), guest.interpreter.path, "-B", str(GUEST)]
    environ = {**guest.environ, MARK: secrets.token_hex(16)}
    try:
        return child_process.start(command, environ, guest.scratch)
    except OSError as error:
        raise MigbotError(
            f"{guest.interpreter.path} cannot be started: {error.strerror}.",
            'Name the project\'s interpreter: [tool.migbot] python = "...".',
        ) from None


def scrubbed(
    environ: Mapping[str, str], scratch: Path, interpreter: Interpreter, extra: Mapping[str, str]
) -> dict[str, str]:
    """The environment of a guest: an allow-list, a home of its own, and what the settings add."""
    made = {name: environ[name] for name in KEPT if name in environ}
    made.update(HOME=str(scratch / "home"), TMPDIR=str(scratch / "tmp"))
    made.update(PYTHONDONTWRITEBYTECODE="1", PYTHONUNBUFFERED="1")
    if interpreter.user_base:
        made["PYTHONUSERBASE"] = interpreter.user_base  # HOME no longer leads there
    return {**made, **extra}


@functools.cache
def namespace() -> tuple[str, ...]:
    """The command that takes the network away, or nothing where this system does not allow it."""
    for fence in _FENCES:
        if shutil.which(fence[0]) and _works(fence):
            return (*fence, "--")
    return ()


def _works(fence: tuple[str, ...]) -> bool:
    try:
        done = subprocess.run([*fence, "--", "true"], capture_output=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def isolation(fenced: bool, network: bool = False) -> str:
    """The name of what holds: see RoundTrip.isolation.

    `sandbox` is no network *and* a file system that can only be written to in the scratch folder.
    A guest whose database is on the `network` is held by the audit hook alone.
    """
    if network or not namespace():
        return "audit"
    return "sandbox" if fenced else "namespace"
