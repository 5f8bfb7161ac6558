"""Who runs a throw-away server: this user, or for root a user id that nobody else has."""

from __future__ import annotations

import os
import pwd
import secrets
from collections.abc import Container

from migbot.core.value import Value
from migbot.errors import MigbotError

FREE = range(60706, 61184)
"""Ids that no distribution gives away and that fit a container's 65536 (systemd.io/UIDS-GIDS)."""


class Account(Value):
    """A user of the system, by number."""

    uid: int
    gid: int


def private(taken: Container[int]) -> Account | None:
    """For root an id without a passwd entry that is not `taken`; None: the server runs as we do.

    Servers refuse to run as root, and one under `nobody` could be signalled by every other
    process of `nobody`. Raises MigbotError where all ids are taken.
    """
    if os.geteuid() != 0:
        return None
    for uid in secrets.SystemRandom().sample(FREE, len(FREE)):
        if uid not in taken and not has_entry(uid):
            return Account(uid, uid)
    raise MigbotError(
        f"All user ids from {FREE.start} to {FREE.stop - 1} are taken by throw-away servers.",
        "Wait until other runs of migbot have ended.",
    )


def entered() -> Account | None:
    """For root an unprivileged user with a passwd entry, `nobody` first; None where there is none.

    initdb refuses to run as an id that has no entry.
    """
    users = sorted(pwd.getpwall(), key=lambda user: user.pw_name != "nobody")
    return next((Account(user.pw_uid, user.pw_gid) for user in users if user.pw_uid), None)


def has_entry(uid: int) -> bool:
    """Whether the system knows a name for the id."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True
