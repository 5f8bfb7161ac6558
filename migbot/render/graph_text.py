"""A history as text: one line a revision, newest first, as `git log --graph` draws it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from migbot.core.graph import RevisionGraph
from migbot.render.lanes import Row, rows
from migbot.render.marks import Mark, marks
from migbot.render.neutral import cut, plain

MOST_MESSAGE = 72
"""Characters of a message that are shown, as many as git's own advice for a subject."""

_ONLY_ASCII = str.maketrans("│─├┤┬┴┼╭╮╰╯", "|-+++++++++")

# A cell of the line between two revisions, by the sides that it ties: up, down, left, right.
_JOINTS = {
    "": " ", "ud": "│", "lr": "─", "udr": "├", "udl": "┤", "dlr": "┬", "ulr": "┴",
    "udlr": "┼", "dr": "╭", "dl": "╮", "ur": "╰", "ul": "╯",
}  # fmt: skip


def draw_text(graph: RevisionGraph, *, new: Collection[str] = (), only_ascii: bool = False) -> str:
    """The picture, each line ending in a newline; "" for an empty history.

    A revision is `*`, one of `new` is `+`, a broken one `!`. `only_ascii` is for a terminal that
    cannot show box characters. Files that could not be read are `?` lines at the end.
    """
    marked = marks(graph, new)
    lines: list[str] = []
    ended = None  # the lane whose line ended in the row above: what follows there is another tree
    for row in rows(graph):
        if row.lane == ended:
            lines.append(_passing(row))
        lines.append(f"{_lanes(row, marked[row.id])} {_about(graph, row.id, marked[row.id])}")
        lines += [tie] if (tie := _tie(row)) else []
        ended = None if row.targets else row.lane
    lines += [f"? {plain(each.path)}:{each.line} {plain(each.reason)}" for each in graph.unreadable]
    text = "".join(f"{line.rstrip(' ')}\n" for line in lines)
    return _in_ascii(text) if only_ascii else text


def _in_ascii(text: str) -> str:
    return text.translate(_ONLY_ASCII).encode("ascii", "backslashreplace").decode("ascii")


def _about(graph: RevisionGraph, name: str, mark: Mark) -> str:
    words = f" ({plain(', '.join(mark.words))})" if mark.words else ""
    return f"{plain(name)}{words} {cut(plain(graph.by_id[name].message), MOST_MESSAGE)}"


def _lanes(row: Row, mark: Mark) -> str:
    """The line of the revision itself."""
    sign = "!" if mark.broken else "+" if mark.new else "*"
    line = _passing(row).ljust(2 * row.lane)
    return f"{line[: 2 * row.lane]}{sign}{line[2 * row.lane + 1 :]}"


def _passing(row: Row) -> str:
    """The lanes beside the revision, and nothing in its own."""
    cells = ("│" if lane in row.passing else " " for lane in range(_width(row)))
    return " ".join(cells).rstrip(" ")


def _tie(row: Row) -> str:
    """The line below it, where it leads into other lanes than its own; "" where it does not."""
    tied = {row.lane, *row.targets} | ({row.joining} if row.joining is not None else set())
    if len(tied) == 1:
        return ""
    text = ""
    for lane in range(_width(row)):
        text += _JOINTS["".join(_sides(row, lane, tied))]
        text += "─" if min(tied) <= lane < max(tied) else " "
    return text


def _sides(row: Row, lane: int, tied: set[int]) -> Iterator[str]:
    if lane == row.lane or lane in row.passing:
        yield "u"
    if lane in row.targets or (lane in row.passing and lane != row.joining):
        yield "d"
    if lane in row.passing and lane not in tied:
        return  # it only passes: a crossing must not look like a joint
    if min(tied) < lane <= max(tied):
        yield "l"
    if min(tied) <= lane < max(tied):
        yield "r"


def _width(row: Row) -> int:
    return max(row.lane, *row.passing, *row.targets, 0) + 1
