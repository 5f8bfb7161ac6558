"""The deployment's own way to the heads, and in what a schema is not as it should be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path

from migbot.adapters.trip_guests import Guests, why
from migbot.core.catalogs import Catalog, differences, is_harmless
from migbot.core.deployment import read_deploy
from migbot.core.environment import Environment
from migbot.core.guest_words import Heard
from migbot.core.trips import Deployment, LegError, Residue

UNKNOWN = "Unknown"
"""The type of an error that is none of the project's: nobody knows how it would have gone."""

DIFFERENCE = "Difference"
"""The type of the error where nothing failed and the schema is another than it should be."""

Final = Mapping[str, Catalog]
"""What step by step has led to, on each database."""


def deploy(guests: Guests, project: Path, environment: Environment, final: Final) -> Deployment:
    """The deployment's own path: the base's schema, then the branch in one command."""
    guests.progress("Upgrading in one command, as a deployment does")
    way = read_deploy(environment.roundtrip.deploy)
    heard, ended = guests.run(
        "build", "base", project, environment, targets=[way.target], as_is=True
    )
    if not heard.done or heard.lacks:
        return Deployment(way.verb, False, LegError(UNKNOWN, why(heard, ended)))
    if heard.failed is not None:
        return Deployment(way.verb, False, heard.failed)
    difference = first_of(unlike(guests, final, heard))
    if not difference:
        return Deployment(way.verb, True)
    message = f"one upgrade leaves another schema than step by step ({difference})"
    return Deployment(way.verb, False, LegError(DIFFERENCE, message))


def unlike(guests: Guests, final: Final, heard: Heard) -> dict[str, tuple[Residue, ...]]:
    """On each database, in what the schema that a guest has built is not `final`."""
    built = {**heard.built, **guests.database.catalogs(guests.folder("slots"))}
    return {
        slot: tuple(e for e in differences(catalog, built.get(slot, {})) if not is_harmless(e))
        for slot, catalog in final.items()
    }


def first_of(found: Mapping[str, Iterable[Residue]]) -> str:
    """The first object of what `unlike` has found, in a line; "" for none."""
    for each in chain.from_iterable(found.values()):
        return f"{each.kind} {each.name}: {each.before or 'none'}, {each.after or 'none'}"
    return ""
