"""Lines for a terminal: wrapped words, a way out that is never broken, and what is not known."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from migbot.core.report import Unknown
from migbot.render.ink import Pen
from migbot.render.neutral import paragraph, plain


def wrapped(text: str, indent: int, width: int) -> list[str]:
    """`text` made plain, in lines of `width`, the later ones two deeper; no path is broken."""
    return textwrap.wrap(
        plain(text),
        max(width, 40),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


def way_out(hint: str, ink: Pen) -> Iterator[str]:
    """The lines of a hint, each whole, so that it can be pasted; none for an empty one."""
    if hint:
        yield from (f"      {ink('cyan', line)}" for line in paragraph(hint))


def unknowns(unknown: Iterable[Unknown], ink: Pen, width: int) -> Iterator[str]:
    """What could not be looked at, why, and what to do about it."""
    for each in unknown:
        yield from wrapped(f"{each.what}: {each.reason}", 2, width)
        yield from way_out(each.hint, ink)


def counted(number: int, what: str) -> str:
    """`1 head`, `2 heads`, `no heads`."""
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
