"""The steps of installing and removing hooks, as values that are shown and carried out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from migbot.adapters.git_process import Repository, attempt, git
from migbot.core.value import Value


class Step(Protocol):
    """One thing to do to a repository; `str` says it in words."""

    def needed(self, repo: Repository) -> bool:
        """Whether there is anything to do: a step that is done is not done again."""
        ...

    def carry_out(self, repo: Repository) -> None:
        """Do it."""
        ...


class Write(Value):
    """Write an executable file, whole or not at all; line ends are LF, or no shell would run it."""

    path: Path
    text: str

    def __str__(self) -> str:
        return f"write {self.path}"

    def needed(self, repo: Repository) -> bool:
        """See `Step.needed`."""
        if self.path.is_symlink() or not self.path.is_file() or not os.access(self.path, os.X_OK):
            return True
        return self.path.read_bytes() != os.fsencode(self.text)

    def carry_out(self, repo: Repository) -> None:
        """See `Step.carry_out`."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_name(f"{self.path.name}.migbot-{os.getpid()}")
        new.write_bytes(os.fsencode(self.text))
        new.chmod(0o755)
        new.replace(self.path)


class Move(Value):
    """Give a file another name, which nothing has."""

    path: Path
    to: Path

    def __str__(self) -> str:
        return f"rename {self.path} to {self.to.name}"

    def needed(self, repo: Repository) -> bool:
        """See `Step.needed`."""
        return os.path.lexists(self.path)

    def carry_out(self, repo: Repository) -> None:
        """See `Step.carry_out`."""
        self.path.rename(self.to)


class Remove(Value):
    """Remove a file."""

    path: Path

    def __str__(self) -> str:
        return f"remove {self.path}"

    def needed(self, repo: Repository) -> bool:
        """See `Step.needed`."""
        return os.path.lexists(self.path)

    def carry_out(self, repo: Repository) -> None:
        """See `Step.carry_out`."""
        self.path.unlink()


class Configure(Value):
    """Set a key of the repository's own configuration to one value."""

    key: str
    value: str

    def __str__(self) -> str:
        return f"git config {self.key} {self.value!r}"

    def needed(self, repo: Repository) -> bool:
        """See `Step.needed`."""
        now = attempt(repo, "config", "--local", "-z", "--get-all", self.key).stdout
        return now != os.fsencode(self.value) + b"\0"

    def carry_out(self, repo: Repository) -> None:
        """See `Step.carry_out`."""
        git(repo, "config", "--local", "--replace-all", self.key, self.value)


class Forget(Value):
    """Take a section out of the repository's own configuration."""

    section: str

    def __str__(self) -> str:
        return f"git config --remove-section {self.section}"

    def needed(self, repo: Repository) -> bool:
        """See `Step.needed`."""
        keys = f"^{self.section.replace('.', '[.]')}[.]"
        return attempt(repo, "config", "--local", "--get-regexp", keys).returncode == 0

    def carry_out(self, repo: Repository) -> None:
        """See `Step.carry_out`."""
        git(repo, "config", "--local", "--remove-section", self.section)


class Tell(Value):
    """Something that is left to the user: why, and what to paste where there is anything."""

    message: str
    paste: str = ""

    def __str__(self) -> str:
        return self.message + "".join(f"\n    {line}" for line in self.paste.splitlines())

    def needed(self, repo: Repository) -> bool:
        """See `Step.needed`."""
        return True

    def carry_out(self, repo: Repository) -> None:
        """Nothing: saying it is all."""
