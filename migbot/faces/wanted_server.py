"""Which version of a server a project runs on, told by its own files."""

from __future__ import annotations

import os
from pathlib import Path

from migbot.core.services import Service, services, tells_services
from migbot.core.trips import RoundTrip

_PASSED_BY = frozenset({".git", "node_modules", ".venv", "venv"})
_TITLES = {"postgresql": "PostgreSQL", "mariadb": "MariaDB", "mysql": "MySQL"}


def wanted_server(project: Path, database: str) -> Service | None:
    """The server that the files in `project` start for `database`, the first that has a version.

    None where `database` names a version itself, or the files say nothing of it.
    """
    if "-" in database:
        return None
    found = (each for each in services(_files(project)) if each.name == database and each.version)
    return next(found, None)


def _files(project: Path) -> dict[str, bytes]:
    found = {}
    for folder, folders, names in os.walk(project):
        folders[:] = sorted(set(folders) - _PASSED_BY)
        for name in names:
            path = Path(folder, name)
            place = path.relative_to(project).as_posix()
            if tells_services(place) and path.is_file() and not path.is_symlink():
                found[place] = path.read_bytes()
    return found


def with_note(trip: RoundTrip, wanted: Service | None) -> RoundTrip:
    """The trip, with a note where the server is not of the version that the project runs on."""
    if not wanted or not trip.server_version:
        return trip
    if f"{trip.server_version}.".startswith(f"{wanted.version}."):
        return trip
    title = _TITLES.get(wanted.name, wanted.name)
    note = (
        f"{wanted.path}:{wanted.line} says {title} {wanted.version}, and this was tried on "
        f"{trip.server_version}."
    )
    return trip._replace(notes=(*trip.notes, note))
