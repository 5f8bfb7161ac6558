"""docs/cli.md, made from the commands themselves: `make generated` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer

from migbot.faces.cli import app
from migbot.faces.cli_options import Format

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"

HEAD = """\
# The command line

<!-- Made from the commands by `make generated`; what is changed here is lost. -->

The names, the options, the exit codes and the report's JSON
([its schema](report.schema.json)) are public API: they are only ever added to.

## Exit codes

| code | means |
|---|---|
| 0 | fine; warnings and notes are told, and are fine too |
| 1 | a finding that is an error, or a round trip that failed |
| 2 | unknown: the settings, git, a database or the project's Python kept migbot from looking |
| 3 | a bug in migbot, told with its traceback; nothing was concluded about the history |

stdout carries the result, stderr the progress.

"""

FORMATS = {
    Format.TEXT: "for a terminal",
    Format.JSON: "the report itself, from which `migbot show` makes every other form",
    Format.MARKDOWN: "the page of a pull request or of a workflow's summary",
    Format.HTML: "one page by itself, with pictures, that loads nothing",
    Format.SARIF: "SARIF 2.1.0, for code scanning",
    Format.JUNIT: "JUnit XML, for whatever shows tests",
    Format.GITHUB: "workflow commands: annotations on the lines of a pull request",
}


def page() -> str:
    """The whole page."""
    group: Any = typer.main.get_command(app)
    commands = dict(sorted(group.commands.items()))
    parts = [HEAD, _formats(), _contents(commands)]
    parts += [_section(name, command) for name, command in commands.items()]
    return "\n".join(parts)


def _formats() -> str:
    rows = "".join(f"| `{each}` | {FORMATS[each]} |\n" for each in Format)
    return f"## Formats of a report\n\n| `--format` | is |\n|---|---|\n{rows}"


def _contents(commands: dict[str, Any]) -> str:
    rows = (f"| [`{name}`](#migbot-{name}) | {each.help} |\n" for name, each in commands.items())
    return f"## Commands\n\n| command | does |\n|---|---|\n{''.join(rows)}"


def _section(name: str, command: Any) -> str:
    words = [_word(each) for each in command.params if each.param_type_name == "argument"]
    usage = " ".join(["migbot", name, "[OPTION]...", *words])
    rows = "".join(_row(each) for each in command.params)
    table = f"\n| | |\n|---|---|\n{rows}" if rows else ""
    return f"## migbot {name}\n\n{command.help}\n\n```\n{usage}\n```\n{table}"


def _word(argument: Any) -> str:
    word = f"{argument.metavar}{'...' if argument.nargs == -1 else ''}"
    return word if argument.required else f"[{word}]"


def _row(parameter: Any) -> str:
    notes = "; ".join(_notes(parameter))
    told = (parameter.help or "").replace("|", "\\|")
    return f"| {_names(parameter)} | {told}{f' ({notes})' if notes else ''} |\n"


def _names(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{parameter.metavar}`"
    value = f" {parameter.metavar or _kind(parameter)}".rstrip()
    takes = "" if parameter.is_flag else value
    return ", ".join(f"`{each}{takes}`" for each in (*parameter.opts, *parameter.secondary_opts))


def _kind(parameter: Any) -> str:
    kind = parameter.type_descriptor.annotation
    return "N" if kind is int else "WORD" if _choices(parameter) else "TEXT"


def _choices(parameter: Any) -> list[str]:
    kind = parameter.type_descriptor.annotation
    return list(kind) if isinstance(kind, type) and issubclass(kind, StrEnum) else []


def _notes(parameter: Any) -> Iterator[str]:
    if choices := _choices(parameter):
        yield " ".join(f"`{each}`" for each in choices)
    if parameter.envvar:
        yield f"or the variable `{parameter.envvar}`"
    default = parameter.default
    if default not in (None, "", False, True) and str(default) != ".":
        yield f"default `{default}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
