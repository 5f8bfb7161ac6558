"""A real git repository in a folder, told what to do in a line, the same on every machine."""

from __future__ import annotations

import itertools
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

CONFIG = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_EDITOR": ":",
    "LC_ALL": "C",
}
"""What makes git forget who runs it and on which machine; conftest gives it to every test."""

_MIDNIGHT = 1_704_067_200  # 2024-01-01 00:00 UTC; each commit is a minute after the one before


@dataclass(frozen=True, slots=True)
class Repo:
    """A repository with its work tree (or bare) at `root`. Paths are given relative to it.

        repo = Repo.init(tmp_path / "app")
        repo.write("migrations/versions/a1.py", "...")
        sha = repo.commit("Add a1")
        repo.switch("feature", create=True)

    Every command runs with an environment made from nothing: the user's configuration, and a
    GIT_DIR that a hook left behind, have no say. `env` adds to it.
    """

    root: Path
    env: Mapping[str, str] = field(default_factory=dict)
    clock: Iterator[int] = field(default_factory=lambda: itertools.count(_MIDNIGHT, 60))

    @classmethod
    def init(
        cls, root: Path | str, *options: str, bare: bool = False, branch: str = "main"
    ) -> Repo:
        """A new repository; `options` go to `git init` (`--object-format=sha256`)."""
        root = Path(root)
        root.mkdir(parents=True, exist_ok=True)
        repo = cls(root)
        repo.git("init", "--quiet", f"--initial-branch={branch}", *options, *["--bare"] * bare)
        return repo

    def clone(self, into: Path | str, *options: str) -> Repo:
        """A clone of this repository at `into`; `options` go to `git clone` (`--depth=1`).

        It goes through file:// because git copies plain paths and ignores `--depth`.
        """
        into = Path(into)
        self.git("clone", "--quiet", *options, self.url, str(into))
        return Repo(into, self.env, self.clock)

    def worktree(self, path: Path | str, *options: str) -> Repo:
        """A linked work tree at `path`; `options` go to `git worktree add` (`-b feature`)."""
        self.git("worktree", "add", "--quiet", str(path), *options)
        return Repo(Path(path), self.env, self.clock)

    @property
    def url(self) -> str:
        """The address to clone from."""
        return self.root.resolve().as_uri()

    def run(
        self,
        *command: str | bytes,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        check: bool = True,
    ) -> subprocess.CompletedProcess[bytes]:
        """Any program in the root of the repository; raises with its stderr where it fails."""
        date = f"{next(self.clock)} +0000"
        clean = {"PATH": os.environ["PATH"], "HOME": os.devnull, **CONFIG}
        clean |= {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date, **self.env, **(env or {})}
        done = subprocess.run(
            command, cwd=self.root, input=stdin, env=clean, capture_output=True, timeout=60
        )
        if check and done.returncode:
            said = (done.stdout + done.stderr).decode(errors="replace")
            raise AssertionError(f"{command!r} answered {done.returncode}: {said}")
        return done

    def git(
        self, *args: str | bytes, stdin: bytes = b"", env: Mapping[str, str] | None = None
    ) -> str:
        """What `git ARGS` prints, without the last newline. `file://` may be fetched from."""
        done = self.run("git", "-c", "protocol.file.allow=always", *args, stdin=stdin, env=env)
        return os.fsdecode(done.stdout).removesuffix("\n")

    def write(self, path: str | bytes, text: str | bytes = "") -> Path:
        """Write a file of the work tree, and the folders it needs; nothing is added to git."""
        target = self.root / os.fsdecode(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode() if isinstance(text, str) else text)
        return target

    def add(self, *paths: str) -> None:
        """Stage `paths`, or everything."""
        self.git("add", *(["--", *paths] if paths else ["--all"]))

    def commit(self, message: str = "change") -> str:
        """Commit everything that is in the work tree (hooks run); returns the sha."""
        self.add()
        self.git("commit", "--quiet", "--allow-empty", f"--message={message}")
        return self.sha()

    def put(self, files: Mapping[str, str | bytes], message: str = "change") -> str:
        """Write `files` and commit everything; returns the sha."""
        for path, text in files.items():
            self.write(path, text)
        return self.commit(message)

    def branch(self, name: str, at: str = "HEAD") -> None:
        """Make a branch without switching to it, whatever its name is."""
        self.git("update-ref", f"refs/heads/{name}", self.sha(at))

    def switch(self, name: str, *, create: bool = False) -> None:
        """Go to a branch, made here and now where `create` says so."""
        self.git("switch", "--quiet", *["--create"] * create, name)

    def merge(self, *names: str, check: bool = True) -> int:
        """`git merge --no-edit NAMES`; returns its exit code, 1 being a conflict."""
        return self.run("git", "merge", "--quiet", "--no-edit", *names, check=check).returncode

    def sha(self, ref: str = "HEAD") -> str:
        """The object id of a ref."""
        return self.git("rev-parse", "--verify", "--end-of-options", ref)

    def status(self) -> str:
        """What `git status --short` says: "" when nothing is changed."""
        return self.git("status", "--short")

    def objects(self) -> int:
        """How many files the object store has: a witness that nothing was written into it."""
        store = self.root / self.git("rev-parse", "--git-path", "objects")
        return sum(1 for path in store.rglob("*") if path.is_file())
