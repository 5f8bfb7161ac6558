"""How a command's result is shown: the report in the form that was asked for, and the exit code."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

import typer

from migbot.errors import MigbotError
from migbot.faces.cli_options import Format

TYPE_CHECKING = False  # see core.value
if TYPE_CHECKING:
    from typing import NoReturn

    from migbot.core.graph import RevisionGraph
    from migbot.core.report import Report


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """One line on stderr that is written over and over, where stderr is a terminal."""
    if not sys.stderr.isatty():
        yield lambda line: None
        return
    from migbot.render.neutral import plain

    width = shutil.get_terminal_size().columns - 1
    clear = "\r" + " " * width + "\r"
    yield lambda line: print(clear + plain(line)[:width], end="", file=sys.stderr, flush=True)
    print(clear, end="", file=sys.stderr, flush=True)


def say(lines: Iterable[str]) -> None:
    """Print lines of ours."""
    for line in lines:
        print(line)


def exit_code(report: Report) -> int:
    """0 fine, 1 an error was found or a round trip failed, 2 something could not be looked at."""
    from migbot.core.report import Verdict

    return {Verdict.PASS: 0, Verdict.FAIL: 1, Verdict.UNKNOWN: 2}[report.verdict]


Graphs = Callable[[], "Mapping[str, RevisionGraph]"]
"""Reads the histories that were judged, by environment: only a page shows them."""


def show(report: Report, form: Format, output: Path | None, graphs: Graphs) -> NoReturn:
    """Write the report and exit with its code; `graphs` is asked for a page alone."""
    write(_rendered(report, form, output, graphs), output)
    raise typer.Exit(exit_code(report))


def _rendered(report: Report, form: Format, output: Path | None, graphs: Graphs) -> str:
    if form is Format.JSON:
        from migbot.core.report import to_json

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


def write(text: str, output: Path | None) -> None:
    """Write to the file `output`, or print; raises MigbotError where it cannot be written."""
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
