"""The command line: each command gathers its values, calls the workflow, prints the report."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from migbot import __version__
from migbot.core.graph import RevisionGraph
from migbot.core.report import Report, Verdict, to_json
from migbot.core.settings import Strategy
from migbot.errors import MigbotError

app = typer.Typer(
    name="migbot",
    help="Keeps an Alembic migration history mergeable and reversible.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Format(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"


class Rows(StrEnum):
    """How a sweep is written."""

    TEXT = "text"
    JSON = "json"


class Picture(StrEnum):
    """How a history is drawn."""

    TEXT = "text"
    MERMAID = "mermaid"
    SVG = "svg"
    JSON = "json"


Folder = Annotated[Path, typer.Option("-C", metavar="DIR", help="Work as if started in DIR.")]
Config = Annotated[
    str,
    typer.Option(
        *("-c", "--config"),
        metavar="FILE",
        envvar="ALEMBIC_CONFIG",
        show_envvar=False,
        help="The alembic.ini that is meant.",
    ),
]
Name = Annotated[
    str, typer.Option("-n", "--environment", metavar="NAME", help="The environment or ini section.")
]
Base = Annotated[
    str, typer.Option("--base", metavar="REF", help="Judge against REF, not the default branch.")
]
As = Annotated[Format, typer.Option("--format", help="How to write the report.")]
Json = Annotated[bool, typer.Option("--json", help="Short for --format json.")]
Into = Annotated[
    Path | None, typer.Option("--output", metavar="FILE", help="Write there, not to stdout.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
HERE = Path()


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


@app.command()
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
    _show(report, Format.JSON if json else form, output, lambda: judging.graphs(ask))


@app.command()
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
        _show(found.report, Format.JSON if json else form, output, lambda: graphs)
    _write(render_heads(found.report, found.histories), output)
    raise typer.Exit(exit_code(found.report))


@app.command()
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
    _write("\n".join(_drawn(each.history.graph, each.new, form) for each in found), output)


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


@app.command()
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
    with _progress() as progress:
        done = repairing.resolve(ask, wish, progress)
    if done.recovered:
        print(f"migbot: {done.recovered}", file=sys.stderr)
    if done.said and form is Format.TEXT and not json:
        _write(done.said, output)
        raise typer.Exit(exit_code(done.report))
    _show(done.report, Format.JSON if json else form, output, lambda: judging.graphs(ask))


@app.command()
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
    with _progress() as progress:
        prove = proving.check_and_prove if checked else proving.roundtrip
        report = prove(ask, trial, progress)
    _show(report, Format.JSON if json else form, output, lambda: judging.graphs(ask))


@app.command()
def show(
    report: Annotated[
        Path, typer.Argument(metavar="FILE", help="A report that was written as JSON.")
    ],
    form: As = Format.TEXT,
    output: Into = None,
) -> None:
    """Write a kept report in another form."""
    from migbot.faces.kept_reports import read_report

    _show(read_report(report), form, output, dict)


@app.command()
def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Remove it; it is made again.")] = False,
) -> None:
    """Show what is kept for faster round trips, or clear it."""
    from migbot.faces import caching

    found = caching.clear() if clear else caching.cached()
    print(("Cleared: " if clear else "") + caching.told(found), end="")


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """One line on stderr that is written over and over, where stderr is a terminal."""
    if not sys.stderr.isatty():
        yield lambda line: None
        return
    from migbot.render.neutral import plain

    width = shutil.get_terminal_size().columns - 1
    clear = "\r" + " " * width + "\r"
    yield lambda line: print(clear + plain(line)[:width], end="", file=sys.stderr, flush=True)
    print(clear, end="", file=sys.stderr, flush=True)


@app.command()
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

    _say(installing.init(folder, dry_run=dry_run))
    if workflow or trusted:
        _say(installing.add_workflows(folder, trusted=trusted, dry_run=dry_run))


@app.command()
def install(
    folder: Folder = HERE,
    commit_msg: Annotated[
        bool, typer.Option("--commit-msg", help="Also judge the message of the commit.")
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Put the git hooks in, beside whatever is there."""
    from migbot.faces import installing

    _say(installing.install(folder, commit_msg=commit_msg, dry_run=dry_run))


@app.command()
def uninstall(folder: Folder = HERE, dry_run: DryRun = False) -> None:
    """Take the git hooks out again."""
    from migbot.faces import installing

    _say(installing.uninstall(folder, dry_run=dry_run))


@app.command()
def explain(
    code: Annotated[str, typer.Argument(metavar="CODE", help="As MB101, or single-head.")] = "",
) -> None:
    """Print the page of a rule; without a code, list the rules."""
    from migbot.faces import explain as pages

    _write(pages.explain(code) if code else pages.listed(), None)


@app.command()
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


@app.command()
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
    _write(said, None)


@app.command()
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

    ask = sweeping.Ask(folder, repository, base, dry_run)
    rows = sweeping.sweep_refs(ask, refs) if refs else sweeping.sweep_pulls(os.environ, ask)
    live = form is Rows.TEXT and not json and output is None
    told = []
    for row in rows:
        told.append(row)
        if live:
            _write(f"{row.line()}\n", None)
            sys.stdout.flush()
    if json or form is Rows.JSON:
        _write(sweeping.as_json(told), output)
    elif not live:
        _write("".join(f"{row.line()}\n" for row in told), output)
    raise typer.Exit(sweeping.exit_code(told))


@app.command()
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


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def exit_code(report: Report) -> int:
    """0 fine, 1 an error was found or a round trip failed, 2 something could not be looked at."""
    return {Verdict.PASS: 0, Verdict.FAIL: 1, Verdict.UNKNOWN: 2}[report.verdict]


Graphs = Callable[[], Mapping[str, RevisionGraph]]
"""Reads the histories that were judged, by environment: only a page shows them."""


def _show(report: Report, form: Format, output: Path | None, graphs: Graphs) -> None:
    _write(_rendered(report, form, output, graphs), output)
    raise typer.Exit(exit_code(report))


def _rendered(report: Report, form: Format, output: Path | None, graphs: Graphs) -> str:
    if form is Format.JSON:
        return to_json(report)
    if form is Format.MARKDOWN:
        from migbot.render.markdown import markdown

        return markdown(report)
    if form is Format.HTML:
        from migbot.render.html import render_html

        return render_html(report, graphs())
    width = min(shutil.get_terminal_size().columns, 100)
    if form is not Format.TEXT:
        return _for_programs(report, form, width)
    from migbot.render.text import render_text

    return render_text(report, colour=output is None and _colours(), width=width)


def _for_programs(report: Report, form: Format, width: int) -> str:
    """What other programs read: code scanning, a CI's list of tests, a workflow's log."""
    if form is Format.SARIF:
        from migbot.faces.explain import pages
        from migbot.render.sarif import render_sarif

        return render_sarif(report, pages())
    if form is Format.JUNIT:
        from migbot.render.junit import render_junit

        return render_junit(report)
    from migbot.render.workflow_commands import workflow_commands

    return workflow_commands(report, width=width)


def _colours() -> bool:
    """Colours only where a person looks, and not where they said no (https://no-color.org)."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return sys.stdout.isatty() and wanted


def _write(text: str, output: Path | None) -> None:
    if output is None:
        if isinstance(sys.stdout, TextIOWrapper):  # a message need not fit the terminal's encoding
            sys.stdout.reconfigure(errors="backslashreplace")
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise MigbotError(f"{output} cannot be written: {reason}.", "Name another file.") from None
