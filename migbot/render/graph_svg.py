"""A history as one SVG file: a dot a revision, in lanes, with words beside it; no script, no link.

It brings its own ground and follows the reader's light or dark, so that it can be read wherever it
is put. Colours are written out, because librsvg knows no CSS variables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from html import escape
from unicodedata import east_asian_width

from migbot.core.graph import RevisionGraph
from migbot.render.lanes import Row, rows
from migbot.render.marks import Mark, marks
from migbot.render.neutral import cut, plain

LANE, ROW, MARGIN, TITLE = 18, 26, 24, 40
"""Pixels: from lane to lane, from row to row, around the picture, above the first row."""

MOST_MESSAGE = 80
"""Characters of a message; all of it is in the tooltip."""

_CHARACTER = 8
"""Pixels that a character of 13-pixel monospace takes at most (measured: 7.8)."""

# What is painted, with which property, in light and in dark (GitHub's own colours).
_COLOURS = (
    (".ground", "fill", "#ffffff", "#0d1117"),
    ("text", "fill", "#1f2328", "#f0f6fc"),
    (".words", "fill", "#59636e", "#9198a1"),
    (".line", "stroke", "#8c959f", "#656c76"),
    (".dot", "fill", "#57606a", "#9198a1"),
    (".head", "fill", "#0969da", "#4493f8"),
    (".new", "fill", "#1a7f37", "#3fb950"),
    (".broken", "fill", "#d1242f", "#f85149"),
)


def draw_svg(graph: RevisionGraph, *, new: Collection[str] = ()) -> str:
    """The whole history, newest on top, as a file that can be opened, embedded or posted.

    Heads are blue, `new` revisions green, broken ones red; the words say the same.
    """
    drawn, marked = list(rows(graph)), marks(graph, new)
    left = MARGIN + LANE * max((_lanes(row) for row in drawn), default=1)
    texts = [_text(graph, row.id, marked[row.id]) for row in drawn]
    longest = max(map(_columns, [_title(graph), *("".join(each) for each in texts)]))
    width, height = left + longest * _CHARACTER + MARGIN, TITLE + ROW * (len(drawn) + 1)
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label="{_title(graph)}">',
        f"<style>{_style()}</style>",
        '<rect class="ground" width="100%" height="100%"/>',
        f'<text x="{MARGIN}" y="{MARGIN}">{_title(graph)}</text>',
        *(f'<path class="line" d="{line}"/>' for line in _lines(drawn)),
        *(_dot(graph, row, number, marked[row.id]) for number, row in enumerate(drawn)),
        *(_words(left, number, each) for number, each in enumerate(texts)),
        "</svg>",
    ]
    return "\n".join(body) + "\n"


def _title(graph: RevisionGraph) -> str:
    counts = (len(graph.by_id), "revision"), (len(graph.heads), "head")
    return ", ".join(f"{number} {what}{'s' * (number != 1)}" for number, what in counts)


def _style() -> str:
    light = " ".join(f"{name} {{{key}: {day}}}" for name, key, day, _ in _COLOURS)
    dark = " ".join(f"{name} {{{key}: {night}}}" for name, key, _, night in _COLOURS)
    return (
        "text {font: 13px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace} "
        ".line {fill: none; stroke-width: 2} "
        f"{light} @media (prefers-color-scheme: dark) {{{dark}}}"
    )


def _lanes(row: Row) -> int:
    return max(row.lane, *row.passing, *row.targets, 0) + 1


def _columns(text: str) -> int:
    """How many characters wide `text` is: those of East Asia take two."""
    return len(text) + sum(east_asian_width(each) in "WF" for each in text)


def _text(graph: RevisionGraph, name: str, mark: Mark) -> tuple[str, str, str]:
    """What stands beside a dot: the id, the words of its mark, the message."""
    words = f"({plain(', '.join(mark.words))}) " if mark.words else ""
    return f"{plain(name)} ", words, cut(plain(graph.by_id[name].message), MOST_MESSAGE)


def _lines(drawn: list[Row]) -> Iterator[str]:
    """What leads from each row to the next: the lanes that pass, and the ties to the parents."""
    for number, row in enumerate(drawn):
        for lane in sorted(row.passing):
            yield _line(lane, row.lane if lane == row.joining else lane, number)
        for lane in row.targets:
            yield _line(row.lane, lane, number)


def _line(lane: int, below: int, number: int) -> str:
    here, there, top = _x(lane), _x(below), _y(number)
    if lane == below:
        return f"M{here} {top}v{ROW}"
    return f"M{here} {top}C{here} {top + ROW // 2} {there} {top + ROW // 2} {there} {top + ROW}"


def _dot(graph: RevisionGraph, row: Row, number: int, mark: Mark) -> str:
    each = graph.by_id[row.id]
    about = escape(f"{plain(each.path)}: {plain(each.message)}")
    kind = "broken" if mark.broken else "new" if mark.new else "head" if mark.head else "dot"
    place = f'cx="{_x(row.lane)}" cy="{_y(number)}" r="{5 if kind == "dot" else 6}"'
    return f'<circle class="{kind}" {place}><title>{about}</title></circle>'


def _words(left: int, number: int, text: tuple[str, str, str]) -> str:
    name, words, message = map(escape, text)
    # librsvg drops a space that begins or ends a tspan
    marked = f'<tspan class="words">{words[:-1]}</tspan> ' if words else ""
    return f'<text x="{left}" y="{_y(number) + 4}">{name}{marked}{message}</text>'


def _x(lane: int) -> int:
    return MARGIN + LANE * lane


def _y(number: int) -> int:
    return TITLE + ROW // 2 + ROW * number
