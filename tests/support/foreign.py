"""Text as a stranger may write it: hypothesis strategies and examples."""

from hypothesis import strategies as st

HOSTILE = "\x1b[2J\r\x08\x9b1m\x00\t\u202eabc\u2066\u200b\ufeff\U000e0041\udc80\u2028\x7f\u3164"
"""An escape sequence, bidi and zero-width characters, a tag, a stray byte, line separators."""

anything = st.text(alphabet=st.characters(), max_size=60) | st.sampled_from([HOSTILE, "a\nb\n\x1b"])


def unseen(text: str) -> set[str]:
    """The characters of `text` that a terminal would obey or hide; a newline is none."""
    return {each for each in text if not each.isprintable() and each not in "\n\u00a0\u202f\u3000"}
