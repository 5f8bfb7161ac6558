"""A quick look at a migration of the base: what `read_revision` says, in a tenth of the time."""

from __future__ import annotations

import re
import warnings

from migbot.core.model import Revision, Unreadable
from migbot.core.parse import NAMES, PARSE_ERRORS, claims_of, message_of, read_revision

# Patterns are texts here: a hook whose memory holds the base need not compile them.

_NAME = rf"(?:{'|'.join(NAMES)})\b"
_END = r"[ \t]*(?:#[^\n]*)?\n"
_TEXT = r"""(?:"[^"\\\n]+"|'[^'\\\n]+')"""
_TEXTS = rf"(?:{_TEXT},[ \t]*)*(?:{_TEXT})?"

# comments, then a docstring without escapes, or what cannot be one
_DOCSTRING = r""""{3}(?:[^"\\]|"(?!""))*"{3}|'{3}(?:[^'\\]|'(?!''))*'{3}"""
_HEAD = rf"(?:{_END})*(?:(?P<docstring>{_DOCSTRING}){_END}|(?=from |import |{_NAME}))"

_TYPE = r"[ \t]*(?::[\w., \t|\[\]]++)?"
_LITERAL = rf"(?:None|{_TEXT}|\({_TEXTS}\)|\[{_TEXTS}\])"
_SEVERAL = rf"\((?![^)]*\b{_NAME})[\w,\s]*\)"
_IMPORT = rf"(?:from|import) (?![^\n]*\b{_NAME})[\w., \t]++(?:{_SEVERAL})?"
_STATEMENTS = rf"(?a)(?:(?:{_NAME}{_TYPE}=[ \t]*{_LITERAL}|{_IMPORT})?{_END})*"
_ASSIGNMENT = rf"(?am)^(?P<name>{_NAME}){_TYPE}=[ \t]*(?P<value>{_LITERAL})"

# more than functions and classes, whose insides cannot set one of the four without `global`
_MORE = rf"(?a)\n(?!(?:def|async def|class) (?!{_NAME})\w+[(:]|[ \t\n@#)]|\Z)"
# what may set one of the four; other letters than ASCII's can spell the same name
_DOUBT = rf"\b{_NAME}|\b(?:globals|locals|vars|exec)\b|\bimport\s*[*\\]|[^\0-\x7f]"

# Python reads such a file otherwise than its text looks here, or not at all
_ODD = ("\0", "\f", "\r", "global", "<<<<<<<", ">>>>>>>")
_COOKIE = r"(?:[^\n]*\n)?[^\n]*coding[:=](?![ \t]*utf-?8\s)"


def scan_revision(path: str, data: bytes) -> Revision | Unreadable:
    """As `read_revision`, but that an error in the functions of a file is not seen.

    So it is for the files of the base, where such an error is no news; the syntax trees of a whole
    history take longer than a commit may wait. Without one goes only what begins as Alembic's
    template does (a docstring, imports, literals assigned in one line each) and has none of the
    four names again.
    """
    return _scanned(path, data) or read_revision(path, data)


def sooner_revision(path: str, data: bytes) -> Revision | Unreadable:
    """What `read_revision` says, in less time; no syntax tree is made of what looks as it should.

    That it is Python is left to Python's own parser to say.
    """
    found = _scanned(path, data)
    return found if found and _is_python(data) else read_revision(path, data)


def _is_python(data: bytes) -> bool:
    from symtable import symtable  # no hook asks this

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            symtable(data.decode(), "", "exec")
        except PARSE_ERRORS:  # or what only a run would meet, which reading does not mind
            return False
    return True


def _scanned(path: str, data: bytes) -> Revision | None:
    """The revision, or None where a look at the text leaves a doubt."""
    try:
        text = data.decode("utf-8") + "\n"
    except UnicodeDecodeError:
        return None
    head = re.match(_HEAD, text)
    if not head or re.match(_COOKIE, text) or any(each in text for each in _ODD):
        return None
    return _revision(path, text, (head["docstring"] or "")[3:-3], head.end())


def _revision(path: str, text: str, docstring: str, start: int) -> Revision | None:
    statements = re.compile(_STATEMENTS).match(text, start)
    end = statements.end() if statements else start
    if re.compile(_MORE).search(text, end - 1) and re.compile(_DOUBT).search(text, end):
        return None
    found = list(re.compile(_ASSIGNMENT).finditer(text, start, end))
    written = {each["name"]: each["value"] for each in found}
    if "down_revision" not in written or not re.match(_TEXT, written.get("revision", "")):
        return None
    values = {name: _ids(value) for name, value in written.items()}
    return Revision(
        id=values["revision"][0],
        path=path,
        parents=values["down_revision"],
        depends_on=values.get("depends_on", ()),
        labels=values.get("branch_labels", ()),
        message=message_of(docstring),
        claims=claims_of(docstring),
        lines={each["name"]: text.count("\n", 0, each.start()) + 1 for each in found},
    )


def _ids(value: str) -> tuple[str, ...]:
    return tuple(each[1:-1] for each in re.findall(_TEXT, value))
