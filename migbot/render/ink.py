"""Colour for a terminal: a pen that paints, or one that leaves text as it is."""

from __future__ import annotations

from collections.abc import Callable

Pen = Callable[[str, str], str]
"""`pen("red", text)` is the text in that ink."""

_INKS = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


def pen(colour: bool) -> Pen:
    """A pen that writes ANSI colours where `colour` is true, else plain text."""
    return _paint if colour else _leave


def _paint(ink: str, text: str) -> str:
    return f"\x1b[{_INKS[ink]}m{text}\x1b[0m"


def _leave(ink: str, text: str) -> str:
    return text
