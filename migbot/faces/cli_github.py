"""The commands that speak with GitHub: publish, sweep, serve."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from migbot.faces.cli_options import HERE, Folder, Into, Json, Rows
from migbot.faces.cli_output import write


def publish(
    report: Annotated[
        Path, typer.Option("--report", metavar="FILE", help="What `migbot check --json` wrote.")
    ] = Path("migbot-report.json"),
    repository: Annotated[
        str, typer.Option("--repository", metavar="OWNER/NAME", help="Whose pull request.")
    ] = "",
    pull: Annotated[int, typer.Option("--pull", metavar="N", help="The pull request.")] = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print it.")] = False,
) -> None:
    """Post a report on its pull request (in CI)."""
    from migbot.faces import publish as publishing

    said = publishing.publish(
        os.environ, report=report, repository=repository, pull=pull, dry_run=dry_run
    )
    write(said, None)


def sweep(
    repository: Annotated[
        str, typer.Option("--repository", metavar="OWNER/NAME", help="Whose pull requests.")
    ] = "",
    base: Annotated[
        str, typer.Option("--base", metavar="BRANCH", help="The branch that moved.")
    ] = "",
    refs: Annotated[
        list[str] | None,
        typer.Option(
            "--refs", metavar="PATTERN", help="Judge these refs of the clone; GitHub is not asked."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Post nothing.")] = False,
    folder: Folder = HERE,
    form: Annotated[Rows, typer.Option("--format", help="How to write the rows.")] = Rows.TEXT,
    json: Json = False,
    output: Into = None,
) -> None:
    """Judge every open pull request again (in CI)."""
    from migbot.faces import sweep as sweeping
    from migbot.faces.seldom_collected import seldom_collected
    from migbot.faces.sweep_rows import as_json, exit_code

    ask = sweeping.Ask(folder, repository, base, dry_run)
    rows = sweeping.sweep_refs(ask, refs) if refs else sweeping.sweep_pulls(os.environ, ask)
    live = form is Rows.TEXT and not json and output is None
    told = []
    with seldom_collected():
        for row in rows:
            told.append(row)
            if live:
                write(f"{row.line()}\n", None)
                sys.stdout.flush()
    if json or form is Rows.JSON:
        write(as_json(told), output)
    elif not live:
        write("".join(f"{row.line()}\n" for row in told), output)
    raise typer.Exit(exit_code(told))


def serve(
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="The port to listen on.")] = 8080,
    data_dir: Annotated[
        Path, typer.Option("--data-dir", metavar="DIR", help="Where the mirrors are kept.")
    ] = Path("migbot-data"),
) -> None:
    """Run the GitHub App."""
    from migbot.faces import serve as serving

    serving.serve(os.environ, host=host, port=port, data_dir=data_dir)
