"""A throw-away PostgreSQL: this run's own, behind a socket, faster than safe."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from migbot.core.throwaway import Server
from migbot.databases import server_process, server_template
from migbot.databases.postgresql_binaries import Binaries, found
from migbot.databases.server_account import entered, has_entry
from migbot.databases.server_folder import Folder, folder
from migbot.databases.server_process import Program, run, running
from migbot.errors import MigbotError

NAME = "postgresql"
USER = "migbot"
PORT = 5432

OPTIONS = {
    "listen_addresses": "",
    "port": str(PORT),
    # Nobody will miss the data after a crash.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Both would make one run differ from the next.
    "autovacuum": "off",
    "jit": "off",
    # Alembic's multidb template commits in two phases.
    "max_prepared_transactions": "20",
    # Everything stays in the folder, which is removed with the server.
    "dynamic_shared_memory_type": "mmap",
    # Failed statements are the guest's to report; in the log they would grow without end.
    "log_min_messages": "log",
    "log_checkpoints": "off",
}
"""Settings of the server, given as arguments so that no ALTER SYSTEM changes them."""

INITDB = (
    f"--username={USER}",
    "--auth=trust",
    "--encoding=UTF8",
    "--no-sync",
    "--wal-segsize=1",  # a template is smaller by 15 MB, so copying it takes half the time
)

_NOBODY = ("--user", "--map-user=65534", "--map-group=65534", "--")


@contextlib.contextmanager
def started(
    wanted: str = "", cache: Path | None = None, begin: Path | None = None
) -> Iterator[Server]:
    """A new, empty server of the major `wanted` ("15"; '' for the newest) while the block runs.

    Its superuser needs no password; only root and the user it runs as get at its socket. `cache`
    holds the template of its data instead of the user's own cache; where `begin` holds data of
    such a server, it begins with these. The version may be of another major than the wanted one:
    see `postgresql_binaries.found`. Raises MigbotError where no server can be found or started.
    """
    with folder() as place:
        binaries = found(wanted, place.account)
        data = place.path / "data"
        name = _key(binaries)
        kept = (cache or server_template.cache_folder()) / f"{name}.zip"
        server_template.fill(data, place, kept, partial(_initdb, binaries, place, data), begin)
        program = Program(_command(binaries, place, data), place, place.account, signal.SIGQUIT)
        with running(program, partial(_is_ready, data / "postmaster.pid")):
            yield Server(NAME, str(place.path), PORT, USER, binaries.version, name)


def ended(server: Server) -> Path:
    """End the server in peace; returns the folder of its data, which then are whole.

    Raises MigbotError where it does not end.
    """
    data = Path(server.socket) / "data"
    mark = data / "postmaster.pid"
    os.kill(int(mark.read_text().split("\n")[0]), signal.SIGINT)  # "fast": sessions are ended
    server_process.wait_for(lambda: not mark.exists(), "PostgreSQL does not end.")
    return data


def _key(binaries: Binaries) -> str:
    made = (*INITDB, _locale())
    return server_template.key(NAME, binaries.version, binaries.folder / "postgres", made)


def _locale() -> str:
    """What every Linux has; elsewhere C.UTF-8 is not known."""
    return "--locale=C.UTF-8" if os.uname().sysname == "Linux" else "--locale=C"


def _command(binaries: Binaries, place: Folder, data: Path) -> tuple[str, ...]:
    sockets = '"' + str(place.path).replace('"', '""') + '"'  # it is a list of folders
    options = {**OPTIONS, "unix_socket_directories": sockets}
    settings = (word for name, value in options.items() for word in ("-c", f"{name}={value}"))
    return (str(binaries.folder / "postgres"), "-D", str(data), *settings)


def _is_ready(pid_file: Path) -> bool:
    """The eighth line of postmaster.pid is the server's state (since PostgreSQL 10)."""
    try:
        return pid_file.read_text().split("\n")[7].strip() == "ready"
    except (OSError, IndexError):
        return False


def _initdb(binaries: Binaries, place: Folder, data: Path) -> None:
    """Run initdb, which demands a user whom the system can name: the private one it cannot."""
    words: tuple[str, ...] = (str(binaries.folder / "initdb"), *INITDB, _locale(), "-D", str(data))
    named = entered() if place.account else None
    if named:
        os.chown(place.path, *named)
    elif place.account or not has_entry(os.geteuid()):
        words = (*_mapped(), *words)
    run(Program(words, place, named or place.account, signal.SIGTERM))
    if place.account:
        os.chown(place.path, *place.account)


def _mapped() -> tuple[str, ...]:
    """A command after which we are `nobody` to ourselves; for users whom the system cannot name."""
    unshare = shutil.which("unshare") or ""
    if unshare and not subprocess.run([unshare, *_NOBODY, "true"], capture_output=True).returncode:
        return (unshare, *_NOBODY)
    raise MigbotError(
        f"initdb refuses to run as user id {os.geteuid()}, which has no name on this system.",
        f"echo migbot:x:{os.geteuid()}:{os.getegid()}::/tmp:/bin/sh >> /etc/passwd",
    )
