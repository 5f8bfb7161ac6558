"""The models' tables, by the name of where they are kept."""

from __future__ import annotations

import importlib
from typing import Any


def tables_of(name: str) -> Any:
    """The MetaData at `module:attribute.attribute`; a declarative base stands for its own.

    Raises ValueError where there is none.
    """
    module, _, path = name.partition(":")
    found: Any = importlib.import_module(module)
    for attribute in path.split("."):
        found = getattr(found, attribute)
    found = getattr(found, "metadata", found)
    if not hasattr(found, "create_all"):
        raise ValueError("%s is no MetaData" % name)
    return found
