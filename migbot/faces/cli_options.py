"""What the commands take: the options that several share, and the words that may be given."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


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
