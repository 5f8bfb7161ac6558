"""What GitHub lets a repository and an account be called."""

from __future__ import annotations

import re

# `..` would lead elsewhere in a path; the rest is what GitHub's own form accepts, and `_` for the
# accounts that a company manages (docs.github.com, "username considerations").
_REPOSITORY = re.compile(r"[A-Za-z0-9_-]{1,39}/(?!\.{1,2}\Z)[A-Za-z0-9._-]{1,100}")


def is_repository(name: str) -> bool:
    """Whether `name` is OWNER/NAME, and safe in a path and in a line of a log."""
    return _REPOSITORY.fullmatch(name) is not None


# A login has single hyphens inside; `_` stands before the short code of a company's accounts.
_LOGIN = re.compile(r"(?=.{1,39}\Z)[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*(?:_[A-Za-z0-9]+)?-?")


def is_login(name: str) -> bool:
    """Whether `name` is a person's login, and may stand after an `@`."""
    return _LOGIN.fullmatch(name) is not None
