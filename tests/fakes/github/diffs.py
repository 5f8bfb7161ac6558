"""What a pull request changes, as git tells it: files, counts and patches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from support.repos import Repo

_STATUS = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "T": "changed"}
_HUNK = re.compile(r"^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


@dataclass(frozen=True)
class Changed:
    """One file; `before` is its old name where it was renamed, `patch` None where it is binary."""

    path: str
    status: str
    blob: str
    additions: int
    deletions: int
    patch: str | None
    before: str | None = None


def changed(git: Repo, base: str, head: str) -> list[Changed]:
    """What `head` changed since it left `base`, as GitHub compares them: three dots."""
    between = ("diff", "--find-renames", "--no-ext-diff", "-z", f"{base}...{head}")
    raw = git.git(*between, "--raw", "--no-abbrev").split("\0")[:-1]
    counts = git.git(*between, "--numstat").split("\0")[:-1]
    patches = _patches(git.git(*(part for part in between if part != "-z"), "--patch"))
    return list(_joined(raw, counts, patches))


def _patches(text: str) -> list[str | None]:
    """The hunks of each file, in the order of the files."""
    parts = re.split(r"^diff --git .*\n", text, flags=re.MULTILINE)[1:]
    return [
        part[found.start() :].rstrip("\n") if (found := re.search(r"^@@ ", part, re.M)) else None
        for part in parts
    ]


def _joined(raw: list[str], counts: list[str], patches: list[str | None]) -> Iterator[Changed]:
    entries, numbers, hunks = iter(raw), iter(counts), iter(patches)
    for entry in entries:
        *_, old, blob, letter = entry.split()
        path, before = next(entries), None
        added, deleted, name = next(numbers).split("\t")
        if letter[0] == "R":
            before, path = path, next(entries)
        if not name:  # a renamed file has its two names in entries of their own
            next(numbers)
            next(numbers)
        # git counts no lines of a binary file, and says so with a dash.
        plus, minus = (int(count.replace("-", "0")) for count in (added, deleted))
        kept = old if letter == "D" else blob
        yield Changed(path, _STATUS[letter[0]], kept, plus, minus, next(hunks), before)


def hunk_at(patch: str, line: int, side: str) -> str | None:
    """The part of a patch that ends with `line` of the new file (RIGHT) or the old one (LEFT).

    None where the diff does not show that line: GitHub then takes no comment on it.
    """
    found: list[str] = []
    old = new = 0
    for text in patch.split("\n"):
        header = _HUNK.match(text)
        if header:
            found, old, new = [text], int(header[1]) - 1, int(header[2]) - 1
            continue
        found.append(text)
        old += text[:1] in ("-", " ")
        new += text[:1] in ("+", " ")
        here = new if side == "RIGHT" else old
        if here == line and text[:1] in (" ", "+" if side == "RIGHT" else "-"):
            return "\n".join(found)
    return None
