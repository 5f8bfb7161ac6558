"""What GitHub lets a repository be called."""

from __future__ import annotations

import re

# `..` would lead elsewhere in a path; the rest is what GitHub's own form accepts, and `_` for the
# accounts that a company manages (docs.github.com, "username considerations").
_REPOSITORY = re.compile(r"[A-Za-z0-9_-]{1,39}/(?!\.{1,2}\Z)[A-Za-z0-9._-]{1,100}")


def is_repository(name: str) -> bool:
    """Whether `name` is OWNER/NAME, and safe in a path and in a line of a log."""
    return _REPOSITORY.fullmatch(name) is not None
