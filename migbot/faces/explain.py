"""The page of a rule, as it ships with migbot."""

from __future__ import annotations

import difflib
from importlib.resources import files

from migbot.errors import MigbotError
from migbot.rules import all_rules


def explain(asked: str) -> str:
    """The page of the rule with that code (MB101) or name (single-head), as Markdown.

    Raises MigbotError for any other word, with the nearest that there is.
    """
    pages = {word: rule.code for rule in all_rules() for word in (rule.code.lower(), rule.name)}
    code = pages.get(asked.strip().lower())
    if code is None:
        near = difflib.get_close_matches(asked.lower(), pages, n=1)
        hint = f"migbot explain {near[0].upper() if near[0][:2] == 'mb' else near[0]}"
        raise MigbotError(f"No rule is called {asked!r}.", hint if near else "migbot explain")
    return _page(code)


def pages() -> dict[str, str]:
    """The page of every rule, by its code."""
    return {rule.code: _page(rule.code) for rule in all_rules()}


def _page(code: str) -> str:
    return files("migbot.docs").joinpath("rules", f"{code}.md").read_text(encoding="utf-8")


def listed() -> str:
    """Every rule in a line: code, severity, name."""
    return "".join(f"{rule.code}  {rule.severity:8} {rule.name}\n" for rule in all_rules())
