"""The settings: `[tool.migbot]` in pyproject.toml, or migbot.toml."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from migbot.core.files import Tree
from migbot.core.trip_settings import TripSettings
from migbot.core.value import Value
from migbot.errors import MigbotError

TYPE_CHECKING = False  # see core.value
if TYPE_CHECKING:
    from typing import Any

SETTINGS_FILE = "migbot.toml"


class Level(StrEnum):
    """What a rule's finding weighs in this project; `off` turns the rule off."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    OFF = "off"


class Strategy(StrEnum):
    """How a fork is repaired; `auto` chooses by what is published (law 6 of the design)."""

    AUTO = "auto"
    MERGE = "merge"
    REBASE = "rebase"


class EnvironmentSettings(Value):
    """`[tool.migbot.environments.NAME]`: one Alembic environment, or what is special about it.

    Where `config` or `script_location` is given the environment is taken from there; otherwise
    the table adds to the discovered environment of the same name.
    """

    config: str = ""
    section: str = "alembic"
    script_location: str = ""
    versions: tuple[str, ...] = ()
    expected_heads: int = 0
    database: str = ""
    roundtrip: TripSettings | None = None


class MessageSettings(Value):
    """`[tool.migbot.messages]`: the style of messages; everything here is opt-in (rule MB304)."""

    min_length: int = 0
    max_length: int = 0
    min_words: int = 0
    pattern: str = ""
    ticket: str = ""
    case: str = ""
    generic: tuple[str, ...] = ()


class Acceptance(Value):
    """`[[tool.migbot.accept]]`: a finding that the base branch accepts, and why."""

    code: str
    reason: str
    revision: str = ""


class Settings(Value):
    """All settings; the defaults work for a plain Alembic project.

    `base` is the ref that changes are judged against ("" finds the default branch), `published`
    the refs whose revisions must not be re-pointed (glob patterns as git's `for-each-ref` takes
    them). `env` is handed to the project's process in a round trip, `{url}` standing for the
    throw-away database.
    """

    base: str = ""
    published: tuple[str, ...] = ("refs/tags/", "refs/remotes/*/release*", "refs/heads/release*")
    strategy: Strategy = Strategy.AUTO
    expected_heads: int = 1
    autofix: bool = False
    strict: bool = False
    python: str = ""
    env: Mapping[str, str] = MappingProxyType({})
    rules: Mapping[str, Level] = MappingProxyType({})
    messages: MessageSettings = MessageSettings()
    roundtrip: TripSettings = TripSettings()
    environments: Mapping[str, EnvironmentSettings] = MappingProxyType({})
    accept: tuple[Acceptance, ...] = ()


def read_settings(tree: Tree) -> Settings:
    """The settings of a tree: migbot.toml at its root, else pyproject's `[tool.migbot]`.

    Raises MigbotError where they cannot be read: a key that is not known, a wrong type.
    """
    return find_settings(tree) or Settings()


def find_settings(tree: Tree) -> Settings | None:
    """As `read_settings`; None where the tree has none at all."""
    by_path = {entry.path: entry for entry in tree.entries("")}
    for path, table in ((SETTINGS_FILE, ()), ("pyproject.toml", ("tool", "migbot"))):
        if path in by_path:
            text = tree.read([by_path[path]]).get(path)
            found = _table(path, text, table)
            if found is not None:
                return parse_settings(found, path)
    return None


def parse_settings(table: Mapping[str, Any], path: str) -> Settings:
    """Settings out of a TOML table of `path`; raises MigbotError with the key that is wrong."""
    from migbot.core.plain import build  # many a project has no settings, and a hook waits

    try:
        settings: Settings = build(Settings, table, where="[tool.migbot]", strict=True)
    except ValueError as error:
        raise MigbotError(f"{path}: {error}.", "docs/settings.md lists every key.") from None
    return settings


def _table(path: str, text: bytes | None, keys: tuple[str, ...]) -> dict[str, Any] | None:
    if text is None:
        raise MigbotError(f"{path} is too large to be read as settings.")
    import tomllib  # here, as many a project keeps no settings in TOML, and a hook waits for it

    try:
        table: Any = tomllib.loads(text.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        if keys and b"migbot" not in text:
            return None  # a broken pyproject is not ours to judge where it cannot hold settings
        raise MigbotError(f"{path} cannot be read: {error}.", "Mend the TOML first.") from None
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    if table is not None and not isinstance(table, dict):
        raise MigbotError(f"{path}: [tool.migbot] takes a table, not {table!r}.")
    return table


def gated(own: Settings, official: Settings | None, structural: frozenset[str]) -> Settings:
    """A change's own settings, with the base's word on what lets a structural finding pass.

    `structural` are the codes of those rules. Nobody waives their own gate (law 10): how many
    heads are expected, what is accepted and how much those rules weigh is taken from `official`.
    A base without any settings (None) has said nothing yet, so there the change's own hold.
    """
    if official is None:
        return own
    levels = {code: level for code, level in own.rules.items() if code not in structural}
    return own._replace(
        accept=official.accept,
        expected_heads=official.expected_heads,
        published=official.published,
        rules={**levels, **{c: v for c, v in official.rules.items() if c in structural}},
        environments={
            name: table._replace(expected_heads=_expected(official, name))
            for name, table in own.environments.items()
        },
    )


def _expected(official: Settings, name: str) -> int:
    table = official.environments.get(name)
    return table.expected_heads if table else 0
