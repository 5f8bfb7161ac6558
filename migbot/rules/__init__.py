"""One rule a file; a module here is found by being here."""

from __future__ import annotations

import importlib
from pathlib import Path

from migbot.core.check import Rule


def all_rules() -> tuple[Rule, ...]:
    """Every rule of this package, sorted by code."""
    modules = (
        importlib.import_module(f"{__name__}.{file.stem}")
        for file in Path(__path__[0]).iterdir()  # pkgutil would load `inspect`, and a commit waits
        if file.suffix == ".py" and not file.stem.startswith("_")
    )
    found = (value for module in modules for value in vars(module).values())
    return tuple(sorted({each for each in found if isinstance(each, Rule)}, key=_code))


def _code(rule: Rule) -> str:
    return rule.code
