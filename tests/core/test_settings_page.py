"""docs/settings.md: every key, its real default, and examples that migbot takes."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from migbot.core.settings import (
    Acceptance,
    EnvironmentSettings,
    MessageSettings,
    Settings,
    parse_settings,
)
from migbot.core.trip_settings import SeedSettings, TripSettings

PAGE = (Path(__file__).parents[2] / "docs/settings.md").read_text()

SECTION = re.compile(r"^## `\[+(.+?)\]+`\n(.*?)(?=^## |\Z)", re.M | re.S)
SECTIONS = dict(SECTION.findall(PAGE))

KINDS = {
    "tool.migbot": Settings,
    "tool.migbot.env": Settings,
    "tool.migbot.rules": Settings,
    "tool.migbot.messages": MessageSettings,
    "tool.migbot.environments.NAME": EnvironmentSettings,
    "tool.migbot.roundtrip": TripSettings,
    "tool.migbot.roundtrip.seeds": SeedSettings,
    "tool.migbot.accept": Acceptance,
}

LISTED = {"environments": Settings, "accept": Settings, "seeds": TripSettings}
"""Keys that hold further tables: told in those tables' sections, beside the inner keys."""

ROW = re.compile(r"^\| `(\w+)` \| (?:`(.*?)`|(-)) \| (.+) \|$", re.M)


def rows(title: str) -> dict[str, str]:
    return {key: default or dash for key, default, dash, _ in ROW.findall(SECTIONS[title])}


MISSING = object()
"""The default of a key that has none."""


def own_fields(kind: Any) -> dict[str, Any]:
    """Each key with its default, without those that are tables of their own."""
    defaults = {name: kind._field_defaults.get(name, MISSING) for name in kind._fields}
    tables = {name for name, made in defaults.items() if made is None or hasattr(made, "_fields")}
    return {
        name: list(made) if isinstance(made, tuple) else made
        for name, made in defaults.items()
        if name not in tables
    }


def test_the_page_has_a_section_for_each_table() -> None:
    assert SECTIONS.keys() == KINDS.keys()


def test_every_key_of_every_table_is_on_the_page_and_no_other() -> None:
    told = {(KINDS[title], key) for title in SECTIONS for key in rows(title)}
    told = {(LISTED.get(key, kind), key) for kind, key in told}
    real = {(kind, key) for kind in set(KINDS.values()) for key in own_fields(kind)}
    assert told == real


@pytest.mark.parametrize("title", KINDS)
def test_the_defaults_are_the_real_ones(title: str) -> None:
    for key, told in rows(title).items():
        kind = LISTED.get(key, KINDS[title])
        real = own_fields(kind)[key]
        assert (MISSING if told == "-" else tomllib.loads(f"x = {told}")["x"]) == real


def examples(title: str) -> list[dict[str, Any]]:
    found = re.findall(r"^```toml\n(.*?)^```", SECTIONS[title], re.M | re.S)
    return [tomllib.loads(each)["tool"]["migbot"] for each in found]


@pytest.mark.parametrize("title", KINDS)
def test_the_examples_are_taken_and_are_no_defaults(title: str) -> None:
    assert examples(title)
    for example in examples(title):
        assert parse_settings(example, "pyproject.toml") != Settings()


def _keys(kind: type, table: dict[str, Any]) -> Iterator[tuple[type, str]]:
    inner: dict[str, type] = {
        "messages": MessageSettings,
        "roundtrip": TripSettings,
        "environments": EnvironmentSettings,
        "seeds": SeedSettings,
        "accept": Acceptance,
    }
    for key, value in table.items():
        yield kind, key
        for each in _tables(key, value) if key in inner else ():
            yield from _keys(inner[key], each)


def _tables(key: str, value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return value
    return list(value.values()) if key == "environments" else [value]


def test_every_key_is_in_an_example() -> None:
    shown = {pair for title in KINDS for each in examples(title) for pair in _keys(Settings, each)}
    real = {(kind, key) for kind in set(KINDS.values()) for key in own_fields(kind)}
    assert real - shown == set()
