"""The ways to the heads that a database can have come: all must end in one schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from migbot.adapters.trip_guests import Guests, why
from migbot.core.catalogs import Catalog, differences, is_harmless
from migbot.core.environment import Environment
from migbot.core.guest_words import Heard
from migbot.core.trips import Deployment, LegError, Order

UNKNOWN = "Unknown"
"""The type of an error that is none of the project's: nobody knows how it would have gone."""

DIFFERENCE = "Difference"
"""The type of the error where nothing failed and the schema is another than it should be."""

Final = Mapping[str, Catalog]
"""What step by step has led to, on each database."""


def deploy(guests: Guests, project: Path, environment: Environment, final: Final) -> Deployment:
    """The deployment's own path: the base's schema, then the branch in one command."""
    guests.progress("Upgrading in one command, as a deployment does")
    heard, ended = guests.run("build", "base", project, environment, targets=["heads"])
    if not heard.done:
        return Deployment("upgrade heads", False, LegError(UNKNOWN, why(heard, ended)))
    if heard.failed is not None:
        return Deployment("upgrade heads", False, heard.failed)
    difference = _difference(guests, final, heard)
    if not difference:
        return Deployment("upgrade heads", True)
    message = f"one upgrade leaves another schema than step by step ({difference})"
    return Deployment("upgrade heads", False, LegError(DIFFERENCE, message))


def orders(
    guests: Guests, project: Path, environment: Environment, starts: Sequence[str], final: Final
) -> Iterator[Order]:
    """Other ways to the heads: from nothing at once, and by each of `starts` first."""
    for start in (None, *starts):
        targets = ["heads"] if start is None else [start, "heads"]
        guests.progress(f"Upgrading an empty database by way of {start or 'everything'}")
        heard, ended = guests.run("build", "nothing", project, environment, targets=targets)
        order = tuple(heard.heads or ()) if start is None else (start, *(heard.heads or ()))
        if not heard.done or heard.failed is not None:
            yield Order(order, False, why(heard, ended))
            continue
        difference = _difference(guests, final, heard)
        yield Order(order, not difference, difference)


def _difference(guests: Guests, final: Final, heard: Heard) -> str:
    """The first object in which what a guest has built is not `final`; "" for none."""
    built = {**heard.built, **guests.database.catalogs(guests.folder("slots"))}
    for slot, catalog in final.items():
        for each in differences(catalog, built.get(slot, {})):
            if not is_harmless(each):
                was, now = each.before or "none", each.after or "none"
                return f"{each.kind} {each.name}: {was}, {now}"
    return ""
