"""The commands around the work: cache, explain, demo."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from migbot.faces.cli_output import write


def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Remove it; it is made again.")] = False,
) -> None:
    """Show what is kept for faster round trips, or clear it."""
    from migbot.faces import caching

    found = caching.clear() if clear else caching.cached()
    print(("Cleared: " if clear else "") + caching.told(found), end="")


def explain(
    code: Annotated[str, typer.Argument(metavar="CODE", help="As MB101, or single-head.")] = "",
) -> None:
    """Print the page of a rule; without a code, list the rules."""
    from migbot.faces import explain as pages

    write(pages.explain(code) if code else pages.listed(), None)


def demo(
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="DIR", help="Play in DIR and leave it there.")
    ] = None,
) -> None:
    """Play a fork, its repair and a round trip, for real."""
    import tempfile

    from migbot.faces import demo as story

    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        return story.run(keep.resolve(), sys.stdout)
    with tempfile.TemporaryDirectory(prefix="migbot-demo-") as folder:
        return story.run(Path(folder).resolve(), sys.stdout)
