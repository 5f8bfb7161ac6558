"""Elements of a page: what is put into one is text, and only what was made here is markup.

Text is written by strangers. It is escaped, and what cannot be seen in it is shown (see `neutral`),
by whoever makes an element, so that nobody can forget to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from migbot.render.foreign import visible
from migbot.render.neutral import cut, plain

MOST_WORDS = 1_000
"""Characters of a name or a sentence that are shown."""

MOST_BLOCK = 20_000
"""Characters of a statement or a definition that are shown; the report's JSON has all of them."""

_VOID = frozenset({"meta", "line", "path", "circle"})
"""Elements without content; those of a picture are written as they are in SVG."""


class Html(str):
    """Markup that migbot wrote. Any other `str` is text."""

    __slots__ = ()


def element(name: str, /, *inside: str, **attributes: str) -> Html:
    """The element `name`; whatever `inside` is not Html is text, on one line.

    An attribute's trailing underscore is dropped and the others become hyphens: `class_`,
    `aria_label`.
    """
    keys = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(plain(value))}"'
        for key, value in attributes.items()
    )
    if name in _VOID:
        return Html(f"<{name}{keys}>" if name == "meta" else f"<{name}{keys}/>")
    return Html(f"<{name}{keys}>{together(inside)}</{name}>")


def together(parts: Iterable[str]) -> Html:
    """Several parts, one after the other."""
    return Html("".join(each if isinstance(each, Html) else _text(each) for each in parts))


def said(text: str) -> Html:
    """A sentence or a way out: line ends are kept, and what stands in backticks is code."""
    pieces = cut(text, MOST_WORDS).split("`")
    if len(pieces) % 2 == 0:  # an odd backtick is no code span
        pieces = ["`".join(pieces)]
    return together(
        element("code", lines(piece)) if number % 2 else lines(piece)
        for number, piece in enumerate(pieces)
    )


def lines(text: str) -> Html:
    """`text` with its line ends, for where they are kept."""
    return Html(escape(visible(cut(text, MOST_BLOCK))))


def block(*texts: str) -> Html:
    """Lines as they stand: SQL, a definition, a database's words."""
    inside = (each if isinstance(each, Html) else lines(each) for each in texts)
    return element("pre", element("code", *inside))


def command(line: str) -> Html:
    """A command that can be pasted."""
    return element("pre", element("code", line), class_="command")


def codes(names: Sequence[str], most: int = 12) -> Html:
    """Names as code, with commas; of many the first `most` and how many more there are."""
    listed = [element("code", name) for name in names[:most]]
    more = len(names) - most
    inside = [part for each in listed for part in (Html(", "), each)][1:]
    return together([*inside, f" and {more} more"] if more > 0 else inside)


def facts(pairs: Iterable[tuple[str, str]]) -> Html:
    """Terms and what is to be said of each; nothing where there is none."""
    rows = [element("div", element("dt", term), element("dd", text)) for term, text in pairs]
    return element("dl", *rows) if rows else Html("")


def folded(summary: str, *inside: str) -> Html:
    """What a reader opens if wanted."""
    return element("details", element("summary", summary), *inside)


def tag(word: str, kind: str) -> Html:
    """A word that stands out, in the colour of `pass`, `fail`, `unknown` or `dim`."""
    return element("span", word, class_=f"tag {kind}")


def table(caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Html:
    """A table whose first column names its rows.

    On a phone each row becomes a block, and CSS that does so takes the meaning of a table away
    from a screen reader: hence the roles, and the heading in each cell.
    """
    head = (element("th", each, scope="col", role="columnheader") for each in headings)
    return element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *head, role="row"), role="rowgroup"),
        element("tbody", *(_row(headings, row) for row in rows), role="rowgroup"),
        role="table",
    )


def _row(headings: Sequence[str], cells: Sequence[str]) -> Html:
    first = element("th", cells[0], scope="row", role="rowheader")
    rest = zip(headings[1:], cells[1:], strict=True)
    return element("tr", first, *(_cell(heading, cell) for heading, cell in rest), role="row")


def _cell(heading: str, cell: str) -> Html:
    return element("td", cell, role="cell", data_heading=heading)


def _text(text: str) -> str:
    return escape(plain(cut(text, MOST_WORDS)))
