"""A throw-away MariaDB or MySQL: this run's own, behind a socket, faster than safe."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from migbot.core.throwaway import Server
from migbot.databases import server_process, server_template
from migbot.databases.mysql_binaries import Binaries, found
from migbot.databases.server_folder import Folder, folder
from migbot.databases.server_process import Program, run, running
from migbot.errors import MigbotError

USER = "root"
"""The superuser that a new data directory has; it needs no password."""

LOG_SIZE = {"mariadb": "--innodb-log-file-size=8M", "mysql": "--loose-innodb-redo-log-capacity=16M"}
"""Written when the data is made: the usual log of 96 MB would be in every template."""

OPTIONS = (  # loose: not every version knows it
    "--skip-networking",
    "--loose-mysqlx=OFF",
    # What Debian's configuration and MySQL say; MariaDB's own default is latin1 before 11.6.
    "--character-set-server=utf8mb4",
    # Nobody will miss the data after a crash.
    "--loose-innodb-flush-method=nosync",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=OFF",
    "--skip-log-bin",
    # An event that a migration makes must not run while its schema is compared.
    "--event-scheduler=OFF",
)


@contextlib.contextmanager
def started(
    wanted: str = "", cache: Path | None = None, begin: Path | None = None
) -> Iterator[Server]:
    """A new, empty server while the block runs: `wanted` is explained at `mysql_binaries.found`.

    Its superuser needs no password; only root and the user it runs as get at its socket. `cache`
    holds the template of its data instead of the user's own cache; where `begin` holds data of
    such a server, it begins with these. Raises MigbotError where no server can be found or started.
    """
    with folder() as place:
        binaries = found(wanted, place.account)
        data, listening = place.path / "data", place.path / "socket"
        name = _key(binaries)
        kept = (cache or server_template.cache_folder()) / f"{name}.zip"
        server_template.fill(data, place, kept, partial(_install, binaries, place, data), begin)
        with running(_server(binaries, place, data, listening), partial(_answers, listening)):
            yield Server(binaries.name, str(listening), 0, USER, binaries.version, name)


def ended(server: Server) -> Path:
    """End the server in peace; returns the folder of its data, which then are whole.

    Raises MigbotError where it does not end.
    """
    place = Path(server.socket).parent
    mark = place / "pid"
    os.kill(int(mark.read_text()), signal.SIGTERM)
    server_process.wait_for(lambda: not mark.exists(), "The server does not end.")
    return place / "data"


def _key(binaries: Binaries) -> str:
    return server_template.key(
        binaries.name, binaries.version, binaries.server, (LOG_SIZE[binaries.name],)
    )


def _server(binaries: Binaries, place: Folder, data: Path, listening: Path) -> Program:
    words = (
        *(str(binaries.server), "--no-defaults", f"--datadir={data}", f"--socket={listening}"),
        *(f"--tmpdir={place.path}", f"--pid-file={place.path / 'pid'}"),
        *(*OPTIONS, LOG_SIZE[binaries.name]),
    )
    return Program(words, place, place.account)


def _answers(listening: Path) -> bool:
    """Whether the server greets: it listens a moment before it does."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(listening))
            return bool(client.recv(1))
        except OSError:
            return False


def _install(binaries: Binaries, place: Folder, data: Path) -> None:
    """Make the system's tables: MySQL by itself, MariaDB by a script."""
    words = [str(binaries.server), "--no-defaults", "--initialize-insecure"]
    if binaries.name == "mariadb":
        words = [_script(binaries), *_SCRIPT]
    made = (f"--datadir={data}", LOG_SIZE[binaries.name])
    run(Program((*words, *made), place, place.account))


_SCRIPT = (
    "--no-defaults",
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
    "--skip-name-resolve",
    "--innodb-flush-method=nosync",
)

INSTALLERS = ("mariadb-install-db", "mysql_install_db")


def _script(binaries: Binaries) -> str:
    """MariaDB's installer, which lies in the folder of programs beside the server's own."""
    here = binaries.server.parent
    near = os.pathsep.join(map(str, (here, here.parent / "bin", here.parent / "scripts")))
    for name in INSTALLERS:
        if script := shutil.which(name, path=near):
            return script
    raise MigbotError(
        f"{binaries.server} is here, and mariadb-install-db is not.",
        "apt-get install mariadb-server-core",
    )
