"""Measure a sweep: many branches against one base, against checking each out.

`make bench-sweep` writes its section of docs/benchmarks.md and exits with 1 where a promise is not
kept.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(Path(__file__).parent)]

from run import Row, process, without_memory  # noqa: E402
from sections import write  # noqa: E402

from made import MIGRATION, migration, name_of, path_of, project  # noqa: E402
from support.repos import Repo  # noqa: E402

REVISIONS = 2000
PULLS = 200
CHECKED_OUT = 3
"""Branches that are checked out in one turn; a sweep judges all of them."""

RUNS = 5
EACH = 20.0
"""Milliseconds of work that a pull request may take after the fetch."""


def swept(folder: Path) -> Repo:
    """A history with as many branches, each with a migration of its own on what was the head; then
    the base moved, so that every one of them forks and comes with its repair."""
    repo = project(folder / "swept", REVISIONS)
    start = repo.sha()
    parent = name_of(REVISIONS - 1)
    for number in range(PULLS):
        repo.git("checkout", "-q", "--detach", start)
        name = f"{number:04x}feedbeef"
        text = MIGRATION.format(number=name, name=name, parent=parent, literal=f'"{parent}"')
        repo.put({f"migrations/versions/{name}_.py": text, f"src/{name}.py": "x = 1\n"})
        repo.branch(f"pull/{number}")
    repo.switch("main")
    repo.put({path_of(REVISIONS): migration(REVISIONS)}, "the base moves")
    repo.git("gc", "--quiet")
    return repo


def checked_out(repo: Repo, numbers: Iterator[int]) -> Callable[[], None]:
    """What a workflow does for one branch after the other."""

    def job() -> None:
        for _ in range(CHECKED_OUT):
            process(repo, "git", "checkout", "-q", "--detach", f"pull/{next(numbers) % PULLS}")()
            process(repo, str(Path(sys.executable).parent / "alembic"), "heads")()
        process(repo, "git", "checkout", "-q", "main")()

    return job


def took(job: Callable[[], None]) -> tuple[float, float]:
    """Milliseconds on the clock, and of processor time of this process's children."""
    before, began = os.times(), time.perf_counter()
    job()
    clock, after = 1000 * (time.perf_counter() - began), os.times()
    user = after.children_user - before.children_user
    return clock, 1000 * (user + after.children_system - before.children_system)


def measured(repo: Repo) -> tuple[list[Row], float]:
    """The rows, and the processor time of one pull request."""
    command = ("-m", "migbot", "sweep", "--refs", "refs/heads/pull/*", "--base", "main")
    sweep = process(repo, sys.executable, *command, "--output", os.devnull)
    peer = checked_out(repo, iter(range(10**6)))
    peer()  # byte-compiles every migration, as in any project in use
    times: list[list[tuple[float, float]]] = [[], [], []]
    for _ in range(RUNS):
        for job, kept in zip((without_memory(repo, sweep), sweep, peer), times, strict=True):
            kept.append(took(job))
    clocks = [statistics.median(clock for clock, _ in each) for each in times]
    cold, warm, theirs = clocks[0] / PULLS, clocks[1] / PULLS, clocks[2] / CHECKED_OUT
    work = statistics.median(work for _, work in times[0]) / PULLS
    what = f"1 of {PULLS} pull requests on {REVISIONS:,}"
    name = "checkout, `alembic heads`"
    rows = [
        Row(f"{what}, never read before", cold, name, theirs, 1 / 50),
        Row(f"{what}, never read before", cold, "20 ms", EACH, 1.0),
        Row(f"{what}, base read before", warm, "20 ms", EACH, 1.0),
    ]
    return rows, work


PAGE = """## Sweep

Written by `make bench-sweep`: a history of {revisions:,} revisions and {pulls} branches, each with
a migration of its own on what was the head before the base moved, so that each forks and comes
with its repair. A whole process, its start and the reading of the base included, divided by
{pulls}; the peer checks {some} of them out in turn with it. Of the time never read before,
{work:.1f} ms were spent on a processor.

| what | migbot | against | time | ratio | promised | kept |
|---|---|---|---|---|---|---|
{rows}
"""


def main() -> int:
    """Measure, write the section, and say whether every promise is kept."""
    with tempfile.TemporaryDirectory() as made:
        rows, work = measured(swept(Path(made)))
    told = "\n".join(row.line() for row in rows)
    facts = {"revisions": REVISIONS, "pulls": PULLS, "some": CHECKED_OUT, "work": work}
    page = PAGE.format(rows=told, **facts)
    write(ROOT / "docs" / "benchmarks.md", page)
    print(page)
    return 0 if all(row.kept for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
