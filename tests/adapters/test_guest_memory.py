"""A migration that eats memory, its own or ours: unknown or passed by, never more than bounds."""

import subprocess
import sys
from pathlib import Path

import pytest

from migbot.core.report import Verdict
from support.projects import Project, by_id, revision, table, verdicts

LITTLE = "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 29, 1 << 29))\n"
EATS = {
    "once": "bytes(1 << 40)",
    "bit by bit": "sys.kept = []\nwhile True: sys.kept.append(bytes(1 << 12))",
}


def test_a_migration_that_asks_for_more_than_there_is_is_unknown(tmp_path: Path) -> None:
    for n, (how, eats) in enumerate(EATS.items()):
        made = {
            "a1": table("a1"),
            "b2": revision("b2", "a1", LITTLE + eats, "pass"),
            "c3": table("c3", "a1"),
        }
        trip = Project.make(tmp_path / str(n), made).round_trip()
        assert verdicts(trip) == {"a1": "pass", "b2": "unknown", "c3": "pass"}, how
        assert trip.verdict is Verdict.UNKNOWN
        assert by_id(trip)["b2"].notes, how


FLOOD = {
    "on what it prints": "for _ in range(1024): os.write(1, b'x' * (1 << 20))",
    "on the inherited descriptor": (
        "found = [n for n in range(3, 64) if os.path.exists('/proc/self/fd/%d' % n)\n"
        "         and os.readlink('/proc/self/fd/%d' % n).startswith('pipe:')]\n"
        "for _ in range(1024):\n"
        "    for n in found: os.write(n, b'x' * (1 << 20))"
    ),
    "on the inherited descriptor, in lines": (
        "found = [n for n in range(3, 64) if os.path.exists('/proc/self/fd/%d' % n)\n"
        "         and os.readlink('/proc/self/fd/%d' % n).startswith('pipe:')]\n"
        "for _ in range(1024):\n"
        "    for n in found: os.write(n, b'{}\\n' * (1 << 18))"
    ),
}

PROVES = """
import resource, sys, pathlib
from support.projects import Project
trip = Project(pathlib.Path(sys.argv[1]), ("a1", "b2")).round_trip()
print(trip.verdict, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.real  # long
def test_a_gigabyte_costs_the_host_little_memory(tmp_path: Path) -> None:
    for n, (how, up) in enumerate(FLOOD.items()):
        made = {"a1": table("a1"), "b2": revision("b2", "a1", up, "pass")}
        root = Project.make(tmp_path / str(n), made).root
        command = [sys.executable, "-c", PROVES, str(root)]
        said = subprocess.run(
            command, capture_output=True, text=True, cwd=Path(__file__).parents[1], timeout=200
        )
        verdict, megabytes = said.stdout.split() or (said.stderr, "0")
        assert int(megabytes) < 700, how
        assert verdict == ("pass" if n == 0 else "unknown"), how
