"""Gives env.py a URL where its own is a template's, and the settings name the kind of database."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import url as urls
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

PLACEHOLDER = "driver"
"""The dialect in the URL that `alembic init` writes: `driver://user:pass@localhost/dbname`."""


def replace(given: str) -> None:
    """Let what is no URL of a database be `given` from now on.

    `create_engine` asks the module for `make_url` at each call, in every SQLAlchemy from 1.4 on.
    """
    original = urls.make_url

    def make_url(named: Any) -> Any:
        try:
            made = original(named)
        except ArgumentError:
            if not isinstance(named, str):
                raise
            return original(given)
        return original(given) if made.drivername == PLACEHOLDER else made

    urls.make_url = make_url  # type: ignore[assignment]


def is_unusable(error: BaseException) -> bool:
    """Whether an error says that what was named is no URL of a database."""
    text = str(error)
    if isinstance(error, NoSuchModuleError):
        return text.endswith("sqlalchemy.dialects:" + PLACEHOLDER)
    return isinstance(error, ArgumentError) and "parse" in text and "URL" in text
