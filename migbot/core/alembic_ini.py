"""Alembic's options as it reads them: one section of an ini file, one table of pyproject.toml."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from migbot.core.value import Value
from migbot.errors import MigbotError

TYPE_CHECKING = False  # see core.value
if TYPE_CHECKING:
    from typing import Any

HERE = "\0"
"""What `%(here)s` becomes: the file's own folder, which only the tree can name (a file with a NUL
is refused, so it stands for nothing else)."""

DEEPEST = 10  # configparser.MAX_INTERPOLATION_DEPTH
LONGEST = 16 * 1024
"""Characters of one value, references expanded: an ini of a stranger may be a bomb."""

# alembic.config.Config._get_file_separator_char
SEPARATORS = {"space": " ", "newline": "\n", "os": os.pathsep, ":": ":", ";": ";"}
_LEGACY_SEPARATOR = re.compile(r", *| +")
_REFERENCE = re.compile(r"%(?:%|\(([^)]+)\)s)?")
_TOOL_ALEMBIC = re.compile(rb"(?m)^\s*\[\s*tool\s*\.\s*alembic")

Ini = Mapping[str, Mapping[str, str]]


class Options(Value):
    """The options of one environment: an ini section, and `[tool.alembic]` for what it lacks.

    Values are raw; each is expanded when it is asked for, so that a `%` in a URL does not stand
    in the way of the others. Every method raises ValueError where Alembic could not read it.
    """

    ini: Mapping[str, str] = MappingProxyType({})
    toml: Mapping[str, Any] = MappingProxyType({})

    def text(self, key: str) -> str | None:
        """A text option, or None."""
        if key in self.ini:
            return expand(self.ini[key], self.ini)
        value = self.toml.get(key)
        if value is not None and not isinstance(value, str):
            raise ValueError(f"{key} takes text")
        return None if value is None else expand(value, {})

    def flag(self, key: str) -> bool:
        """A boolean option: exactly `true` in an ini file, a real boolean in TOML."""
        if key in self.ini:
            return expand(self.ini[key], self.ini) == "true"
        value = self.toml.get(key, False)
        if not isinstance(value, bool):
            raise ValueError(f"{key} takes true or false, without quotes")
        return value

    def number(self, key: str, default: int) -> int:
        """A whole number; 0 is the default too, as in Alembic."""
        value = self.text(key) if key in self.ini else self.toml.get(key)
        try:
            return default if value is None else int(value) or default
        except (TypeError, ValueError):
            raise ValueError(f"{key} takes a whole number, not {value!r}") from None

    def version_locations(self) -> tuple[str, ...]:
        """The folders of revisions that are listed; none where Alembic's default stands."""
        if text := self.ini.get("version_locations"):
            return self._split(expand(text, self.ini))
        listed = self.toml.get("version_locations") or []
        if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
            raise ValueError("version_locations takes a list of texts")
        return tuple(expand(each, {}) for each in listed)

    def _split(self, text: str) -> tuple[str, ...]:
        for key in ("path_separator", "version_path_separator"):
            if key in self.ini:
                parts = text.split(_separator(key, expand(self.ini[key], self.ini)))
                break
        else:
            parts = _LEGACY_SEPARATOR.split(text)
        return tuple(part.strip() for part in parts if part.strip())


def _separator(key: str, value: str) -> str:
    if value not in SEPARATORS:
        raise ValueError(f"{key} takes one of {', '.join(SEPARATORS)}, not {value!r}")
    return SEPARATORS[value]


def expand(raw: str, options: Mapping[str, str]) -> str:
    """`raw` with `%%` and `%(name)s` replaced as configparser does; raises ValueError.

    Each name is expanded once, to a limited depth and length, so that the work is bounded by the
    size of the file.
    """
    return _expand(raw, options, {} if "here" in options else {"here": HERE}, 1)


def _expand(raw: str, options: Mapping[str, str], known: dict[str, str], depth: int) -> str:
    if depth > DEEPEST and "%" in raw:
        raise ValueError(f"{_brief(raw)} refers to itself")

    def value(match: re.Match[str]) -> str:
        if match[0] == "%":
            raise ValueError(f"{_brief(raw)} has a lone %; write it as %%")
        name = (match[1] or "").lower()
        if name and name not in known:
            if name not in options:
                raise ValueError(f"{_brief(raw)} refers to {name!r}, which is not set")
            known[name] = _expand(options[name], options, known, depth + 1)
        return known[name] if name else "%"

    text = _REFERENCE.sub(value, raw) if len(raw) <= LONGEST else raw
    if len(text) > LONGEST:
        raise ValueError(f"{_brief(raw)} is longer than {LONGEST} characters")
    return text


def _brief(raw: str) -> str:
    return repr(raw if len(raw) <= 60 else f"{raw[:60]}...")


@lru_cache(maxsize=8)  # both moments have the same, mostly
def parse_ini(path: str, content: bytes) -> Ini:
    """The sections of an ini file, raw, each with what `[DEFAULT]` gives it.

    Raises MigbotError for what Alembic cannot read either: no UTF-8, a byte order mark, a key
    that is set twice.
    """
    import configparser  # here, as not every project has an ini

    # Under any other name [DEFAULT] is a section like the others, and a key that every section
    # inherits can be told from one that a section sets.
    parser = configparser.RawConfigParser(default_section="\n")
    try:
        parser.read_string(_decoded(content))
    except (configparser.Error, ValueError) as error:
        reason = str(error).splitlines()[0].replace("'<string>'", path)
        raise MigbotError(
            f"{path} cannot be read: {reason.rstrip('.:')}.", "Save it as an ini file in UTF-8."
        ) from None
    return {name: dict(parser[name]) for name in parser.sections()}


def section(ini: Ini, name: str) -> dict[str, str]:
    """One section with the defaults of the file; empty where the file has no such section."""
    return {**ini.get("DEFAULT", {}), **ini[name]} if name in ini else {}


def _decoded(content: bytes) -> str:
    if content.startswith(b"\xef\xbb\xbf"):
        raise ValueError("it begins with a byte order mark")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError("it is in UTF-16")
    if b"\0" in content:
        raise ValueError("it has a NUL byte")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("it is not in UTF-8") from None


def parse_pyproject(path: str, content: bytes) -> Mapping[str, Any] | None:
    """The table `[tool.alembic]` of a pyproject.toml, or None where it has none.

    Raises MigbotError where the file is broken and has the table.
    """
    if b"alembic" not in content:
        return None
    import tomllib  # here, as most projects have an ini, and a hook waits for it

    try:
        table: Any = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        if not _TOOL_ALEMBIC.search(content):
            return None
        raise MigbotError(f"{path} cannot be read: {error}.", "Mend the TOML first.") from None
    for key in ("tool", "alembic"):
        table = table.get(key) if isinstance(table, dict) else None
    if table is not None and not isinstance(table, dict):
        raise MigbotError(f"{path}: [tool.alembic] is not a table.", "Mend the TOML first.")
    return table
