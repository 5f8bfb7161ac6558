"""What a downgrade did not put back, as a table: before and after side by side."""

from __future__ import annotations

from collections.abc import Sequence

from migbot.core.trips import Residue
from migbot.render.html_elements import Html, block, element, lines, table, together

MOST = 200
"""Differences that are shown of one revision; the report's JSON has all of them."""

_HEADINGS = ("object", "what", "before", "after")
_CHANGES = {"left-behind": "left behind", "missing": "missing", "changed": "changed"}


def differences_table(residue: Sequence[Residue]) -> Html:
    """The table; nothing where there is no difference."""
    if not residue:
        return Html("")
    order = list(_CHANGES)
    ranked = sorted(
        residue, key=lambda each: order.index(each.change) if each.change in order else 9
    )
    caption = "What is not as it was before"
    if len(residue) > MOST:
        caption += f": {MOST} of {len(residue)}"
    return table(caption, _HEADINGS, [_row(each) for each in ranked[:MOST]])


def _row(residue: Residue) -> tuple[str, ...]:
    name = together((f"{residue.kind} ", element("code", residue.name)))
    before, after = _sides(residue)
    known = _CHANGES.get(residue.change)
    what = element("span", known, class_="short") if known else residue.change
    return name, what, before, after


def _sides(residue: Residue) -> tuple[Html, Html]:
    """Both definitions; where there are two, what differs in them is marked."""
    if residue.before and residue.after:
        return _marked(residue.before, residue.after)
    return (
        _alone(residue.before, there=residue.change != "left-behind"),
        _alone(residue.after, there=residue.change != "missing"),
    )


def _alone(text: str, *, there: bool) -> Html:
    if text:
        return block(text)
    return element("span", "there" if there else "not there", class_="dim short")


def _marked(before: str, after: str) -> tuple[Html, Html]:
    start = _shared(before, after)
    end = _shared(before[start:][::-1], after[start:][::-1])
    return _side(before, start, end), _side(after, start, end)


def _shared(one: str, other: str) -> int:
    """The length of what two texts begin with alike; no word is parted."""
    pairs = zip(one, other, strict=False)
    length = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
    while length and _parts_a_word(one, length, other):
        length -= 1
    return length


def _parts_a_word(one: str, length: int, other: str) -> bool:
    following = one[length : length + 1], other[length : length + 1]
    return _in_a_word(one[length - 1]) and any(map(_in_a_word, following))


def _in_a_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _side(text: str, start: int, end: int) -> Html:
    stop = len(text) - end
    return block(text[:start], element("mark", lines(text[start:stop])), text[stop:])
