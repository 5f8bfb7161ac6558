"""Foreign text on a terminal: shown, and obeyed by nothing."""

import pytest
from hypothesis import given

from migbot.render.neutral import MOST_CHARACTERS, MOST_LINES, paragraph, plain
from support.foreign import HOSTILE, anything, unseen

SHOWN = {
    "an escape sequence": ("\x1b[31mred", r"\x1b[31mred"),
    "a one-byte escape": ("\x9b31m", r"\x9b31m"),
    "a newline and a tab": ("a\nb\tc", r"a\x0ab\x09c"),
    "a carriage return that would overwrite the line": ("fail\rpass", r"fail\x0dpass"),
    "a bidi override": ("a\u202eb", r"a\u202eb"),
    "a zero-width space": ("a\u200bb", r"a\u200bb"),
    "a tag character": ("a\U000e0041", r"a\U000e0041"),
    "a byte of a file name that is not UTF-8": ("a\udcffb", r"a\xffb"),
    "a letter without ink": ("a\u3164", r"a\u3164"),
    "words of any language": ("naïve 日本 été\u00a0!", "naïve 日本 été\u00a0!"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_shown(name: str) -> None:
    given_text, expected = SHOWN[name]
    assert plain(given_text) == expected


@given(anything)
def test_no_text_yields_a_character_that_a_terminal_obeys_or_hides(text: str) -> None:
    assert not unseen(plain(text))
    assert "\n" not in plain(text)
    assert not any(unseen(line) or "\n" in line for line in paragraph(text))


def test_a_paragraph_keeps_its_lines_and_not_their_escapes() -> None:
    assert paragraph("a\r\n\tb\n\x1bc\n") == ["a", "    b", r"\x1bc"]


def test_a_long_paragraph_says_how_much_is_left_out() -> None:
    assert paragraph("x\n" * 40)[MOST_LINES:] == ["... 28 more lines"]
    assert len(paragraph("x" * 1_000_000)[0]) == MOST_CHARACTERS
    assert len(paragraph(HOSTILE * 1_000)[0]) <= MOST_CHARACTERS
