"""Alembic's commands as a person pastes them into a POSIX shell."""

from __future__ import annotations

import shlex

from migbot.core.environment import Environment


def alembic(environment: Environment, verb: str, revision: str) -> str:
    """`alembic -c FILE -n SECTION VERB REVISION`, the options only where they are needed.

    Alembic looks for alembic.ini and pyproject.toml where it is started, which is taken to be the
    repository's root.
    """
    usual = environment.config in ("", "alembic.ini", "pyproject.toml")
    words = [
        "alembic",
        *([] if usual else ["-c", environment.config]),
        *([] if environment.section == "alembic" else ["-n", environment.section]),
        verb,
        revision,
    ]
    return shlex.join(words)


def upgrade(environment: Environment, heads: int) -> str:
    """The command that brings a database up to date: `head`, or `heads` where there are more."""
    return alembic(environment, "upgrade", "head" if heads == 1 else "heads")
