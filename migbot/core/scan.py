"""A quick look at a migration that is known to be Python: what `read_revision` says of it."""

from __future__ import annotations

import re

from migbot.core.model import Revision, Unreadable
from migbot.core.parse import NAMES, claims_of, message_of, read_revision

_TEXT = r"""(?:"[^"\\\n]+"|'[^'\\\n]+')"""
_LIST = rf"(?:{_TEXT}(?:,[ \t]*{_TEXT})*,?)?"
_VALUE = rf"(?:None|{_TEXT}|\({_LIST}\)|\[{_LIST}\])"
_END = r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)"
_NAMES = rf"(?:{'|'.join(NAMES)})\b"
_ASSIGNMENT = rf"{_NAMES}(?:[ \t]*:[\w., \t|\[\]]+)?[ \t]*=[ \t]*{_VALUE}{_END}"
_IMPORT = rf"(?:from|import)[ \t](?![^\n]*\b{_NAMES})[\w., \t]+{_END}"

_START = re.compile(
    # comments and empty lines, then a docstring without escapes or what cannot be one
    rf'(?:{_END})*?(?:"""(?P<text>(?:[^"\\]|"(?!""))*)"""{_END}|(?=from[ \t]|import[ \t]|revision\b))'
)
_PREAMBLE = re.compile(rf"(?:{_ASSIGNMENT}|{_IMPORT}|{_END})*", re.ASCII)
