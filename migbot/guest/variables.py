"""Which environment variables a project asked for in vain, from the error that it ended in."""

from __future__ import annotations

import os
import re
from traceback import walk_tb
from types import FrameType
from typing import Any, Dict, Iterator, List, Tuple

_SAID: Dict[Tuple[str, str], "re.Pattern[str]"] = {
    ("decouple", "UndefinedValueError"): re.compile(r"(\w+) not found"),
    ("environs", "EnvError"): re.compile(r'variable "(\w+)" not set'),
    ("environs", "EnvNotSetError"): re.compile(r'variable "(\w+)" not set'),
    ("environ", "ImproperlyConfigured"): re.compile(r"Set the (\w+) environment variable"),
    ("django", "ImproperlyConfigured"): re.compile(r"Set the (\w+) environment variable"),
    ("builtins", "KeyError"): re.compile(r"^.Config '(\w+)' is missing"),  # starlette
}
"""The package and the class of an error, and where in its words the name is."""


def missing_variables(error: BaseException) -> List[str]:
    """The variables that are not set and should be: of `error`, or of what it was made of.

    An error of the database has its own reason, whatever was being handled when it came.
    """
    for each in _chain(error):
        names = list(dict.fromkeys([*_asked(each), *_said(each), *_settings(each)]))
        if names:
            return names
    return []


def _chain(error: BaseException) -> "Iterator[BaseException]":
    seen = set()
    each: Any = error
    while each is not None and id(each) not in seen and not hasattr(each, "orig"):
        seen.add(id(each))
        yield each
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)


def _frames(error: BaseException) -> "List[FrameType]":
    return [frame for frame, _ in walk_tb(error.__traceback__)]


def _asked(error: BaseException) -> "Iterator[str]":
    """The key of a KeyError that os.environ itself has raised."""
    frames = _frames(error)
    if isinstance(error, KeyError) and frames:
        last = frames[-1]
        if last.f_globals is vars(os) and last.f_code.co_name == "__getitem__":
            yield os.fsdecode(error.args[0])


def _said(error: BaseException) -> "Iterator[str]":
    kind = type(error)
    pattern = _SAID.get((kind.__module__.split(".")[0], kind.__name__))
    found = pattern.search(str(error)) if pattern else None
    if found:
        yield found.group(1)


def _settings(error: BaseException) -> "Iterator[str]":
    """The fields that a settings class of pydantic misses, as their variables are called."""
    if type(error).__name__ != "ValidationError":
        return
    for frame in _frames(error):
        made = type(frame.f_locals.get("__pydantic_self__", None))
        if hasattr(made, "model_config") or hasattr(made, "__config__"):
            fields = [each["loc"] for each in error.errors() if "missing" in each["type"]]  # type: ignore[attr-defined]
            yield from (_variable(made, [str(part) for part in where]) for where in fields)
            return


def _variable(settings: Any, where: "List[str]") -> str:
    """The variable of a field: an alias is the whole name, a field's own name has a prefix."""
    options = getattr(settings, "model_config", None) or vars(settings.__config__)
    fields = getattr(settings, "model_fields", None) or settings.__fields__
    field = fields.get(where[0])
    named = field is not None and not getattr(field, "validation_alias", None)
    name = (options.get("env_nested_delimiter") or "__").join(where)
    name = (options.get("env_prefix") or "") + name if named else name
    return name if options.get("case_sensitive") else name.upper()
