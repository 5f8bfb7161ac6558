"""The planted migrations, judged by migbot and by others, side by side.

`make bench-planted` writes docs/planted.md, its totals into docs/benchmarks.md, and exits with 1
where migbot judges one wrongly. `side_by_side.py NAME...` does so for these databases only; what
was written of the others stays. pytest-alembic and autogenerate get one
project for each migration, with models that are exactly what its upgrade makes.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from json import loads
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
sys.path[:0] = [str(ROOT / "tests"), str(HERE)]

from sections import sections, write  # noqa: E402
from side_by_side_page import (  # noqa: E402
    AUTOGENERATE,
    DISPLAYED,
    FOUR,
    MIGBOT,
    PYTEST_ALEMBIC,
    TRACE,
    Score,
    page,
    summary,
)

from migbot.core.throwaway import Server, ThrowAway  # noqa: E402
from migbot.core.value import Value  # noqa: E402
from migbot.databases import mysql_server, postgresql_server, sqlite  # noqa: E402
from migbot.databases.mysql import MySQL  # noqa: E402
from migbot.databases.postgresql import PostgreSQL  # noqa: E402
from planted.case import Case  # noqa: E402
from planted.suite import alone, groups, proved, wrong  # noqa: E402
from support.venvs import NEWEST, python_with  # noqa: E402

PAGE = ROOT / "docs" / "planted.md"
BENCHMARKS = ROOT / "docs" / "benchmarks.md"
PEERS = (f"pytest-alembic=={PYTEST_ALEMBIC}", "psycopg[binary]", "pymysql", *NEWEST)


AT_ONCE = 18
"""Cases in one of migbot's projects: after a defect everything before it is run again."""


class Place(Value):
    """Where the migrations are run: `url` for the others, `database` for migbot."""

    url: str
    database: ThrowAway


@contextmanager
def on_sqlite() -> Iterator[Place]:
    """Files."""
    yield Place("sqlite://", sqlite)


@contextmanager
def on_postgresql() -> Iterator[Place]:
    """A throw-away server of migbot's."""
    with postgresql_server.started() as server:
        yield Place(
            f"postgresql+psycopg://{server.user}@/postgres?host={server.socket}&port={server.port}",
            PostgreSQL(server),
        )


@contextmanager
def on_mariadb() -> Iterator[Place]:
    """A throw-away server of migbot's."""
    with mysql_server.started("mariadb") as server:
        yield Place(_mysql_url(server), MySQL(server))


def _mysql_url(server: Server) -> str:
    return f"mysql+pymysql://{server.user}@localhost/mysql?unix_socket={server.socket}"


PLACES = {"sqlite": on_sqlite, "postgresql": on_postgresql, "mariadb": on_mariadb}


def score(dialect: str) -> Score:
    """Let every judge judge one dialect's cases."""
    cases: Sequence[Case] = importlib.import_module(f"planted.{dialect}_cases").CASES
    cases = [case for case in cases if not case.head.startswith("irreversible")]  # our own word
    with PLACES[dialect]() as place, tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        projects = {name: alone(folder / name, case, place.url) for name, case in named(cases)}
        mistakes: list[str] = []
        objected = {
            MIGBOT: timed(MIGBOT, lambda: by_migbot(cases, place, folder, mistakes)),
            AUTOGENERATE: timed(AUTOGENERATE, lambda: by_autogenerate(projects, place, folder)),
            **timed(FOUR, lambda: by_pytest_alembic(projects, place, folder)),
        }
    by_name = dict(named(cases))
    names = {
        judge: {by_name[each].name if each in by_name else each for each in found}
        for judge, found in objected.items()
    }
    return Score(dialect, cases, names, mistakes)


def named(cases: Sequence[Case]) -> Iterator[tuple[str, Case]]:
    """The cases with the names of their projects."""
    return ((f"p{at:03}", case) for at, case in enumerate(cases, 1))


def timed(name: str, job: Callable[[], Any]) -> Any:
    """What `job` returns; that it is done, and in how long, goes to stderr."""
    begun = time.perf_counter()
    found = job()
    print(f"  {name}: {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    return found


def by_migbot(cases: Sequence[Case], place: Place, folder: Path, mistakes: list[str]) -> set[str]:
    """The cases that migbot has something against, by what it names."""
    objected = set()
    for at, group in enumerate(groups(cases, AT_ONCE)):
        found = proved(group, folder / f"suite{at}", place.url, database=place.database)
        mistakes += wrong(found)
        missed = {each.case.name for each in found if wrong([each])}
        for each in found:
            if (each.case.found is None) == (each.case.name in missed):
                objected.add(each.case.name)
    return objected


def by_autogenerate(projects: Mapping[str, Path], place: Place, folder: Path) -> set[str]:
    """The projects that autogenerate has something against."""
    result = folder / "autogenerate.json"
    script = str(HERE / "peer_autogenerate.py")
    folders = map(str, projects.values())
    peer(script, place.url, str(result), *folders)
    return {Path(each).name for each, found in loads(result.read_text()).items() if found}


def by_pytest_alembic(
    projects: Mapping[str, Path], place: Place, folder: Path
) -> dict[str, set[str]]:
    """The projects in which one of the four tests fails, and those in which the fifth does too."""
    listed, result = folder / "projects", folder / "pytest.xml"
    listed.write_text("\n".join(map(str, projects.values())))
    script = str(HERE / "peer_pytest_alembic.py")
    options = (
        "--noconftest",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        f"--rootdir={folder}",
        "-q",
    )
    environ = {"PEER_URL": place.url, "PEER_PROJECTS": str(listed)}
    peer("-m", "pytest", *options, f"--junitxml={result}", script, fails=True, **environ)
    four, trace = set(), set()
    for each in ElementTree.parse(result).iter("testcase"):
        if each.find("failure") is not None or each.find("error") is not None:
            test, _, project = each.attrib["name"].rstrip("]").partition("[")
            (trace if test == "test_downgrade_leaves_no_trace" else four).add(project)
    return {FOUR: four, TRACE: four | trace}


def peer(*arguments: str, fails: bool = False, **environ: str) -> None:
    """Run Python in the others' virtual environment; `fails`: it may say that tests failed."""
    command = [str(python_with(PEERS)), *arguments]
    done = subprocess.run(command, env={**os.environ, **environ}, capture_output=True, text=True)
    assert done.returncode == 0 or (fails and done.returncode == 1), done.stdout + done.stderr


def main(*dialects: str) -> int:
    """Judge, write each section when it is known, and say what migbot judged wrongly."""
    mistakes: list[str] = []
    for dialect in dialects or PLACES:
        print(DISPLAYED[dialect], file=sys.stderr)
        scored = score(dialect)
        write(PAGE, page(scored))
        write(BENCHMARKS, summary(sections(PAGE.read_text(encoding="utf-8"))))
        mistakes += scored.wrong
        print(*scored.wrong, sep="\n", flush=True)
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
