"""The commands that look and judge, and write nothing: check, heads, graph, roundtrip, show."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from migbot.errors import MigbotError
from migbot.faces.cli_options import (
    HERE,
    As,
    Base,
    Config,
    Folder,
    Format,
    Into,
    Json,
    Name,
    Picture,
)
from migbot.faces.cli_output import exit_code, progress, write
from migbot.faces.cli_output import show as show_report

TYPE_CHECKING = False  # see core.value
if TYPE_CHECKING:
    from migbot.core.graph import RevisionGraph


def check(
    base: Base = "",
    folder: Folder = HERE,
    config: Config = "",
    name: Name = "",
    form: As = Format.TEXT,
    json: Json = False,
    output: Into = None,
) -> None:
    """Judge what merging into the base branch would leave."""
    from migbot.faces import judging

    ask = judging.Ask(folder, base, config, name)
    report = judging.check(ask)
    show_report(report, Format.JSON if json else form, output, lambda: judging.graphs(ask))


def heads(
    at: Annotated[str, typer.Option("--at", metavar="REF", help="Those of REF.")] = "",
    merged_into: Annotated[
        str, typer.Option("--merged-into", metavar="REF", help="Those a merge into REF leaves.")
    ] = "",
    folder: Folder = HERE,
    config: Config = "",
    name: Name = "",
    form: As = Format.TEXT,
    json: Json = False,
    output: Into = None,
) -> None:
    """Print the heads of the files, a ref, or a merge to come."""
    from migbot.faces import judging
    from migbot.render.heads import render_heads

    found = judging.heads(judging.Ask(folder, "", config, name), at, merged_into)
    if json or form is not Format.TEXT:
        graphs = {name: each.graph for name, each in found.histories.items()}
        show_report(found.report, Format.JSON if json else form, output, lambda: graphs)
    write(render_heads(found.report, found.histories), output)
    raise typer.Exit(exit_code(found.report))


def graph(
    at: Annotated[str, typer.Option("--at", metavar="REF", help="Draw REF.")] = "",
    form: Annotated[Picture, typer.Option("--format", help="How to draw.")] = Picture.TEXT,
    folder: Folder = HERE,
    config: Config = "",
    name: Name = "",
    output: Into = None,
) -> None:
    """Draw the history, newest first."""
    from migbot.faces import judging

    found = judging.drawings(judging.Ask(folder, "", config, name), at)
    if len(found) > 1 and form in (Picture.SVG, Picture.JSON):
        names = ", ".join(each.history.environment.name for each in found)
        raise MigbotError(f"One file holds one picture; there are {names}.", "Name one with -n.")
    write("\n".join(_drawn(each.history.graph, each.new, form) for each in found), output)


def _drawn(graph: RevisionGraph, new: frozenset[str], form: Picture) -> str:
    if form is Picture.TEXT:
        from migbot.render.graph_text import draw_text

        only_ascii = (sys.stdout.encoding or "").lower() not in ("utf-8", "utf8")
        return draw_text(graph, new=new, only_ascii=only_ascii)
    from migbot.render import graph_json, graph_mermaid, graph_svg

    draw = {
        Picture.MERMAID: graph_mermaid.draw_mermaid,
        Picture.SVG: graph_svg.draw_svg,
        Picture.JSON: graph_json.draw_json,
    }
    return draw[form](graph, new=new)


def roundtrip(
    revisions: Annotated[
        list[str] | None,
        typer.Argument(metavar="REVISION", help="The ids to prove; by default what is new."),
    ] = None,
    base: Base = "",
    everything: Annotated[
        bool, typer.Option("--all", help="Prove every revision, from an empty database.")
    ] = False,
    database: Annotated[
        str,
        typer.Option("--database", metavar="D", help="sqlite, postgresql-15, mariadb or mysql."),
    ] = "",
    checked: Annotated[
        bool, typer.Option("--check", help="Judge by every static rule too: one report for both.")
    ] = False,
    cached: Annotated[
        bool, typer.Option("--cache/--no-cache", help="Take the base that was built before.")
    ] = True,
    folder: Folder = HERE,
    config: Config = "",
    name: Name = "",
    form: As = Format.TEXT,
    json: Json = False,
    output: Into = None,
) -> None:
    """Prove up, down, up again on a throw-away database."""
    from migbot.core.course import Trial
    from migbot.faces import judging, proving

    ask = judging.Ask(folder, base, config, name)
    trial = Trial(tuple(revisions or ()), everything, database, cached)
    with progress() as tell:
        prove = proving.check_and_prove if checked else proving.roundtrip
        report = prove(ask, trial, tell)
    show_report(report, Format.JSON if json else form, output, lambda: judging.graphs(ask))


def show(
    report: Annotated[
        Path, typer.Argument(metavar="FILE", help="A report that was written as JSON.")
    ],
    form: As = Format.TEXT,
    output: Into = None,
) -> None:
    """Write a kept report in another form."""
    from migbot.faces.kept_reports import read_report

    show_report(read_report(report), form, output, dict)
