"""The project's own rows: the statements of its files, by the revision that they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from migbot.adapters.trip_guests import Unprovable
from migbot.core.scripts import statements
from migbot.core.trip_settings import SeedSettings

Seeds = Mapping[str, Mapping[str, list[str]]]
"""`before` and `after` -> revision -> statements."""


def seeds(project: Path, settings: tuple[SeedSettings, ...]) -> Seeds:
    """The statements to run, in the order of the settings; raises Unprovable."""
    found: dict[str, dict[str, list[str]]] = {"before": {}, "after": {}}
    for each in settings:
        if bool(each.before) == bool(each.after):
            raise _wrong(f"{each.sql} belongs either `before` or `after` a revision")
        when, revision = ("before", each.before) if each.before else ("after", each.after)
        found[when].setdefault(revision, []).extend(_read(project, each.sql))
    return found


def _read(project: Path, path: str) -> list[str]:
    try:
        return list(statements((project / path).read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(f"{path} cannot be read: {error}") from None
    except ValueError as error:
        raise _wrong(f"{path} cannot be run: {error}") from None


def _wrong(why: str) -> Unprovable:
    return Unprovable(f"seeds: {why}", "[[tool.migbot.roundtrip.seeds]]")
