"""The commands that write into the project: resolve, init, install, uninstall."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from migbot.core.settings import Strategy
from migbot.faces.cli_options import (
    HERE,
    As,
    Base,
    Config,
    DryRun,
    Folder,
    Format,
    Into,
    Json,
    Name,
)
from migbot.faces.cli_output import exit_code, progress, say, write
from migbot.faces.cli_output import show as show_report


def resolve(
    heads: Annotated[
        list[str] | None, typer.Argument(metavar="HEAD", help="The heads to join; all by default.")
    ] = None,
    strategy: Annotated[
        Strategy | None, typer.Option("--strategy", help="How; `auto` by what is published.")
    ] = None,
    base: Base = "",
    message: Annotated[
        str, typer.Option("--message", "-m", metavar="TEXT", help="Of the merge revision.")
    ] = "",
    prove: Annotated[
        bool, typer.Option("--prove/--no-prove", help="Prove it on a throw-away database.")
    ] = True,
    dry_run: DryRun = False,
    folder: Folder = HERE,
    config: Config = "",
    name: Name = "",
    form: As = Format.TEXT,
    json: Json = False,
    output: Into = None,
) -> None:
    """Repair a fork, by a rebase or a merge revision."""
    from migbot.faces import judging, repairing

    wish = repairing.Wish(tuple(heads or ()), strategy, message, dry_run, prove)
    ask = judging.Ask(folder, base, config, name)
    with progress() as tell:
        done = repairing.resolve(ask, wish, tell)
    if done.recovered:
        print(f"migbot: {done.recovered}", file=sys.stderr)
    if done.said and form is Format.TEXT and not json:
        write(done.said, output)
        raise typer.Exit(exit_code(done.report))
    show_report(done.report, Format.JSON if json else form, output, lambda: judging.graphs(ask))


def init(
    folder: Folder = HERE,
    workflow: Annotated[
        bool, typer.Option("--workflow", help="Also write the GitHub workflows, safe for forks.")
    ] = False,
    trusted: Annotated[
        bool, typer.Option("--trusted", help="Write those for a repository without forks.")
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Find the Alembic environments and write the settings."""
    from migbot.faces import installing

    say(installing.init(folder, dry_run=dry_run))
    if workflow or trusted:
        say(installing.add_workflows(folder, trusted=trusted, dry_run=dry_run))


def install(
    folder: Folder = HERE,
    commit_msg: Annotated[
        bool, typer.Option("--commit-msg", help="Also judge the message of the commit.")
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Put the git hooks in, beside whatever is there."""
    from migbot.faces import installing

    say(installing.install(folder, commit_msg=commit_msg, dry_run=dry_run))


def uninstall(folder: Folder = HERE, dry_run: DryRun = False) -> None:
    """Take the git hooks out again."""
    from migbot.faces import installing

    say(installing.uninstall(folder, dry_run=dry_run))
