"""A page taken apart: its elements in order, and its words."""

from __future__ import annotations

from html.parser import HTMLParser

Attributes = dict[str, str]


class Page(HTMLParser):
    """`elements` are the start tags with their attributes, `words` all text but the style's."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Attributes]] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in ("meta", "line", "path", "circle"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            assert self._open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.words += data

    def all(self, tag: str) -> list[Attributes]:
        """The attributes of each element of that name."""
        return [attributes for name, attributes in self.elements if name == tag]

    def attributes(self, name: str) -> list[str]:
        """Every value of that attribute."""
        return [each[name] for _, each in self.elements if name in each]
