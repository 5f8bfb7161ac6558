"""Measure round trips on PostgreSQL: one new revision on a long history, and the whole history.

`make bench-round-trips` writes its section into docs/benchmarks.md and exits with 1 where a
promise is not kept. All sides run on servers of migbot's own making, in turn.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
sys.path[:0] = [str(ROOT / "tests"), str(HERE)]

from made_history import TABLES, project  # noqa: E402
from run import Row, environment, process  # noqa: E402
from sections import write  # noqa: E402
from side_by_side import PEERS  # noqa: E402

from migbot.core.throwaway import Server  # noqa: E402
from migbot.databases import postgresql_server  # noqa: E402
from support.repos import Repo  # noqa: E402
from support.venvs import python_with  # noqa: E402

REVISIONS = 400
TURNS = 7
"""Of the three commands and of `--all`, one after the other; the turn of the median ratio counts.

The machine may be slow for a minute: then it is so for both sides of a turn, and not for all turns.
"""

BIN = Path(sys.executable).parent


def timed(job: Callable[[], None]) -> float:
    """How long a job takes, in ms."""
    begun = time.perf_counter()
    job()
    return 1000 * (time.perf_counter() - begun)


def alembic(repo: Repo, *words: str) -> Callable[[], None]:
    """A job: a command of Alembic's."""
    return process(repo, str(BIN / "alembic"), *words)


def up_down_up(repo: Repo) -> float:
    """The three commands, from an empty database; which it is again at the end."""
    walk = [("upgrade", "head"), ("downgrade", "base"), ("upgrade", "head")]
    taken = sum(timed(alembic(repo, *words)) for words in walk)
    alembic(repo, "downgrade", "base")()
    return taken


def migbot(repo: Repo, cache: Path, *words: str) -> Callable[[], None]:
    """A job: `migbot roundtrip`, which keeps what it built in `cache`."""
    command = [str(BIN / "migbot"), "roundtrip", *words]
    # as in the activated environment in which the peers run, too
    environ = {**environment(), "XDG_CACHE_HOME": str(cache), "VIRTUAL_ENV": str(BIN.parent)}

    def job() -> None:
        done = subprocess.run(command, cwd=repo.root, env=environ, capture_output=True, text=True)
        assert done.returncode == 0, (command, done.stdout, done.stderr)

    return job


def pytest_alembic(repo: Repo, url: str, folder: Path) -> Callable[[], None]:
    """A job: pytest-alembic's four default tests of the project."""
    listed = folder / "projects"
    listed.write_text(str(repo.root))
    python = python_with(PEERS)
    options = ("--noconftest", "-p", "no:cacheprovider", "-c", os.devnull, f"--rootdir={folder}")
    chosen = ("-q", "-k", "not leaves_no_trace", str(HERE / "peer_pytest_alembic.py"))
    environ = {**environment(), "PEER_URL": url, "PEER_PROJECTS": str(listed), "PEER_FLOOR": ""}
    environ["PYTHONPATH"] = str(repo.root)

    def job() -> None:
        command = [str(python), "-m", "pytest", *options, *chosen]
        done = subprocess.run(command, env=environ, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, (done.stdout[-3000:], done.stderr)

    return job


def starts(folder: Path) -> float:
    """The median of five starts of a server whose initdb is kept, in ms."""

    def start() -> None:
        with postgresql_server.started(cache=folder / "initdb"):
            pass

    start()
    return statistics.median(timed(start) for _ in range(5))


def measured(folder: Path, server: Server) -> list[Row]:
    """Every promise, measured."""
    url = f"postgresql+psycopg://{server.user}@/postgres?host={server.socket}&port={server.port}"
    repo = project(folder / "app", REVISIONS, url)
    cache = folder / "cache"
    one = migbot(repo, cache)
    migbot(repo, folder / "warm-up", "--database", "postgresql")()  # byte-code, initdb
    cold, warm = timed(one), timed(one)
    theirs = timed(pytest_alembic(repo, url, folder))
    every = migbot(repo, cache, "--all")
    turns = [(up_down_up(repo), timed(every)) for _ in range(TURNS)]
    three, whole = sorted(turns, key=lambda turn: turn[1] / turn[0])[TURNS // 2]
    tests, commands = "pytest-alembic's default tests", "`upgrade`, `downgrade`, `upgrade`"
    what = f"1 new revision on {REVISIONS}"
    return [
        Row(f"{what}, base kept", warm, tests, theirs, 1 / 10),
        Row(f"{what}, base built", cold, tests, theirs, 1.0),
        Row(f"all {REVISIONS + 1} revisions (`--all`)", whole, commands, three, 2.0),
        Row("start of a server, initdb kept", starts(folder), "1 s", 1000, 1.0),
    ]


SECTION = """## Round trips

Written by `make bench-round-trips`, all in one run on {cores} cores: a made history of {revisions}
revisions on PostgreSQL {version} with {tables} tables at its end (columns, indexes, foreign keys,
enums, data). The three commands are Alembic's own, run alone, in turns with `--all`, which takes
every snapshot, seeds, and the deployment's upgrade as well: of {turns} turns the one with the
median ratio.

| what | migbot | against | time | ratio | promised | kept |
|---|---|---|---|---|---|---|
{rows}
"""


def main() -> int:
    """Measure everything, write the section, and say whether every promise is kept."""
    with tempfile.TemporaryDirectory() as made, postgresql_server.started() as server:
        rows = measured(Path(made), server)
        section = SECTION.format(
            cores=os.cpu_count(),
            revisions=REVISIONS,
            turns=TURNS,
            version=server.version,
            tables=TABLES,
            rows="\n".join(row.line() for row in rows),
        )
    write(ROOT / "docs" / "benchmarks.md", section)
    print(section)
    return 0 if all(row.kept for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
