"""Markdown as GitHub's own renderer (cmark-gfm) shows it."""

from __future__ import annotations

import html
import re

import cmarkgfm
from cmarkgfm.cmark import Options

OPTIONS = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_GITHUB_PRE_LANG
EXTENSIONS = ["table", "autolink", "strikethrough", "tasklist"]


def rendered(text: str) -> str:
    """The HTML, raw HTML let through so that it would be seen."""
    return cmarkgfm.markdown_to_html_with_extensions(text, options=OPTIONS, extensions=EXTENSIONS)


def seen(page: str) -> str:
    """What a reader sees of a page: no tags, no comments."""
    without_comments = re.sub(r"<!--.*?-->", "", page, flags=re.S)
    return html.unescape(re.sub(r"<[^>]*>", "", without_comments)).strip()


def outside_code(page: str) -> str:
    """What a reader sees but in code, where GitHub makes no links and mentions nobody."""
    # a space in its place: words on both sides of a code span are not one word
    without_code = re.sub(r"<(code|pre)\b.*?</\1>", " ", page, flags=re.S)
    return html.unescape(re.sub(r"<[^>]*>", "", without_code))


ALLOWED = frozenset(
    (
        *("h3", "h4", "p", "ul", "li", "strong", "code", "pre", "sub", "details", "summary"),
        *("br", "table", "thead", "tbody", "tr", "th", "td"),
    )
)
"""The elements that we write ourselves."""


def does_nothing(body: str, ours: frozenset[str] = frozenset()) -> None:
    """Asserts that nothing in `body` links, mentions, hides, loads or opens anything.

    `ours` are the references (`#815`) that are meant.
    """
    page = rendered(body)
    assert {tag.lower() for tag in re.findall(r"</?([a-zA-Z][\w-]*)", page)} <= ALLOWED
    assert not re.search(r"<\w+\s+(?!lang=)[\w-]+=", page), "an attribute"
    text = outside_code(page)
    for each in ours:
        text = re.sub(rf"(?<!\w){re.escape(each)}(?!\d)", "", text)
    assert not re.search(r"(?<!\w)@\w", text), "a mention"
    assert not re.search(r"#\d|\bGH-\d|://|\bwww\.", text, re.I), "a reference or a link"
    assert not re.search(r"(?i)(?<!\w)[0-9a-f]{7,40}(?!\w)", text), "a commit"
    assert not re.search(r":[a-z_+-][\w+-]*:", text), "an emoji"
    hidden = "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]"
    assert not re.findall(hidden, body)
    body.encode()
