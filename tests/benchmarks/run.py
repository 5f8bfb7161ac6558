"""Measure what the documentation promises: ratios against a peer, medians, all in one run.

`make bench` writes docs/benchmarks.md and exits with 1 where a promise is not kept.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(Path(__file__).parent)]

from sections import write  # noqa: E402

from made import migration, path_of, project  # noqa: E402
from support.repos import Repo  # noqa: E402

RUNS = 15


@dataclass(frozen=True)
class Row:
    """One promise: what was measured, against what, the ratio and its limit."""

    what: str
    ours: float
    peer: str
    theirs: float
    limit: float

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs

    @property
    def kept(self) -> bool:
        return self.ratio <= self.limit

    def line(self) -> str:
        """A row of the page's table."""
        return (
            f"| {self.what} | {self.ours:.0f} ms | {self.peer} | {self.theirs:.0f} ms "
            f"| {self.ratio:.3f} | {self.limit:.3f} | {'yes' if self.kept else '**no**'} |"
        )


def interleaved(*jobs: Callable[[], None], runs: int = RUNS) -> list[float]:
    """The median of each job in ms; they take turns, so that a busy moment hits all of them."""
    times: list[list[float]] = [[] for _ in jobs]
    for _ in range(runs):
        for job, kept in zip(jobs, times, strict=True):
            start = time.perf_counter()
            job()
            kept.append(1000 * (time.perf_counter() - start))
    return [statistics.median(each) for each in times]


def environment() -> dict[str, str]:
    """What every measured process gets: no caller's Python settings, byte-code written."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    who = {
        f"GIT_{role}_{what}": "a@b"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    return keep | quiet | who


def process(repo: Repo, *command: str) -> Callable[[], None]:
    """A job: run one program in the repository."""

    def job() -> None:
        done = subprocess.run(command, cwd=repo.root, env=environment(), capture_output=True)
        assert done.returncode == 0, (command, done.stdout, done.stderr)

    return job


def without_memory(repo: Repo, job: Callable[[], None]) -> Callable[[], None]:
    """The same job in a repository that migbot has not read before."""

    def cold() -> None:
        shutil.rmtree(repo.root / ".git" / "migbot" / "cache", ignore_errors=True)
        for kept in (repo.root / ".git" / "migbot").glob("*-py*"):
            kept.unlink()
        job()

    return cold


def as_users_have_it(venv: Path) -> Path:
    """The programs of a virtual environment with migbot's wheel in it: nothing is editable."""
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(ROOT)]
    subprocess.run([str(venv / "bin" / "python"), *install], check=True)
    return venv / "bin"


def commit_with_a_migration(folder: Path) -> list[Row]:
    """The pre-commit hook on 1,000 revisions and one new one, against `alembic heads`."""
    repo = project(folder / "thousand", 1000)
    repo.write(path_of(1000), migration(1000))
    repo.add()
    installed = as_users_have_it(folder / "venv")
    hook = process(repo, str(installed / "python"), "-m", "migbot", "hook", "pre-commit")
    alembic = process(repo, str(installed / "alembic"), "heads")
    alembic()  # byte-compiles every migration, as in any project in use
    hook()
    cold, warm, peer = interleaved(without_memory(repo, hook), hook, alembic)
    what = "pre-commit, 1 new migration on 1,000"
    return [
        Row(f"{what}, read before", warm, "`alembic heads`", peer, 1 / 8),
        Row(f"{what}, never read before", cold, "`alembic heads`", peer, 1 / 3),
    ]


def commit_without_a_migration(folder: Path) -> list[Row]:
    """`git commit` with the hooks installed, against the same without them."""
    plain, hooked = project(folder / "plain", 100), project(folder / "hooked", 100)
    process(hooked, sys.executable, "-m", "migbot", "install")()

    def commit(repo: Repo) -> Callable[[], None]:
        def job() -> None:
            with (repo.root / "README").open("a") as file:
                file.write("more\n")
            process(repo, "git", "commit", "-qam", "more")()

        return job

    ours, peer = interleaved(commit(hooked), commit(plain), runs=21)
    python = interleaved(process(plain, sys.executable, "-c", "pass"), runs=9)[0]
    start = "what the hook adds to a commit without migrations"
    return [Row(start, max(ours - peer, 0.1), "`python -c pass`", python, 1.0)]


READ = """
import sys
from pathlib import Path
from migbot.adapters.git_read import locate
from migbot.adapters.git_trees import commit
from migbot.adapters.memory import BlobMemory
from migbot.core.environment import Environment
from migbot.core.history import read_history
repo = locate(Path())
memory = BlobMemory(repo.common_dir / "migbot")
history = read_history(commit(repo, "HEAD"), Environment("a", ("migrations/versions",)), memory)
assert len(history.graph.heads) == 1 and len(history.graph.revisions) == 2000
memory.save()
"""
BARE = """
import ast
from pathlib import Path
for path in Path("migrations/versions").glob("*.py"):
    ast.parse(path.read_bytes())
"""


def reading(folder: Path) -> list[Row]:
    """2,000 revisions from a commit, against a bare `ast.parse` of the same bytes."""
    repo = project(folder / "twothousand", 2000)
    read = process(repo, sys.executable, "-c", READ)
    bare = process(repo, sys.executable, "-c", BARE)
    python = process(repo, sys.executable, "-c", "pass")
    read()
    cold, warm, peer, start = interleaved(without_memory(repo, read), read, bare, python)
    what = "2,000 revisions from a commit"
    return [
        Row(f"{what}, never read before", cold, "`ast.parse` of the same files", peer, 2.0),
        Row(f"{what}, read before, over interpreter start", warm - start, "100 ms", 100, 1.0),
    ]


PAGE = """# Benchmarks

Written by `make bench`; each row was measured in one run, the two sides taking turns, medians.
The machine: {machine}.
Times are whole processes unless a row says otherwise; what counts is the ratio, because the peer
met the same busy moments. A promise that is not kept stands here as such until it is.

| what | migbot | against | time | ratio | promised | kept |
|---|---|---|---|---|---|---|
{rows}

The repositories are packed, as clones are. `alembic heads` is measured with its byte-code compiled.
"Never read before" means without migbot's memory of files it has read (by blob id, in the git
folder); "read before" is with it.
"""


def main() -> int:
    """Measure everything, write the page, and say whether every promise is kept."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        measured = (commit_with_a_migration, commit_without_a_migration, reading)
        rows = [row for job in measured for row in job(folder)]
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    page = PAGE.format(machine=machine, rows="\n".join(row.line() for row in rows))
    write(ROOT / "docs" / "benchmarks.md", page)
    print(page)
    return 0 if all(row.kept for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
