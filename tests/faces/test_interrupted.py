"""Ctrl-C in the middle of a round trip: an end at once, and nothing is left running or lying."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import pytest

from migbot.faces.proving_one import usable_cores
from support.kinds import of_each_kind
from support.parts import need
from support.projects import INI, SYNC, revision
from support.repos import Repo
from support.signals import hears_ctrl_c

MEMORY = Path("/dev/shm")  # where servers lie
SLEEPS = "import time; open('asleep', 'w').close(); time.sleep(300)"
URLS = {
    "sqlite": "sqlite:///app.db",
    "postgresql": "postgresql+psycopg://h/prod",
    "mariadb": "mysql+pymysql://h/prod",
}


def waited_for(happened: Callable[[], object], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(happened())


def processes_of(folder: Path) -> list[str]:
    """What runs with `folder` as its TMPDIR, or in a server's folder below it."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            told = (each / "environ").read_bytes() + (each / "cmdline").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in told:
            found.append(told.replace(b"\0", b" ").decode(errors="replace"))
    return found


def servers_of(owner: int) -> set[Path]:
    """The folders of the servers that a process has started; other tests have their own."""
    found = set()
    for each in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((each / "stat").read_text().rpartition(")")[2].split()[1])
            words = (each / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if parent == owner:
            found |= {Path(word) for word in words if word.startswith(f"{MEMORY}/migbot-server-")}
    return found


LONG = {"sqlite": 200, "postgresql": 100}


def long_history(length: int) -> dict[str, str]:
    """Revisions in a row, the first of which never ends."""
    made = {"r0": revision("r0", None, SLEEPS, "pass")}
    made |= {f"r{n}": revision(f"r{n}", f"r{n - 1}", "pass", "pass") for n in range(1, length)}
    return {f"migrations/versions/{name}.py": text for name, text in made.items()}


ENDS = {"Ctrl-C": signal.SIGINT, "SIGTERM": signal.SIGTERM, "kill -9": signal.SIGKILL}


ALONE = [("Ctrl-C", "postgresql"), ("SIGTERM", "sqlite"), ("kill -9", "mariadb")]
"""Each end and each kind of database once: in every run of the tests; all in `make real`."""

SIDE_BY_SIDE = [("Ctrl-C", "sqlite"), ("kill -9", "postgresql")]


@pytest.mark.parametrize(("end", "name"), of_each_kind(product(ENDS, URLS), ALONE))
def test_nothing_is_left(tmp_path: Path, end: str, name: str) -> None:
    if name != "sqlite":
        need(name)
    made = {"migrations/versions/a1.py": revision("a1", None, SLEEPS, "pass")}
    stopped(tmp_path, name, ENDS[end], made, 1)


def sleepers(folder: Path) -> int:
    """How many guests have said that they sleep; by a walk that folders may vanish from."""
    return sum("asleep" in files for _, _, files in os.walk(folder))


@pytest.mark.parametrize(("end", "name"), of_each_kind(product(ENDS, LONG), SIDE_BY_SIDE))
def test_nothing_is_left_of_parts_side_by_side(tmp_path: Path, end: str, name: str) -> None:
    if name != "sqlite":
        need(name)
    parts = 2 if usable_cores() > 1 else 1
    with cores(2):
        stopped(tmp_path, name, ENDS[end], long_history(LONG[name]), parts)


@contextmanager
def cores(most: int) -> Iterator[None]:
    """What is started in the block has so many cores at most."""
    mine = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(mine)[:most])
    try:
        yield
    finally:
        os.sched_setaffinity(0, mine)


def stopped(tmp_path: Path, name: str, number: int, made: dict[str, str], parts: int) -> None:
    """Stop a round trip by a signal when each of its parts is asleep, and look what is left."""
    repo = Repo.init(tmp_path / "repo")
    repo.put(
        {
            "alembic.ini": INI.format(url=URLS[name]),
            "migrations/env.py": SYNC,
            **made,
            "pyproject.toml": f'[tool.migbot.environments.main]\ndatabase = "{name}"\n'
            'config = "alembic.ini"\n',
        }
    )
    folder = Path(f"/tmp/migbot-test-{os.getpid()}-{name}-{number}")  # short, for a socket
    folder.mkdir()
    running = subprocess.Popen(
        [sys.executable, "-m", "migbot", "roundtrip", "--all"],
        cwd=repo.root,
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=hears_ctrl_c,
    )
    try:
        asleep = waited_for(lambda: sleepers(folder) == parts, 90)
        ours = servers_of(running.pid)
        assert asleep, running.poll()
        servers = [each for each in ours if each.parent == MEMORY]
        assert len(servers) == (parts if name != "sqlite" else 0)
        running.send_signal(number)
        said = running.communicate(timeout=20)[0].decode()
        assert running.returncode in (130, -number, 128 + number), said
        assert "Traceback" not in said, said
        assert waited_for(lambda: not processes_of(folder), 10), processes_of(folder)
        assert waited_for(lambda: not any(path.exists() for path in ours), 10)
        if number == signal.SIGKILL:
            sweep = "from migbot.adapters import temporary; temporary.sweep_temporary()"
            environ = {**os.environ, "TMPDIR": str(folder)}
            subprocess.run([sys.executable, "-c", sweep], env=environ, check=True)
        left = [each for each in folder.rglob("*") if each.is_file()]
        assert left == []
        assert list(folder.iterdir()) == []
    finally:
        running.kill()
        running.wait()
        subprocess.run(["rm", "-rf", folder], check=True)
