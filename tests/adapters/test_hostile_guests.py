"""What a migration does to the process that runs it: whatever it is, it is never a pass."""

import os
import time
from pathlib import Path

import pytest

from migbot.adapters.child_process import TAIL, Limits, ask, start
from migbot.core.report import Verdict
from migbot.core.trips import RoundTrip
from support.kinds import of_each_kind
from support.projects import SYNC, Project, by_id, revision, table, verdicts

IN_A_HURRY = Limits(total=90, silence=8)


def prove_between(tmp_path: Path, up: str, down: str = "pass") -> RoundTrip:
    """The trip of a revision between two good ones."""
    made = {
        "a1": table("a1"),
        "b2": revision("b2", "a1", up, down),
        "c3": table("c3", "a1"),
    }
    return Project.make(tmp_path, made).round_trip(limits=IN_A_HURRY)


ENDS = {
    "leaves at once": ("os._exit(0)", "ended with exit code 0"),
    "leaves at once with an error": ("os._exit(7)", "ended with exit code 7"),
    "is killed": ("os.kill(os.getpid(), 9)", "was killed by SIGKILL"),
    "runs for ever": ("while True: pass", "no step ended in 8 s"),
    "sleeps": ("import time; time.sleep(3600)", "no step ended in 8 s"),
    "closes every descriptor": ("os.closerange(0, 100)", ""),
}


SLOW = {"sleeps"}  # as the one that runs for ever; each waits until it is not waited for


@pytest.mark.parametrize("name", of_each_kind(ENDS, ENDS.keys() - SLOW))
def test_an_upgrade_that(tmp_path: Path, name: str) -> None:
    how, said = ENDS[name]
    trip = prove_between(tmp_path, how)
    assert verdicts(trip) == {"a1": "pass", "b2": "unknown", "c3": "pass"}, trip
    assert trip.verdict is Verdict.UNKNOWN
    assert said in " ".join(by_id(trip)["b2"].notes)
    assert trip.deployment is None


def test_a_downgrade_that_leaves_at_once(tmp_path: Path) -> None:
    up = 'op.add_column("t_a1", sa.Column("more", sa.String))'
    trip = prove_between(tmp_path, up, "os._exit(0)")
    assert verdicts(trip) == {"a1": "pass", "b2": "unknown", "c3": "pass"}, trip
    assert "downgrade was not heard of again" in by_id(trip)["b2"].notes[0]
    assert by_id(trip)["b2"].legs[0].ok


FORGED = """
import json
for event in ("leg", "finished", "done"):
    line = json.dumps({"token": "", "event": event, "revision": "b2", "slot": "rt0.sqlite",
                       "leg": "downgrade", "ok": True, "ms": 1})
    print(line, flush=True)
    print(line, file=sys.stderr, flush=True)
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, line.encode() + b"\\n")
        except OSError:
            pass
os._exit(0)
"""


def test_an_upgrade_that_forges_answers_without_the_token(tmp_path: Path) -> None:
    trip = prove_between(tmp_path, FORGED)
    assert verdicts(trip)["b2"] == "unknown", trip
    assert trip.verdict is Verdict.UNKNOWN


STOLEN = """
import migbot_guest.stepper, gc
trip = next(o for o in gc.get_objects() if type(o).__name__ == "Trip")
for leg in ("upgrade", "downgrade", "upgrade-again"):
    trip.answer.say("begin", revision="b2", leg=leg, slot="rt0.sqlite")
    trip.answer.say("leg", revision="b2", slot="rt0.sqlite", leg=leg, ok=True, ms=1, writes=1)
{how}
os._exit(0)
"""


def test_an_upgrade_that_forges_its_legs_with_the_stolen_token(tmp_path: Path) -> None:
    trip = prove_between(tmp_path, STOLEN.format(how=""))
    assert verdicts(trip)["b2"] != "pass", trip
    assert trip.verdict is not Verdict.PASS


def test_an_upgrade_that_forges_the_end_as_well_is_found_out_by_looking(tmp_path: Path) -> None:
    how = """
last = trip.catalogs._last
for when in ("before", "up", "down", "again"):
    trip.answer.say("catalog", revision="b2", slot="rt0.sqlite", when=when, id=last)
trip.answer.say("finished", slot="rt0.sqlite", master=[], id=last)
trip.answer.say("done")
"""
    trip = prove_between(tmp_path, STOLEN.format(how=how))
    assert trip.verdict is not Verdict.PASS, trip
    assert "rt0.sqlite" in trip.unknown[0].reason


def test_env_that_ends_the_process_after_everything_is_not_believed(tmp_path: Path) -> None:
    env = SYNC + "\nimport os; os._exit(0)\n"
    trip = Project.make(tmp_path, {"a1": table("a1")}, env).round_trip()
    assert trip.verdict is Verdict.UNKNOWN
    assert "ended with exit code 0" in trip.unknown[0].reason


@pytest.mark.parametrize("megabytes", of_each_kind([128, 1024], [128]))
def test_output_without_end_is_read_and_forgotten(tmp_path: Path, megabytes: int) -> None:
    noise = f"for _ in range({megabytes}): os.write(1, b'x' * (1 << 20))"
    trip = Project.make(tmp_path, {"a1": revision("a1", None, noise, "pass")}).round_trip(
        limits=Limits(total=120, silence=60)
    )
    assert verdicts(trip) == {"a1": "pass"}


def test_only_the_end_of_what_is_printed_is_kept(tmp_path: Path) -> None:
    child = start(["sh", "-c", "yes | head -c 200000; echo the end"], os.environ, tmp_path)
    ended = ask(child, b"", IN_A_HURRY)
    assert len(ended.tail) <= TAIL
    assert ended.tail.endswith("the end\n")


def test_input_is_over_before_the_migration_reads_it(tmp_path: Path) -> None:
    read = "assert sys.stdin.read() == ''"
    project = Project.make(tmp_path, {"a1": revision("a1", None, read, read)})
    assert verdicts(project.round_trip()) == {"a1": "pass"}


DAEMON = """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        import signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        open({path!r}, "w").write(str(os.getpid()))
        time.sleep(300)
    os._exit(0)
import time
while not os.path.exists({path!r}) or not open({path!r}).read():
    time.sleep(0.01)
"""


def test_a_daemon_that_a_migration_leaves_behind_is_gone_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "app/pid"
    up = DAEMON.format(path=str(path))
    started = time.monotonic()
    trip = Project.make(tmp_path / "app", {"a1": revision("a1", None, up, "pass")}).round_trip()
    assert verdicts(trip) == {"a1": "pass"}
    assert time.monotonic() - started < 50, "it was waited for"
    process = Path("/proc") / path.read_text()
    deadline = time.monotonic() + 5
    while process.exists() and "Z" not in (process / "stat").read_text().split()[2]:
        assert time.monotonic() < deadline, "the daemon is still there"
        time.sleep(0.05)


def test_a_database_that_a_migration_has_broken_is_unknown(tmp_path: Path) -> None:
    env = (
        SYNC
        + """
import sqlite3
for name in os.listdir(slots):
    open(os.path.join(slots, name), "wb").write(b"no database" * 1000)
"""
    )
    find = "import os\nfrom migbot_guest import slots as s\nimport gc\n"
    find += "slots = next(o for o in gc.get_objects() if type(o).__name__ == 'Slots').folder\n"
    trip = Project.make(tmp_path, {"a1": table("a1")}, find + env).round_trip()
    assert trip.verdict is Verdict.UNKNOWN
    assert "rt0.sqlite cannot be read" in trip.unknown[0].reason


def test_a_deployment_that_cannot_be_watched_is_unknown(tmp_path: Path) -> None:
    once = "if not os.path.exists('ran'): open('ran', 'w').close()\nelse: os._exit(0)"
    made = {"a1": table("a1", more="COUNT = 0")}
    env = SYNC + f"\nimport os\n{once}\n"
    trip = Project.make(tmp_path, made, env).round_trip()
    assert verdicts(trip) == {"a1": "pass"}
    assert trip.verdict is Verdict.UNKNOWN
    assert trip.deployment is not None
    assert trip.deployment.error is not None
    assert trip.deployment.error.type == "Unknown"


def test_the_time_for_everything_is_kept_to(tmp_path: Path) -> None:
    slow = "import time; time.sleep(0.5)"
    made = {f"r{n}": revision(f"r{n}", f"r{n - 1}" if n else None, slow, slow) for n in range(8)}
    started = time.monotonic()
    trip = Project.make(tmp_path, made).round_trip(limits=Limits(total=4, silence=60))
    assert time.monotonic() - started < 15
    assert trip.verdict is Verdict.UNKNOWN
    assert any("the time of" in note for each in trip.revisions for note in each.notes)
    assert trip.revisions[-1].verdict in ("unknown", "not-run")


def test_a_thread_that_is_left_running_does_not_keep_the_process(tmp_path: Path) -> None:
    up = "import threading, time; threading.Thread(target=time.sleep, args=(300,)).start()"
    started = time.monotonic()
    trip = Project.make(tmp_path, {"a1": revision("a1", None, up, "pass")}).round_trip()
    assert (time.monotonic() - started < 60, verdicts(trip)) == (True, {"a1": "pass"})
