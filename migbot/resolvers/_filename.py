"""Where a merge revision is put and when it was made, told from its parents alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from migbot.core.environment import Environment
from migbot.core.parse import PARSE_ERRORS, docstring, parse

DEFAULT = "%(rev)s_%(slug)s"
"""Alembic's `file_template` where none is set (alembic.script.base)."""

LONGEST_NAME = 200
"""Bytes; file systems take 255, and git and backups add to it."""

_DATE = re.compile(r"^\s*Create Date\s*:\s*(.+?)\s*$", re.MULTILINE | re.IGNORECASE)


def created(sources: list[bytes]) -> datetime | None:
    """The newest `Create Date:` among the docstrings of some revisions, None without one."""
    dates = [date for source in sources if (date := _date(source))]
    return max(dates, key=_instant, default=None)


def _date(source: bytes) -> datetime | None:
    try:
        said = _DATE.search(docstring(parse(source)))
        return datetime.fromisoformat(said.group(1)) if said else None
    except PARSE_ERRORS:
        return None


def _instant(date: datetime) -> datetime:
    """A date without a zone counts as UTC: the machine's zone must have no say."""
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def revision_path(
    environment: Environment, beside: str, name: str, slug: str, date: datetime | None
) -> str:
    """The path of a new revision, named by `file_template`, in the versions folder of `beside`.

    Folders in the template are followed only where Alembic would look into them
    (`recursive_version_locations`); a template that leads out of the folder, or needs a date
    where none is known, gives way to the default one.
    """
    words = "_".join(re.findall(r"\w+", slug)).lower()
    if len(words) > environment.truncate_slug_length:
        words = words[: environment.truncate_slug_length].rsplit("_", 1)[0] + "_"
    parts = _filled(environment.file_template, name, words, date).split("/")
    outside = {"", ".", ".."} & {*parts} or any("\\" in part or "\0" in part for part in parts)
    if outside or any(len(part.encode(errors="replace")) > LONGEST_NAME for part in parts):
        parts = [name]
    kept = parts if environment.recursive else parts[-1:]
    return "/".join(part for part in (_folder(environment, beside), *kept) if part) + ".py"


def _folder(environment: Environment, beside: str) -> str:
    """The versions folder that `beside` lies in; of nested ones the innermost."""
    around = (each for each in environment.versions if not each or beside.startswith(f"{each}/"))
    return max(around, key=len, default=beside.rpartition("/")[0])


def _filled(template: str, name: str, slug: str, date: datetime | None) -> str:
    known: dict[str, object] = {"rev": name, "slug": slug}
    if date:
        parts = ("year", "month", "day", "hour", "minute", "second")
        known |= {part: getattr(date, part) for part in parts}
        known["epoch"] = int(_instant(date).timestamp())
    try:
        return template % known
    except (KeyError, ValueError, TypeError):
        return DEFAULT % known
