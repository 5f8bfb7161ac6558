"""A history on a page: one line a revision, newest first, with the lanes drawn beside it.

The words are the page's own, not the picture's: they wrap on a phone, and can be read aloud.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from migbot.core.graph import RevisionGraph
from migbot.core.value import Value
from migbot.render.html_elements import Html, element, folded, together
from migbot.render.lanes import Row, rows
from migbot.render.marks import Mark, marks
from migbot.render.text_lines import counted

LANE, WIDEST, MARGIN = 16, 112, 8
"""Pixels from lane to lane, of all lanes together (many of them stand closer), and beside them."""

DOT, BEND, BOTTOM = 14, 30, 2_000
"""Pixels from a line's top to its dot, to where a line that changes lanes has arrived, and to
where it is drawn: its words may be of any height, and what goes beyond them is clipped."""

FEWEST, MOST = 12, 60
"""Revisions that are shown at once, as far as there is something to see; the others on demand."""

_MORE = 3
"""Revisions below the last one that is new, a head or broken: where it comes from."""


def draw_list(graph: RevisionGraph, new: Collection[str] = ()) -> Html:
    """The whole history; heads are blue, `new` revisions green, broken ones red, in words too."""
    drawn, marked = list(rows(graph)), marks(graph, new)
    lines = list(_lines(graph, drawn, marked))
    shown = _shown([marked[row.id] for row in drawn])
    older = lines[shown:]
    rest = folded(f"{counted(len(older), 'older revision')}", _list(older)) if older else Html("")
    return together([_list(lines[:shown]), rest])


def _list(lines: list[Html]) -> Html:
    return element("ul", *lines, class_="history", role="list")


def _shown(marked: list[Mark]) -> int:
    """How many lines stand open: to where the last one of interest is."""
    interesting = [n for n, mark in enumerate(marked) if mark.new or mark.head or mark.broken]
    return min(MOST, max(FEWEST, max(interesting, default=0) + 1 + _MORE))


class _Pen(Value):
    """Draws lines and dots on lanes that are `pitch` pixels apart, in a picture `width` wide."""

    pitch: float
    width: float

    def straight(self, lane: int, top: int, bottom: int) -> Html:
        """Down a lane."""
        x = self.x(lane)
        return element("line", x1=x, y1=f"{top}", x2=x, y2=f"{bottom}")

    def way(self, lane: int, below: int) -> Html:
        """From a dot straight down, or over to another lane and then down."""
        if lane == below:
            return self.straight(lane, DOT, BOTTOM)
        here, there, middle = self.x(lane), self.x(below), (DOT + BEND) // 2
        curve = f"M{here} {DOT}C{here} {middle} {there} {middle} {there} {BEND}V{BOTTOM}"
        return element("path", d=curve)

    def dot(self, lane: int, kind: str) -> Html:
        """A revision."""
        return element("circle", class_=kind, cx=self.x(lane), cy=f"{DOT}", r="5")

    def x(self, lane: int) -> str:
        """The middle of a lane."""
        return f"{MARGIN + lane * self.pitch:g}"


def _pen(drawn: list[Row]) -> _Pen:
    most = max((max(row.lane, *row.passing, *row.targets, 0) for row in drawn), default=0)
    pitch = round(min(LANE, WIDEST / max(most, 1)), 1)
    return _Pen(pitch, 2 * MARGIN + most * pitch)


def _lines(graph: RevisionGraph, drawn: list[Row], marked: Mapping[str, Mark]) -> Iterator[Html]:
    pen, above = _pen(drawn), set[int]()
    for row in drawn:
        ways, mark = sorted(set(_ways(row))), marked[row.id]
        picture = element(
            "svg",
            *(pen.straight(lane, 0, DOT) for lane in sorted(above)),
            *(pen.way(lane, below) for lane, below in ways),
            pen.dot(row.lane, _kind(mark)),
            width=f"{pen.width:g}",
            height=f"{BEND}",
            aria_hidden="true",
        )
        yield element("li", picture, _words(graph, row.id, mark))
        above = {below for _, below in ways}


def _ways(row: Row) -> Iterator[tuple[int, int]]:
    """From which lane to which the lines lead that leave a revision's line downwards."""
    for lane in row.passing:
        yield lane, row.lane if lane == row.joining else lane
    for lane in row.targets:
        yield row.lane, lane


def _kind(mark: Mark) -> str:
    return "broken" if mark.broken else "new" if mark.new else "head" if mark.head else "dot"


def _words(graph: RevisionGraph, name: str, mark: Mark) -> Html:
    words = element("span", f" ({', '.join(mark.words)})", class_="dim") if mark.words else ""
    return element("span", element("code", name), words, " ", graph.by_id[name].message)
