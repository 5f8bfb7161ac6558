"""Which database a project is run on, told by its own compose files and CI workflows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from migbot.core.files import LARGEST_FILE
from migbot.core.value import Value

_FILES = re.compile(
    r"(?:^|/)(?:(?:docker-)?compose[^/]*|\.gitlab-ci|bitbucket-pipelines)\.ya?ml\Z"
    r"|^\.github/workflows/[^/]+\.ya?ml\Z|^\.circleci/config\.yml\Z"
)

# An image as a value of `image:` or `name:`, or as an item of a list. A variable may hold spaces.
_VALUE = r"""["']?(?P<image>(?:\$\{\{[^}]*\}\}|\$\{[^}]*\}|[^\s"',}\]#])+)"""
_IMAGE = re.compile(
    rf"""^[^#]*?(?:\b(?P<key>image|name)["']?\s*:\s+|^\s*-\s+(?!\w+:\s))(?:[&!]\S+\s+)*{_VALUE}"""
)
_VERSION = re.compile(
    r"""^\s*(?:-\s+)?["']?(?P<name>postgres(?:ql)?|mariadb|mysql)[ _-]version["']?\s*:\s*"""
    r"""["']?(?P<version>\d+(?:\.\d+)*)""",
    re.IGNORECASE,
)
_DEFAULT = re.compile(r"\$\{\w+:?-([^}]*)\}")
_NUMBER = re.compile(r"^v?(\d{1,2}(?:\.\d+)*)(?![\w/])")
_PG_NUMBER = re.compile(r"(?:^|[-_.])pg(\d{1,2}(?:\.\d+)?)(?!\d)")

_EXTENSIONS = {
    "postgis": "postgis",
    "pgvector": "vector",
    "timescaledb": "timescaledb",
    "timescaledb-ha": "timescaledb",
}
"""Images of PostgreSQL that are made for an extension, and its name in CREATE EXTENSION."""

_OWN_NUMBER = {"pgvector", "timescaledb", "timescaledb-ha"}
"""Those whose tag begins with the extension's version: PostgreSQL's stands after `pg`."""

_NAMES = {
    **dict.fromkeys(("postgres", "postgresql", *_EXTENSIONS), "postgresql"),
    **dict.fromkeys(("mysql", "mysql-server", "percona", "percona-server"), "mysql"),
    "mariadb": "mariadb",
}
"""The last part of an image's name -> the database, named as SQLAlchemy names it."""


class Service(Value):
    """A database that a file of the project starts, and where it says so (`line` from 1).

    `version` is what decides which server can stand in: "15" of PostgreSQL (but "9.6"), "10.11" of
    MariaDB, "8.0" of MySQL; "" where the file leaves it open.
    """

    name: str
    version: str
    path: str
    line: int
    extensions: tuple[str, ...] = ()


def tells_services(path: str) -> bool:
    """Whether a file at this path may name the databases of a project."""
    return _FILES.search(path) is not None


def services(files: Mapping[str, bytes]) -> tuple[Service, ...]:
    """The databases that `files` start, by path and line; files of other kinds say nothing.

    A variable counts with the default that stands beside it. Nothing is raised: what is no YAML
    has lines all the same.
    """
    return tuple(
        each
        for path, content in sorted(files.items())
        if tells_services(path) and len(content) <= LARGEST_FILE
        for each in _in_file(path, content.decode("utf-8", "replace"))
    )


def _in_file(path: str, text: str) -> Iterator[Service]:
    for number, line in enumerate(text.splitlines(), 1):
        set_up, image = _VERSION.search(line), _IMAGE.search(line)
        if set_up:
            name = _NAMES[set_up["name"].lower()]
            yield Service(name, _short(name, set_up["version"]), path, number)
        elif image:
            yield from _of_image(image["image"], image["key"] == "image", path, number)


def _of_image(image: str, surely: bool, path: str, line: int) -> Iterator[Service]:
    """The database of an image; without `surely` only where a version says that it is one."""
    known = _DEFAULT.sub(r"\1", image).partition("@")[0]
    whole, _, tag = known.rpartition(":") if ":" in known.rpartition("/")[2] else (known, "", "")
    last = whole.rpartition("/")[2].lower()
    name = _NAMES.get(last)
    if name is None:
        return
    number = _PG_NUMBER.search(tag) or (None if last in _OWN_NUMBER else _NUMBER.search(tag))
    if surely or number:
        version = _short(name, number[1]) if number else ""
        extensions = (_EXTENSIONS[last],) if last in _EXTENSIONS else ()
        yield Service(name, version, path, line, extensions)


def _short(name: str, version: str) -> str:
    """The part of a version that decides: PostgreSQL has counted in whole numbers since 10."""
    numbers = version.split(".")
    whole = name == "postgresql" and int(numbers[0]) >= 10
    return ".".join(numbers[: 1 if whole else 2])
