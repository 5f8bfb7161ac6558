"""Fill the places of a script.py.mako without running it: text in, text out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_BLOCK = re.compile(r"<%!?\s.*?%>", re.DOTALL)
_CONTINUED = re.compile(r"\\\r?\n")
_COMMENT = re.compile(r"\s*##")
_CONTROL = re.compile(r"\s*%(?!%)|.*</?%")
_LOOP = re.compile(r"\s*%\s*for\s+(\w+)\s+in\b.*:\s*")
_END = re.compile(r"\s*%\s*endfor\s*")
_PLACE = re.compile(r"\$\{([^{}]*)\}")
_OPEN = re.compile(r"\$\{(?![^{}]*\})")
_BODY = re.compile(
    r'(up|down)grades(if(up|down)gradeselse|or)"pass"|context\.get\("%s_\w+"%\w+,"pass"\)'
)


class Foreign(Exception):
    """A template that does more than put text in its places: only running it would tell."""


def fill(text: str, places: Mapping[str, str], engines: tuple[str, ...]) -> str:
    """The template's text, its loop over the databases unrolled and every place filled.

    `places` has what stands for each expression, which is written without spaces and with double
    quotes; the body of a function is `pass`. Python blocks and comments are left out, as Mako
    does. Raises Foreign for an expression that is not in `places`, a condition, an include.
    """
    lines = _BLOCK.sub("", _CONTINUED.sub("", text)).splitlines(keepends=True)
    return "".join(_lines(iter(lines), places, engines))


def _lines(
    lines: Iterator[str], places: Mapping[str, str], engines: tuple[str, ...]
) -> Iterator[str]:
    for line in lines:
        loop = _LOOP.fullmatch(line)
        if loop and engines:
            body = list(_until_end(lines))
            for engine in engines:
                yield from _lines(iter(body), {**places, loop.group(1): engine}, ())
        elif not _COMMENT.match(line):
            yield _filled(line, places)


def _until_end(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if _END.fullmatch(line):
            return
        yield line


def _filled(line: str, places: Mapping[str, str]) -> str:
    if _CONTROL.match(line) or _OPEN.search(line):
        raise Foreign(line)
    return _PLACE.sub(lambda place: _value(place.group(1), places), line)


def _value(expression: str, places: Mapping[str, str]) -> str:
    asked = re.sub(r"\s+", "", expression).replace("'", '"')
    if _BODY.fullmatch(asked):
        return "pass"
    if asked not in places:
        raise Foreign(expression)
    return places[asked]
