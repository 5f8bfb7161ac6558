"""The command with which a deployment upgrades, read from the settings."""

from __future__ import annotations

import argparse
import re
import shlex

from migbot.core.value import Value
from migbot.errors import MigbotError


class Deploy(Value):
    """An upgrade as a deployment runs it.

    `own` are the words of a command of the project's own, none for Alembic's, and `directory` is
    where it is run, from the root. Of Alembic's, `target` is what it upgrades to, `x` are its `-x`
    arguments, and `tag` is its `--tag`.
    """

    own: tuple[str, ...] = ()
    directory: str = ""
    target: str = "heads"
    x: tuple[str, ...] = ()
    tag: str = ""

    @property
    def verb(self) -> str:
        """What a report calls it."""
        return shlex.join(self.own) if self.own else f"upgrade {self.target}"


def read_deploy(text: str) -> Deploy:
    """The setting `deploy`; raises MigbotError where it is no command that upgrades."""
    directory, command = _CD.fullmatch(text.strip()).groups("")  # type: ignore[union-attr]
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise _wrong(text, str(error)) from None
    if not words:
        raise _wrong(text, "it is empty")
    if words[0] in ("python", "python3") and words[1:3] == ["-m", "alembic"]:
        words = words[2:]
    return _alembic(text, words[1:]) if words[0] == "alembic" else Deploy(tuple(words), directory)


_CD = re.compile(r"(?:cd\s+(\S+)\s*&&)?\s*(.*)", re.S)
"""Many a project lies in a folder of its repository: `cd backend && flask db upgrade`."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise ValueError(message)


def _alembic(text: str, words: list[str]) -> Deploy:
    """Alembic's own command line: https://alembic.sqlalchemy.org/en/latest/tutorial.html.

    Where it is (`-c`, `-n`) is the environment's to say.
    """
    parser = _Parser(prog="alembic", add_help=False, allow_abbrev=False)
    for option in ("-c", "-n", "--config", "--name"):
        parser.add_argument(option)
    parser.add_argument("-q", "--quiet", "--raiseerr", action="store_true")
    parser.add_argument("-x", action="append", default=[])
    parser.add_argument("--tag", default="")
    parser.add_argument("command", choices=["upgrade"])
    parser.add_argument("target")
    try:
        found = parser.parse_args(words)
    except ValueError as error:
        raise _wrong(text, str(error)) from None
    return Deploy(target=found.target, x=tuple(found.x), tag=found.tag)


def _wrong(text: str, why: str) -> MigbotError:
    return MigbotError(
        f"deploy = {text!r} is no command that upgrades: {why}.",
        'deploy = "alembic upgrade heads"',
    )
