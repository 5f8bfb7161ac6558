"""Typed values out of plain data (JSON, TOML), every type checked on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


def build(
    kind: Any,
    data: Any,
    *,
    where: str,
    strict: bool = False,
    names: Mapping[str, Any] | None = None,
) -> Any:
    """`data` as a value of the annotated type `kind`: named tuples, tuples, mappings, scalars.

    `where` names the place in messages. `strict` refuses keys that `kind` does not have and names
    the nearest that it has; otherwise they are passed over, as a newer writer may have added them.
    `names` are those in the annotations of `kind` that its module has for type checkers only.
    Raises ValueError for whatever does not fit.
    """
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return None if data is None else build(get_args(kind)[0], data, where=where, strict=strict)
    if origin is tuple:
        return _items(get_args(kind)[0], data, where, strict)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(get_args(kind)[1], data, where, strict)
    if issubclass(kind, tuple):
        return _object(kind, data, where, strict, names)
    return _scalar(kind, data, where)


def flat(value: Any) -> Any:
    """The reverse: a named tuple becomes a table of its fields, whatever it holds too."""
    if isinstance(value, tuple):
        names = getattr(value, "_fields", ())
        items = [flat(each) for each in value]
        return dict(zip(names, items, strict=True)) if names else items
    if isinstance(value, Mapping):
        return {key: flat(each) for key, each in value.items()}
    return value


def _scalar(kind: Any, data: Any, where: str) -> Any:
    if issubclass(kind, StrEnum) and isinstance(data, str):
        return _choice(kind, data, where)
    if kind is float and type(data) is int:
        return float(data)
    if type(data) is not kind:
        raise ValueError(f"{where} takes {_named(kind)}, not {_named(type(data))}")
    return data


def _choice(kind: type[StrEnum], data: str, where: str) -> StrEnum:
    try:
        return kind(data)
    except ValueError:
        words = ", ".join(repr(str(word)) for word in kind)
        raise ValueError(f"{where} takes one of {words}, not {data!r}") from None


def _named(kind: type) -> str:
    words = {str: "text", int: "a whole number", bool: "true or false", dict: "a table"}
    return {**words, list: "a list", type(None): "nothing", float: "a number"}.get(
        kind, kind.__name__
    )


def _items(kind: Any, data: Any, where: str, strict: bool) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise ValueError(f"{where} takes a list, not {_named(type(data))}")
    return tuple(
        build(kind, item, where=f"{where}[{number}]", strict=strict)
        for number, item in enumerate(data)
    )


def _mapping(kind: Any, data: Any, where: str, strict: bool) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ValueError(f"{where} takes a table, not {_named(type(data))}")
    return {
        key: build(kind, item, where=f"{where}.{key}", strict=strict) for key, item in data.items()
    }


def _object(kind: Any, data: Any, where: str, strict: bool, names: Mapping[str, Any] | None) -> Any:
    if not isinstance(data, dict):
        raise ValueError(f"{where} takes a table, not {_named(type(data))}")
    hints = get_type_hints(kind, localns=dict(names)) if names else _hints(kind)
    known = kind._fields
    for key in data:
        if strict and key not in known:
            raise ValueError(f"{where} has no key {key!r}{_nearest(key, known)}")
    values = {
        name: build(hints[name], data[name], where=f"{where}.{name}", strict=strict)
        for name in known
        if name in data
    }
    try:
        return kind(**values)
    except TypeError as error:  # a key without a default is missing
        raise ValueError(f"{where}: {error}") from error


@cache
def _hints(kind: Any) -> dict[str, Any]:
    """The annotated types of the fields; a guest says thousands of words of the same few kinds."""
    return get_type_hints(kind)


def _nearest(key: str, known: Sequence[str]) -> str:
    import difflib  # for the one who mistyped a key

    close = difflib.get_close_matches(key, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; it has {', '.join(known)}"
