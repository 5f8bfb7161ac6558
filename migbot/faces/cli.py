"""The command line: the commands in the order in which they are listed."""

from __future__ import annotations

from typing import Annotated

import typer

from migbot import __version__
from migbot.faces import cli_around, cli_github, cli_judge, cli_write

app = typer.Typer(
    name="migbot",
    help="Keeps an Alembic migration history mergeable and reversible.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def run(arguments: list[str]) -> int:
    """Run one command line; returns its exit code. MigbotError goes to the caller."""
    try:
        code = app(args=arguments, prog_name="migbot", standalone_mode=True)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(bool(stop.code))
    return code or 0


def _version(wanted: bool) -> None:
    if wanted:
        print(f"migbot {__version__}")
        raise typer.Exit


@app.callback(help=app.info.help)
def _main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    pass


for _command in (
    cli_judge.check,
    cli_judge.heads,
    cli_judge.graph,
    cli_write.resolve,
    cli_judge.roundtrip,
    cli_judge.show,
    cli_around.cache,
    cli_write.init,
    cli_write.install,
    cli_write.uninstall,
    cli_around.explain,
    cli_around.demo,
    cli_github.publish,
    cli_github.sweep,
    cli_github.serve,
):
    app.command()(_command)
