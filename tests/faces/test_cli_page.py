"""docs/cli.md says what the commands say."""

from __future__ import annotations

import re

import pytest
import typer

from migbot.faces.cli import app
from migbot.faces.cli_options import Format
from support.cli_page import FORMATS, PAGE, page

COMMANDS = typer.main.get_command(app).commands


def test_the_page_is_made_from_the_commands_as_they_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: make generated"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_says_what_it_and_each_of_its_options_is_for(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    assert [each.name for each in command.params if not each.help] == []


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_of_a_command_is_on_the_page(name: str) -> None:
    section = re.search(rf"^## migbot {name}$(.*?)(?=^## |\Z)", page(), re.M | re.S)
    assert section is not None
    for parameter in COMMANDS[name].params:
        if parameter.param_type_name == "option":
            for option in (*parameter.opts, *parameter.secondary_opts):
                assert f"`{option}" in section[1]


def test_every_format_is_explained() -> None:
    assert set(FORMATS) == set(Format)
