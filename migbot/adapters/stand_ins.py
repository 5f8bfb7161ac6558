"""The SQL that stands in for extensions: read from the files under test, told in the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from migbot.adapters.trip_guests import Unprovable


def stand_ins(project: Path, named: Mapping[str, str]) -> dict[str, str]:
    """The SQL for each extension, from the files that the settings name.

    Raises Unprovable for a file that is not there, or is not in the project.
    """
    return {name: _text(project, name, path) for name, path in named.items()}


def _text(project: Path, name: str, path: str) -> str:
    place = (project / path).resolve()
    try:
        if not place.is_relative_to(project.resolve()):
            raise OSError("it is not in the project")
        return place.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise Unprovable(
            f"the stand-in for {name}, {path}, cannot be read: {why}",
            f'[tool.migbot.roundtrip]\nstand_ins = {{ {name} = "path/from/the/root.sql" }}',
        ) from None


def stood_in_notes(used: Iterable[str]) -> Iterator[str]:
    """A note for each extension that a stand-in was used for."""
    for name in sorted(used):
        yield (
            f"A stand-in of the project's was used for the extension {name}, which the throw-away "
            "server does not have."
        )
